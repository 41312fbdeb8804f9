"""When a worker last looked at the clock, and how the clock stepped."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0028_settled_expense"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClockLook",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("looked_at", models.DateTimeField()),
                ("stepped_at", models.DateTimeField(blank=True, null=True)),
                ("stepped_by", models.DurationField(blank=True, null=True)),
            ],
        ),
    ]

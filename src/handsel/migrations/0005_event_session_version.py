"""The version of a session that an event led to: what an undo reads the history by."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0004_member_phone"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="session_version",
            field=models.PositiveIntegerField(null=True),
        ),
    ]

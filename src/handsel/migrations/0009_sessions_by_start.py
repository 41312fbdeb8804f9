from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0008_extended_schedules"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="caresession",
            index=models.Index(fields=["scheduled_start"], name="sessions_by_start"),
        ),
    ]

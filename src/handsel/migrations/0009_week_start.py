"""The day on which the weeks of a schedule begin; every schedule that exists counts them from Monday, as it did."""

from django.db import migrations, models

from handsel.models import promises


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def make_way(apps, schema_editor):
    promises.make_way(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0008_calendar_entry"),
    ]

    operations = [
        migrations.RunPython(make_way, keep),  # SQLite makes the table anew, and the triggers would go with the old one
        migrations.AddField(
            model_name="careschedule",
            name="week_start",
            field=models.CharField(
                choices=[("MONDAY", "MONDAY"), ("SUNDAY", "SUNDAY")], default="MONDAY", max_length=6
            ),
        ),
        migrations.AddConstraint(
            model_name="careschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(week_start__in=["MONDAY", "SUNDAY"]),
                name="schedule_weeks_begin_on_monday_or_sunday",
            ),
        ),
        migrations.RunPython(keep, lift),
    ]

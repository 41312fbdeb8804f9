"""A version of each child, as sessions, schedules and families have: who would change what they have not seen is told."""

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
        ("handsel", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(make_way, keep),  # SQLite makes the table anew, and the triggers would go with the old one
        migrations.AddField(model_name="child", name="version", field=models.PositiveIntegerField(default=1)),
        migrations.RunPython(keep, lift),
    ]

"""The promises that need an exclusion constraint or triggers."""

from django.db import migrations

from handsel.models import promises


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("handsel", "0001_initial")]

    operations = [migrations.RunPython(keep, lift)]

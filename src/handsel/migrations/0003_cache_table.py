"""The table in which the limits on signing in are counted over all workers (CACHES)."""

from django.core.management import call_command
from django.db import migrations


def make(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("handsel", "0002_promises")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

"""What names something of a family names its own, and stays where it is."""

from django.db import migrations

from handsel.models import promises


def keep(apps, schema_editor):
    promises.keep(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("handsel", "0006_notices_leave")]

    # The promises before this one stay as they are when it is taken back; those that it adds do no harm.
    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]

"""The day that a session is paid for: the local date of its planned start, in its own zone."""

from django.db import migrations

import handsel.models.fields
from handsel.models import promises
from handsel.rules.local_time import local_date


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


def fill(apps, schema_editor):
    sessions, connection = apps.get_model("handsel", "CareSession"), schema_editor.connection
    rows = sessions.objects.using(connection.alias).values_list("pk", "scheduled_start", "time_zone")
    days = [(local_date(start, zone), sessions._meta.pk.get_db_prep_value(pk, connection)) for pk, start, zone in rows]
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE handsel_caresession SET pay_date = %s WHERE id = %s", days)


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0014_pay_policy"),
    ]

    operations = [
        migrations.RunPython(lift, keep),  # SQLite makes the table anew, and the triggers would go with the old one
        migrations.AddField(
            model_name="caresession",
            name="pay_date",
            field=handsel.models.fields.PayDateField(editable=False, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="caresession", name="pay_date", field=handsel.models.fields.PayDateField(editable=False)
        ),
        migrations.RunPython(keep, lift),
    ]

"""The day that a session is paid for: the local date of its planned start, in its own zone."""

from django.db import migrations

import handsel.models.fields
from handsel.models import promises, stepwise
from handsel.rules.local_time import local_date


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def make_way(apps, schema_editor):
    promises.make_way(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


def fill(apps, schema_editor):
    sessions, connection = apps.get_model("handsel", "CareSession"), schema_editor.connection
    rows = sessions.objects.using(connection.alias).values_list("pk", "scheduled_start", "time_zone")
    days = [(local_date(start, zone), sessions._meta.pk.get_db_prep_value(pk, connection)) for pk, start, zone in rows]
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE handsel_caresession SET pay_date = %s WHERE id = %s", days)


def refuse_none(apps, schema_editor):
    """On PostgreSQL the rows are looked at while they are read and written, so that NOT NULL need not look again."""
    if schema_editor.connection.vendor == "postgresql":
        table = "ALTER TABLE handsel_caresession"
        schema_editor.execute(f"{table} DROP CONSTRAINT IF EXISTS pay_date_is_there")
        schema_editor.execute(f"{table} ADD CONSTRAINT pay_date_is_there CHECK (pay_date IS NOT NULL) NOT VALID")


def look_at_all(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE handsel_caresession VALIDATE CONSTRAINT pay_date_is_there")


def drop_check(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE handsel_caresession DROP CONSTRAINT IF EXISTS pay_date_is_there")


class Migration(stepwise.Stepwise):
    dependencies = [
        ("handsel", "0014_pay_policy"),
    ]

    operations = [
        migrations.RunPython(make_way, keep),  # SQLite makes the table anew, and the triggers would go with the old one
        stepwise.AddColumn(
            model_name="caresession",
            name="pay_date",
            field=handsel.models.fields.PayDateField(editable=False, null=True),
        ),
        stepwise.Fill(
            "handsel_caresession",
            "pay_date = (scheduled_start AT TIME ZONE time_zone)::date",
            "pay_date IS NULL",
            fill,
        ),
        migrations.RunPython(refuse_none, migrations.RunPython.noop),
        migrations.RunPython(look_at_all, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="caresession", name="pay_date", field=handsel.models.fields.PayDateField(editable=False)
        ),
        migrations.RunPython(drop_check, migrations.RunPython.noop),
        migrations.RunPython(keep, lift),
    ]

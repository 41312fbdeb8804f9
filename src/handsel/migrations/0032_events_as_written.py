"""The index by which events are read in the order in which they were written. On PostgreSQL nobody waits for it."""

from django.db import migrations, models

_NAME = "events_as_written"


def add(apps, schema_editor):
    how = "CONCURRENTLY" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP INDEX {how} IF EXISTS {_NAME}")  # one that was cut off stays behind, of no use
    schema_editor.execute(f"CREATE INDEX {how} {_NAME} ON handsel_event (family_id, number, at, id)")


def drop(apps, schema_editor):
    schema_editor.execute(f"DROP INDEX IF EXISTS {_NAME}")


class Migration(migrations.Migration):
    atomic = False  # an index is made concurrently in no transaction

    dependencies = [
        ("handsel", "0031_event_number"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(add, drop)],
            state_operations=[
                migrations.AddIndex(
                    model_name="event",
                    index=models.Index(fields=["family", "number", "at", "id"], name=_NAME),
                ),
            ],
        ),
    ]

"""The order in which events were written. Adding the column touches no row."""

from django.db import migrations

import handsel.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0030_request_id"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # The version before this one writes no number.
                migrations.RunSQL(
                    "ALTER TABLE handsel_event ADD COLUMN number bigint NOT NULL DEFAULT 0",
                    "ALTER TABLE handsel_event DROP COLUMN number",
                )
            ],
            state_operations=[
                migrations.AddField(
                    model_name="event", name="number", field=handsel.models.fields.NumberInFamilyField()
                ),
            ],
        ),
    ]

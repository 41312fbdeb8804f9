"""What somebody asked to have erased, and the door through the promises that nothing changes."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

from handsel.models import promises

# Those that the door is in, and the new ones.
_WITH_THE_DOOR = (
    *("events_are_kept", "payments_never_change", "documents_never_change", "document_files_never_change"),
    *("held_sessions_stay", "held_items_stay", "settled_expenses_stay", "settled_receipts_stay"),
    *("erasures_are_kept", "all_erasures_are_kept"),
)


def keep_with_the_door(apps, schema_editor):
    promises.keep(schema_editor, only=_WITH_THE_DOOR)


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0032_events_as_written"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, keep),
        migrations.AddField(
            model_name="issueddocument", name="files_dropped_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(model_name="issueddocument", name="sums", field=models.JSONField(blank=True, null=True)),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("CHILD", "CHILD"), ("FAMILY", "FAMILY"), ("PERSON", "PERSON")], max_length=6
                    ),
                ),
                ("subject_id", models.UUIDField()),
                ("language", models.CharField(max_length=12)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("is_open", models.BooleanField(default=False)),
                ("swept_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handsel.member",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasures",
                        to="handsel.family",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["CHILD", "FAMILY", "PERSON"])), name="erasure_kind_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"),
                        name="an_erasure_is_done_or_withdrawn",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True), ("withdrawn_at__isnull", True)),
                        fields=("kind", "subject_id", "family"),
                        name="one_erasure_waits",
                    ),
                ],
            },
        ),
        migrations.RunPython(keep_with_the_door, lift),
    ]

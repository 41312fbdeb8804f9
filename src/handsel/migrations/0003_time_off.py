"""Time off of a nanny that is their own in all their families, whom they tell why, and what was decided for it.

What is entered already has no person: it keeps counting in its family alone.
"""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
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
        ("handsel", "0002_child_version"),
    ]

    operations = [
        migrations.RunPython(make_way, keep),
        migrations.AddField(
            model_name="timeoff",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="timeoff",
            index=models.Index(fields=["to_date"], name="time_off_by_its_last_day"),
        ),
        migrations.CreateModel(
            name="TimeOffReason",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "time_off",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="told_families",
                        to="handsel.timeoff",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="handsel.family"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("time_off", "family"), name="a_family_is_told_a_reason_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TimeOffDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("time_off_id", models.UUIDField()),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="handsel.family"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="handsel.caresession"
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("KEEP", "KEEP"),
                            ("CANCEL", "CANCEL"),
                            ("UNASSIGN", "UNASSIGN"),
                            ("SHORTEN", "SHORTEN"),
                        ],
                        max_length=8,
                    ),
                ),
                ("before", models.JSONField()),
                ("session_version", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("time_off_id", "session"), name="a_session_is_decided_once"),
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ["CANCEL", "UNASSIGN", "SHORTEN"])),
                        name="decision_changed_something",
                    ),
                ],
            },
        ),
        migrations.RunPython(keep, lift),
    ]

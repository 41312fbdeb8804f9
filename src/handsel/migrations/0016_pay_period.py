"""Pay periods, and what approving one stored."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

from handsel.models import promises


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0015_pay_date"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApprovedAmounts",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("approved_at", models.DateTimeField()),
                ("lines", models.JSONField()),
                ("weeks", models.JSONField()),
                ("totals", models.JSONField()),
                ("apart", models.JSONField()),
                ("warnings", models.JSONField()),
                ("policy_ids", models.JSONField()),
                (
                    "approved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handsel.member"
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handsel.family"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "approved amounts",
            },
        ),
        migrations.CreateModel(
            name="PayPeriod",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("from_date", models.DateField()),
                ("to_date", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("OPEN", "OPEN"),
                            ("SUBMITTED", "SUBMITTED"),
                            ("QUERIED", "QUERIED"),
                            ("APPROVED", "APPROVED"),
                            ("REOPENED", "REOPENED"),
                        ],
                        default="OPEN",
                        max_length=9,
                    ),
                ),
                ("note", models.TextField(blank=True, default="")),
                ("query", models.TextField(blank=True, default="")),
                ("reopen_reason", models.TextField(blank=True, default="")),
                ("reopen_ask", models.TextField(blank=True, default="")),
                ("reopen_asked_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_unpaid", models.BooleanField(default=False)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("queried_at", models.DateTimeField(blank=True, null=True)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("reopened_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "amounts",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds_for",
                        to="handsel.approvedamounts",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handsel.member",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pay_periods", to="handsel.family"
                    ),
                ),
                (
                    "nanny",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pay_periods",
                        to="handsel.member",
                    ),
                ),
                (
                    "queried_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handsel.member",
                    ),
                ),
                (
                    "reopened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handsel.member",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handsel.member",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("family", "nanny", "from_date"), name="one_period_begins_on_a_day"),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "SUBMITTED")),
                        fields=("nanny",),
                        name="one_submitted_period_per_nanny",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["OPEN", "SUBMITTED", "QUERIED", "APPROVED", "REOPENED"])),
                        name="period_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_date__lte", models.F("to_date"))), name="period_ends_after_it_begins"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amounts__isnull", False), ("status", "APPROVED")),
                            models.Q(models.Q(("status", "APPROVED"), _negated=True), ("amounts__isnull", True)),
                            _connector="OR",
                        ),
                        name="approved_periods_have_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "OPEN"),
                            models.Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="what_was_submitted_says_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reopen_ask", ""), ("reopen_asked_at__isnull", True)),
                            models.Q(("reopen_asked_at__isnull", False), ("status", "APPROVED")),
                            _connector="OR",
                        ),
                        name="only_what_is_approved_is_asked_to_reopen",
                    ),
                ]
            },
        ),
        migrations.AddField(
            model_name="approvedamounts",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="approvals", to="handsel.payperiod"
            ),
        ),
        migrations.RunPython(keep, lift),
    ]

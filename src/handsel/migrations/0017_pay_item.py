"""Entries of pay that are no session: paid time, unpaid leave, bonuses, adjustments and gifts."""

from decimal import Decimal

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import handsel.models.fields
from handsel.models import promises


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0016_pay_period"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, keep),
        migrations.CreateModel(
            name="PayItem",
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
                        choices=[
                            ("PAID_TIME_OFF", "PAID_TIME_OFF"),
                            ("PAID_HOLIDAY", "PAID_HOLIDAY"),
                            ("SICK", "SICK"),
                            ("UNPAID_LEAVE", "UNPAID_LEAVE"),
                            ("BONUS", "BONUS"),
                            ("ADJUSTMENT", "ADJUSTMENT"),
                            ("GIFT", "GIFT"),
                        ],
                        max_length=16,
                    ),
                ),
                ("date", models.DateField()),
                ("minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("hourly_rate", handsel.models.fields.RateField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ("amount", handsel.models.fields.AmountField(blank=True, decimal_places=2, max_digits=9, null=True)),
                ("in_regular_rate", models.BooleanField(default=False)),
                ("reason", models.TextField(blank=True, default="")),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handsel.member"
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pay_items", to="handsel.family"
                    ),
                ),
                (
                    "nanny",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handsel.member",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="handsel.caresession",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["family", "nanny", "date"], name="pay_items_of_a_nanny")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "PAID_TIME_OFF",
                                    "PAID_HOLIDAY",
                                    "SICK",
                                    "UNPAID_LEAVE",
                                    "BONUS",
                                    "ADJUSTMENT",
                                    "GIFT",
                                ],
                            )
                        ),
                        name="pay_item_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["PAID_HOLIDAY", "PAID_TIME_OFF", "SICK"]), _negated=True),
                            models.Q(
                                ("minutes__isnull", False),
                                ("minutes__range", (1, 1440)),
                                ("hourly_rate__isnull", False),
                                ("hourly_rate__range", (0, Decimal("9999.99"))),
                                ("amount__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="paid_time_has_minutes_and_a_rate",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["UNPAID_LEAVE"]), _negated=True),
                            models.Q(
                                ("minutes__isnull", False),
                                ("minutes__range", (1, 1440)),
                                ("hourly_rate__isnull", True),
                                ("amount__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="unpaid_leave_has_minutes_alone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["BONUS", "GIFT"]), _negated=True),
                            models.Q(
                                ("minutes__isnull", True),
                                ("hourly_rate__isnull", True),
                                ("amount__isnull", False),
                                ("amount__range", (Decimal("-99999.99"), Decimal("99999.99"))),
                                ("amount__gt", 0),
                            ),
                            _connector="OR",
                        ),
                        name="a_bonus_or_gift_is_above_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["ADJUSTMENT"]), _negated=True),
                            models.Q(
                                ("minutes__isnull", True),
                                ("hourly_rate__isnull", True),
                                ("amount__isnull", False),
                                ("amount__range", (Decimal("-99999.99"), Decimal("99999.99"))),
                                models.Q(("amount", 0), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_adjustment_changes_the_pay_and_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("in_regular_rate", False), ("kind", "BONUS"), _connector="OR"),
                        name="a_bonus_alone_counts_in_the_regular_rate",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("session__isnull", True), ("kind", "ADJUSTMENT"), _connector="OR"),
                        name="an_adjustment_alone_is_about_a_session",
                    ),
                ],
            },
        ),
        migrations.RunPython(keep, lift),
    ]

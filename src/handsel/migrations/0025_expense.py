"""What nannies laid out or drove, and one more topic that people choose by: what of pay waits for an answer."""

from decimal import Decimal

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import handsel.models.fields
from handsel.models import promises

_TOPICS = [
    "to_answer",
    "confirmed",
    "on_your_word",
    "cancelled",
    "changed",
    "change_requests",
    "started",
    "completed",
    "pay",
    "pay_to_answer",
    "family",
    "still_to_answer",
    "tomorrow",
    "to_start",
    "to_complete",
    "to_record",
    "to_plan",
    "calendar",
    "own_calendar",
]


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0024_pay_topic"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, keep),
        migrations.CreateModel(
            name="Expense",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("date", models.DateField()),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("MEALS", "MEALS"),
                            ("ACTIVITIES", "ACTIVITIES"),
                            ("SUPPLIES", "SUPPLIES"),
                            ("TRANSPORT", "TRANSPORT"),
                            ("OTHER", "OTHER"),
                            ("MILEAGE", "MILEAGE"),
                        ],
                        max_length=10,
                    ),
                ),
                ("amount", handsel.models.fields.AmountField(decimal_places=2, max_digits=9)),
                ("distance", models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True)),
                ("unit", models.CharField(blank=True, choices=[("MI", "MI"), ("KM", "KM")], default="", max_length=2)),
                ("rate", models.DecimalField(blank=True, decimal_places=4, max_digits=6, null=True)),
                ("note", models.TextField(blank=True, default="")),
                (
                    "status",
                    models.CharField(
                        choices=[("PENDING", "PENDING"), ("APPROVED", "APPROVED"), ("DECLINED", "DECLINED")],
                        default="PENDING",
                        max_length=8,
                    ),
                ),
                ("answer", models.TextField(blank=True, default="")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handsel.member",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handsel.member"
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="expenses", to="handsel.family"
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
                    "pay_period",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expenses",
                        to="handsel.payperiod",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["family", "nanny", "date"], name="expenses_of_a_nanny")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("category__in", ["MEALS", "ACTIVITIES", "SUPPLIES", "TRANSPORT", "OTHER", "MILEAGE"])
                        ),
                        name="expense_category_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["PENDING", "APPROVED", "DECLINED"])),
                        name="expense_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("category", "MILEAGE"), ("amount__gte", 0)),
                            ("amount__range", (Decimal("0.01"), Decimal("99999.99"))),
                            _connector="OR",
                        ),
                        name="an_expense_is_above_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("category", "MILEAGE"),
                                ("distance__isnull", False),
                                ("distance__range", (Decimal("0.1"), Decimal("9999.9"))),
                                ("rate__gte", 0),
                                ("rate__isnull", False),
                                ("unit__in", ["MI", "KM"]),
                            ),
                            models.Q(
                                models.Q(("category", "MILEAGE"), _negated=True),
                                ("distance__isnull", True),
                                ("rate__isnull", True),
                                ("unit", ""),
                            ),
                            _connector="OR",
                        ),
                        name="a_drive_has_distance_rate_and_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("status", "PENDING")),
                            models.Q(
                                models.Q(("status", "PENDING"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="an_answered_expense_says_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "DECLINED"), models.Q(("answer", ""), _negated=True)),
                            models.Q(models.Q(("status", "DECLINED"), _negated=True), ("answer", "")),
                            _connector="OR",
                        ),
                        name="a_declined_expense_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pay_period__isnull", True), ("status", "APPROVED"), _connector="OR"),
                        name="an_approved_expense_alone_is_settled",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="noticechoice", name="topic_is_known"),
        migrations.AddConstraint(
            model_name="noticechoice",
            constraint=models.CheckConstraint(condition=models.Q(topic__in=_TOPICS), name="topic_is_known"),
        ),
        migrations.RunPython(keep, lift),
    ]

"""Payments: the record that money was paid."""

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
        ("handsel", "0022_export"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, keep),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("date", models.DateField()),
                ("amount", handsel.models.fields.AmountField(decimal_places=2, max_digits=9)),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("CASH", "CASH"),
                            ("CHECK", "CHECK"),
                            ("TRANSFER", "TRANSFER"),
                            ("PAYROLL_SERVICE", "PAYROLL_SERVICE"),
                            ("OTHER", "OTHER"),
                        ],
                        max_length=15,
                    ),
                ),
                ("note", models.TextField(blank=True, default="")),
                ("reason", models.TextField(blank=True, default="")),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="handsel.family"
                    ),
                ),
                (
                    "nanny",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="handsel.member",
                    ),
                ),
                (
                    "pay_period",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handsel.payperiod",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handsel.member"
                    ),
                ),
                (
                    "voids",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="voided_by",
                        to="handsel.payment",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["family", "nanny", "date"], name="payments_of_a_nanny")],
                "constraints": [
                    models.UniqueConstraint(fields=("voids",), name="voided_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__range", (Decimal("0.01"), Decimal("9999999.99")))),
                        name="a_payment_is_above_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["CASH", "CHECK", "TRANSFER", "PAYROLL_SERVICE", "OTHER"])),
                        name="payment_method_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("voids__isnull", True)),
                            models.Q(("voids__isnull", False), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="a_void_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("voids__isnull", True), ("acknowledged_at__isnull", True), _connector="OR"),
                        name="a_void_is_not_acknowledged",
                    ),
                ],
            },
        ),
        migrations.RunPython(keep, lift),
    ]

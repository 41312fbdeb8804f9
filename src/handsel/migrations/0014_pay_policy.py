"""The terms of pay, as versions of a family or of one nanny."""

from decimal import Decimal

import django.db.models.deletion
import django.db.models.functions.comparison
import uuid_utils.compat
from django.db import migrations, models

import handsel.models.fields
from handsel.models import promises


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def make_way(apps, schema_editor):
    promises.make_way(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0013_mail_domains"),
    ]

    operations = [
        migrations.RunPython(make_way, keep),
        migrations.CreateModel(
            name="PayPolicy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("effective_from", models.DateField()),
                ("preset", models.CharField(blank=True, default="", max_length=40)),
                (
                    "workweek_start",
                    models.CharField(
                        choices=[
                            ("MONDAY", "MONDAY"),
                            ("TUESDAY", "TUESDAY"),
                            ("WEDNESDAY", "WEDNESDAY"),
                            ("THURSDAY", "THURSDAY"),
                            ("FRIDAY", "FRIDAY"),
                            ("SATURDAY", "SATURDAY"),
                            ("SUNDAY", "SUNDAY"),
                        ],
                        default="MONDAY",
                        max_length=9,
                    ),
                ),
                (
                    "pay_frequency",
                    models.CharField(
                        choices=[
                            ("WEEK", "WEEK"),
                            ("TWO_WEEKS", "TWO_WEEKS"),
                            ("HALF_MONTH", "HALF_MONTH"),
                            ("MONTH", "MONTH"),
                            ("OWN", "OWN"),
                        ],
                        default="WEEK",
                        max_length=10,
                    ),
                ),
                (
                    "pay_for",
                    models.CharField(
                        choices=[("ACTUAL", "ACTUAL"), ("PLANNED", "PLANNED"), ("GREATER", "GREATER")],
                        default="ACTUAL",
                        max_length=7,
                    ),
                ),
                ("rounding_minutes", models.PositiveSmallIntegerField(default=0)),
                (
                    "rounding_mode",
                    models.CharField(
                        choices=[("NEAREST", "NEAREST"), ("UP", "UP"), ("DOWN", "DOWN")],
                        default="NEAREST",
                        max_length=7,
                    ),
                ),
                ("minimum_minutes", models.PositiveSmallIntegerField(default=0)),
                ("night", models.JSONField(blank=True, null=True)),
                ("weekly_overtime_after", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("daily_overtime_after", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("daily_double_after", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "seventh_day",
                    models.CharField(
                        choices=[
                            ("NONE", "NONE"),
                            ("OVERTIME", "OVERTIME"),
                            ("OVERTIME_THEN_DOUBLE", "OVERTIME_THEN_DOUBLE"),
                        ],
                        default="NONE",
                        max_length=20,
                    ),
                ),
                ("seventh_day_double_after", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("overtime_multiplier", models.DecimalField(decimal_places=2, default=Decimal("1.50"), max_digits=4)),
                ("double_multiplier", models.DecimalField(decimal_places=2, default=Decimal("2.00"), max_digits=4)),
                (
                    "overtime_base",
                    models.CharField(
                        choices=[("WEIGHTED", "WEIGHTED"), ("RATE_WORKED", "RATE_WORKED")],
                        default="WEIGHTED",
                        max_length=11,
                    ),
                ),
                ("federal_overtime", models.BooleanField(default=False)),
                ("holidays", models.JSONField(blank=True, default=list)),
                ("holiday_multiplier", models.DecimalField(decimal_places=2, default=Decimal("1.00"), max_digits=4)),
                ("guaranteed_minutes", models.PositiveSmallIntegerField(default=0)),
                ("basic_rate", handsel.models.fields.RateField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ("cancellation_tiers", models.JSONField(blank=True, default=list)),
                (
                    "rolled_up_holiday_percent",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=4),
                ),
                (
                    "minimum_wage",
                    handsel.models.fields.RateField(blank=True, decimal_places=2, max_digits=6, null=True),
                ),
                ("mileage_rate", models.DecimalField(blank=True, decimal_places=4, max_digits=6, null=True)),
                ("mileage_unit", models.CharField(choices=[("MI", "MI"), ("KM", "KM")], default="MI", max_length=2)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handsel.member"
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pay_policies", to="handsel.family"
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
            ],
            options={
                "verbose_name_plural": "pay policies",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("family"),
                        django.db.models.functions.comparison.Coalesce("nanny", "family"),
                        models.F("effective_from"),
                        name="one_policy_per_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("guaranteed_minutes", 0), ("basic_rate__isnull", False), _connector="OR"),
                        name="a_guarantee_has_a_basic_rate",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("double_multiplier__gte", models.F("overtime_multiplier"))),
                        name="double_is_no_less_than_overtime",
                    ),
                ],
            },
        ),
        migrations.RunPython(keep, lift),
    ]

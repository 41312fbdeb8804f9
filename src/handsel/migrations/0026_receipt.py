"""Receipts of expenses, whose files lie outside the database."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import handsel.models.receipts
from handsel.models import promises


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0025_expense"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, keep),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                (
                    "file",
                    models.FileField(
                        max_length=64,
                        storage=handsel.models.receipts.storage,
                        upload_to=handsel.models.receipts.random_name,
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("image/jpeg", "image/jpeg"),
                            ("image/png", "image/png"),
                            ("image/webp", "image/webp"),
                            ("application/pdf", "application/pdf"),
                        ],
                        max_length=15,
                    ),
                ),
                ("bytes", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField()),
                (
                    "expense",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="receipts", to="handsel.expense"
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
                    models.UniqueConstraint(fields=("expense", "place"), name="one_receipt_in_a_place"),
                    models.UniqueConstraint(fields=("file",), name="a_file_is_one_receipt"),
                    models.CheckConstraint(
                        condition=models.Q(("place__range", (1, 5))), name="an_expense_has_few_receipts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("type__in", ["image/jpeg", "image/png", "image/webp", "application/pdf"])),
                        name="receipt_type_is_known",
                    ),
                ],
            },
        ),
        migrations.RunPython(keep, lift),
    ]

"""Documents that were issued, with their files."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import handsel.rules.pay.documents
from handsel.models import promises


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0017_pay_item"),
    ]

    operations = [
        migrations.CreateModel(
            name="IssuedDocument",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PAY_STATEMENT", "PAY_STATEMENT"),
                            ("INVOICE", "INVOICE"),
                            ("YEAR_FAMILY", "YEAR_FAMILY"),
                            ("YEAR_NANNY", "YEAR_NANNY"),
                            ("YEAR_CHILD", "YEAR_CHILD"),
                            ("CARE_RECEIPT", "CARE_RECEIPT"),
                        ],
                        max_length=13,
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(null=True)),
                ("from_date", models.DateField(null=True)),
                ("to_date", models.DateField(null=True)),
                ("child_ids", models.JSONField(default=list)),
                ("language", models.CharField(max_length=12)),
                ("issued_at", models.DateTimeField()),
                ("content_sha256", models.CharField(max_length=64)),
                ("sha256", models.JSONField()),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="handsel.issueddocument",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issued_documents",
                        to="handsel.family",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handsel.member"
                    ),
                ),
                (
                    "nanny",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handsel.member"
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="handsel.payperiod",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IssuedFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[("pdf", "pdf"), ("xlsx", "xlsx"), ("csv", "csv"), ("json", "json")], max_length=4
                    ),
                ),
                ("deflated", models.BinaryField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="handsel.issueddocument"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="issueddocument",
            index=models.Index(fields=["family", "number"], name="documents_by_number"),
        ),
        migrations.AddConstraint(
            model_name="issueddocument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "kind__in",
                            [
                                handsel.rules.pay.documents.DocumentKind["INVOICE"],
                                handsel.rules.pay.documents.DocumentKind["PAY_STATEMENT"],
                            ],
                        ),
                        ("period__isnull", False),
                        ("year__isnull", True),
                    ),
                    models.Q(
                        (
                            "kind__in",
                            [
                                handsel.rules.pay.documents.DocumentKind["YEAR_CHILD"],
                                handsel.rules.pay.documents.DocumentKind["YEAR_FAMILY"],
                                handsel.rules.pay.documents.DocumentKind["YEAR_NANNY"],
                            ],
                        ),
                        ("period__isnull", True),
                        ("year__isnull", False),
                    ),
                    models.Q(
                        ("from_date__isnull", False),
                        ("kind", handsel.rules.pay.documents.DocumentKind["CARE_RECEIPT"]),
                        ("period__isnull", True),
                        ("year__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="a_document_is_about_what_its_kind_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuedfile",
            constraint=models.UniqueConstraint(fields=("document", "format"), name="one_file_per_format"),
        ),
        migrations.RunPython(keep, lift),
    ]

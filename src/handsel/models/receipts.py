"""Receipts of expenses: rows that name files outside the web root.

A file is written before its row, and removed after it; the worker sweeps what no row names.
"""

import secrets
from collections.abc import Iterable

from django.core.files.storage import Storage, storages
from django.db import models, transaction
from django.db.models import Q

from handsel.models.expenses import Expense
from handsel.models.families import Family
from handsel.models.rows import Identified
from handsel.rules.receipts import ENDINGS, MOST_RECEIPTS, FileType


def storage() -> Storage:
    """Return where the files lie: in the data directory, or in a bucket (HANDSEL_RECEIPTS)."""
    return storages["receipts"]


def random_name(receipt: "Receipt", _: str) -> str:
    """Return a name that nobody can guess; nothing of what was sent is in it."""
    return f"{secrets.token_hex(16)}.{ENDINGS[FileType(receipt.type)]}"


class Receipt(Identified):
    """One file. place: which of the expense's few it is, from 1 on."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="+")
    expense = models.ForeignKey(Expense, on_delete=models.CASCADE, related_name="receipts")
    place = models.PositiveSmallIntegerField()
    file = models.FileField(storage=storage, upload_to=random_name, max_length=64)
    type = models.CharField(max_length=15, choices=[(kind.value, kind.value) for kind in FileType])
    bytes = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["expense", "place"], name="one_receipt_in_a_place"),
            models.UniqueConstraint(fields=["file"], name="a_file_is_one_receipt"),
            models.CheckConstraint(condition=Q(place__range=(1, MOST_RECEIPTS)), name="an_expense_has_few_receipts"),
            models.CheckConstraint(
                condition=Q(type__in=[kind.value for kind in FileType]), name="receipt_type_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type}, {self.bytes} bytes"


def remove_files(receipts: Iterable[Receipt]) -> None:
    """Remove the files of rows that are deleted in this transaction, once it is written. One that stays is swept."""
    names = [str(receipt.file.name) for receipt in receipts]

    def remove() -> None:
        for name in names:
            storage().delete(name)

    transaction.on_commit(remove, robust=True)

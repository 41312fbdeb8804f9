"""The keys that encrypt what is secret in the database: everything encrypted anew with the newest of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from handsel.access import encryption
from handsel.access.encrypted_columns import COLUMNS, EncryptedColumn

# How many rows one transaction writes, so that nobody else waits long.
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many secrets were encrypted anew, and how many no key opens."""

    renewed: int
    unreadable: int


def rotate() -> Rotation:
    """Encrypt anew whatever an older key encrypted, or a version that made its keys from the secret key.

    Whoever stops it half-way begins again and goes on where it was. Others may write meanwhile: a value that changes
    under our hands is left, and looked at again.
    """
    renewed = unreadable = 0
    for column in COLUMNS:
        changed = True
        while changed:
            changed, unreadable_here = False, 0
            for batch in _batches(column):
                for row, text in batch:
                    if text is None:
                        unreadable_here += 1
                    elif _renew(column, row, text):
                        renewed += 1
                    else:
                        changed = True
        unreadable += unreadable_here
    return Rotation(renewed, unreadable)


def _batches(column: EncryptedColumn) -> Iterator[list[tuple[Any, str | None]]]:
    """Yield rows that the newest key has not encrypted, with what stands there; each batch in one transaction."""
    rows, last = column.other_than(encryption.prefixes()[:1]).order_by("pk"), None
    while True:
        with transaction.atomic():
            batch = list(rows.filter(pk__gt=last)[:_BATCH] if last else rows[:_BATCH])
            if not batch:
                return
            yield [(row, column.text(row)) for row in batch]
        last = batch[-1].pk


def _renew(column: EncryptedColumn, row: Any, text: str) -> bool:
    """Write the text as the newest key encrypts it; return False where something else stands there by now."""
    encrypted = encryption.encrypt(text, column.secret, getattr(row, column.owner))
    stored = getattr(row, column.name)
    new: Any = stored | {column.json_key: encrypted} if column.json_key else encrypted
    unchanged = column.filled().filter(pk=row.pk, **{column.name: stored})
    return unchanged.update(**{column.name: new}) == 1

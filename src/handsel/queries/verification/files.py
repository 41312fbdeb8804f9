"""Checks of files against their rows: receipts and exports."""

import hashlib
from datetime import datetime, timedelta

from handsel.documents import export_files
from handsel.models import Export, Receipt
from handsel.models.receipts import storage
from handsel.queries.verification.checks import Check, Look, row_name
from handsel.rules.exports import KEPT_FOR, ExportStatus

# A file is written before its row, and removed after it.
_ON_ITS_WAY = timedelta(hours=1)


def checks(at: datetime) -> list[Check]:
    """Return them as of a moment: a file without a row that was just written is on its way."""
    return [
        Check("receipts have their files", "receipts", _receipts),
        Check("receipt files have their rows", "files", lambda: _files(at)),
        Check("exports have their files", "exports", lambda: _exports(at)),
    ]


def _receipts() -> Look:
    look, files = Look(), storage()
    # unscoped: the whole book
    for receipt in Receipt.objects.iterator():
        look.counted += 1
        name = str(receipt.file.name)
        if not files.exists(name):
            look.note(row_name(Receipt._meta.db_table, receipt.pk, f"its file {name} is gone"))
        elif files.size(name) != receipt.bytes:
            look.note(row_name(Receipt._meta.db_table, receipt.pk, f"its file {name} has another length"))
    return look


def _files(at: datetime) -> Look:
    look, files = Look(), storage()
    try:
        _, names = files.listdir("")
    except FileNotFoundError:  # no receipt was ever added
        return look
    look.counted = len(names)
    # unscoped: the whole book
    for name in sorted(set(names) - set(Receipt.objects.values_list("file", flat=True))):
        if files.get_modified_time(name) <= at - _ON_ITS_WAY:
            look.note(f"{name} in the receipts is in no row")
    return look


def _exports(at: datetime) -> Look:
    look = Look()
    # unscoped: the whole book
    for export in Export.objects.filter(status=ExportStatus.DONE, created_at__gt=at - KEPT_FOR).iterator():
        look.counted += 1
        try:
            content = export_files.read(export.pk)
        except FileNotFoundError:
            look.note(row_name(Export._meta.db_table, export.pk, "its file is gone"))
            continue
        if hashlib.sha256(content).hexdigest() != export.sha256:
            look.note(row_name(Export._meta.db_table, export.pk, "its file is not what was written"))
    return look

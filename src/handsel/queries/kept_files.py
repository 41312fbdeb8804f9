"""The files that the database names, receipts and exports, and whether they lie where this process looks for them."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from handsel.documents import export_files
from handsel.models import Export, Receipt
from handsel.models.receipts import storage
from handsel.rules.exports import KEPT_FOR, ExportStatus

_LOOKED_AT = 20


def places_elsewhere(at: datetime) -> list[Path]:
    """Return the directories in which something should lie, and which are not even there: those of another machine.

    A file that is missing beside others is another thing: `handsel verify` names it. In a bucket every machine finds
    them, and a SQLite database lies beside them.
    """
    if settings.ENVIRONMENT.receipts is not None or settings.ENVIRONMENT.database is None:
        return []
    missing = []
    receipts = settings.ENVIRONMENT.data_dir / "receipts"
    # unscoped: the newest names of files, whosever they are
    names = Receipt.objects.order_by("-created_at").values_list("file", flat=True)[:_LOOKED_AT]
    if not receipts.exists() and any(not storage().exists(name) for name in names):
        missing.append(receipts)
    # unscoped: as above
    written = Export.objects.filter(status=ExportStatus.DONE, created_at__gt=at - KEPT_FOR)
    if not export_files.directory().exists() and written.exists():
        missing.append(export_files.directory())
    return missing

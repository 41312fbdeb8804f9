"""What stands in the way of backups, since when, and whether who runs the server was told."""

from datetime import datetime, timedelta

from handsel.models import ServerTrouble
from handsel.models.leases import BACKUPS

_TOLD_EVERY = timedelta(days=1)
_LONGEST = 80  # of the column


def note_failure(error: str, *, at: datetime) -> None:
    """Note that no backup could be made, and why."""
    row = ServerTrouble(server=BACKUPS, since=at, error=error[:_LONGEST], next_at=at)
    ServerTrouble.objects.bulk_create([row], update_conflicts=True, unique_fields=["server"], update_fields=["error"])


def note_success() -> None:
    ServerTrouble.objects.filter(server=BACKUPS).delete()


def claim_letter(at: datetime) -> ServerTrouble | None:
    """Return the trouble if it is time to tell of it; of several that ask one gets it."""
    trouble = ServerTrouble.objects.filter(server=BACKUPS)
    return trouble.get() if trouble.claim(at, _TOLD_EVERY) else None


def letter_failed(at: datetime) -> None:
    """Have it told the next time."""
    ServerTrouble.objects.filter(server=BACKUPS).update(next_at=at)

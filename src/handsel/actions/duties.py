"""What the worker has to do by itself: whose turn it is, and how it went."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from handsel.models import Duty

# A worker that dies in the middle of a duty leaves it to the others after this.
LEASE = timedelta(minutes=5)


def announce(late_after: Mapping[str, timedelta], *, at: datetime) -> None:
    """These are to be done from now on, and no others; each is late when it was not done for so long."""
    rows = [Duty(name=name, since=at, next_at=at, late_after=long) for name, long in late_after.items()]
    Duty.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=["since", "late_after"])
    Duty.objects.exclude(name__in=late_after).delete()


def take(name: str, *, at: datetime) -> bool:
    """Whether it is due, and now this worker's: of several that ask at once one gets it."""
    return Duty.objects.filter(name=name).claim(at, LEASE) == 1


def done(name: str, *, at: datetime, again_at: datetime, trouble: str = "") -> None:
    """It was done, or went wrong (trouble: the kind of the error); when it is due again."""
    when = {} if trouble else {"done_at": at}
    Duty.objects.filter(name=name).update(next_at=again_at, last_error=trouble, **when)

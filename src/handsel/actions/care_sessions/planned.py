"""What a draft says of a session's plan: its times, checked and turned into instants."""

from datetime import datetime, timedelta

from handsel.rules import fields, local_time
from handsel.rules.drafts import Draft, Problems
from handsel.rules.sentences import say

LONGEST = timedelta(hours=24)


def instant(draft: Draft, field: str, zone: str, problems: Problems) -> datetime | None:
    """The draft's moment as an instant; one without an offset is wall time in zone. None when missing or wrong."""
    said: datetime | None = draft.get(field)
    if said is None:
        return None
    try:
        found = said if said.tzinfo is not None else local_time.instant(said, zone)
        year = local_time.local_date(found, zone).year
    except OverflowError:
        year = 0
    if not fields.EARLIEST.year <= year <= fields.LATEST.year:
        problems.add(field, fields.OUT_OF_REACH)
        return None
    return found


def check_length(start: datetime, end: datetime, problems: Problems, *, field: str = "scheduled_end") -> None:
    """A session ends after it starts and lasts at most 24 hours."""
    if end <= start:
        problems.add(field, say("The end must be after the start."))
    elif end - start > LONGEST:
        problems.add(field, say("A session lasts at most 24 hours."))

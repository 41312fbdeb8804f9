"""Time off: at which instants somebody is away, what is left of a session beside it, and what may be decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Protocol

from handsel.rules import local_time, overlap
from handsel.rules.drafts import Draft
from handsel.rules.overlap import Stretch
from handsel.rules.sentences import say

# How much may be entered at once.
LONGEST = timedelta(days=366)

# How long the one press that takes an entry back takes back what it decided, too.
UNDO_WITHIN = timedelta(minutes=15)
# What is left of a session is offered from this length on.
SHORTEST_REST = timedelta(minutes=15)
# An overnight session reaches into the next day, hours off over midnight come from the day before, and the clocks of
# two zones differ by a day.
REACH = timedelta(days=2)


class Decision(StrEnum):
    """What becomes of a session that time off touches."""

    KEEP = "KEEP"
    CANCEL = "CANCEL"
    UNASSIGN = "UNASSIGN"
    SHORTEN = "SHORTEN"


# What can be decided of all sessions at once.
OF_ALL = (Decision.KEEP, Decision.CANCEL, Decision.UNASSIGN)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is decided of one session. part: of what is left of it beside the time off, which is kept (from 0); version:
    which of it the person saw.
    """

    decision: Decision
    part: int = 0
    version: int | None = None


class Away(StrEnum):
    """Who is away at the time of a session."""

    NANNY = "NANNY"
    FAMILY = "FAMILY"


class Days(Protocol):
    """Time off as it was entered."""

    @property
    def from_date(self) -> date: ...
    @property
    def to_date(self) -> date: ...
    @property
    def start_time(self) -> time | None: ...
    @property
    def end_time(self) -> time | None: ...


def wrong(draft: Draft) -> dict[str, str]:
    """Return what no field of from_date, to_date, start_time and end_time can tell alone, by field."""
    found: dict[str, str] = {}
    first, last = draft.get("from_date"), draft.get("to_date")
    if first and last and last < first:
        found["to_date"] = say("The last day can’t be before the first.")
    elif first and last and last - first >= LONGEST:
        found["to_date"] = say("Enter at most %(most)s days at once.", most=LONGEST.days)
    start, end = draft.get("start_time"), draft.get("end_time")
    if (start is None) != (end is None):
        found["start_time" if start is None else "end_time"] = say("Hours need a start and an end.")
    elif start is not None and start == end:
        found["end_time"] = say("Start and end are the same. For the whole day leave both empty.")
    return found


def stretches(days: Days, zone: str, first: date, last: date) -> list[Stretch]:
    """Return from when to when it lasts by the clocks of the zone, as far as it may touch these local days."""
    first, last = max(days.from_date, shifted(first, -REACH)), min(days.to_date, shifted(last, REACH))
    if last < first:
        return []
    if days.start_time is None or days.end_time is None:
        return [local_time.day_span(first, last, zone)]
    each = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return local_time.spans(each, days.start_time, days.end_time, zone)


def rest(planned: Stretch, off: Iterable[Stretch]) -> list[Stretch]:
    """Return what is left of a session beside time off, in order; empty where that is all of it or next to nothing."""
    start, end = planned
    parts = []
    for off_start, off_end in overlap.merged(off):
        if off_end <= start or off_start >= end:
            continue
        parts.append((start, off_start))
        start = max(start, off_end)
    return [part for part in [*parts, (start, end)] if part[1] - part[0] >= SHORTEST_REST]


def shifted(day: date, by: timedelta) -> date:
    """Return the day so many later, or itself where the calendar has none."""
    return day + by if date.min - day < by < date.max - day else day

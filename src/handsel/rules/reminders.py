"""The windows of reminders: from when on somebody is reminded of what, and until when it still is of use.

What nobody could write in time, because the worker was away, is late and comes until its window closes. After that it
does not come at all.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from handsel.rules import local_time, recurrence
from handsel.rules.recurrence import Pattern

_A_DAY = timedelta(days=1)

# How long before its start a session that nobody confirmed is brought up again, but not at once after it was planned or
# changed, since the family has just been told.
ANSWER_BEFORE = timedelta(hours=48)
JUST_TOLD = timedelta(hours=12)
EVENING = time(18)
LATE_TO_START = timedelta(minutes=15)
LATE_TO_END = timedelta(minutes=30)
FAMILY_HEARS_AFTER = timedelta(hours=2)
# A session that runs a day after its end was forgotten, and one more ring does not help.
RINGS_FOR = _A_DAY
PLANNED_FOR = timedelta(days=14)
MORNING = time(9)
# A session that nobody started is asked about the next morning, and once more.
ASKED_AGAIN_AFTER = timedelta(days=7)
CATCH_UP = timedelta(days=2)
# How long before its start a confirmed session without a nanny is brought up again.
NANNY_NEEDED = (timedelta(hours=12), timedelta(hours=2))


@dataclass(frozen=True, slots=True)
class Window:
    """A window from the first instant up to, not including, the second."""

    opens: datetime
    closes: datetime

    def holds(self, at: datetime) -> bool:
        return self.opens <= at < self.closes


def still_to_confirm(start: datetime, changed_at: datetime) -> Window:
    """Return the window of a session that nobody confirmed; changed_at: when it was planned or last changed."""
    return Window(max(start - ANSWER_BEFORE, changed_at + JUST_TOLD), start)


def tomorrow(day: date, zone: str) -> Window:
    """Return the window of a day's sessions: from the evening before until the day begins, by the zone."""
    return Window(evening_before(day, zone), local_time.day_span(day, day, zone)[0])


def evening_before(day: date, zone: str) -> datetime:
    """Return 18:00 on the day before or, where the zone has skipped that day, on the last day it had."""
    begins, _ = local_time.day_span(day, day, zone)
    eve = local_time.local_date(begins - timedelta(seconds=1), zone)
    return local_time.instant(datetime.combine(eve, EVENING), zone)


def should_have_started(start: datetime, end: datetime) -> Window:
    """Return the window of a confirmed session that nobody started, until it would be over."""
    return Window(start + LATE_TO_START, end)


def still_running(end: datetime) -> Window:
    """Return the window of a session that goes on after its planned end: for its nanny or, where it has none, the
    parents.
    """
    return Window(end + LATE_TO_END, end + RINGS_FOR)


def still_running_for_the_family(end: datetime) -> Window:
    """Return the same window for the parents of a session that has a nanny: when the nanny does not hear it."""
    return Window(end + FAMILY_HEARS_AFTER, end + RINGS_FOR)


def not_recorded(start: datetime, end: datetime, zone: str) -> tuple[Window, Window]:
    """Return the windows of a confirmed session that nobody started and that is over: from 09:00 on the morning after
    it, by the clocks of the zone, and a week later.

    A session that is not over by then waits for the first morning on which it is.
    """
    day = local_time.local_date(start, zone) + _A_DAY
    while _morning(day, zone) < end:
        day += _A_DAY
    mornings = (_morning(day, zone), _morning(day + ASKED_AGAIN_AFTER, zone))
    return Window(mornings[0], mornings[0] + CATCH_UP), Window(mornings[1], mornings[1] + CATCH_UP)


def needs_nanny(start: datetime, changed_at: datetime) -> list[Window]:
    """Return the windows of a confirmed session without a nanny, each up to the next one or the start; not those that
    had opened when it was last changed, since the family was told then.
    """
    opens = [start - before for before in NANNY_NEEDED]
    return [Window(*window) for window in pairwise([*opens, start]) if window[0] >= changed_at]


def _morning(day: date, zone: str) -> datetime:
    return local_time.instant(datetime.combine(day, MORNING), zone)


def plan_ends(pattern: Pattern, planned_to: date, zone: str) -> Window | None:
    """Return the window of a schedule whose last slot with a session is planned_to; None where no slot follows that
    could be planned.

    It is planned up to the day before the next slot. The window opens at 09:00 by the clocks of the zone on the first
    day on which that is less than 14 days away, and closes with the day of that slot.
    """
    following = recurrence.upcoming(pattern, planned_to + _A_DAY, most=1)
    if not following:
        return None
    return Window(_morning(following[0] - PLANNED_FOR, zone), local_time.day_span(following[0], following[0], zone)[1])

"""When a press asks for the time it is about, and which instant a time of day means that is typed without a day."""

from datetime import date, datetime, time, timedelta
from typing import Protocol

from handsel.rules import local_time
from handsel.rules.moments import EARLIEST_START, longest_care
from handsel.rules.moves import Move

# A press this long after the planned time is not taken for that time, nor for now: its page asks first.
ASKS_AFTER = timedelta(minutes=15)
# What was to be this long ago was more likely as planned than just now.
LONG_AGO = timedelta(minutes=30)
# A start this long before the planned time says so before it is pressed.
SAYS_EARLY = timedelta(minutes=30)
# A session that ran for no longer was started and completed together, by who had forgotten both.
NO_LENGTH = timedelta(minutes=5)
# What is planned to be shorter may well have been as short as that.
PLANNED_FOR_HOURS = timedelta(hours=1)
_DAY = timedelta(days=1)


class Timed(Protocol):
    """A session, as far as its times are asked for."""

    @property
    def scheduled_start(self) -> datetime: ...
    @property
    def scheduled_end(self) -> datetime: ...
    @property
    def actual_start(self) -> datetime | None: ...
    @property
    def time_zone(self) -> str: ...


def planned_moment(move: Move, session: Timed) -> datetime:
    """Return the planned time of a start or a completion."""
    return session.scheduled_start if move is Move.START else session.scheduled_end


def is_late(move: Move, session: Timed, at: datetime) -> bool:
    """Say whether a press of Start or Complete asks first which time it is about."""
    return at > planned_moment(move, session) + ASKS_AFTER


def is_early(session: Timed, at: datetime) -> bool:
    """Say whether who starts now has to know that it is long before the planned time."""
    return at < session.scheduled_start - SAYS_EARLY


def bounds(move: Move, session: Timed, at: datetime) -> tuple[datetime, datetime]:
    """Return the first and the last instant that a start or a completion may be said to be of."""
    if move is Move.START or session.actual_start is None:
        return session.scheduled_start - EARLIEST_START, at
    return session.actual_start, min(at, session.actual_start + longest_care(session.actual_start, session.time_zone))


def is_forgotten(start: datetime, end: datetime, session: Timed) -> bool:
    """Say whether these times are rather those of two late presses than of the care that was planned."""
    return end - start <= NO_LENGTH and session.scheduled_end - session.scheduled_start >= PLANNED_FOR_HOURS


def latest_moment(clock: time, zone: str, first: datetime, last: datetime) -> datetime | None:
    """Return the latest instant from first to last at which the clocks of the zone show this time; None for none."""
    day, earliest_day = local_time.local_date(last, zone), local_time.local_date(first, zone)
    while day >= earliest_day:
        if moment := moment_on(day, clock, zone, first, last):
            return moment
        day -= _DAY
    return None


def moment_on(day: date, clock: time, zone: str, first: datetime, last: datetime) -> datetime | None:
    """Return the instant from first to last at which the clocks show this time on a day; None where none is.

    Of a time that they show twice it is the first one, or the other where only that is possible. A time in the very
    minute in which `first` lies means `first` itself.
    """
    begins = first.replace(second=0, microsecond=0)
    moments = local_time.instants(datetime.combine(day, clock), zone)
    return next((max(moment, first) for moment in moments if begins <= moment <= last), None)

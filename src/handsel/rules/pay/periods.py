"""Pay periods: stretches of days of one nanny in one family that both sides settle, one after the other."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum, unique
from typing import Protocol
from uuid import UUID

from handsel.rules.lifecycle import Status
from handsel.rules.pay.terms import PayFrequency
from handsel.rules.pay.workweeks import Timeline
from handsel.rules.refusals import HeldBy

LONGEST_DAYS = 366
HALF_OF_A_MONTH = 15
# A period may be submitted on its last seven days, and after them.
LAST_DAYS = timedelta(days=6)
# No workweek of a held period may change, and one may begin so long before it.
HELD_BEFORE_FIRST = timedelta(days=7)


@unique
class PeriodStatus(StrEnum):
    OPEN = "OPEN"
    SUBMITTED = "SUBMITTED"
    QUERIED = "QUERIED"
    APPROVED = "APPROVED"
    REOPENED = "REOPENED"


# Nothing in these can be changed.
HELD = frozenset({PeriodStatus.SUBMITTED, PeriodStatus.APPROVED})


@unique
class Unready(StrEnum):
    """Why a session stands in the way of submitting its period. It would be locked unpaid, and the last three may be
    taken as they are.
    """

    RUNNING = "RUNNING"
    AHEAD = "AHEAD"
    UNCONFIRMED = "UNCONFIRMED"
    NOT_RECORDED = "NOT_RECORDED"
    NO_RATE = "NO_RATE"


# What who submits may take as it is.
ACCEPTABLE = frozenset({Unready.UNCONFIRMED, Unready.NOT_RECORDED, Unready.NO_RATE})


class ReadySession(Protocol):
    """What readiness asks of a session."""

    @property
    def id(self) -> UUID: ...
    @property
    def status(self) -> str: ...
    @property
    def is_confirmed(self) -> bool: ...
    @property
    def scheduled_start(self) -> datetime: ...
    @property
    def scheduled_end(self) -> datetime: ...
    @property
    def hourly_rate(self) -> Decimal | None: ...


def unready(session: ReadySession, at: datetime) -> Unready | None:
    """Return why this session stands in the way of submitting its period; None where it does not."""
    if session.status == Status.IN_PROGRESS:
        return Unready.RUNNING
    if session.status == Status.COMPLETED:
        return Unready.NO_RATE if session.hourly_rate is None else None
    if session.status == Status.CANCELLED:
        return None
    if session.scheduled_end > at:
        return Unready.AHEAD
    return Unready.NOT_RECORDED if session.is_confirmed else Unready.UNCONFIRMED


def in_the_way(sessions: Iterable[ReadySession], *, accept_unpaid: bool, at: datetime) -> list[tuple[UUID, Unready]]:
    """Return all sessions that stand in the way, soonest first, and why."""
    reasons = [(session.id, unready(session, at)) for session in sorted(sessions, key=_by_start)]
    passed = ACCEPTABLE if accept_unpaid else frozenset()
    return [(session_id, reason) for session_id, reason in reasons if reason is not None and reason not in passed]


def _by_start(session: ReadySession) -> tuple[datetime, UUID]:
    return session.scheduled_start, session.id


def submits_from(first: date, last: date) -> date:
    """Return the first day on which a period may be submitted."""
    return max(first, last - LAST_DAYS)


def last_day(frequency: PayFrequency, first: date, timeline: Timeline) -> date | None:
    """Return the day up to which the period that begins on a day is proposed; None for OWN."""
    match frequency:
        case PayFrequency.WEEK:
            return _week(first, timeline)[1]
        case PayFrequency.TWO_WEEKS:
            return _week(_week(first, timeline)[1] + timedelta(days=1), timeline)[1]
        case PayFrequency.HALF_MONTH if first.day <= HALF_OF_A_MONTH:
            return first.replace(day=HALF_OF_A_MONTH)
        case PayFrequency.HALF_MONTH | PayFrequency.MONTH:
            return first.replace(day=monthrange(first.year, first.month)[1])
        case PayFrequency.OWN:
            return None


def first_stretch(frequency: PayFrequency, day: date, timeline: Timeline) -> tuple[date, date | None]:
    """Return the stretch that holds a day, which a first period is proposed as."""
    match frequency:
        case PayFrequency.WEEK | PayFrequency.TWO_WEEKS:
            first = _week(day, timeline)[0]
        case PayFrequency.HALF_MONTH if day.day > HALF_OF_A_MONTH:
            first = day.replace(day=HALF_OF_A_MONTH + 1)
        case PayFrequency.HALF_MONTH | PayFrequency.MONTH:
            first = day.replace(day=1)
        case PayFrequency.OWN:
            first = day
    return first, last_day(frequency, first, timeline)


def _week(day: date, timeline: Timeline) -> tuple[date, date]:
    """Return the workweek that holds a day; before any terms one that starts on a Monday."""
    week = timeline.week_of(day.toordinal())
    if week is not None:
        return date.fromordinal(week.first), date.fromordinal(week.last)
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class HeldDays:
    """The days of one nanny in one family that pay periods hold: from a week before her first period to the last day of
    the last that was submitted or approved. periods: all of hers, earliest first.
    """

    periods: Sequence[HeldBy]

    @property
    def until(self) -> date | None:
        """Return heldUntil; None while nothing is held."""
        return max((period.to_date for period in self.periods if period.status in HELD), default=None)

    def period_of(self, day: date) -> HeldBy | None:
        """Return the period that holds a day: before the first period it is that one. None: the day is free."""
        until = self.until
        if until is None or day > until or day < self.periods[0].from_date - HELD_BEFORE_FIRST:
            return None
        return next((period for period in self.periods if period.to_date >= day), None)


NOTHING_HELD = HeldDays(())

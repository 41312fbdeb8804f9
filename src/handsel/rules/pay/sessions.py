"""What one session comes to under its terms: how long it is paid, which minutes count, and its nights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, Self

from handsel.rules.lifecycle import Status
from handsel.rules.pay.local_days import LocalDays, minute_of
from handsel.rules.pay.terms import Night, PayFor, RoundingMode, Terms, rounded
from handsel.rules.roles import Role

_HOUR = timedelta(hours=1)


class CancelledFor(StrEnum):
    """Whose choice it was to cancel."""

    FAMILY = "FAMILY"
    NANNY = "NANNY"

    @classmethod
    def by(cls, role: Role) -> Self:
        """Return whose choice it is where nobody says otherwise: that of the side who cancels."""
        return cls(cls.NANNY if role is Role.NANNY else cls.FAMILY)


class Session(Protocol):
    """What pay asks of a session. Ids sort as the sessions were made."""

    @property
    def id(self) -> object: ...
    @property
    def status(self) -> str: ...
    @property
    def is_confirmed(self) -> bool: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def scheduled_start(self) -> datetime: ...
    @property
    def scheduled_end(self) -> datetime: ...
    @property
    def actual_start(self) -> datetime | None: ...
    @property
    def actual_end(self) -> datetime | None: ...
    @property
    def hourly_rate(self) -> Decimal | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...
    @property
    def cancelled_for(self) -> str | None: ...
    @property
    def is_corrected(self) -> bool: ...


class Apart(StrEnum):
    """Why a session is not paid."""

    UNCONFIRMED = "UNCONFIRMED"
    PLANNED = "PLANNED"
    RUNNING = "RUNNING"
    CANCELLED = "CANCELLED"
    NO_RATE = "NO_RATE"
    NO_NANNY = "NO_NANNY"


def apart(session: Session) -> Apart | None:
    """Return why this session is not paid for the time that it took; None where it is."""
    status = session.status
    if status == Status.COMPLETED and session.is_confirmed:
        return None if session.hourly_rate is not None else Apart.NO_RATE
    if status == Status.CANCELLED:
        return Apart.CANCELLED
    if status == Status.IN_PROGRESS:
        return Apart.RUNNING
    return Apart.PLANNED if session.is_confirmed else Apart.UNCONFIRMED


@dataclass(frozen=True, slots=True)
class PaidNight:
    """A night of a session, as minutes since 1970, and its flat amount in cents."""

    first: int
    end: int
    amount: int
    counts: bool

    @property
    def minutes(self) -> int:
        return self.end - self.first


# How many minutes of a session are paid and worked, and which of them count, as minutes since 1970: the first, the end
# that does not count any more, and the nights among them. A plain tuple, for one is made of every session.
Length = tuple[int, int, int, int, Sequence[PaidNight]]


def length(session: Session, terms: Terms, days: LocalDays) -> Length:
    """Return the lengths of a session that is done."""
    start, stop = session.actual_start, session.actual_end
    assert start is not None and stop is not None  # noqa: S101, PT018 (what COMPLETED means)
    first, end = minute_of(start), minute_of(stop)
    worked = paid = end - first
    if terms.pays_what_passed:
        return paid, worked, first, end, ()
    if terms.pay_for is not PayFor.ACTUAL:
        planned = planned_minutes(session)
        paid = planned if terms.pay_for is PayFor.PLANNED else max(worked, planned)
    if terms.rounding_minutes:
        paid = _rounded(paid, terms.rounding_minutes, terms.rounding_mode)
    paid = max(paid, terms.minimum_minutes)
    end = first + min(worked, paid)
    return paid, worked, first, end, _nights(first, end, terms.night, days) if terms.night else ()


def by_itself(session: Session, terms: Terms, days: LocalDays) -> int:
    """Return the cents of a session that is done, before anything that its workweek adds: hourly pay and nights."""
    paid, _, _, _, nights = length(session, terms, days)
    hourly = paid - sum(night.minutes for night in nights)
    return sum(night.amount for night in nights) + rounded(hourly * int((session.hourly_rate or 0) * 100), 60)


def planned_minutes(session: Session) -> int:
    return minute_of(session.scheduled_end) - minute_of(session.scheduled_start)


def _rounded(minutes: int, step: int, mode: RoundingMode) -> int:
    if mode is RoundingMode.UP:
        return -(-minutes // step) * step
    if mode is RoundingMode.DOWN:
        return minutes // step * step
    return (2 * minutes + step) // (2 * step) * step


def _nights(first: int, end: int, night: Night, days: LocalDays) -> list[PaidNight]:
    """Return the nights among counted minutes, soonest first. A band may have begun on the day before.

    Where clocks go forward a band may begin before the last has ended: each minute is in one night alone.
    """
    nights: list[PaidNight] = []
    if end - first < night.at_least:
        return nights
    for band in days.bands(night.begins, night.ends, days.day_of(first) - 1, days.day_of(end - 1)):
        begins, ends = max(band[0], first), min(band[1], end)
        if ends - begins >= night.at_least:
            nights.append(PaidNight(begins, ends, night.amount, night.counts))
            first = ends
    return nights


def cancellation_hundredths(session: Session, terms: Terms) -> int:
    """Return how many hundredths of a minute a cancelled session is paid for; 0 where it is not."""
    if session.cancelled_for != CancelledFor.FAMILY or not session.is_confirmed or session.cancelled_at is None:
        return 0
    notice = session.scheduled_start - session.cancelled_at
    for tier in terms.cancellation_tiers:
        if notice < tier.notice_hours * _HOUR:
            return max(tier.percent * planned_minutes(session), 100 * tier.minimum_minutes)
    return 0

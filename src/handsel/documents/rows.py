"""The plain rows that documents are made of. Who may see what has been settled before: what is hidden is None."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import ClassVar, NamedTuple, Self
from uuid import UUID

from handsel.rules.lifecycle import State


@dataclass(frozen=True, slots=True)
class CareLine:
    """One session of care that was agreed and done. Times are instants; `day` is local to `time_zone`. `shared_minutes`
    are those in which its nanny is recorded elsewhere too, where nobody said that they may be.
    """

    session_id: UUID
    family_id: UUID
    family_name: str
    currency: str
    day: date
    child_names: tuple[str, ...]
    nanny_name: str
    scheduled_start: datetime
    scheduled_end: datetime
    actual_start: datetime
    actual_end: datetime
    time_zone: str
    minutes: int
    hourly_rate: Decimal | None
    amount: Decimal | None
    shared_minutes: int = 0
    sessions: ClassVar[int] = 1

    @property
    def month(self) -> int:
        return self.day.month


class CareTime(NamedTuple):
    """Sessions of care of one month that took equally long at one rate: how many, how long together, and what they are
    by themselves where that is not told by what their month came to.
    """

    family_id: UUID
    family_name: str
    currency: str
    month: int
    sessions: int
    minutes: int
    hourly_rate: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Earned:
    """What the timesheets of a month come to in a family that has terms of pay: the gross pay that the reader may see.
    It may be more than its sessions are by themselves.
    """

    family_id: UUID
    family_name: str
    currency: str
    month: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of some lines; `amounts` by their currency leave out what is hidden or has no rate."""

    sessions: int
    minutes: int
    amounts: dict[str, Decimal]

    @classmethod
    def of(cls, times: Iterable[CareLine | CareTime], earned: Iterable[Earned] = ()) -> Self:
        """Add up the times of sessions. earned: what takes the place of the amounts of some families."""
        times, earned = list(times), list(earned)
        has_terms = {of_month.family_id for of_month in earned}
        by_themselves = [(time.currency, time.amount) for time in times if time.family_id not in has_terms]
        of_months = [(of_month.currency, of_month.amount) for of_month in earned if of_month.amount]
        amounts: dict[str, Decimal] = {}
        for currency, amount in [*by_themselves, *of_months]:
            if amount is not None:
                amounts[currency] = amounts.get(currency, Decimal(0)) + amount
        return cls(sum(time.sessions for time in times), sum(time.minutes for time in times), amounts)


@dataclass(frozen=True)
class YearRecord:
    """The record of a year: what was done, in the order of the days. `years` are those that have a record.

    family_name: empty where it is a nanny's year in all families. is_own: it holds the reader's own sessions alone.
    times: of all its sessions; lines: of those that are shown one by one, all or those of a month. earned: each month
    of each family that has terms; where there are none, amounts are those of the sessions.
    """

    family_name: str
    time_zone: str
    is_own: bool
    year: int
    years: list[int]
    times: Sequence[CareLine | CareTime]
    lines: list[CareLine]
    earned: Sequence[Earned] = ()

    @property
    def total(self) -> Total:
        return Total.of(self.times, self.earned)

    @property
    def families(self) -> list[tuple[str, Total]]:
        """Return each family that has sessions, by name, with their total."""
        by_family = sorted(self.times, key=lambda time: (time.family_name, time.family_id))
        families = groupby(by_family, key=lambda time: (time.family_name, time.family_id))
        return [
            (name, Total.of(times, [earned for earned in self.earned if earned.family_id == family_id]))
            for (name, family_id), times in families
        ]

    @cached_property
    def months(self) -> list[tuple[date, Total]]:
        """Return each month that has sessions, or in which something was earned: its first day, and its total."""
        times_of: dict[int, list[CareLine | CareTime]] = {earned.month: [] for earned in self.earned if earned.amount}
        for time in self.times:
            times_of.setdefault(time.month, []).append(time)
        return [
            (
                date(self.year, month, 1),
                Total.of(times_of[month], [earned for earned in self.earned if earned.month == month]),
            )
            for month in sorted(times_of)
        ]


@dataclass(frozen=True, slots=True)
class Appointment:
    """One session for a calendar app. Start and end are instants, `version` and `changed_at` tell of its last change.

    What a calendar is not to tell is empty; with neither family, children nor nanny it says "Busy" and no more.
    """

    session_id: UUID
    family_id: UUID
    version: int
    changed_at: datetime
    state: State
    start: datetime
    end: datetime
    time_zone: str
    family_name: str = ""
    child_names: tuple[str, ...] = ()
    nanny_name: str = ""
    notes: str = ""
    place: str = ""
    link: str = ""

    @property
    def fingerprint(self) -> str:
        """Return a digest of what a mailed file tells of it: two that are the same say the same."""
        status = self.state if self.state in (State.UNCONFIRMED, State.CANCELLED) else State.CONFIRMED
        told = (status.value, self.start.isoformat(), self.end.isoformat(), self.time_zone)
        names = (self.family_name, *self.child_names, self.nanny_name)
        return hashlib.sha256(repr((told, names)).encode()).hexdigest()[:32]

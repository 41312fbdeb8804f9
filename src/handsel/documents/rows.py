"""The plain rows that documents are made of. Who may see what has been settled before: what is hidden is None."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Self
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
    def of(cls, lines: Iterable[CareLine], earned: Iterable[Earned] = ()) -> Self:
        """Add up lines. earned: what takes the place of the amounts of some families' lines."""
        lines, earned = list(lines), list(earned)
        has_terms = {of_month.family_id for of_month in earned}
        of_lines = [(line.currency, line.amount) for line in lines if line.family_id not in has_terms]
        of_months = [(of_month.currency, of_month.amount) for of_month in earned if of_month.amount]
        amounts: dict[str, Decimal] = {}
        for currency, amount in [*of_lines, *of_months]:
            if amount is not None:
                amounts[currency] = amounts.get(currency, Decimal(0)) + amount
        return cls(len(lines), sum(line.minutes for line in lines), amounts)


@dataclass(frozen=True, slots=True)
class YearRecord:
    """The record of a year: what was done, in the order of the days. `years` are those that have a record.

    family_name: empty where it is a nanny's year in all families. is_own: it holds the reader's own sessions alone.
    earned: each month of each family that has terms; where there are none, amounts are those of the lines.
    """

    family_name: str
    time_zone: str
    is_own: bool
    year: int
    years: list[int]
    lines: list[CareLine]
    earned: Sequence[Earned] = ()

    @property
    def total(self) -> Total:
        return Total.of(self.lines, self.earned)

    @property
    def families(self) -> list[tuple[str, Total]]:
        """Return each family that has lines, by name, with their total."""
        by_family = sorted(self.lines, key=lambda line: (line.family_name, line.family_id))
        families = groupby(by_family, key=lambda line: (line.family_name, line.family_id))
        return [
            (name, Total.of(lines, [earned for earned in self.earned if earned.family_id == family_id]))
            for (name, family_id), lines in families
        ]

    @property
    def months(self) -> list[tuple[date, list[CareLine], Total]]:
        """Return each month that has lines, or in which something was earned: its first day, the lines, their total."""
        lines_of: dict[int, list[CareLine]] = {earned.month: [] for earned in self.earned if earned.amount}
        for line in self.lines:
            lines_of.setdefault(line.day.month, []).append(line)
        return [
            (
                date(self.year, month, 1),
                lines_of[month],
                Total.of(lines_of[month], [earned for earned in self.earned if earned.month == month]),
            )
            for month in sorted(lines_of)
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

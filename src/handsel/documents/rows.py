"""The plain rows that documents are made of. Who may see what has been settled before: what is hidden is None."""

import hashlib
from collections.abc import Iterable
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
class Total:
    """The sum of some lines; `amounts` by their currency leave out what is hidden or has no rate."""

    sessions: int
    minutes: int
    amounts: dict[str, Decimal]

    @classmethod
    def of(cls, lines: Iterable[CareLine]) -> Self:
        lines = list(lines)
        minutes = sum(line.minutes for line in lines)
        amounts: dict[str, Decimal] = {}
        for line in lines:
            if line.amount is not None:
                amounts[line.currency] = amounts.get(line.currency, Decimal(0)) + line.amount
        return cls(len(lines), minutes, amounts)


@dataclass(frozen=True, slots=True)
class YearRecord:
    """The record of a year: what was done, in the order of the days. `years` are those that have a record.

    family_name: empty where it is a nanny's year in all families. is_own: it holds the reader's own sessions alone.
    """

    family_name: str
    time_zone: str
    is_own: bool
    year: int
    years: list[int]
    lines: list[CareLine]

    @property
    def total(self) -> Total:
        return Total.of(self.lines)

    @property
    def families(self) -> list[tuple[str, Total]]:
        """Return each family that has lines, by name, with their total."""
        by_family = sorted(self.lines, key=lambda line: (line.family_name, line.family_id))
        families = groupby(by_family, key=lambda line: (line.family_name, line.family_id))
        return [(name, Total.of(lines)) for (name, _), lines in families]

    @property
    def months(self) -> list[tuple[date, list[CareLine], Total]]:
        """Return each month that has lines: its first day, the lines, their total."""
        months = [
            (first, list(month)) for first, month in groupby(self.lines, key=lambda line: line.day.replace(day=1))
        ]
        return [(first, lines, Total.of(lines)) for first, lines in months]


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

"""The plain rows that documents are made of. Who may see what has been settled before: what is hidden is None."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Self
from uuid import UUID

from handsel.rules import pay
from handsel.rules.lifecycle import State


@dataclass(frozen=True, slots=True)
class CareLine:
    """One session of care that was agreed and done. Times are instants; `day` is local to `time_zone`."""

    session_id: UUID
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


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of some lines; `amount` leaves out what is hidden or has no rate, and is None when that is all of it."""

    sessions: int
    minutes: int
    amount: Decimal | None

    @classmethod
    def of(cls, lines: Iterable[CareLine]) -> Self:
        lines = list(lines)
        minutes = sum(line.minutes for line in lines)
        return cls(len(lines), minutes, pay.total(line.amount for line in lines))


@dataclass(frozen=True, slots=True)
class YearRecord:
    """The record of a family's year: what was done, in the order of the days. `years` are those that have a record."""

    family_name: str
    currency: str
    time_zone: str
    year: int
    years: list[int]
    lines: list[CareLine]

    @property
    def total(self) -> Total:
        return Total.of(self.lines)

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

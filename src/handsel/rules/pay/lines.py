"""The lines of a timesheet: one amount each, with its minutes, its rate and where it comes from."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter
from typing import Any

from handsel.rules.pay.hours import Part


class LineKind(StrEnum):
    """What a line pays for, in the order in which those of one day stand."""

    WORK = "WORK"
    NIGHT = "NIGHT"
    CANCELLATION = "CANCELLATION"
    HOLIDAY = "HOLIDAY"
    DOUBLE_TIME = "DOUBLE_TIME"
    SEVENTH_DAY = "SEVENTH_DAY"
    OVERTIME_DAILY = "OVERTIME_DAILY"
    OVERTIME_WEEKLY = "OVERTIME_WEEKLY"
    WORKWEEK_CHANGE = "WORKWEEK_CHANGE"
    GUARANTEE = "GUARANTEE"
    PAID_TIME_OFF = "PAID_TIME_OFF"
    PAID_HOLIDAY = "PAID_HOLIDAY"
    SICK = "SICK"
    UNPAID_LEAVE = "UNPAID_LEAVE"
    BONUS = "BONUS"
    ADJUSTMENT = "ADJUSTMENT"
    ROLLED_UP_HOLIDAY = "ROLLED_UP_HOLIDAY"
    GIFT = "GIFT"
    EXPENSE = "EXPENSE"
    MILEAGE = "MILEAGE"


_PLACES = {kind: place for place, kind in enumerate(LineKind)}

WORKED = frozenset({LineKind.WORK, LineKind.NIGHT})
PAID_TIME = frozenset({LineKind.PAID_TIME_OFF, LineKind.PAID_HOLIDAY, LineKind.SICK})
NOT_WORKED = frozenset({LineKind.CANCELLATION, LineKind.GUARANTEE}) | PAID_TIME
PREMIUMS = frozenset(
    {
        LineKind.HOLIDAY,
        LineKind.DOUBLE_TIME,
        LineKind.SEVENTH_DAY,
        LineKind.OVERTIME_DAILY,
        LineKind.OVERTIME_WEEKLY,
        LineKind.WORKWEEK_CHANGE,
    }
)
OTHER = frozenset({LineKind.BONUS, LineKind.ADJUSTMENT, LineKind.ROLLED_UP_HOLIDAY})
REIMBURSEMENTS = frozenset({LineKind.EXPENSE, LineKind.MILEAGE})


@dataclass(slots=True)
class Line:
    """One amount in cents, on a day (an ordinal).

    About one session, item or expense, or about the workweek that begins on week_start. minutes: exact; counted: those
    that count toward overtime. rate: the exact cents of an hour, where there is one. multiplier: in hundredths, of
    which the first hundred are paid by other lines. parts: the minutes of a premium. sums: what the amount was
    computed from, of kinds that are about more than minutes and a rate.
    """

    kind: LineKind
    day: int
    amount: int
    session: Any = None
    item: Any = None
    expense: Any = None
    week_start: int | None = None
    minutes: int | Fraction | None = None
    counted: int | None = None
    rate: int | Fraction | None = None
    multiplier: int | None = None
    is_corrected: bool = False
    parts: tuple[Part, ...] = field(default=(), repr=False)
    sums: tuple[int, ...] = ()

    @property
    def date(self) -> date:
        return date.fromordinal(self.day)

    @property
    def sort_key(self) -> tuple[int, Any]:
        """Return what the lines of a day are sorted by: kind, id. Those of one kind are about one type of thing."""
        return _PLACES[self.kind], self.session or self.item or self.expense


def sort(lines: list[Line]) -> None:
    """Sort lines by day, kind and id. Most days have one line, so that the day alone decides."""
    lines.sort(key=attrgetter("day"))
    days, first = [line.day for line in lines], 0
    for end in range(1, len(days) + 1):
        if end == len(days) or days[end] != days[first]:
            if end - first > 1:
                lines[first:end] = sorted(lines[first:end], key=attrgetter("sort_key"))
            first = end

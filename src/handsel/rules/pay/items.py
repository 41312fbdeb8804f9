"""Entries that are no session: paid time, leave, bonuses, adjustments, gifts, and what the nanny laid out."""

from dataclasses import dataclass
from datetime import date

from handsel.rules.pay.lines import PAID_TIME, Line, LineKind
from handsel.rules.pay.terms import rounded


@dataclass(frozen=True, slots=True)
class Item:
    """An entry, with minutes and a rate (cents an hour) where it is paid time, minutes for unpaid leave, else cents."""

    key: object
    kind: LineKind
    date: date
    minutes: int | None = None
    rate: int | None = None
    amount: int | None = None
    in_regular_rate: bool = False

    @property
    def line(self) -> Line:
        line = Line(self.kind, self.date.toordinal(), 0, item=self.key, minutes=self.minutes)
        if self.kind in PAID_TIME and self.minutes is not None and self.rate is not None:
            line.amount, line.rate = rounded(self.minutes * self.rate, 60), self.rate
        elif self.amount is not None:
            line.amount = self.amount
        return line


@dataclass(frozen=True, slots=True)
class Reimbursement:
    """An approved expense in cents; of mileage also its distance in tenths and its rate in ten-thousandths."""

    key: object
    kind: LineKind
    date: date
    amount: int
    distance: int | None = None
    rate: int | None = None

    @property
    def line(self) -> Line:
        sums = () if self.distance is None or self.rate is None else (self.distance, self.rate)
        return Line(self.kind, self.date.toordinal(), self.amount, expense=self.key, sums=sums)

"""What care cost each child, of what approving stored: by line, by period, by payment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from handsel.rules.pay.shares import Allotment, Charge, allot, paid
from handsel.rules.pay.stored import ApprovedPeriod, cents, is_gross


@dataclass(frozen=True)
class PeriodCost:
    """The cost of one approved period. children_of: the children of its sessions, each in the order in which the
    family's were entered, as `children` has them. wages_paid: what was paid of its wages on which day, in cents.
    """

    period: ApprovedPeriod
    children: Sequence[Any]
    children_of: Mapping[str, Sequence[Any]]
    wages_paid: Sequence[tuple[date, int]]

    @cached_property
    def lines(self) -> list[Mapping[str, Any]]:
        return [line for line in self.period.lines if is_gross(line)]

    @cached_property
    def allotment(self) -> Allotment[Any]:
        charges = [
            Charge(cents(line["amount"]), self.children_of.get(line["sessionId"] or "", ())) for line in self.lines
        ]
        return allot(charges, self.children)

    def charge(self, child: object) -> int:
        return self.allotment.by_child.get(child, 0)

    def paid(self, child: object) -> list[tuple[date, int]]:
        """Return the child's part of each payment, with its day."""
        charges = {each: self.allotment.by_child.get(each, 0) for each in self.children}
        parts = [
            (day, paid(of_wages, charges, self.allotment.total_not_allotted)[0].get(child, 0))
            for day, of_wages in self.wages_paid
        ]
        return [(day, part) for day, part in parts if part]

    def earned_by_month(self, child: object, year: int) -> dict[int, int]:
        """Return the child's shares of the lines that lie in a year, by their month."""
        months: dict[int, int] = {}
        for line, shares in zip(self.lines, self.allotment.shares, strict=True):
            day = date.fromisoformat(line["date"])
            if day.year == year and child in shares:
                months[day.month] = months.get(day.month, 0) + shares[child]
        return months

    def lines_of(self, child: object) -> list[Mapping[str, Any]]:
        """Return the lines that a child has a part of."""
        return [line for line, shares in zip(self.lines, self.allotment.shares, strict=True) if child in shares]

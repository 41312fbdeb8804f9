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

    @cached_property
    def charges(self) -> dict[Any, int]:
        """Return what each child's part comes to, in the order of `children`."""
        by_child = self.allotment.by_child
        return {child: by_child.get(child, 0) for child in self.children}

    def charge(self, child: object) -> int:
        return self.charges.get(child, 0)

    def paid(self, child: object) -> list[tuple[date, int]]:
        """Return the child's part of each payment, with its day."""
        not_allotted = self.allotment.total_not_allotted
        parts = [
            (day, paid(of_wages, self.charges, not_allotted)[0].get(child, 0)) for day, of_wages in self.wages_paid
        ]
        return [(day, part) for day, part in parts if part]

    def earned_in(self, year: int) -> dict[Any, int]:
        """Return what each child's shares of the lines that lie in a year come to."""
        digits = f"{year:04}"
        of_year = [
            shares
            for line, shares in zip(self.lines, self.allotment.shares, strict=True)
            if line["date"].startswith(digits)
        ]
        return Allotment(of_year, []).by_child

    def earned_by_month(self, child: object, year: int) -> dict[int, int]:
        """Return the child's shares of the lines that lie in a year, by their month."""
        months: dict[int, int] = {}
        digits = f"{year:04}"
        for line, shares in zip(self.lines, self.allotment.shares, strict=True):
            if child in shares and line["date"].startswith(digits):
                month = int(line["date"][5:7])
                months[month] = months.get(month, 0) + shares[child]
        return months

    def lines_of(self, child: object) -> list[Mapping[str, Any]]:
        """Return the lines that a child has a part of."""
        return [line for line, shares in zip(self.lines, self.allotment.shares, strict=True) if child in shares]

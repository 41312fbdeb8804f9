"""What payments cover: of which period, of its wages, reimbursements or gifts, and what is paid ahead."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class PayState(StrEnum):
    """How much of what a period is due has been paid."""

    UNPAID = "UNPAID"
    PART = "PART"
    PAID = "PAID"


@dataclass(frozen=True, slots=True)
class PeriodDue:
    """What an approved period comes to, in cents. last: its last day, by which the oldest is found."""

    key: object
    last: date
    wages: int
    reimbursements: int = 0
    gifts: int = 0

    @property
    def due(self) -> int:
        return self.wages + self.reimbursements + self.gifts


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that counts, in cents. Keys sort as payments were made. period: the one that it names, if any."""

    key: Any
    date: date
    amount: int
    period: object = None


@dataclass(frozen=True, slots=True)
class Cover:
    """What a payment covers of a period, in cents; `wages` of it are wages. payment: None where a period due below zero
    covers another.
    """

    payment: Paid | None
    period: PeriodDue
    amount: int
    wages: int


@dataclass(slots=True)
class Covering:
    """Who covers what, periods and payments by their day. ahead: the cents that cover nothing yet."""

    periods: list[PeriodDue]
    payments: list[Paid] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    ahead: int = 0
    _covered: dict[object, int] = field(default_factory=dict)

    @property
    def paid(self) -> int:
        """Return the cents of all payments."""
        return sum(payment.amount for payment in self.payments)

    def covered(self, period: object) -> int:
        """Return the cents of a period that are covered, by its key."""
        return self._covered.get(period, 0)

    def state(self, period: PeriodDue) -> PayState:
        covered = self.covered(period.key)
        if covered >= period.due:
            return PayState.PAID
        return PayState.PART if covered else PayState.UNPAID

    def of_payment(self, payment: object) -> list[Cover]:
        """Return what a payment covers, in the order in which it does, by its key."""
        return [cover for cover in self.covers if cover.payment and cover.payment.key == payment]

    def wages_paid(self, first: date, last: date) -> int:
        """Return the cents of wages that payments of these days cover, both inclusive: the figure for a tax year."""
        return sum(cover.wages for cover in self.covers if cover.payment and first <= cover.payment.date <= last)

    def _cover(self, payment: Paid | None, amount: int, period: PeriodDue) -> int:
        """Cover what is open of a period, and return what is left of the amount."""
        before = self.covered(period.key)
        taken = min(amount, period.due - before)
        if taken <= 0:
            return amount
        # Wages come first, but for what reimbursements have to make good where they are below zero.
        wages = min(period.due, max(0, period.wages))
        of_wages = min(before + taken, wages) - min(before, wages)
        self._covered[period.key] = before + taken
        self.covers.append(Cover(payment, period, taken, of_wages))
        return amount - taken


def cover(periods: Iterable[PeriodDue], payments: Iterable[Paid]) -> Covering:
    """Return what one nanny's payments cover of their approved periods, in whatever order both come.

    A payment covers the period that it names first, then the oldest that is open. A period due below zero covers others
    before any payment does.
    """
    covering = Covering(sorted(periods, key=lambda period: period.last))
    by_key = {period.key: period for period in covering.periods}
    credit = -sum(period.due for period in covering.periods if period.due < 0)
    for period in covering.periods:
        credit = covering._cover(None, credit, period)
    covering.ahead = credit
    covering.payments = sorted(payments, key=lambda paid: (paid.date, paid.key))
    for payment in covering.payments:
        named = by_key.get(payment.period)
        left = payment.amount
        for period in [named, *covering.periods] if named else covering.periods:
            left = covering._cover(payment, left, period)
        covering.ahead += left
    return covering

"""Expenses: what a nanny laid out or drove, how they stand, and what a drive comes to."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

from handsel.rules.sentences import say

LOWEST_AMOUNT = Decimal("0.01")
HIGHEST_AMOUNT = Decimal("99999.99")
SHORTEST_DISTANCE = Decimal("0.1")
LONGEST_DISTANCE = Decimal("9999.9")


class ExpenseCategory(StrEnum):
    MEALS = "MEALS"
    ACTIVITIES = "ACTIVITIES"
    SUPPLIES = "SUPPLIES"
    TRANSPORT = "TRANSPORT"
    OTHER = "OTHER"
    MILEAGE = "MILEAGE"


class ExpenseStatus(StrEnum):
    """PENDING until the family answers. An answer may be changed until the expense is settled with its period."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"


class Decision(StrEnum):
    APPROVE = "approve"
    DECLINE = "decline"

    @property
    def status(self) -> ExpenseStatus:
        return ExpenseStatus.APPROVED if self is Decision.APPROVE else ExpenseStatus.DECLINED


def problems(category: ExpenseCategory, values: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with the amount and the distance of an expense of this category."""
    held, other = ("distance", "amount") if category is ExpenseCategory.MILEAGE else ("amount", "distance")
    wrong: dict[str, str] = {}
    if values[held] is None:
        wrong[held] = say("This is required.")
    if values[other] is not None:
        wrong[other] = say("An entry of this kind has no such value.")
    return wrong


def mileage(distance: Decimal, rate: Decimal) -> Decimal:
    """Return what a drive comes to: distance x rate, half a cent up."""
    cents = Fraction(distance) * Fraction(rate) * 100
    return Decimal((2 * cents + 1) // 2).scaleb(-2)


class _Period(Protocol):
    @property
    def to_date(self) -> date: ...


def settling[Period: _Period](day: date, periods: Iterable[Period]) -> Period | None:
    """Return the period that an approved expense of a day falls in; None while there is none. periods: those of its
    nanny that are not approved, the earliest first. It is the first that ends on that day or later: what lies before
    them all comes too late for its own, and falls in the first.
    """
    return next((period for period in periods if period.to_date >= day), None)

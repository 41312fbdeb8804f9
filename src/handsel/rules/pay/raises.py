"""A raise: a new hourly rate from a day on, which a schedule remembers for the days before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Raise:
    from_date: date
    old_rate: Decimal
    new_rate: Decimal


def rate_on(day: date, rate: Decimal | None, raises: Iterable[Raise]) -> Decimal | None:
    """Return what a schedule pays on a day that now has this rate. raises: those of it, the latest first.

    A rate that was set otherwise since then holds for every day: it leads back to no raise.
    """
    for step in sorted(raises, key=lambda step: step.from_date, reverse=True):  # of one day stay in this order
        if step.from_date > day and step.new_rate == rate:
            rate = step.old_rate
    return rate

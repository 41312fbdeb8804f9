"""The length and the cost of care. Rates are a currency's units per hour; stored times are never rounded.

A length goes by what clocks show: start and end are cut to their minute, so that lengths and amounts can be worked out
again from what a page says.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction


def minutes(start: datetime, end: datetime) -> int:
    """Return the minutes between two instants, each cut to its minute."""
    return (cut_to_minute(end) - cut_to_minute(start)) // timedelta(minutes=1)


def cut_to_minute(at: datetime) -> datetime:
    """Return the instant at which the clocks began to show the minute they show at this one."""
    return at.replace(second=0, microsecond=0)


def amount(start: datetime, end: datetime, rate: Decimal | None) -> Decimal | None:
    """Return minutes x rate / 60, rounded half up to the cent. Planned or actual times alike; never negative.
    None without a rate.
    """
    return None if rate is None else for_minutes(minutes(start, end), rate)


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of the amounts that are known; None when none is."""
    known_amounts = [amount for amount in amounts if amount is not None]
    return sum(known_amounts, Decimal(0)) if known_amounts else None


def for_minutes(length: Fraction | int, rate: Decimal) -> Decimal:
    """Return the amount for a length that is no session's own, such as an average week's; never negative."""
    cents = length * Fraction(rate) * 100 / 60
    return Decimal((2 * cents + 1) // 2).scaleb(-2)

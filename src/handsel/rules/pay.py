"""The cost of care. Rates are a currency's units per hour; rounding happens once per session, and never to times."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction


def minutes(start: datetime, end: datetime) -> Fraction:
    """Return the exact minutes between two instants."""
    return Fraction((end - start) // timedelta(microseconds=1), 60_000_000)


def amount(start: datetime, end: datetime, rate: Decimal | None) -> Decimal | None:
    """Return exact minutes x rate / 60, rounded half up to the cent. Planned or actual times alike; never negative.
    None without a rate.
    """
    return None if rate is None else for_minutes(minutes(start, end), rate)


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of the amounts that are known; None when none is."""
    known_amounts = [amount for amount in amounts if amount is not None]
    return sum(known_amounts, Decimal(0)) if known_amounts else None


def for_minutes(length: Fraction, rate: Decimal) -> Decimal:
    """Return the amount for a length that is no session's own, such as an average week's; never negative."""
    cents = length * Fraction(rate) * 100 / 60
    return Decimal((2 * cents + 1) // 2).scaleb(-2)

"""The arithmetic of a line as text, written when somebody reads it: "10:00 h x 19.0000 x 0.50 = 95.00"."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from handsel.rules.pay.hours import Part
from handsel.rules.pay.lines import Line, LineKind
from handsel.rules.pay.terms import TIMES_ONE, rounded


def arithmetic(line: Line) -> str:
    """Return how a line's amount comes about, so that it can be worked out again by hand."""
    return f"{' + '.join(_terms(line))} = {money(line.amount)}"


def _terms(line: Line) -> Iterator[str]:
    if line.kind is LineKind.MILEAGE and line.sums:
        distance, rate = line.sums
        yield f"{Decimal(distance).scaleb(-1)} x {Decimal(rate).scaleb(-4)}"
    elif line.kind is LineKind.ROLLED_UP_HOLIDAY:
        amount, percent = line.sums
        yield f"{money(amount)} x {Decimal(percent).scaleb(-2)} %"
    elif line.multiplier is not None:
        yield from _of_premium(line, line.multiplier)
    elif line.minutes is not None and line.rate is not None:
        yield f"{hours(line.minutes)} x {money(line.rate)}"
    elif line.kind is LineKind.UNPAID_LEAVE:
        yield f"{hours(line.minutes or 0)} x 0.00"
    else:
        yield money(line.amount)


def _of_premium(line: Line, multiplier: int) -> Iterator[str]:
    """Return a premium's minutes times the regular rate, or, each at its own rate, those of one rate together."""
    extra = Decimal(multiplier - TIMES_ONE).scaleb(-2)
    if line.rate is not None:
        yield f"{hours(line.minutes or 0)} x {money(line.rate, 4)} x {extra}"
        return

    def rate(part: Part) -> Fraction:
        return Fraction(part.cents, part.per)

    for of_one, parts in groupby(sorted(line.parts, key=rate), rate):
        shown = money(of_one) if of_one.denominator == 1 else money(of_one, 4)
        yield f"{hours(sum(part.minutes for part in parts))} x {shown} x {extra}"


def hours(minutes: int | Fraction) -> str:
    """Return a length as "10:00 h"; what is no whole minute with hundredths, as "5:42.86 h"."""
    hundredths = rounded(100 * Fraction(minutes))
    whole, rest = divmod(hundredths, 100)
    text = f"{whole // 60}:{whole % 60:02}"
    return f"{text}.{rest:02} h" if rest else f"{text} h"


def money(cents: int | Fraction, places: int = 2) -> str:
    """Return an amount with so many places."""
    return f"{Decimal(rounded(Fraction(cents) * 10 ** (places - 2))).scaleb(-places):.{places}f}"

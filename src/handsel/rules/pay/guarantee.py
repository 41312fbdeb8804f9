"""The hours of a workweek that are paid whether they were needed or not."""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from handsel.rules.pay.workweeks import DAYS_OF_A_WEEK, Workweek


def _by_day() -> dict[int, int]:
    return defaultdict(int)


@dataclass(slots=True)
class Known:
    """What the guarantee is measured against, in minutes by day: paid by sessions and cancellations (in hundredths of a
    minute), paid time off, and time that the nanny was away unpaid or called off themselves.
    """

    paid_hundredths: dict[int, int] = field(default_factory=_by_day)
    paid_time: dict[int, int] = field(default_factory=_by_day)
    unpaid_leave: dict[int, int] = field(default_factory=_by_day)
    called_off: dict[int, int] = field(default_factory=_by_day)


def top_up(week: Workweek, known: Known) -> Fraction:
    """Return the minutes that are missing to the guarantee; never below zero."""
    days = range(week.first, week.last + 1)
    need = Fraction(week.terms.guaranteed_minutes * week.days, DAYS_OF_A_WEEK)
    have = sum(Fraction(known.paid_hundredths.get(day, 0), 100) + known.paid_time.get(day, 0) for day in days)
    away = sum(
        max(0, max(known.unpaid_leave.get(day, 0), known.called_off.get(day, 0)) - known.paid_time.get(day, 0))
        for day in days
    )
    return max(Fraction(0), need - have - away)

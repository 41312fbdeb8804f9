"""The hours of a workweek that are paid whether they were needed or not."""

from collections import defaultdict
from dataclasses import dataclass, field

from handsel.rules.pay.workweeks import DAYS_OF_A_WEEK, Workweek


def _by_day() -> dict[int, int]:
    return defaultdict(int)


@dataclass(slots=True)
class Known:
    """What the guarantee is measured against beside what sessions and cancellations are paid, in minutes by day: paid
    time off, and time that the nanny was away unpaid or called off themselves.
    """

    paid_time: dict[int, int] = field(default_factory=_by_day)
    unpaid_leave: dict[int, int] = field(default_factory=_by_day)
    called_off: dict[int, int] = field(default_factory=_by_day)


# A seventh of a hundredth of a minute: the guarantee of a short week comes to whole ones.
PARTS_OF_A_MINUTE = 100 * DAYS_OF_A_WEEK


def top_up(week: Workweek, paid_hundredths: int, known: Known) -> int:
    """Return what is missing to the guarantee in PARTS_OF_A_MINUTE; never below zero.

    paid_hundredths: of a minute, paid by sessions and cancellations.
    """
    missing = 100 * week.terms.guaranteed_minutes * week.days - DAYS_OF_A_WEEK * paid_hundredths
    if known.paid_time or known.unpaid_leave or known.called_off:
        for day in range(week.first, week.last + 1):
            paid_time = known.paid_time.get(day, 0)
            away = max(known.unpaid_leave.get(day, 0), known.called_off.get(day, 0))
            missing -= PARTS_OF_A_MINUTE * (paid_time + max(0, away - paid_time))
    return max(0, missing)

"""The balance of a year as a step line, with a text that says the same and a table of its steps.

Places across are in percent, those down in pixels, as in the charts of pay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from handsel.formatting import money
from handsel.formatting.dates import Formatter

_TOP, _FLOOR = 20, 180


@dataclass(frozen=True, slots=True)
class BalanceStep:
    """A change of the balance on a day, and what it comes to then, in cents."""

    day: date
    change: int
    balance: int


def balance_chart(steps: Sequence[BalanceStep], currency: str, today: date, formatter: Formatter) -> dict[str, Any]:
    """Return the line from the year's first day to today, what it says, and its steps as rows."""
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    before = [step.balance for step in steps if step.day < first]
    of_year = [step for step in steps if first <= step.day <= last]
    balances = [before[-1] if before else 0, *(step.balance for step in of_year)]
    lowest, highest = min(0, *balances), max(0, *balances)

    def down(cents: int) -> int:
        return round(_FLOOR - (_FLOOR - _TOP) * (cents - lowest) / (highest - lowest or 1))

    def across(day: date) -> str:
        return f"{100 * (day - first).days / ((last - first).days + 1):.2f}%"

    days = [first, *(step.day for step in of_year)]
    edges = [across(day) for day in (*days, max(today, *days))]
    heights = [down(balance) for balance in balances]
    flat = [
        {"x1": left, "x2": right, "y1": height, "y2": height}
        for left, right, height in zip(edges, edges[1:], heights, strict=False)
    ]
    upright = [
        {"x1": edge, "x2": edge, "y1": above, "y2": below}
        for edge, above, below in zip(edges[1:], heights, heights[1:], strict=False)
    ]
    facts = {
        "highest": _money(highest, currency),
        "lowest": _money(lowest, currency),
        "now": _money(balances[-1], currency),
    }
    return {
        "lines": flat + upright,
        "zero": down(0),
        "is_empty": not of_year,
        "year": str(today.year),
        "says": gettext("The balance over the year: %(now)s now, at most %(highest)s, at least %(lowest)s") % facts,
        "rows": [
            (formatter.full(step.day), _money(step.change, currency), _money(step.balance, currency))
            for step in of_year
        ],
    }


def _money(cents: int, currency: str) -> str:
    return money.format_money(Decimal(cents).scaleb(-2), currency)

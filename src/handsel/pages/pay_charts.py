"""Charts of pay: bars a week, planned beside actual, and earnings stacked; each with a text that says the same.

Places across are in percent, those down in pixels: a chart is 208 pixels high, 157 of them for the tallest bar.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from handsel.formatting import dates, money

_FLOOR, _TALLEST = 180, 157
_BAR = 2.7


@dataclass(frozen=True, slots=True)
class WeekOfPay:
    """What one week comes to: minutes, and cents by what they are paid for. is_open: it may still grow."""

    name: str
    short: str
    planned: int
    worked: int
    straight: int
    premium: int
    not_worked: int
    other: int
    currency: str
    is_open: bool

    @property
    def earned(self) -> int:
        return self.straight + self.premium + self.not_worked + self.other

    @property
    def planned_words(self) -> str:
        return dates.format_duration(self.planned)

    @property
    def worked_words(self) -> str:
        return dates.format_duration(self.worked)

    @property
    def amounts(self) -> list[str]:
        """Return the amounts of the table's columns; a dash where there is none."""
        parts = (self.straight, self.premium, self.not_worked, self.other, self.earned)
        return [_money(cents, self.currency) if cents else "–" for cents in parts]


def hours_chart(weeks: Sequence[WeekOfPay]) -> dict[str, Any]:
    """Return pairs of bars, planned beside actual, and what they say."""
    most = max((max(week.planned, week.worked) for week in weeks), default=0)
    groups = []
    for number, week in enumerate(weeks):
        left = number * 100 / len(weeks) + 1.2
        groups.append(
            {
                "planned": _bar(left, week.planned, most),
                "worked": _bar(left + _BAR + 0.2, week.worked, most) | {"is_open": week.is_open},
                "middle": f"{left + _BAR:.2f}%",
                "name": week.short,
                "hours": str(round(week.worked / 60)) if week.worked else "",
                "value_at": _FLOOR - _height(max(week.planned, week.worked), most) - 7,
            }
        )
    worked, planned = sum(week.worked for week in weeks), sum(week.planned for week in weeks)
    facts = {"worked": dates.format_duration(worked), "planned": dates.format_duration(planned)}
    says = gettext("Hours a week, planned beside actual: %(worked)s worked, %(planned)s planned") % facts
    return {"groups": groups, "says": says, "is_empty": not most}


def earnings_chart(weeks: Sequence[WeekOfPay], currency: str) -> dict[str, Any]:
    """Return stacks of what each week earned, and what they say. What was taken back below zero has no bar."""
    most = max((week.earned for week in weeks), default=0)
    stacks = []
    for number, week in enumerate(weeks):
        left = number * 100 / len(weeks) + 1.4
        at, bars = 0, []
        for name, cents in (
            ("straight", week.straight),
            ("premium", week.premium),
            ("not-worked", week.not_worked),
            ("other", week.other),
        ):
            if cents > 0 and most > 0:
                bars.append(_bar(left, cents, most, on=at, width=5.5) | {"class": name})
                at += cents
        stacks.append(
            {
                "bars": bars,
                "middle": f"{left + 2.75:.2f}%",
                "name": week.short,
                "value": str(round(week.earned / 100)) if week.earned else "",
                "value_at": _FLOOR - _height(max(at, 0), most) - 7,
            }
        )
    facts = {"earned": _money(sum(week.earned for week in weeks), currency), "most": _money(max(most, 0), currency)}
    says = gettext("Earnings a week: %(earned)s together, at most %(most)s") % facts
    return {"stacks": stacks, "says": says, "is_empty": most <= 0}


def _bar(left: float, value: int, most: int, *, on: int = 0, width: float = _BAR) -> dict[str, Any]:
    height = _height(on + value, most) - _height(on, most)
    return {"x": f"{left:.2f}%", "width": f"{width}%", "y": _FLOOR - _height(on + value, most), "height": height}


def _height(value: int, most: int) -> int:
    return round(_TALLEST * value / most) if most > 0 else 0


def _money(cents: int, currency: str) -> str:
    return money.format_money(Decimal(cents).scaleb(-2), currency)

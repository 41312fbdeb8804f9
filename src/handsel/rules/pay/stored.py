"""Sums of what approving stored: lines and weeks with the API's names, amounts and minutes as text.

Whatever code and presets become, these read what was agreed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from handsel.rules.pay import lines as kinds
from handsel.rules.pay.lines import LineKind

type Fields = Mapping[str, Any]

NOT_GROSS = kinds.REIMBURSEMENTS | {LineKind.GIFT}


@dataclass(frozen=True, slots=True)
class ApprovedPeriod:
    """A period with what approving it stored."""

    key: Any
    nanny: Any
    first: date
    last: date
    lines: Sequence[Fields]
    weeks: Sequence[Fields]
    totals: Fields

    @property
    def wages(self) -> int:
        return cents(self.totals["gross"])


@dataclass(frozen=True, slots=True)
class Month:
    """What the lines and weeks of a month come to."""

    number: int
    sessions: int
    totals: dict[str, str]

    @property
    def shown(self) -> dict[str, Any]:
        """Return the month as getYear has it."""
        names = ("workedMinutes", "gross", "premium", "federalPremium", "reimbursements")
        return {"month": self.number, "sessions": self.sessions, **{name: self.totals[name] for name in names}}


def cents(text: str) -> int:
    """Return an amount in cents, or minutes in hundredths."""
    whole, _, hundredths = text.partition(".")
    if len(hundredths) == 2:  # as all that is stored: a Decimal takes twice as long
        return int(whole + hundredths)
    return int(Decimal(text).scaleb(2))


def as_text(of_cents: int) -> str:
    return f"{Decimal(of_cents).scaleb(-2):.2f}"


def is_gross(line: Fields) -> bool:
    return line["kind"] not in NOT_GROSS


def last_day(week: Fields) -> date:
    return date.fromisoformat(week["weekStart"]) + timedelta(days=week["days"] - 1)


def totals_of(lines: Iterable[Fields], weeks: Iterable[Fields]) -> dict[str, str]:
    """Return the totals of stored lines, as a timesheet has them."""
    amounts = dict.fromkeys(("work", "premium", "notWorked", "other", "reimbursements", "gifts"), 0)
    worked = overtime = without_work = 0
    for line in lines:
        kind, minutes, counted = (
            LineKind(line["kind"]),
            cents(line["minutes"] or "0"),
            cents(line["countedMinutes"] or "0"),
        )
        name = _TOTAL_OF.get(kind)
        if name:
            amounts[name] += cents(line["amount"])
        if kind in kinds.WORKED:
            worked += counted
            without_work += minutes - counted
        elif kind in kinds.PREMIUMS:
            overtime += minutes
        elif kind in kinds.NOT_WORKED:
            without_work += minutes
    gross = amounts["work"] + amounts["premium"] + amounts["notWorked"] + amounts["other"]
    federal = sum(cents(week["federalPremium"]) for week in weeks if week["federalPremium"] is not None)
    sums = amounts | {
        "gross": gross,
        "due": gross + amounts["reimbursements"] + amounts["gifts"],
        "federalPremium": federal,
        "workedMinutes": worked,
        "overtimeMinutes": overtime,
        "notWorkedMinutes": without_work,
    }
    return {name: as_text(sums[name]) for name in _ORDER}


def added(several: Iterable[Fields]) -> dict[str, str]:
    """Add up totals."""
    sums = dict.fromkeys(_ORDER, 0)
    for totals in several:
        for name in _ORDER:
            sums[name] += cents(totals[name])
    return {name: as_text(total) for name, total in sums.items()}


def of_year(periods: Iterable[ApprovedPeriod], year: int) -> tuple[list[Fields], list[Fields]]:
    """Return the lines and the weeks that belong to a year, by their date, whatever periods they were settled in."""
    periods, digits = list(periods), f"{year:04}"
    lines = [line for period in periods for line in period.lines if line["date"].startswith(digits)]
    weeks = [week for period in periods for week in period.weeks if last_day(week).year == year]
    return lines, weeks


def months(lines: Sequence[Fields], weeks: Sequence[Fields]) -> list[dict[str, Any]]:
    """Return the twelve months of a year's lines and weeks."""
    return [of_month.shown for of_month in by_month(lines, weeks)]


def by_month(lines: Sequence[Fields], weeks: Sequence[Fields]) -> list[Month]:
    """Return the same with all their totals."""
    by_month: list[tuple[list[Fields], list[Fields]]] = [([], []) for _ in range(12)]
    for line in lines:
        by_month[int(line["date"][5:7]) - 1][0].append(line)
    for week in weeks:
        by_month[last_day(week).month - 1][1].append(week)
    return [_month(number, *of_month) for number, of_month in enumerate(by_month, 1)]


def together(number: int, months: Sequence[Month]) -> Month:
    """Return a month of which each of these holds a part, of sessions of its own."""
    return Month(number, sum(month.sessions for month in months), added(month.totals for month in months))


def _month(number: int, lines: list[Fields], weeks: list[Fields]) -> Month:
    worked = {line["sessionId"] for line in lines if line["kind"] in kinds.WORKED}
    return Month(number, len(worked), totals_of(lines, weeks))


_TOTAL_OF = {
    **dict.fromkeys(kinds.WORKED, "work"),
    **dict.fromkeys(kinds.PREMIUMS, "premium"),
    **dict.fromkeys(kinds.NOT_WORKED, "notWorked"),
    **dict.fromkeys(kinds.OTHER, "other"),
    **dict.fromkeys(kinds.REIMBURSEMENTS, "reimbursements"),
    LineKind.GIFT: "gifts",
}
_ORDER = (
    "work",
    "premium",
    "notWorked",
    "other",
    "gross",
    "reimbursements",
    "gifts",
    "due",
    "federalPremium",
    "workedMinutes",
    "overtimeMinutes",
    "notWorkedMinutes",
)

"""The lines of pay as pages show them, day by day: of what is computed, and of what approving stored."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from handsel.formatting import dates, money
from handsel.formatting.dates import Formatter
from handsel.formatting.pay_lines import line_kind_name
from handsel.models import Family


@dataclass(frozen=True, slots=True)
class Line:
    """A line of pay: what for and how much, and what opens below it. comes_from: the page that it comes from, as (its
    words, its address), empty for what is about a week. put_right: the form of an adjustment about its session.
    """

    kind: str
    hours: str
    amount: str
    arithmetic: str
    source: str
    is_corrected: bool
    comes_from: tuple[str, str] | None
    put_right: str


@dataclass(frozen=True, slots=True)
class Day:
    name: str
    lines: list[Line]


def by_day(
    lines: Iterable[Any], family: Family, formatter: Formatter, put_right: Callable[[UUID], str] | None = None
) -> list[Day]:
    """Return lines by their day: rows of a timesheet, or what was stored of them with the same names. put_right: what
    leads from a session to the form that puts it right, where that is possible.
    """
    days: dict[date, list[Line]] = {}
    for line in lines:
        days.setdefault(day_of(line), []).append(_line(line, family, put_right))
    return [Day(formatter.day(day), of_day) for day, of_day in days.items()]


def value(row: Any, name: str) -> Any:
    """Return what a row, or what was stored of it, has under this name."""
    return row.get(name) if isinstance(row, dict) else getattr(row, name)


def amount(row: Any, name: str) -> Decimal:
    return Decimal(value(row, name))


def day_of(row: Any, name: str = "date") -> date:
    day = value(row, name)
    return date.fromisoformat(day) if isinstance(day, str) else day


def _line(line: Any, family: Family, put_right: Callable[[UUID], str] | None) -> Line:
    minutes, session_id = value(line, "minutes"), value(line, "session_id")
    return Line(
        kind=line_kind_name(value(line, "kind")),
        hours=dates.format_duration(int(Decimal(minutes))) if minutes is not None and Decimal(minutes) else "",
        amount=money.format_money(amount(line, "amount"), family.currency),
        arithmetic=value(line, "arithmetic"),
        source=value(line, "source"),
        is_corrected=bool(value(line, "is_corrected")),
        comes_from=_comes_from(line, family.id),
        put_right=put_right(UUID(str(session_id))) if session_id and put_right else "",
    )


def _comes_from(line: Any, family_id: UUID) -> tuple[str, str] | None:
    if session_id := value(line, "session_id"):
        return gettext("Open the session"), reverse("web:session", args=[session_id])
    if item_id := value(line, "item_id"):
        return gettext("Open the entry"), reverse("web:pay_item", args=[item_id])
    if value(line, "expense_id"):
        return gettext("Open the expenses"), reverse("web:expenses", args=[family_id])
    return None

"""The rows of a timesheet as people and programs read it: lines, weeks, totals, with what stands apart.

Amounts and rates are Decimals with the places that they are shown with; minutes have two.
"""

import datetime
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from handsel.rules.pay.sessions import Apart
from handsel.rules.pay.timesheet import WarningCode


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLine:
    """One line; None where it has none. kind: a LineKind, or what an older version stored."""

    kind: str
    date: datetime.date
    week_start: datetime.date | None = None
    session_id: UUID | None = None
    item_id: UUID | None = None
    expense_id: UUID | None = None
    minutes: Decimal | None = None
    counted_minutes: Decimal | None = None
    rate: Decimal | None = None
    multiplier: Decimal | None = None
    amount: Decimal
    arithmetic: str
    source: str
    is_corrected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PayWeek:
    """A workweek that has counted minutes. policy_id: the version of the terms that it goes by."""

    week_start: datetime.date
    days: int
    policy_id: UUID | None
    worked_minutes: Decimal
    overtime_minutes: Decimal
    regular_rate: Decimal
    federal_premium: Decimal | None
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PayTotals:
    """What the lines add up to."""

    work: Decimal
    premium: Decimal
    not_worked: Decimal
    other: Decimal
    gross: Decimal
    reimbursements: Decimal
    gifts: Decimal
    due: Decimal
    federal_premium: Decimal
    worked_minutes: Decimal
    overtime_minutes: Decimal
    not_worked_minutes: Decimal


class PayApart(NamedTuple):
    """A session of these days that is not paid, and why."""

    session_id: Any
    date: datetime.date
    reason: Apart


class PayWarning(NamedTuple):
    """What is pointed out, and never paid: of a session or of a workweek."""

    code: WarningCode
    session_id: Any
    week_start: datetime.date | None
    minutes: Decimal | None
    amount: Decimal | None


def as_content(row: PayLine | PayWeek | PayTotals) -> dict[str, Any]:
    """Return a row as the API answers it, in JSON's own types."""
    return {_camel(field.name): _plain(getattr(row, field.name)) for field in fields(row)}


def _plain(value: Any) -> Any:
    match value:
        case datetime.date():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case _:
            return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)

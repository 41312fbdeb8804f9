"""The expenses of a family: what waits for an answer first, then the rest, and what the form of a new one offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_lazy

from handsel.access import paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.formatting import money
from handsel.formatting.dates import Formatter
from handsel.models import Expense, Family, User
from handsel.pages import pay_tabs
from handsel.queries import paging
from handsel.queries.expenses import with_receipts
from handsel.queries.paging import Order, Row
from handsel.rules import local_time
from handsel.rules.pay.expenses import ExpenseCategory, ExpenseStatus
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import MANAGERS, Capability, Role

_MOST = 30
CATEGORIES = {
    ExpenseCategory.MEALS: gettext_lazy("Meals"),
    ExpenseCategory.ACTIVITIES: gettext_lazy("Activities"),
    ExpenseCategory.SUPPLIES: gettext_lazy("Supplies"),
    ExpenseCategory.TRANSPORT: gettext_lazy("Transport"),
    ExpenseCategory.OTHER: gettext_lazy("Something else"),
    ExpenseCategory.MILEAGE: gettext_lazy("Driving"),
}
_STATUSES = {
    ExpenseStatus.PENDING: gettext_lazy("Waits for an answer"),
    ExpenseStatus.APPROVED: gettext_lazy("Approved"),
    ExpenseStatus.DECLINED: gettext_lazy("Declined"),
}


@dataclass(frozen=True, slots=True)
class ExpenseRow:
    """One expense: what and when, how much, how it stands, and what its reader may do."""

    id: UUID
    version: int
    title: str
    amount: str
    about: str
    note: str
    status: str
    answer: str
    receipts: list[UUID]
    may_answer: bool
    may_approve: bool
    may_decline: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers. nannies: (member id, name) of whose expense it may be; none where that needs no saying."""

    standing: Standing
    family: Family
    nannies: list[tuple[UUID, str]]
    today: date


def choices(person: User, family_id: UUID, *, at: datetime) -> Choices:
    """Return what the form offers this person. Raises NotVisible, or NotAllowed for who sees no pay."""
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.SEE_PAY_RECORDS, own=True):
        raise NotAllowed
    nannies: list[tuple[UUID, str]] = []
    if standing.role is not Role.NANNY:
        members = list(paid_nannies.of_family(family.id).select_related("user"))
        nannies = [(nanny.id, person.known_names.of(nanny)) for nanny in members] if len(members) > 1 else []
    return Choices(standing, family, nannies, local_time.local_date(at, family.time_zone))


def page(person: User, choices: Choices, *, after: str | None = None) -> dict[str, Any]:
    """Return the context of the list: all that waits, and a part of the rest, the latest first."""
    standing, family = choices.standing, choices.family
    rows = visibility.expenses(standing).select_related("nanny__user")
    waiting = list(rows.filter(status=ExpenseStatus.PENDING).order_by("date", "id"))
    answered = rows.exclude(status=ExpenseStatus.PENDING)
    order = Order(f"expenses:{family.id}", ("date", "id"), descending=True)
    part, following = paging.for_page(answered, after, order, most=_MOST)
    formatter = person.formatter

    def shown(expenses: Iterable[Expense]) -> list[ExpenseRow]:
        return [_row(row, choices, formatter) for row in with_receipts(list(expenses))]

    return {
        "id": family.id,
        "name": family.name,
        "waiting": shown(waiting),
        "answered": shown(part),
        "after": following,
        "tabs": pay_tabs.tabs(standing, "expenses"),
        "may_answer": standing.may(Capability.DECIDE_EXPENSES),
    }


def one(
    person: User, expense_id: UUID, *, at: datetime, to: Capability = Capability.CHANGE_PAY_ITEMS
) -> tuple[Choices, Expense]:
    """Return an expense and what the form of it offers. Raises NotVisible, or NotAllowed for who may not do it."""
    standing, expense = visibility.expense(person, expense_id)
    if not standing.may(to, own=expense.entered_by_id == standing.member_id):
        raise NotAllowed
    return Choices(standing, expense.family, [], local_time.local_date(at, expense.family.time_zone)), expense


def _row(expense: Row, choices: Choices, formatter: Formatter) -> ExpenseRow:
    standing, status = choices.standing, ExpenseStatus(expense.status)
    answers = standing.may(Capability.DECIDE_EXPENSES) and expense.pay_period_id is None
    own = expense.entered_by_id == standing.member_id
    may_change = standing.may(Capability.CHANGE_PAY_ITEMS, own=own) and expense.pay_period_id is None
    if standing.role not in MANAGERS and status is ExpenseStatus.APPROVED:
        may_change = False
    about = [formatter.day(expense.date)]
    if expense.nanny is not None and standing.role is not Role.NANNY:
        about.append(formatter.names.of(expense.nanny))
    if expense.distance is not None:
        about.append(_driven(expense))
    return ExpenseRow(
        id=expense.id,
        version=expense.version,
        title=str(CATEGORIES[ExpenseCategory(expense.category)]),
        amount=money.format_money(expense.amount, choices.family.currency),
        about=" · ".join(about),
        note=expense.note,
        status=str(_STATUSES[status]),
        answer=gettext("“%(said)s”") % {"said": expense.answer} if expense.answer else "",
        receipts=[receipt.id for receipt in expense.receipts],
        may_answer=answers,
        may_approve=answers and status is not ExpenseStatus.APPROVED,
        may_decline=answers and status is not ExpenseStatus.DECLINED,
        may_change=may_change,
    )


def _driven(expense: Row) -> str:
    """Return how far: 12.4 mi at 0.7250."""
    return gettext("%(distance)s %(unit)s at %(rate)s") % {
        "distance": expense.distance,
        "unit": expense.unit.lower(),
        "rate": expense.rate,
    }

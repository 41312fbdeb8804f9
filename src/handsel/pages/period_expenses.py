"""What a nanny laid out, as the page of a pay period shows it: what is in it, and how many wait for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import ngettext

from handsel.formatting import money
from handsel.formatting.dates import Formatter
from handsel.models import Expense, PayPeriod
from handsel.pages.expenses import CATEGORIES
from handsel.queries.expenses import with_receipts
from handsel.rules.pay.expenses import ExpenseCategory, ExpenseStatus
from handsel.rules.pay.periods import PeriodStatus


@dataclass(frozen=True, slots=True)
class ReimbursedRow:
    """One expense that a period reimburses."""

    title: str
    amount: str
    day: str
    note: str
    receipts: list[UUID]


@dataclass(frozen=True, slots=True)
class PeriodExpenses:
    """pending: how many wait, and what becomes of them; empty where none does."""

    rows: list[ReimbursedRow]
    pending: str


def of_period(period: PayPeriod, unsettled: Sequence[Expense], formatter: Formatter) -> PeriodExpenses:
    """Return the expenses of a period. unsettled: those that fall in it, or would (queries.period_sheets). At most two
    queries.
    """
    is_approved = period.status == PeriodStatus.APPROVED
    if is_approved:
        reimbursed = list(period.expenses.order_by("date", "id"))
    else:
        reimbursed = [expense for expense in unsettled if expense.status == ExpenseStatus.APPROVED]
    waiting = sum(expense.status == ExpenseStatus.PENDING for expense in unsettled)
    rows = [
        ReimbursedRow(
            title=str(CATEGORIES[ExpenseCategory(expense.category)]),
            amount=money.format_money(expense.amount, period.family.currency),
            day=formatter.day(expense.date),
            note=expense.note,
            receipts=[receipt.id for receipt in expense.receipts],
        )
        for expense in (with_receipts(reimbursed) if reimbursed else [])
    ]
    return PeriodExpenses(rows, _pending(waiting, is_approved=is_approved) if waiting else "")


def _pending(count: int, *, is_approved: bool) -> str:
    if is_approved:
        sentence = ngettext(
            "%(count)s waits for an answer: it goes into the next period.",
            "%(count)s wait for an answer: they go into the next period.",
            count,
        )
    else:
        sentence = ngettext(
            "%(count)s waits for an answer: if none comes before this one is approved, it goes into the next period.",
            "%(count)s wait for an answer: if none comes before this one is approved, they go into the next period.",
            count,
        )
    return sentence % {"count": count}

"""What of pay waits for somebody: periods that are not approved or are asked to be reopened, and expenses to answer."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField, Q, Value

from handsel.models import Expense, PayPeriod
from handsel.rules.pay.expenses import ExpenseStatus
from handsel.rules.pay.periods import PeriodStatus

PENDING_EXPENSE = "expense"
REOPEN_ASKED = "asked"


class WaitingRow(NamedTuple):
    """A period or an expense. stands: the period's status, REOPEN_ASKED, or PENDING_EXPENSE."""

    id: UUID
    family_id: UUID
    nanny_id: UUID | None
    first: date
    last: date
    stands: str


def of_families(family_ids: Collection[UUID]) -> list[WaitingRow]:
    """Return it in families whose pay the caller's reader sees, or of which they take their own. One query."""
    columns = ("id", "family_id", "nanny_id")
    periods = PayPeriod.objects.filter(family_id__in=family_ids).order_by()
    is_open = ~Q(status=PeriodStatus.APPROVED)
    open_ones = periods.filter(is_open).values_list(*columns, "from_date", "to_date", "status")
    asked = periods.filter(status=PeriodStatus.APPROVED, reopen_asked_at__isnull=False)
    expenses = Expense.objects.filter(family_id__in=family_ids, status=ExpenseStatus.PENDING).order_by()
    rows = open_ones.union(
        asked.values_list(*columns, "from_date", "to_date", Value(REOPEN_ASKED, CharField())),
        expenses.values_list(*columns, "date", "date", Value(PENDING_EXPENSE, CharField())),
        all=True,
    )
    return [WaitingRow(*row) for row in rows]

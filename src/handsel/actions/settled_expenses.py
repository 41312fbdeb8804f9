"""Settling expenses with their pay period: what is in it when it is approved stays as it is, until it is reopened."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from handsel.models import Expense, PayPeriod
from handsel.rules.refusals import Locked
from handsel.rules.sentences import say


def settle(period: PayPeriod, at: datetime) -> None:
    """Keep what the lines of a period reimburse with it, in the caller's transaction, which holds the pay's lock."""
    stored: Any = period.amounts
    ids = [UUID(line["expenseId"]) for line in stored.lines if line["expenseId"]]
    if ids:
        expenses = Expense.objects.filter(family_id=period.family_id, nanny_id=period.nanny_id, pk__in=ids)
        expenses.update(pay_period=period, version=F("version") + 1, updated_at=at)


def free(period: PayPeriod, at: datetime) -> None:
    """Let go of what a period settled that is reopened, in the caller's transaction."""
    # unscoped: of a period at hand
    Expense.objects.filter(pay_period=period).update(pay_period=None, version=F("version") + 1, updated_at=at)


def refuse(expense: Expense) -> None:
    """Raise Locked where an expense is settled."""
    if expense.pay_period is not None:
        raise Locked(expense.pay_period, say("This expense was paid with an approved pay period. It stays as it is."))

"""Timesheets of pay periods that are not approved. What a nanny laid out falls in them by a rule of its own: not by its
day, but in the first period that can still settle it (rules.pay.expenses.settling).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from handsel.models import Expense, Family, PayPeriod
from handsel.queries import timesheets
from handsel.queries.timesheets import NannysTimesheet
from handsel.rules.pay.expenses import ExpenseStatus, settling
from handsel.rules.pay.items import Reimbursement
from handsel.rules.pay.periods import PeriodStatus


class UnsettledExpenses:
    """What some nannies laid out in a family, and no period has settled. Two queries."""

    def __init__(self, family_id: UUID, nannies: Collection[UUID | None]) -> None:
        periods = PayPeriod.objects.filter(family_id=family_id).exclude(status=PeriodStatus.APPROVED)
        self._open = _by_nanny(periods.order_by("from_date"))
        expenses = Expense.objects.filter(family_id=family_id, pay_period=None).exclude(status=ExpenseStatus.DECLINED)
        self._expenses = _by_nanny(
            expense for expense in expenses.order_by("date", "id") if expense.nanny_id in nannies
        )

    def open_periods(self, nanny_id: UUID | None) -> list[PayPeriod]:
        """Return the periods of a nanny that are not approved, the earliest first."""
        return self._open[nanny_id]

    def pending(self, nanny_id: UUID | None) -> list[Expense]:
        """Return what waits for the family's answer."""
        return [expense for expense in self._expenses[nanny_id] if expense.status == ExpenseStatus.PENDING]

    def of_period(self, period: PayPeriod) -> list[Expense]:
        """Return those that fall in a period or, where they wait for an answer, would. Of a period that is approved
        these are what its nanny entered up to its last day: they wait for the next one.
        """
        is_open = period.status != PeriodStatus.APPROVED
        periods = self._open[period.nanny_id] if is_open else [period]
        return [
            expense
            for expense in self._expenses[period.nanny_id]
            if (falls_in := settling(expense.date, periods)) is not None and falls_in.pk == period.pk
        ]

    def approved_of(self, period: PayPeriod) -> list[Reimbursement]:
        """Return the facts of what a period reimburses."""
        approved = [each for each in self.of_period(period) if each.status == ExpenseStatus.APPROVED]
        return list(map(timesheets.reimbursement_of, approved))

    def pending_of(self, period: PayPeriod) -> int:
        """Return how many expenses nobody has answered."""
        return sum(expense.status == ExpenseStatus.PENDING for expense in self.of_period(period))


def of_period(
    period: PayPeriod, *, at: datetime, sees_all: bool = False, unsettled: UnsettledExpenses | None = None
) -> NannysTimesheet:
    """Return the timesheet of one period as it stands. sees_all: with what is done and nobody's. Four queries, and two
    for what is unsettled.
    """
    return of_periods(period.family, [period], at=at, sees_all=sees_all, unsettled=unsettled)[period.id]


def of_periods(
    family: Family,
    periods: Iterable[PayPeriod],
    *,
    at: datetime,
    sees_all: bool = False,
    unsettled: UnsettledExpenses | None = None,
) -> dict[UUID, NannysTimesheet]:
    """Return the same of periods of one family, by their ids: as many queries, however many nannies they are of."""
    by_nanny = _by_nanny(periods)
    days: dict[UUID | None, tuple[date, date]] = {
        nanny_id: (min(period.from_date for period in theirs), max(period.to_date for period in theirs))
        for nanny_id, theirs in by_nanny.items()
    }
    unsettled = unsettled or UnsettledExpenses(family.id, days)
    facts = timesheets.facts_of_nannies(family, days, at=at, sees_all=sees_all)
    return {
        period.id: facts[nanny_id].timesheet(period.from_date, period.to_date, unsettled.approved_of(period))
        for nanny_id, theirs in by_nanny.items()
        for period in theirs
    }


def _by_nanny[Row: (Expense, PayPeriod)](rows: Iterable[Row]) -> defaultdict[UUID | None, list[Row]]:
    by_nanny = defaultdict[UUID | None, list[Row]](list)
    for row in rows:
        by_nanny[row.nanny_id].append(row)
    return by_nanny

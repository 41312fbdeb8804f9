"""What was settled of a nanny's pay: the balance as a sentence, and the pay periods with what was paid of them."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext, gettext_lazy

from handsel.access.checks import Standing
from handsel.formatting import money
from handsel.formatting.dates import Formatter
from handsel.models import Family, Member, PayPeriod
from handsel.queries import payments
from handsel.rules.pay.covering import Covering, PayState
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.roles import Role

_MOST = 12

STATUSES = {
    PeriodStatus.OPEN: gettext_lazy("open"),
    PeriodStatus.SUBMITTED: gettext_lazy("waits for the family"),
    PeriodStatus.QUERIED: gettext_lazy("the family asks about it"),
    PeriodStatus.APPROVED: gettext_lazy("approved"),
    PeriodStatus.REOPENED: gettext_lazy("reopened"),
}
PAY_STATES = {
    PayState.UNPAID: gettext_lazy("unpaid"),
    PayState.PART: gettext_lazy("paid in part"),
    PayState.PAID: gettext_lazy("paid"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """A pay period as the list shows it; due and paid: of one that is approved."""

    days: str
    status: str
    due: str = ""
    paid: str = ""


@dataclass(frozen=True, slots=True)
class SettledPay:
    """current: the first period that is not approved yet, None where there is none."""

    balance: str
    current: PayPeriod | None
    periods: list[Period]


def of_nanny(standing: Standing, family: Family, nanny: Member | None, formatter: Formatter) -> SettledPay:
    """Return what was settled of one nanny's pay that this person may see. Three queries."""
    whose = None if nanny is None else nanny.id
    covering = payments.of_family(family.id, [whose])[whose]
    rows = list(PayPeriod.objects.filter(family_id=family.id, nanny_id=whose).order_by("-from_date")[:_MOST])
    open_ones = [row for row in rows if row.status != PeriodStatus.APPROVED]
    current = open_ones[-1] if open_ones else None
    return SettledPay(
        balance(standing, family, nanny, covering, formatter),
        current,
        [_period(row, family, covering, formatter) for row in rows],
    )


def balance(standing: Standing, family: Family, nanny: Member | None, covering: Covering, formatter: Formatter) -> str:
    """Return who owes whom how much, as a sentence; nothing where nothing was settled."""
    if not covering.periods and not covering.paid:
        return ""
    open_cents = sum(period.due for period in covering.periods) - covering.paid
    amount = _money(abs(open_cents), family)
    if open_cents < 0:
        return gettext("Paid ahead by %(amount)s") % {"amount": amount}
    if open_cents == 0:
        return gettext("All settled")
    if standing.role is Role.NANNY:
        return gettext("The family owes you %(amount)s") % {"amount": amount}
    if nanny is None:
        return gettext("%(amount)s is owed") % {"amount": amount}
    return gettext("You owe %(name)s %(amount)s") % {"name": formatter.names.of(nanny), "amount": amount}


def _period(row: PayPeriod, family: Family, covering: Covering, formatter: Formatter) -> Period:
    days, status = formatter.days(row.from_date, row.to_date), str(STATUSES[PeriodStatus(row.status)])
    due = next((due for due in covering.periods if due.key == row.id), None)
    if due is None:
        return Period(days, status)
    return Period(days, status, _money(due.due, family), str(PAY_STATES[covering.state(due)]))


def _money(cents: int, family: Family) -> str:
    return money.format_money(Decimal(cents).scaleb(-2), family.currency)

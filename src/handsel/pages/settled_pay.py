"""What was settled of a nanny's pay: the balance as a sentence, and the pay periods with what was paid of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy

from handsel.access.checks import Standing
from handsel.formatting import money
from handsel.formatting.dates import Formatter
from handsel.models import Family, Member, PayPeriod
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

    id: UUID
    days: str
    status: str
    due: str = ""
    paid: str = ""


@dataclass(frozen=True, slots=True)
class SettledPay:
    """The pay periods of one nanny, the newest first, and those of the whole family that are asked to be reopened."""

    periods: list[PayPeriod]
    asked: list[PayPeriod]

    @property
    def last(self) -> PayPeriod | None:
        return next(iter(self.periods), None)


def of_family(family: Family, nanny_id: UUID | None) -> SettledPay:
    """Return what was settled of one nanny whose pay the caller's reader sees. One query."""
    concerned = Q(nanny_id=nanny_id) | Q(status=PeriodStatus.APPROVED, reopen_asked_at__isnull=False)
    rows = list(PayPeriod.objects.filter(concerned, family_id=family.id).order_by("-from_date", "-id"))
    own = [row for row in rows if row.nanny_id == nanny_id]
    return SettledPay(own, [row for row in reversed(rows) if row.reopen_asked_at is not None])


def rows(periods: Sequence[PayPeriod], family: Family, covering: Covering, formatter: Formatter) -> list[Period]:
    """Return the newest of these as the list shows them."""
    return [_period(row, family, covering, formatter) for row in periods[:_MOST]]


def open_cents(covering: Covering) -> int:
    """Return what is owed, in cents; below zero what is paid ahead."""
    return sum(period.due for period in covering.periods) - covering.paid


def balance(standing: Standing, family: Family, nanny: Member | None, covering: Covering, formatter: Formatter) -> str:
    """Return who owes whom how much, as a sentence; nothing where nothing was settled."""
    if not covering.periods and not covering.paid:
        return ""
    owed = open_cents(covering)
    amount = _money(abs(owed), family)
    if owed < 0:
        return gettext("Paid ahead by %(amount)s") % {"amount": amount}
    if owed == 0:
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
        return Period(row.id, days, status)
    return Period(row.id, days, status, _money(due.due, family), str(PAY_STATES[covering.state(due)]))


def _money(cents: int, family: Family) -> str:
    return money.format_money(Decimal(cents).scaleb(-2), family.currency)

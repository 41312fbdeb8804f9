"""Payments to one nanny: what is owed, as a sentence and as a line over the year, and what each payment covers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from handsel.access import checks, visibility
from handsel.access.checks import Standing
from handsel.formatting import money
from handsel.formatting.dates import Formatter
from handsel.models import Family, PayPeriod, User
from handsel.pages import paid_nannies, pay_tabs, settled_pay
from handsel.pages.balance_chart import BalanceStep, balance_chart
from handsel.queries import payments
from handsel.queries.paging import Row
from handsel.rules import local_time
from handsel.rules.pay.covering import Covering
from handsel.rules.pay.payments import PaymentMethod
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.refusals import WrongState
from handsel.rules.roles import Capability

METHODS = {
    PaymentMethod.CASH: gettext_lazy("Cash"),
    PaymentMethod.CHECK: gettext_lazy("Check"),
    PaymentMethod.TRANSFER: gettext_lazy("Bank transfer"),
    PaymentMethod.PAYROLL_SERVICE: gettext_lazy("Payroll service"),
    PaymentMethod.OTHER: gettext_lazy("Another way"),
}


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A payment, or the row that voids one. covers: which days, in words."""

    id: UUID
    day: str
    amount: str
    method: str
    note: str
    covers: list[str]
    is_void: bool
    is_voided: bool
    reason: str
    acknowledged: str
    may_void: bool
    may_acknowledge: bool

    @property
    def which(self) -> str:
        """Name the payment where a button is read by itself."""
        return f" {self.amount}, {self.day}"


def page(person: User, family_id: UUID, *, at: datetime, nanny_id: UUID | None = None) -> dict[str, Any]:
    """Return the page's context; nanny_id: whose payments, where the family has several. At most ten queries.

    Raises NotVisible, or NotAllowed for who sees nobody's pay.
    """
    standing, family = visibility.family(person, family_id)
    nannies = paid_nannies.of(standing)
    chosen = paid_nannies.chosen(nannies, nanny_id)
    formatter = person.formatter
    whose = chosen.id if chosen else None
    covering = payments.of_family(family.id, [whose])[whose]
    rows = payments.of_nanny(family.id, whose)
    reasons = {row.voids_id: row.reason for row in rows if row.voids_id}
    today = local_time.local_date(at, family.time_zone)
    return {
        "family_id": family.id,
        "family_name": family.name,
        "tabs": pay_tabs.tabs(standing, "payments"),
        "nannies": paid_nannies.choices(nannies, chosen, formatter) if len(nannies) > 1 else [],
        "nanny_id": whose,
        "balance": settled_pay.balance(standing, family, chosen, covering, formatter) or gettext("All settled"),
        "chart": balance_chart(_steps(covering), family.currency, today, formatter),
        "rows": [_line(row, standing, covering, family, formatter, reasons) for row in rows],
        "new_url": _url("new_payment", family.id, whose),
        "may_record": standing.may(Capability.RECORD_PAYMENTS),
    }


def new(person: User, family_id: UUID, *, at: datetime) -> dict[str, Any]:
    """Return what the form of a payment offers: the nannies, today, and which approved days it may be for. Four
    queries.

    Raises NotVisible or NotAllowed.
    """
    standing, family = visibility.family(person, family_id)
    checks.may(standing, Capability.RECORD_PAYMENTS)
    nannies, formatter = paid_nannies.of(standing), person.formatter
    names = {nanny.id: formatter.names.whole(nanny, nanny.name) for nanny in nannies}
    approved = [
        period
        for period in PayPeriod.objects.filter(family=family, status=PeriodStatus.APPROVED).order_by("-to_date")
        if standing.may(Capability.SEE_PAY_RECORDS, own=period.nanny_id == standing.member_id)
    ]
    return {
        "family_id": family.id,
        "family_name": family.name,
        "currency": family.currency,
        "today": local_time.local_date(at, family.time_zone).isoformat(),
        "nannies": list(names.items()),
        "periods": [(period.id, _days(period, names, formatter)) for period in approved],
    }


def voiding(person: User, payment_id: UUID) -> dict[str, Any]:
    """Return the payment that is to be voided. Raises NotVisible, NotAllowed or WrongState."""
    standing, payment = visibility.payment(person, payment_id)
    checks.may(standing, Capability.RECORD_PAYMENTS)
    if payment.voids_id is not None or payment.voided_by.exists():
        raise WrongState
    return {
        "id": payment.id,
        "back": _url("payments", payment.family_id, payment.nanny_id),
        "day": person.formatter.full(payment.date),
        "amount": money.format_money(payment.amount, payment.family.currency),
    }


def _url(route: str, family_id: UUID, nanny_id: UUID | None) -> str:
    return reverse(f"web:{route}", args=[family_id], query={"nanny": str(nanny_id)} if nanny_id else {})


def _days(period: PayPeriod, names: dict[UUID, str], formatter: Formatter) -> str:
    days = formatter.days(period.from_date, period.to_date)
    name = names.get(period.nanny_id) if period.nanny_id and len(names) > 1 else None
    return f"{name}, {days}" if name else days


def _steps(covering: Covering) -> Sequence[BalanceStep]:
    """Return each change of the balance: what an approved period added on its last day, what a payment took."""
    changes = [(period.last, period.due) for period in covering.periods]
    changes += [(payment.date, -payment.amount) for payment in covering.payments]
    balance, steps = 0, []
    for day, change in sorted(changes):
        balance += change
        steps.append(BalanceStep(day, change, balance))
    return steps


def _line(
    row: Row,
    standing: Standing,
    covering: Covering,
    family: Family,
    formatter: Formatter,
    reasons: Mapping[UUID, str],
) -> PaymentLine:
    counts = row.voids_id is None and row.voided_by is None
    ends = {period.key: period.last for period in covering.periods}
    return PaymentLine(
        id=row.id,
        day=formatter.full(row.date),
        amount=money.format_money(row.amount, family.currency),
        method=str(METHODS[PaymentMethod(row.method)]),
        note=row.note,
        covers=[
            gettext("%(amount)s of the pay until %(day)s")
            % {
                "amount": money.format_money(cover["amount"], family.currency),
                "day": formatter.short(ends[cover["pay_period_id"]]),
            }
            for cover in row.covers
        ],
        is_void=row.voids_id is not None,
        is_voided=row.voided_by is not None,
        reason=row.reason or reasons.get(row.id, ""),
        acknowledged=formatter.full(local_time.local_date(row.acknowledged_at, family.time_zone))
        if row.acknowledged_at
        else "",
        may_void=counts and standing.may(Capability.RECORD_PAYMENTS),
        may_acknowledge=counts
        and row.acknowledged_at is None
        and standing.may_with(Capability.ACKNOWLEDGE_PAYMENT, row.nanny_id),
    )

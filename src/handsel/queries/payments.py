"""Payments as who may see them sees them, what they cover, and what is still owed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from handsel.access import paid_nannies, visibility
from handsel.models import Payment, PayPeriod, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page, Row
from handsel.rules.drafts import Draft
from handsel.rules.pay import covering
from handsel.rules.pay.covering import Covering, Paid, PeriodDue
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.pay.stored import cents

type Coverings = Mapping[UUID | None, Covering]


def listed(person: User, family_id: UUID, parameters: Draft) -> Page[Row]:
    """Return a page of a family's payments, the newest first. parameters: nanny_id, cursor, limit.

    Raises NotVisible, NotAllowed or Invalid. Four queries.
    """
    standing = visibility.standing(person, family_id)
    paid_nannies.check_sees(standing, parameters)
    rows = visibility.payments(standing)
    if "nanny_id" in parameters:
        rows = rows.filter(nanny_id=parameters["nanny_id"])
    order = Order(f"payments:{family_id}", ("date", "id"), descending=True)
    payments, following = paging.paginate(rows, parameters, order)
    return Page(_rows(family_id, payments), following)


def of_nanny(family_id: UUID, nanny_id: UUID | None) -> list[Row]:
    """Return all payments and voids of one nanny whom the caller may ask about, the newest first. Four queries."""
    payments = Payment.objects.filter(family_id=family_id, nanny_id=nanny_id).order_by("-date", "-id")
    return _rows(family_id, list(payments))


def get(person: User, payment_id: UUID) -> Row:
    """Return one payment. Raises NotVisible."""
    return shown(visibility.payment(person, payment_id)[1])


def shown(payment: Payment) -> Row:
    """Return a payment just as an action left it."""
    return _rows(payment.family_id, [payment])[0]


def _rows(family_id: UUID, payments: list[Payment]) -> list[Row]:
    coverings = of_family(family_id, {payment.nanny_id for payment in payments})
    voids = Payment.objects.filter(family_id=family_id, voids__isnull=False)
    voided_by = dict(voids.values_list("voids_id", "id"))
    return [
        Row(
            payment,
            voided_by=voided_by.get(payment.id),
            covers=[
                {"pay_period_id": cover.period.key, "amount": _amount(cover.amount)}
                for cover in coverings[payment.nanny_id].of_payment(payment.id)
            ],
        )
        for payment in payments
    ]


def of_family(
    family_id: UUID,
    nannies: Collection[UUID | None] | None = None,
    *,
    approving: tuple[UUID | None, PeriodDue] | None = None,
    approved: Iterable[tuple[UUID, UUID | None, date, Any]] | None = None,
) -> Coverings:
    """Return what the payments of a family cover, by nanny; of these alone, where some are named. Two queries.

    approving: what a period of a nanny is about to be due, which counts as approved. approved: all approved periods of
    the family, each with its nanny, its last day and its totals, where they are at hand; then one query.
    Of a nanny who has no approved period and no payment there is nothing to say, and an empty one.
    """
    periods: dict[UUID | None, list[PeriodDue]] = defaultdict(list)
    payments: dict[UUID | None, list[Paid]] = defaultdict(list)
    if approved is None:
        rows = PayPeriod.objects.filter(family_id=family_id, status=PeriodStatus.APPROVED)
        approved = rows.values_list("id", "nanny_id", "to_date", "amounts__totals")
    for key, nanny_id, last, totals in approved:
        sums = (cents(totals.get(name, "0")) for name in ("gross", "reimbursements", "gifts"))
        periods[nanny_id].append(PeriodDue(key, last, *sums))
    counting = Payment.objects.filter(family_id=family_id, voids=None, voided_by=None)
    for key, nanny_id, day, amount, period in counting.values_list("id", "nanny_id", "date", "amount", "pay_period_id"):
        payments[nanny_id].append(Paid(key, day, cents(str(amount)), period))
    if approving is not None:
        whose, due = approving
        periods[whose] = [due, *(other for other in periods[whose] if other.key != due.key)]
    asked = {*periods, *payments} if nannies is None else nannies
    return {nanny_id: covering.cover(periods[nanny_id], payments[nanny_id]) for nanny_id in asked}


def made_in(family_id: UUID, year: int) -> list[Payment]:
    """Return the payments of a year that count, by their day. One query."""
    payments = Payment.objects.filter(family_id=family_id, date__year=year, voids=None, voided_by=None)
    return list(payments.order_by("date", "id"))


def of_period(period: PayPeriod, coverings: Coverings) -> dict[str, Any]:
    """Return what is `covered` of a period and its `pay_state`; of one that is not approved, nothing is."""
    of_nanny = coverings.get(period.nanny_id)
    due = next((due for due in of_nanny.periods if due.key == period.id), None) if of_nanny else None
    if of_nanny is None or due is None:
        return {"covered": _amount(0), "pay_state": None}
    return {"covered": _amount(of_nanny.covered(due.key)), "pay_state": of_nanny.state(due)}


def _amount(of_cents: int) -> Decimal:
    return Decimal(of_cents).scaleb(-2)

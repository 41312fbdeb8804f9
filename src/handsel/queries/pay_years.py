"""A year of one nanny's pay, of what was approved: months by the date of each line, quarters by that of payments."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from handsel.access import paid_nannies, visibility
from handsel.models import Expense, PayPeriod, User
from handsel.queries import payments
from handsel.rules.drafts import Draft, Problems
from handsel.rules.pay import stored
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.pay.stored import ApprovedPeriod

_MONTHS_OF_A_QUARTER = 3


def get(person: User, family_id: UUID, year: int, parameters: Draft) -> dict[str, Any]:
    """Return the year (parameters: nanny_id, left out the nanny's own or the only one's).

    Raises NotVisible, NotAllowed or Invalid. Six queries.
    """
    standing = visibility.standing(person, family_id)
    problems = Problems(parameters)
    nanny_id = paid_nannies.named(standing, parameters, problems)
    problems.raise_if_any()
    return of_nanny(family_id, nanny_id, year)


def of_nanny(family_id: UUID, nanny_id: UUID | None, year: int) -> dict[str, Any]:
    """Return the year of one nanny whom the caller may ask about. Four queries."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    of_hers = PayPeriod.objects.filter(family_id=family_id, nanny_id=nanny_id).order_by("from_date")
    # A week's premium may be dated in the period after the one that its days lie in, and an expense be settled later.
    lies_in = Q(from_date__lte=last, to_date__gte=first)
    settles = Q(pk__in=Expense.objects.filter(family_id=family_id, date__range=(first, last)).values("pay_period_id"))
    periods = list(of_hers.filter(lies_in | settles).select_related("amounts"))
    approved = [_approved(period) for period in periods if period.status == PeriodStatus.APPROVED]
    lines, weeks = stored.of_year(approved, year)
    covering = payments.of_family(family_id, [nanny_id])[nanny_id]
    totals = stored.totals_of(lines, weeks)
    quarters = [
        {"quarter": quarter, "wages_paid": _amount(covering.wages_paid(*_quarter(year, quarter)))}
        for quarter in range(1, 5)
    ]
    return {
        "year": year,
        "nanny_id": nanny_id,
        "months": stored.months(lines, weeks),
        "quarters": quarters,
        "totals": totals | {"wagesPaid": f"{_amount(covering.wages_paid(first, last)):.2f}"},
        "not_approved": [period.id for period in periods if period.status != PeriodStatus.APPROVED],
    }


def _approved(period: PayPeriod) -> ApprovedPeriod:
    amounts: Any = period.amounts
    return ApprovedPeriod(
        period.id, period.nanny_id, period.from_date, period.to_date, amounts.lines, amounts.weeks, amounts.totals
    )


def _quarter(year: int, quarter: int) -> tuple[date, date]:
    """Return its first and its last day."""
    month = _MONTHS_OF_A_QUARTER * quarter
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month - 2, 1), date.fromordinal(following.toordinal() - 1)


def _amount(of_cents: int) -> Decimal:
    return Decimal(of_cents).scaleb(-2)

"""What is owed to each nanny: due of approved periods less payments, and what else is to come."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from handsel.access import paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.models import Family, PayPeriod, User
from handsel.queries import payments, timesheets
from handsel.rules.drafts import Draft
from handsel.rules.pay.covering import Covering
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.roles import Capability


def listed(person: User, family_id: UUID, *, at: datetime) -> list[dict[str, Any]]:
    """Return the balance of each nanny whose pay this person may see.

    Raises NotVisible, or NotAllowed for who sees nobody's. Five queries, and three for each nanny with a period that is
    still open.
    """
    standing, family = visibility.family(person, family_id)
    paid_nannies.check_sees(standing, Draft())
    coverings = payments.of_family(family_id)
    unsettled = _unsettled(family)
    return [
        _balance(family, nanny_id, coverings.get(nanny_id) or Covering([]), unsettled.get(nanny_id, []), at)
        for nanny_id in _nannies(standing, {*coverings, *unsettled})
    ]


def _nannies(standing: Standing, with_records: set[UUID | None]) -> list[UUID | None]:
    """Return whose pay there is and this person may see; nobody's last."""
    nannies: list[UUID | None] = list(paid_nannies.of_family(standing.family_id).values_list("id", flat=True))
    if None in with_records or not nannies:
        nannies.append(None)
    return [
        nanny_id for nanny_id in nannies if standing.may(Capability.SEE_PAY_RECORDS, own=nanny_id == standing.member_id)
    ]


def _unsettled(family: Family) -> dict[UUID | None, list[PayPeriod]]:
    periods = PayPeriod.objects.filter(family=family).exclude(status=PeriodStatus.APPROVED).order_by("from_date")
    by_nanny: dict[UUID | None, list[PayPeriod]] = {}
    for period in periods:
        by_nanny.setdefault(period.nanny_id, []).append(period)
    return by_nanny


def _balance(
    family: Family, nanny_id: UUID | None, covering: Covering, unsettled: list[PayPeriod], at: datetime
) -> dict[str, Any]:
    due = sum(period.due for period in covering.periods)
    return {
        "nanny_id": nanny_id,
        "due": _amount(due),
        "paid": _amount(covering.paid),
        "balance": _amount(due - covering.paid),
        "ahead": _amount(covering.ahead),
        "forecast": _forecast(family, nanny_id, unsettled, at),
        "periods": [
            {
                "pay_period_id": period.key,
                "due": _amount(period.due),
                "covered": _amount(covering.covered(period.key)),
                "pay_state": covering.state(period),
            }
            for period in covering.periods
        ],
    }


def _forecast(family: Family, nanny_id: UUID | None, unsettled: list[PayPeriod], at: datetime) -> Decimal:
    """Return what periods that are not approved come to as things stand."""
    if not unsettled:
        return _amount(0)
    facts = timesheets.facts_of_days(family, nanny_id, unsettled[0].from_date, unsettled[-1].to_date, at=at)
    return sum((facts.timesheet(period.from_date, period.to_date).totals.due for period in unsettled), _amount(0))


def _amount(of_cents: int) -> Decimal:
    return Decimal(of_cents).scaleb(-2)

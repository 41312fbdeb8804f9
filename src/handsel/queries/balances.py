"""What is owed to each nanny: due of approved periods less payments, and what else is to come."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from handsel.access import paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.models import Family, User
from handsel.queries import payments, period_sheets
from handsel.rules.drafts import Draft
from handsel.rules.pay.covering import Covering
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.roles import Capability


def listed(person: User, family_id: UUID, *, at: datetime) -> list[dict[str, Any]]:
    """Return the balance of each nanny whose pay this person may see.

    Raises NotVisible, or NotAllowed for who sees nobody's. Eleven queries, however many nannies there are.
    """
    standing, family = visibility.family(person, family_id)
    paid_nannies.check_sees(standing, Draft())
    coverings = payments.of_family(family_id)
    forecasts = _forecasts(standing, family, at)
    return [
        _balance(nanny_id, coverings.get(nanny_id) or Covering([]), forecasts.get(nanny_id, _amount(0)))
        for nanny_id in _nannies(standing, {*coverings, *forecasts})
    ]


def _nannies(standing: Standing, with_records: set[UUID | None]) -> list[UUID | None]:
    """Return whose pay there is and this person may see; nobody's last."""
    nannies: list[UUID | None] = list(paid_nannies.of_family(standing.family_id).values_list("id", flat=True))
    if None in with_records or not nannies:
        nannies.append(None)
    return [
        nanny_id for nanny_id in nannies if standing.may(Capability.SEE_PAY_RECORDS, own=nanny_id == standing.member_id)
    ]


def _forecasts(standing: Standing, family: Family, at: datetime) -> dict[UUID | None, Decimal]:
    """Return what each nanny's periods that are not approved come to as things stand."""
    unsettled = visibility.pay_periods(standing).exclude(status=PeriodStatus.APPROVED)
    periods = list(unsettled.order_by("from_date"))
    sheets = period_sheets.of_periods(family, periods, at=at) if periods else {}
    forecasts: dict[UUID | None, Decimal] = {}
    for period in periods:
        forecasts[period.nanny_id] = forecasts.get(period.nanny_id, _amount(0)) + sheets[period.id].totals.due
    return forecasts


def _balance(nanny_id: UUID | None, covering: Covering, forecast: Decimal) -> dict[str, Any]:
    due = sum(period.due for period in covering.periods)
    return {
        "nanny_id": nanny_id,
        "due": _amount(due),
        "paid": _amount(covering.paid),
        "balance": _amount(due - covering.paid),
        "ahead": _amount(covering.ahead),
        "forecast": forecast,
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


def _amount(of_cents: int) -> Decimal:
    return Decimal(of_cents).scaleb(-2)

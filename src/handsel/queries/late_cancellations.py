"""What a late cancellation is paid: what one that stands is, and what one would be that the family makes now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from handsel.access import paid_nannies
from handsel.models import CareSession
from handsel.queries import pay_policies, session_facts
from handsel.rules.lifecycle import State, Status
from handsel.rules.pay.sessions import CancelledFor, cancellation_hundredths
from handsel.rules.pay.terms import rounded


@dataclass(frozen=True, slots=True)
class CancellationPay:
    """The minutes that are paid for, and the amount, as one line of a timesheet has them."""

    minutes: int
    amount: Decimal


def if_cancelled(sessions: Iterable[CareSession], *, at: datetime) -> Mapping[UUID, CancellationPay]:
    """Return what those of one family's confirmed sessions would be paid if the family cancelled them now, and what
    those that are cancelled are, by their ids; without those that would not or are not paid. At most two queries.
    """
    rated = [session for session in sessions if session.hourly_rate is not None and session.is_confirmed]
    if not rated:
        return {}
    policies = pay_policies.versions(rated[0].family_id)
    if not any(policy.cancellation_tiers for policy in policies):
        return {}
    if any(session.nanny_id is None for session in rated) and paid_nannies.of_family(rated[0].family_id).exists():
        rated = [session for session in rated if session.nanny_id is not None]  # what is nobody's is paid to nobody
    pays = {}
    for session in rated:
        terms = pay_policies.timeline(policies, session.nanny_id).terms_on(session.pay_date.toordinal())
        facts = session_facts.of_session(session)
        if session.state is State.CONFIRMED:
            facts = facts._replace(status=Status.CANCELLED, cancelled_at=at, cancelled_for=CancelledFor.FAMILY)
        hundredths = cancellation_hundredths(facts, terms)
        if hundredths and session.hourly_rate is not None:
            cents = rounded(hundredths * int(session.hourly_rate * 100), 6000)
            pays[session.id] = CancellationPay(rounded(hundredths, 100), Decimal(cents).scaleb(-2))
    return pays

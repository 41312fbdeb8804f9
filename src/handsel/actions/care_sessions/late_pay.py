"""What a move takes from a nanny: the pay for a late cancellation. It is told with the move, and never how much."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from handsel.models import CareSession
from handsel.queries import late_cancellations

GONE: Mapping[str, Any] = {"late_pay_gone": True}
type LatePay = Mapping[UUID, Decimal]


def of_sessions(sessions: Collection[CareSession], at: datetime) -> LatePay:
    """Return what sessions of one family are paid that are cancelled, and what confirmed ones would be if the family
    cancelled them now, by their ids; ask before they are written. At most two queries.
    """
    return {key: pay.amount for key, pay in late_cancellations.if_cancelled(sessions, at=at).items()}


def is_less(session: CareSession, before: LatePay, at: datetime) -> bool:
    """Say whether a session that was changed would be paid less than before."""
    was = before.get(session.id)
    return was is not None and of_sessions([session], at).get(session.id, Decimal(0)) < was


def own_facts(sessions: Collection[CareSession], before: LatePay) -> dict[CareSession, Mapping[str, Any]]:
    """Return the facts of those that are cancelled no more, and were paid."""
    return {session: GONE for session in sessions if session.id in before}

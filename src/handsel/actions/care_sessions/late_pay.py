"""What a move takes from a nanny: the pay for a late cancellation. It is told with the move, and never how much."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from handsel.models import CareSession
from handsel.queries import late_cancellations
from handsel.rules.history import LATE_PAY

GONE: Mapping[str, Any] = {"late_pay_gone": True}
type LatePay = Mapping[UUID, Decimal]


def of_sessions(sessions: Collection[CareSession], at: datetime) -> LatePay:
    """Return what sessions of one family are paid that are cancelled, and what confirmed ones would be if the family
    cancelled them now, by their ids; ask before they are written. At most two queries.
    """
    return {key: pay.amount for key, pay in late_cancellations.if_cancelled(sessions, at=at).items()}


def lost(session: CareSession, amount: Decimal) -> dict[str, tuple[Any, Any]]:
    """Return what history keeps of an amount that goes (queries.lost_late_pay); ask before it is written."""
    return {LATE_PAY: ([session.nanny_id, session.pay_date, amount], None)}


def lost_by(session: CareSession, before: LatePay) -> dict[str, tuple[Any, Any]]:
    """Return the same of one that is cancelled no more, where it was paid."""
    return lost(session, before[session.id]) if session.id in before else {}


def less(had: dict[str, tuple[Any, Any]], gone: Decimal) -> dict[str, tuple[Any, Any]]:
    """Return what history keeps of a part of an amount, of what it would keep of the whole."""
    return {LATE_PAY: ([*had[LATE_PAY][0][:2], gone], None)}


def is_less(session: CareSession, before: LatePay, at: datetime) -> Decimal:
    """Return by how much less a session that was changed would be paid than before; zero where it is not less."""
    was = before.get(session.id, Decimal(0))
    return max(Decimal(0), was - of_sessions([session], at).get(session.id, Decimal(0))) if was else was


def own_facts(sessions: Collection[CareSession], before: LatePay) -> dict[CareSession, Mapping[str, Any]]:
    """Return the facts of those that are cancelled no more, and were paid."""
    return {session: GONE for session in sessions if session.id in before}

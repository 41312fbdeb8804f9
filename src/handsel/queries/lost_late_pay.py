"""What moves took away of the pay for late cancellations, as history remembers it, so that it can be asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from handsel.models import Event, Member, PayPeriod
from handsel.rules.history import LATE_PAY, EventKind

# The moves that take it away, and how long before its day a tier may pay for a session.
_KINDS = (EventKind.CARE_SESSION_RESTORED, EventKind.CARE_SESSION_UNDONE, EventKind.CARE_SESSION_UPDATED)
_LONGEST_NOTICE = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class LostLatePay:
    """One amount that went, of whose session and pay date, by whom and when. session_id: None once it is another's."""

    id: UUID
    session_id: UUID | None
    nanny_id: UUID | None
    day: date
    amount: Decimal
    at: datetime
    by: Member | None


def may_be_of(period: PayPeriod) -> Q:
    """Return the condition for the events that of_period is made of, among those of the period's family."""
    since = datetime.combine(period.from_date - _LONGEST_NOTICE, datetime.min.time(), period.created_at.tzinfo)
    return Q(family_id=period.family_id, at__gte=since, kind__in=_KINDS, changes__has_key=LATE_PAY)


def of_period(period: PayPeriod, events: Iterable[Event], still_paid: Iterable[UUID]) -> list[LostLatePay]:
    """Return what went of a nanny's days, the earliest first. events: that meet may_be_of, among others; still_paid:
    the sessions that are paid all the same.
    """
    went = [_lost(event) for event in events if LATE_PAY in event.changes]
    lost = {each.session_id or each.id: each for each in went if each.nanny_id == period.nanny_id}
    paid = set(still_paid)
    return [
        each for each in lost.values() if period.from_date <= each.day <= period.to_date and each.session_id not in paid
    ]


def by_id(family_id: UUID, event_id: UUID) -> LostLatePay | None:
    """Return one; who asks sees to it that its nanny's pay may be seen. One query."""
    event = Event.objects.filter(family_id=family_id, pk=event_id, changes__has_key=LATE_PAY).first()
    return _lost(event) if event else None


def _lost(event: Event) -> LostLatePay:
    nanny_id, day, amount = event.changes[LATE_PAY][0]
    is_theirs_still = "nanny_id" not in event.changes
    return LostLatePay(
        event.id,
        event.session_id if is_theirs_still else None,
        UUID(nanny_id) if nanny_id else None,
        date.fromisoformat(day),
        Decimal(amount),
        event.at,
        event.by,
    )

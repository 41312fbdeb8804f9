"""What erasing would do, before it is done: how much is written over, and what stays until when."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from handsel.models import (
    CareSession,
    Child,
    Erasure,
    Event,
    Expense,
    Invitation,
    IssuedDocument,
    Member,
    Notice,
    PayPeriod,
    Receipt,
)
from handsel.rules.erasing import Erased, kept_until
from handsel.rules.lifecycle import Status


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """An issued document whose files stay readable until a day, and then go."""

    number: int
    kind: str
    until: date


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How many of each are written over or go, and what stays."""

    children: int
    sessions: int
    ahead: int
    events: int
    notices: int
    invitations: int
    receipts: int
    settled_receipts_until: date | None
    periods: int
    documents: tuple[KeptDocument, ...]


def foreseen(kind: Erased, subject_id: UUID, family_id: UUID, *, at: datetime) -> Foreseen:
    """Return what erasing this child, family or person would come to in one family. Ten queries."""
    sessions = CareSession.objects.filter(family=family_id)
    events = Event.objects.filter(family=family_id)
    documents = IssuedDocument.objects.filter(family=family_id, files_dropped_at__isnull=True)
    receipts = Receipt.objects.filter(family=family_id)
    children = 0
    if kind is Erased.CHILD:
        children = Child.objects.filter(family=family_id, pk=subject_id).count()
        sessions = sessions.filter(child_links__child=subject_id)
        events = events.filter(session_id__in=sessions.values("pk"))
        receipts = receipts.none()
    elif kind is Erased.FAMILY:
        children = Child.objects.filter(family=family_id).count()
    else:
        member = Member.objects.filter(user=subject_id, family=family_id)
        sessions = sessions.filter(nanny__in=member)
        events = events.filter(by__in=member)
        documents, receipts = documents.none(), receipts.none()
    is_settled = Q(expense__pay_period__status="APPROVED")
    settled = (
        Expense.objects.filter(family=family_id, receipts__in=receipts.filter(is_settled)).order_by("-date").first()
    )
    return Foreseen(
        children=children,
        sessions=sessions.count(),
        ahead=sessions.filter(status=Status.SCHEDULED, scheduled_start__gt=at).count(),
        events=events.count(),
        notices=Notice.objects.filter(family=family_id).count() if kind is Erased.FAMILY else 0,
        invitations=Invitation.objects.filter(family=family_id).count() if kind is Erased.FAMILY else 0,
        receipts=receipts.exclude(is_settled).count(),
        settled_receipts_until=kept_until(settled.date.year, settings.WAGE_RECORDS_YEARS) if settled else None,
        periods=PayPeriod.objects.filter(family=family_id).count(),
        documents=tuple(
            KeptDocument(document.number, document.kind, kept_until(_year_of(document), settings.WAGE_RECORDS_YEARS))
            for document in documents.order_by("number")
        ),
    )


def _year_of(document: IssuedDocument) -> int:
    """Return the year that a document is about, as actions.erasing drops its files."""
    return document.year or (document.to_date or document.issued_at).year


def state(kind: Erased, subject_id: UUID, family_id: UUID) -> tuple[Erasure | None, Erasure | None]:
    """Return the erasure that waits, with who asked for it, and the last that was done. One query."""
    rows = Erasure.objects.filter(family=family_id, kind=kind, subject_id=subject_id, withdrawn_at__isnull=True)
    latest = list(rows.select_related("asked_by__user").order_by("-asked_at", "-id")[:2])
    return (
        next((erasure for erasure in latest if erasure.done_at is None), None),
        next((erasure for erasure in latest if erasure.done_at is not None), None),
    )


def waiting_in(family_id: UUID) -> list[tuple[Erasure, Child | None]]:
    """Return what waits to be erased in a family; with each child that does. One query, two where something waits."""
    waiting = list(Erasure.objects.waiting().filter(family=family_id).order_by("due_at", "id"))
    if not waiting:
        return []
    children = Child.objects.filter(family=family_id).in_bulk([erasure.subject_id for erasure in waiting])
    return [(erasure, children.get(erasure.subject_id)) for erasure in waiting]

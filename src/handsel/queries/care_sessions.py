"""Sessions as their family sees them, one by one and in lists."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from handsel.access import visibility
from handsel.access.standing import Standing
from handsel.models import CareSession, CareSessionChild, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page
from handsel.rules import local_time
from handsel.rules.drafts import Draft, Problems
from handsel.rules.sentences import say

SOONEST_FIRST = "scheduledStart"
LATEST_FIRST = "-scheduledStart"

# What a filter's value is compared with.
_FILTERS = {
    "status": "status__in",
    "is_confirmed": "is_confirmed",
    "schedule_id": "schedule_id",
    "child_id": "child_links__child_id",
    "nanny_id": "nanny_id",
}
# No zone's day begins or ends further than this from the day in UTC.
_FARTHEST = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session; `hourly_rate` is None for who may not see it."""

    id: UUID
    family_id: UUID
    schedule_id: UUID | None
    slot_date: date | None
    scheduled_start: datetime
    scheduled_end: datetime
    actual_start: datetime | None
    actual_end: datetime | None
    status: str
    is_confirmed: bool
    hourly_rate: Decimal | None
    notes: str
    child_ids: list[UUID]
    nanny_id: UUID | None
    time_zone: str
    overlap_allowed: bool
    confirmed_at: datetime | None
    confirmed_by: UUID | None
    cancelled_at: datetime | None
    cancelled_by: UUID | None
    cancel_reason: str
    version: int
    created_at: datetime
    updated_at: datetime


def one(person: User, session_id: UUID) -> SessionRow:
    """Raises NotVisible."""
    standing, session = visibility.care_session(person, session_id)
    return _rows([session], standing)[0]


def shown(person: User, session: CareSession) -> SessionRow:
    """A session just as an action left it. Raises NotVisible. Two queries."""
    return _rows([session], visibility.standing(person, session.family_id))[0]


def listed(person: User, family_id: UUID, wanted: Draft) -> Page[SessionRow]:
    """A family's sessions, soonest first.

    wanted: from_date and to_date (local dates of the planned start, both inclusive, either may be missing), status (a
    tuple), is_confirmed, schedule_id, child_id, nanny_id, order (LATEST_FIRST turns it round), cursor, limit. Raises
    NotVisible or Invalid. At most four queries.
    """
    standing = visibility.standing(person, family_id)
    problems = Problems(wanted)
    first, last = wanted.get("from_date"), wanted.get("to_date")
    if first and last and last < first:
        problems.add("to_date", say("The last day must not be before the first."))
    problems.raise_if_any()
    rows: QuerySet[CareSession] = visibility.care_sessions(person).filter(family_id=family_id)
    rows = rows.filter(**{_FILTERS[name]: wanted[name] for name in _FILTERS if name in wanted})
    return _part(on_days(rows, first, last), wanted, standing, latest_first=wanted.get("order") == LATEST_FIRST)


def unconfirmed(person: User, family_id: UUID, wanted: Draft, *, at: datetime) -> Page[SessionRow]:
    """What still needs the family's answer, soonest first: unconfirmed and not yet over.

    wanted: cursor, limit. Raises NotVisible or Invalid. Three queries.
    """
    standing = visibility.standing(person, family_id)
    rows = visibility.care_sessions(person).filter(family_id=family_id).unconfirmed().ending_after(at)
    return _part(rows, wanted, standing, of="unconfirmed")


def _part(
    rows: QuerySet[CareSession],
    wanted: Draft,
    standing: Standing,
    *,
    of: str = "care_sessions",
    latest_first: bool = False,
) -> Page[SessionRow]:
    order = Order(f"{of}:{standing.family_id}", ("scheduled_start", "id"), descending=latest_first)
    found, following = paging.part(rows, wanted, order)
    return Page(_rows(found, standing), following)


def on_days(rows: QuerySet[CareSession], first: date | None, last: date | None) -> QuerySet[CareSession]:
    """Sessions whose planned start is, on the clocks of their own zone, on these days.

    First roughly in UTC, which the index on the start answers; then exactly, for each zone found there. A family has
    one zone, or a few after it moved.
    """
    if first is None and last is None:
        return rows
    near = Q()
    if first is not None:
        near &= Q(scheduled_start__gte=local_time.day_span(first, first, "UTC")[0] - _FARTHEST)
    if last is not None:
        near &= Q(scheduled_start__lt=local_time.day_span(last, last, "UTC")[1] + _FARTHEST)
    rows = rows.filter(near)
    exactly = Q(pk__in=())
    for zone in rows.order_by().values_list("time_zone", flat=True).distinct():
        here = Q(time_zone=zone)
        if first is not None:
            here &= Q(scheduled_start__gte=local_time.day_span(first, first, zone)[0])
        if last is not None:
            here &= Q(scheduled_start__lt=local_time.day_span(last, last, zone)[1])
        exactly |= here
    return rows.filter(exactly)


def _rows(sessions: list[CareSession], standing: Standing) -> list[SessionRow]:
    """One query for the children of all."""
    links = CareSessionChild.objects.filter(session__in=sessions).order_by("id")
    children: dict[UUID, list[UUID]] = {session.id: [] for session in sessions}
    for session_id, child_id in links.values_list("session_id", "child_id"):
        children[session_id].append(child_id)
    return [_row(session, children[session.id], standing) for session in sessions]


def _row(session: CareSession, child_ids: list[UUID], standing: Standing) -> SessionRow:
    return SessionRow(
        id=session.id,
        family_id=session.family_id,
        schedule_id=session.schedule_id,
        slot_date=session.slot_date,
        scheduled_start=session.scheduled_start,
        scheduled_end=session.scheduled_end,
        actual_start=session.actual_start,
        actual_end=session.actual_end,
        status=session.status,
        is_confirmed=session.is_confirmed,
        hourly_rate=session.hourly_rate if standing.sees_pay_of(session.nanny_id) else None,
        notes=session.notes,
        child_ids=child_ids,
        nanny_id=session.nanny_id,
        time_zone=session.time_zone,
        overlap_allowed=session.overlap_allowed,
        confirmed_at=session.confirmed_at,
        confirmed_by=session.confirmed_by_id,
        cancelled_at=session.cancelled_at,
        cancelled_by=session.cancelled_by_id,
        cancel_reason=session.cancel_reason,
        version=session.version,
        created_at=session.created_at,
        updated_at=session.updated_at,
    )

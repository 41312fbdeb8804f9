"""The facts of sessions that pay is computed from, and which sessions the timesheets of some days may be about."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from handsel.models import CareSession, Event
from handsel.rules.history import EventKind
from handsel.rules.lifecycle import Status
from handsel.rules.pay.workweeks import DAYS_OF_A_WEEK

# The workweek before a short one reaches back so far (rules.pay.timesheet), and a session may begin on the day before.
BEFORE, AFTER = timedelta(days=2 * DAYS_OF_A_WEEK), timedelta(days=1)


class SessionFacts(NamedTuple):
    """What rules.pay asks of a session."""

    id: UUID
    status: str
    is_confirmed: bool
    time_zone: str
    scheduled_start: datetime
    scheduled_end: datetime
    actual_start: datetime | None
    actual_end: datetime | None
    hourly_rate: Decimal | None
    cancelled_at: datetime | None
    cancelled_for: str
    nanny_id: UUID | None
    pay_date: date
    is_corrected: bool


SESSION_COLUMNS = SessionFacts._fields[:-1]


def of_nannies(
    family_id: UUID, nannies: Collection[UUID | None], first: date, last: date, *, with_nobodys: bool
) -> list[SessionFacts]:
    """Return the facts of some nannies' sessions that these days may be about, with_nobodys also of what is done and
    has no nanny. Two queries.
    """
    condition = of_these(nannies)
    if with_nobodys:
        condition |= Q(nanny_id=None, status=Status.COMPLETED)
    rows = CareSession.objects.filter(condition, is_about(first, last), family_id=family_id)
    corrected = _corrected(rows)
    return [SessionFacts._make([*row, row[0] in corrected]) for row in rows.values_list(*SESSION_COLUMNS)]


def is_about(first: date, last: date) -> Q:
    """Return the condition for sessions that timesheets of these days may be about."""
    first, last = first - BEFORE, last + AFTER
    # What was recorded on other days than planned counts on those; a day around them holds every zone's.
    ran = Q(actual_start__lt=_midnight(last + AFTER), actual_end__gt=_midnight(first - AFTER))
    return Q(pay_date__range=(first, last)) | ran


def is_paid_on(first: date, last: date) -> Q:
    """Return the condition for sessions with their pay date on these days: it is one day from that of their start in
    UTC at most, and starts have an index.
    """
    planned = Q(scheduled_start__gte=_midnight(first - AFTER), scheduled_start__lt=_midnight(last + 2 * AFTER))
    return planned & Q(pay_date__range=(first, last))


def of_these(nannies: Collection[UUID | None]) -> Q:
    """Return the condition for what is one of these nannies', or nobody's."""
    whose = Q(nanny_id__in=[nanny_id for nanny_id in nannies if nanny_id is not None])
    return whose | Q(nanny_id=None) if None in nannies else whose


def of_session(session: CareSession) -> SessionFacts:
    """Return the facts of one session, of which nobody asks whether it was corrected."""
    return SessionFacts._make([*(getattr(session, name) for name in SESSION_COLUMNS), False])


def _corrected(rows: QuerySet[CareSession]) -> set[UUID | None]:
    """Return the ids of those that were corrected since they were completed. One query."""
    corrections = Event.objects.filter(kind=EventKind.CARE_SESSION_CORRECTED, session_id__in=rows.values("pk"))
    kinds = (EventKind.CARE_SESSION_CORRECTED, EventKind.CARE_SESSION_COMPLETED, EventKind.CARE_SESSION_RECORDED)
    events = Event.objects.filter(kind__in=kinds, session_id__in=corrections.values("session_id"))
    corrected: set[UUID | None] = set()
    for session_id, kind in events.order_by(*Event.AS_WRITTEN).values_list("session_id", "kind"):
        if kind == EventKind.CARE_SESSION_CORRECTED:
            corrected.add(session_id)
        else:
            corrected.discard(session_id)
    return corrected


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)

"""Sessions as their family sees them, one by one and in lists."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.models import CareSession, CareSessionChild, ChangeRequest, User
from handsel.queries import paging
from handsel.queries.care_schedules import redact_hidden_fields
from handsel.queries.paging import Order, Page, Row
from handsel.rules import local_time
from handsel.rules.drafts import Draft, Problems
from handsel.rules.sentences import say


class SessionOrder(StrEnum):
    SOONEST_FIRST = "scheduled_start"
    LATEST_FIRST = "-scheduled_start"


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


def get(person: User, session_id: UUID) -> Row:
    """Return one session. Raises NotVisible."""
    standing, session = visibility.care_session(person, session_id)
    return _rows([session], standing)[0]


def shown(person: User, session: CareSession) -> Row:
    """Return a session just as an action left it. Raises NotVisible. Two queries."""
    return _rows([session], visibility.standing(person, session.family_id))[0]


def listed(person: User, family_id: UUID, parameters: Draft) -> Page[Row]:
    """Return a page of a family's sessions, soonest first.

    parameters: from_date and to_date (local dates of the planned start, both inclusive, either may be missing), status
    (a tuple), is_confirmed, schedule_id, child_id, nanny_id, order (a SessionOrder), cursor, limit. Raises NotVisible
    or Invalid. At most four queries.
    """
    standing = visibility.standing(person, family_id)
    problems = Problems(parameters)
    first, last = parameters.get("from_date"), parameters.get("to_date")
    if first and last and last < first:
        problems.add("to_date", say("The last day must not be before the first."))
    problems.raise_if_any()
    rows: QuerySet[CareSession] = visibility.care_sessions(person).filter(family_id=family_id)
    rows = rows.filter(**{_FILTERS[name]: parameters[name] for name in _FILTERS if name in parameters})
    return _part(
        on_days(rows, first, last),
        parameters,
        standing,
        latest_first=parameters.get("order") == SessionOrder.LATEST_FIRST,
    )


def unconfirmed(person: User, family_id: UUID, parameters: Draft, *, at: datetime) -> Page[Row]:
    """Return what still needs the family's answer, soonest first: unconfirmed and not yet over.

    parameters: cursor, limit. Raises NotVisible or Invalid. Three queries.
    """
    standing = visibility.standing(person, family_id)
    rows = visibility.care_sessions(person).filter(family_id=family_id).unconfirmed().ending_after(at)
    return _part(rows, parameters, standing, of="unconfirmed")


def change_requests(person: User, session_id: UUID, parameters: Draft) -> Page[ChangeRequest]:
    """Return all that was asked about a session, the first one first. parameters: cursor, limit.

    Raises NotVisible or Invalid. Two queries.
    """
    visibility.care_session(person, session_id)
    rows = visibility.change_requests(person).filter(session_id=session_id)
    return Page(*paging.paginate(rows, parameters, Order(f"change_requests:{session_id}")))


def _part(
    rows: QuerySet[CareSession],
    parameters: Draft,
    standing: Standing,
    *,
    of: str = "care_sessions",
    latest_first: bool = False,
) -> Page[Row]:
    order = Order(f"{of}:{standing.family_id}", ("scheduled_start", "id"), descending=latest_first)
    sessions, following = paging.paginate(rows, parameters, order)
    return Page(_rows(sessions, standing), following)


def on_days(rows: QuerySet[CareSession], first: date | None, last: date | None) -> QuerySet[CareSession]:
    """Return sessions whose planned start is, on the clocks of their own zone, on these days.

    First roughly in UTC, which the index on the start answers; then exactly, for each zone found there. A family has
    one zone, or a few after it moved.
    """
    if first is None and last is None:
        return rows
    rows = rows.filter(_planned_on(first, last, "UTC", give=_FARTHEST))
    exactly = Q(pk__in=())
    for zone in rows.order_by().values_list("time_zone", flat=True).distinct():
        exactly |= Q(time_zone=zone) & _planned_on(first, last, zone)
    return rows.filter(exactly)


def _planned_on(first: date | None, last: date | None, zone: str, *, give: timedelta = timedelta(0)) -> Q:
    starts = Q()
    if first is not None:
        starts &= Q(scheduled_start__gte=local_time.day_span(first, first, zone)[0] - give)
    if last is not None:
        starts &= Q(scheduled_start__lt=local_time.day_span(last, last, zone)[1] + give)
    return starts


def _rows(sessions: list[CareSession], standing: Standing) -> list[Row]:
    links = CareSessionChild.objects.filter(session__in=sessions)
    return redact_hidden_fields(sessions, links.order_by("id").values_list("session_id", "child_id"), standing)

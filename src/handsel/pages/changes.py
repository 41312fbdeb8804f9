"""Who changed what in a family, one line for each event, without the values: these stand where the thing does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting import names
from handsel.formatting.dates import Formatter
from handsel.models import CareScheduleChild, CareSession, CareSessionChild, Child, Event, Family, Member, User
from handsel.queries import paging
from handsel.queries.paging import Order
from handsel.rules import local_time
from handsel.rules.history import EventKind, Source

_MOST = 50

DID = {
    EventKind.FAMILY_CREATED: gettext_lazy("created the family"),
    EventKind.FAMILY_UPDATED: gettext_lazy("changed the family’s settings"),
    EventKind.FAMILY_ERASURE_ASKED: gettext_lazy("asked to erase the family"),
    EventKind.FAMILY_ERASURE_WITHDRAWN: gettext_lazy("kept the family from being erased"),
    EventKind.FAMILY_ERASED: gettext_lazy("erased the family"),
    EventKind.CHILD_CREATED: gettext_lazy("added a child"),
    EventKind.CHILD_UPDATED: gettext_lazy("changed a child’s details"),
    EventKind.CHILD_ARCHIVED: gettext_lazy("archived a child"),
    EventKind.CHILD_DELETED: gettext_lazy("deleted a child"),
    EventKind.CHILD_ERASURE_ASKED: gettext_lazy("asked to erase a child"),
    EventKind.CHILD_ERASURE_WITHDRAWN: gettext_lazy("kept a child from being erased"),
    EventKind.CHILD_ERASED: gettext_lazy("erased a child"),
    EventKind.MEMBER_INVITED: gettext_lazy("invited somebody"),
    EventKind.MEMBER_INVITATION_REVOKED: gettext_lazy("cancelled an invitation"),
    EventKind.MEMBER_JOINED: gettext_lazy("joined the family"),
    EventKind.MEMBER_ROLE_CHANGED: gettext_lazy("changed somebody’s role"),
    EventKind.MEMBER_REMOVED: gettext_lazy("removed a member, or left"),
    EventKind.MEMBER_PHONE_CHANGED: gettext_lazy("changed their phone number"),
    EventKind.MEMBER_ERASED: gettext_lazy("erased somebody who left"),
    EventKind.CARE_SCHEDULE_CREATED: gettext_lazy("created a schedule"),
    EventKind.CARE_SCHEDULE_UPDATED: gettext_lazy("changed a schedule"),
    EventKind.CARE_SCHEDULE_DELETED: gettext_lazy("deleted a schedule"),
    EventKind.CARE_SCHEDULE_GENERATED: gettext_lazy("generated sessions"),
    EventKind.CARE_SCHEDULE_GENERATION_UNDONE: gettext_lazy("took generated sessions back"),
    EventKind.CARE_SCHEDULE_SESSIONS_KEPT: gettext_lazy("kept sessions as they are"),
    EventKind.CARE_SESSION_GENERATED: gettext_lazy("generated a session"),
    EventKind.CARE_SESSION_CREATED: gettext_lazy("added a session"),
    EventKind.CARE_SESSION_UPDATED: gettext_lazy("changed a session"),
    EventKind.CARE_SESSION_CORRECTED: gettext_lazy("corrected a session"),
    EventKind.CARE_SESSION_CONFIRMED: gettext_lazy("confirmed a session"),
    EventKind.CARE_SESSION_CONFIRM_ASKED: gettext_lazy("asked to confirm a session"),
    EventKind.CARE_SESSION_CANCELLED: gettext_lazy("cancelled a session"),
    EventKind.CARE_SESSION_STARTED: gettext_lazy("started a session"),
    EventKind.CARE_SESSION_COMPLETED: gettext_lazy("completed a session"),
    EventKind.CARE_SESSION_RECORDED: gettext_lazy("recorded a session"),
    EventKind.CARE_SESSION_UNDONE: gettext_lazy("undid the last step of a session"),
    EventKind.CARE_SESSION_RUNNING_LATE: gettext_lazy("said they are running late"),
    EventKind.CARE_SESSION_RESTORED: gettext_lazy("restored a session"),
    EventKind.CARE_SESSION_IMPORTED: gettext_lazy("imported a session"),
    EventKind.CARE_SESSION_DELETED: gettext_lazy("deleted a session"),
    EventKind.CHANGE_REQUEST_ASKED: gettext_lazy("asked for changes to a session"),
    EventKind.CHANGE_REQUEST_ACCEPTED: gettext_lazy("accepted changes to a session"),
    EventKind.CHANGE_REQUEST_DECLINED: gettext_lazy("declined changes to a session"),
    EventKind.CHANGE_REQUEST_WITHDRAWN: gettext_lazy("withdrew a request for changes"),
    EventKind.TIME_OFF_CREATED: gettext_lazy("entered time off"),
    EventKind.TIME_OFF_DELETED: gettext_lazy("removed time off"),
    EventKind.PAY_PERIOD_CREATED: gettext_lazy("began a pay period"),
    EventKind.PAY_PERIOD_UPDATED: gettext_lazy("changed a pay period"),
    EventKind.PAY_PERIOD_DELETED: gettext_lazy("deleted a pay period"),
    EventKind.PAY_PERIOD_SUBMITTED: gettext_lazy("submitted a pay period"),
    EventKind.PAY_PERIOD_WITHDRAWN: gettext_lazy("withdrew a pay period"),
    EventKind.PAY_PERIOD_QUERIED: gettext_lazy("asked about a pay period"),
    EventKind.PAY_PERIOD_APPROVED: gettext_lazy("approved a pay period"),
    EventKind.PAY_PERIOD_REOPENED: gettext_lazy("reopened a pay period"),
    EventKind.PAY_PERIOD_REOPEN_ASKED: gettext_lazy("asked to reopen a pay period"),
    EventKind.PAY_PERIOD_REOPEN_DECLINED: gettext_lazy("declined to reopen a pay period"),
    EventKind.PAY_ITEM_CREATED: gettext_lazy("added an entry to the pay"),
    EventKind.PAY_ITEM_UPDATED: gettext_lazy("changed an entry of the pay"),
    EventKind.PAY_ITEM_DELETED: gettext_lazy("deleted an entry of the pay"),
    EventKind.PAY_POLICY_CREATED: gettext_lazy("set pay terms"),
    EventKind.PAY_POLICY_UPDATED: gettext_lazy("changed pay terms"),
    EventKind.PAY_POLICY_DELETED: gettext_lazy("deleted pay terms"),
    EventKind.PAY_RATE_RAISED: gettext_lazy("raised a rate"),
    EventKind.EXPORT_MADE: gettext_lazy("exported the record"),
    EventKind.TAX_NUMBER_SHARED: gettext_lazy("shared a tax number"),
    EventKind.TAX_NUMBER_UNSHARED: gettext_lazy("stopped sharing a tax number"),
    EventKind.TAX_NUMBER_PRINTED: gettext_lazy("printed a tax number"),
    EventKind.PAYMENT_RECORDED: gettext_lazy("recorded a payment"),
    EventKind.PAYMENT_VOIDED: gettext_lazy("voided a payment"),
    EventKind.PAYMENT_ACKNOWLEDGED: gettext_lazy("acknowledged a payment"),
    EventKind.DOCUMENT_ISSUED: gettext_lazy("issued a document"),
    EventKind.EXPENSE_CREATED: gettext_lazy("entered an expense"),
    EventKind.EXPENSE_UPDATED: gettext_lazy("changed an expense"),
    EventKind.EXPENSE_APPROVED: gettext_lazy("approved an expense"),
    EventKind.EXPENSE_DECLINED: gettext_lazy("declined an expense"),
    EventKind.EXPENSE_DELETED: gettext_lazy("deleted an expense"),
}
_SOURCES = {
    Source.API: gettext_lazy("by a program"),
    Source.COMMAND: gettext_lazy("by the operator’s command"),
}
_BY_THE_SERVER = (Source.COMMAND, Source.WORKER)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """Who did what and when; session_id: of what it is about, with its day, where that is still there."""

    who: str
    what: str
    about: str
    session_id: UUID | None
    day: str


def lines(
    person: User,
    standing: Standing,
    family: Family,
    *,
    by: Member | None,
    operator: bool,
    child: Child | None,
    week: tuple[date, date] | None,
    after: str | None,
) -> tuple[list[ChangeLine], str | None]:
    """Return a part of a family's history as somebody there may see it, newest first, and the cursor of what follows.
    operator: only what nobody of the family did.
    """
    events = visibility.history(visibility.events(person).filter(family=family), standing)
    if by:
        events = events.filter(by=by)
    elif operator:
        events = events.filter(by=None, source__in=_BY_THE_SERVER)
    if week:
        start, end = local_time.day_span(*week, family.time_zone)
        events = events.filter(at__gte=start, at__lt=end)
    if child:
        events = events.alias(text=Cast("changes", TextField())).filter(_about(child))
    order = Order(f"changes:{family.id}", Event.AS_WRITTEN, descending=True)
    part, following = paging.for_page(events.select_related("by__user"), after, order, most=_MOST)
    starts = _starts(person, part)
    formatter = person.formatter
    return [_line(event, starts.get(event.session_id), formatter, family) for event in part], following


def _about(child: Child) -> Q:
    """Return what is about a child: what names them, and what happened to their sessions and schedules."""
    sessions = CareSessionChild.objects.filter(child=child).values("session_id")
    schedules = CareScheduleChild.objects.filter(child=child).values("schedule_id")
    of_schedule = Q(session_id=None, schedule_id__in=schedules)
    return Q(text__contains=str(child.id)) | Q(session_id__in=sessions) | of_schedule


def _starts(person: User, events: Iterable[Event]) -> dict[UUID | None, CareSession]:
    """Return the sessions that these are about and that are still there. One query."""
    ids = {event.session_id for event in events if event.session_id}
    sessions = visibility.care_sessions(person).filter(pk__in=ids).only("id", "scheduled_start", "time_zone")
    return {session.id: session for session in sessions}


def _line(event: Event, session: CareSession | None, formatter: Formatter, family: Family) -> ChangeLine:
    is_by_somebody = event.by is not None and event.source != Source.WORKER
    name = formatter.names.whole(event.by, event.by.name) if event.by else ""
    moment = formatter.moment(event.at, family.time_zone)
    return ChangeLine(
        who=capfirst(name) if is_by_somebody else "Handsel",
        what=str(DID[EventKind(event.kind)]),
        about=names.join_facts(moment, str(_SOURCES.get(Source(event.source), ""))),
        session_id=session.id if session else None,
        day=formatter.day(local_time.local_date(session.scheduled_start, session.time_zone)) if session else "",
    )

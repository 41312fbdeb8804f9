"""Changes that one side asked of the other, and the answers, as a thread reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting import names
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, ChangeRequest, Event, User
from handsel.pages import history
from handsel.pages.session_rows import is_settled
from handsel.rules import local_time, roles
from handsel.rules.change_requests import Answer
from handsel.rules.history import EventKind
from handsel.rules.roles import Role

NO_CHANGES: Mapping[datetime, Event] = {}


@dataclass(frozen=True, slots=True)
class AskedChange:
    """A change request and its answer: what is not there, or stays as it is, is empty."""

    id: UUID
    is_open: bool
    asked_by: str
    asked_at: str
    message: str
    old: str
    new: str
    children: str
    status: str
    answered_by: str
    answered_at: str
    answer: str
    may_answer: bool
    may_accept: bool
    may_withdraw: bool


def thread(
    person: User, standing: Standing, session: CareSession, formatter: Formatter, events: list[Event]
) -> list[AskedChange]:
    requests = visibility.change_requests(person).filter(session_id=session.id)
    requests = requests.select_related("asked_by", "asked_by__user", "answered_by__user").order_by("asked_at", "id")
    changed = {event.at: event for event in events if event.kind == EventKind.CARE_SESSION_UPDATED}
    return [asked_change(request, standing, session, formatter, changed) for request in requests]


def asked_change(
    request: ChangeRequest,
    standing: Standing,
    session: CareSession,
    formatter: Formatter,
    changed: Mapping[datetime, Event] = NO_CHANGES,
) -> AskedChange:
    """Return a change request and its answer, as a thread reads. changed: the events that changed the session by when
    they were, for what stood before an answer.
    """
    zone = session.time_zone
    start = request.scheduled_start or session.scheduled_start
    end = request.scheduled_end or session.scheduled_end
    is_open = request.status == Answer.OPEN
    # What stood before is known while the request is open, and from the event of accepting it.
    accepted = changed.get(request.answered_at) if request.status == Answer.ACCEPTED and request.answered_at else None
    before = history.times_before(accepted) if accepted else session.planned_times
    old_start, old_end = before[0] or start, before[1] or end
    proposes = bool(request.scheduled_start or request.scheduled_end)
    is_moved = (old_start, old_end) != (start, end) and (is_open or accepted is not None)
    is_own = request.asked_by_id == standing.member_id
    answers = roles.to_answer(Role(request.asked_by.role))
    may_answer = is_open and not is_own and standing.may_with(answers, session.nanny_id)
    return AskedChange(
        id=request.id,
        is_open=is_open,
        asked_by=formatter.names.of(request.asked_by),
        asked_at=formatter.moment(request.asked_at, zone),
        message=request.message,
        old=_times(old_start, old_end, start, formatter, zone) if proposes and is_moved else "",
        new=_times(start, end, old_start, formatter, zone) if proposes else "",
        children=names.join_names([formatter.names.of_id(child_id, "?") for child_id in request.child_ids or ()]),
        status=request.status.lower(),
        answered_by=formatter.names.of(request.answered_by) if request.answered_by else "",
        answered_at=formatter.moment(request.answered_at, zone) if request.answered_at else "",
        answer=request.answer,
        may_answer=may_answer,
        may_accept=may_answer and not is_settled(session),
        may_withdraw=is_open and is_own,
    )


def _times(start: datetime, end: datetime, other: datetime, formatter: Formatter, zone: str) -> str:
    """Return the hours, with the day where the proposal is for another one."""
    day = local_time.local_date(start, zone)
    hours = formatter.span(start, end, zone)
    return hours if day == local_time.local_date(other, zone) else f"{formatter.day(day)}, {hours}"

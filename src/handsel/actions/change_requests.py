"""Changes that one side asks of the other: a message and, if wished, other times or children.

Everybody locks the session first, then its nanny, then the request, so that no two wait for each other in a circle.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from handsel.access import checks, held_days, visibility
from handsel.access.checks import Standing
from handsel.actions import history, participants
from handsel.actions.care_sessions import editing, moves
from handsel.models import CareSession, ChangeRequest, Child, User
from handsel.notices import audience, closing, outbox
from handsel.rules import lifecycle, roles
from handsel.rules.change_requests import Answer
from handsel.rules.drafts import EMPTY_DRAFT, Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.moves import MOVES, Move
from handsel.rules.notices import NoticeKind
from handsel.rules.refusals import NotAllowed, WrongState
from handsel.rules.roles import MANAGERS, Capability, Role
from handsel.rules.sentences import say

_ANSWERED = {
    Answer.ACCEPTED: say("This request was already accepted."),
    Answer.DECLINED: say("This request was already declined."),
    Answer.WITHDRAWN: say("This request was already withdrawn."),
}
_EVENTS = {
    Answer.ACCEPTED: EventKind.CHANGE_REQUEST_ACCEPTED,
    Answer.DECLINED: EventKind.CHANGE_REQUEST_DECLINED,
    Answer.WITHDRAWN: EventKind.CHANGE_REQUEST_WITHDRAWN,
}


@transaction.atomic
def ask(session_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> ChangeRequest:
    """Ask the other side to change a session (draft: message; scheduled_start, scheduled_end, child_ids).

    The family asks about any session still to come, a nanny about a confirmed one, since they may change the others.
    Raises NotVisible, NotAllowed, Invalid, or WrongState (also while another request is open).
    """
    standing, session = visibility.care_session(by, session_id, lock=True)
    checks.may(standing, Capability.REQUEST_CHANGES, session)
    if session.state not in lifecycle.open_to_requests(standing.role):
        phrase = lifecycle.STATE_PHRASES[session.state]
        raise WrongState(say("This session %(stands)s, so you can’t request changes.", stands=phrase))
    if session.change_requests.filter(status=Answer.OPEN).exists():  # at most one, since the session is locked
        raise WrongState(say("Another request for changes to this session is not answered yet."))
    problems = Problems(draft)
    if not draft.get("message"):
        problems.add("message", say("Say what should change."))
    start, end = (editing.instant(draft, field, session.family.time_zone, problems) for field in editing.TIMES)
    if (start or end) and not problems.any_of(*editing.TIMES):
        field = "scheduled_end" if end else "scheduled_start"
        times = {"scheduled_start": start or session.scheduled_start, "scheduled_end": end or session.scheduled_end}
        editing.check_length(times, problems, field=field)
    children: list[Child] = []
    if draft.get("child_ids") is not None:
        children = participants.children(session.family, draft, problems, already=editing.child_ids(session))
    problems.raise_if_any()

    request = ChangeRequest(
        family_id=session.family_id,
        session=session,
        message=draft["message"],
        session_version=session.version,
        scheduled_start=start,
        scheduled_end=end,
        child_ids=[str(child.id) for child in children] or None,
        asked_by_id=standing.member_id,
        asked_at=at,
    )
    request.save(force_insert=True)
    history.record(
        EventKind.CHANGE_REQUEST_ASKED,
        by=standing,
        at=at,
        source=source,
        session=session,
        changes=history.new_values(request, (*editing.TIMES, "child_ids")),
        reason=request.message,
    )
    people = audience.who_may_answer(standing, session)
    proposed_times = {field: getattr(request, field) for field in editing.TIMES if getattr(request, field) is not None}
    changes = history.differences(session, proposed_times)
    proposed = [child.id for child in children]
    if proposed and set(proposed) != set(present := editing.child_ids(session)):
        changes["child_ids"] = (present, proposed)
    facts = outbox.change_facts(history.as_json(changes)) | outbox.reason_facts(draft)
    outbox.notify(NoticeKind.CHANGE_REQUESTED, people, by=by, at=at, session=session, facts=facts)
    return request


@transaction.atomic
def accept(request_id: UUID, draft: Draft = EMPTY_DRAFT, *, by: User, at: datetime, source: Source) -> ChangeRequest:
    """Agree for the other side (draft may hold a message): the proposal is applied, and the session is confirmed.

    It is confirmed by the parent or coordinator of the two, whether that one asked or answered.
    Raises NotVisible, NotAllowed, Locked, Invalid, WrongState or Clash.
    """
    standing, session, request = _open(request_id, by=by)
    _must_be_the_other_side(standing, session, request)
    days = held_days.lock([session])
    days.refuse(session)
    _must_be_open(request)
    if session.state not in lifecycle.SCHEDULED:
        phrase = lifecycle.STATE_PHRASES[session.state]
        raise WrongState(say("This session %(stands)s, so it can’t be changed.", stands=phrase))
    changes, children = _proposed(session, request)
    columns: dict[str, Any] = {field: new for field, (_, new) in changes.items() if field != "child_ids"}
    days.refuse_change(session, columns)
    confirm = MOVES[Move.CONFIRM]
    confirmed: dict[str, tuple[Any, Any]] = {}
    if not session.is_confirmed:
        agrees = _who_agrees(standing, session, request)
        columns |= moves.columns_of(confirm, member_id=agrees, at=at)
        confirmed = moves.recorded_changes(confirm, session, columns, standing)
    Problems(draft).raise_if_any()
    if columns or changes:
        moves.write(session, at=at, **columns)
    if "child_ids" in changes:
        editing.set_children(session, children)
    _answer(Answer.ACCEPTED, request, session, draft, by=standing, at=at, source=source)
    if changes:
        kind = EventKind.CARE_SESSION_UPDATED
        history.record(kind, by=standing, at=at, source=source, session=session, changes=changes)
    if confirmed:
        history.record(confirm.event, by=standing, at=at, source=source, session=session, changes=confirmed)
    people = {*_asker(request), *audience.concerned(session)}
    facts = outbox.change_facts(history.as_json(changes)) | outbox.reason_facts(draft)
    outbox.notify(NoticeKind.CHANGE_ACCEPTED, sorted(people), by=by, at=at, session=session, facts=facts)
    return request


@transaction.atomic
def decline(request_id: UUID, draft: Draft = EMPTY_DRAFT, *, by: User, at: datetime, source: Source) -> ChangeRequest:
    """Decline for the other side (draft may hold a message); the session stays as it is.

    Raises NotVisible, NotAllowed, Invalid or WrongState.
    """
    standing, session, request = _open(request_id, by=by)
    _must_be_the_other_side(standing, session, request)
    _answer(Answer.DECLINED, request, session, draft, by=standing, at=at, source=source)
    facts = outbox.reason_facts(draft)
    people = {*_asker(request), *audience.managers(session.family_id)}
    outbox.notify(NoticeKind.CHANGE_DECLINED, sorted(people), by=by, at=at, session=session, facts=facts)
    return request


@transaction.atomic
def withdraw(request_id: UUID, draft: Draft = EMPTY_DRAFT, *, by: User, at: datetime, source: Source) -> ChangeRequest:
    """Take a request back, as the one who asked. Raises NotVisible, NotAllowed, Invalid or WrongState."""
    standing, session, request = _open(request_id, by=by)
    # Who only reads by now changes nothing any more, not even what was theirs.
    if request.asked_by_id != standing.member_id or standing.role is Role.VIEWER:
        raise NotAllowed(say("Only the person who asked can withdraw the request."))
    _answer(Answer.WITHDRAWN, request, session, draft, by=standing, at=at, source=source)
    return request


def _open(request_id: UUID, *, by: User) -> tuple[Standing, CareSession, ChangeRequest]:
    """Return the request and its session, which is locked, after where the person stands."""
    _, request = visibility.change_request(by, request_id)
    standing, session = visibility.care_session(by, request.session_id, lock=True)
    return standing, session, request


def _must_be_the_other_side(standing: Standing, session: CareSession, request: ChangeRequest) -> None:
    if request.asked_by_id == standing.member_id:
        raise NotAllowed(say("You can’t answer your own request."))
    checks.may(standing, roles.to_answer(Role(request.asked_by.role)), session)


def _must_be_open(request: ChangeRequest) -> None:
    if request.status != Answer.OPEN:
        raise WrongState(_ANSWERED[Answer(request.status)])


def _proposed(session: CareSession, request: ChangeRequest) -> tuple[dict[str, tuple[Any, Any]], list[Child]]:
    """Return what the proposal changes in the session as it stands now, which may be another than when it was asked."""
    problems = Problems()
    proposed_times = {field: getattr(request, field) for field in editing.TIMES if getattr(request, field) is not None}
    changes = history.differences(session, proposed_times)
    editing.check_length({field: getattr(session, field) for field in editing.TIMES} | proposed_times, problems)
    children: list[Child] = []
    if request.child_ids is not None:
        present = editing.child_ids(session)
        proposal = Draft.of(child_ids=tuple(UUID(child_id) for child_id in request.child_ids))
        children = participants.children(session.family, proposal, problems, already=present)
        if {child.id for child in children} != set(present):
            changes["child_ids"] = (present, [child.id for child in children])
    if problems:
        raise WrongState(say("The session or its children changed after this request, so it no longer fits."))
    return changes, children


def _who_agrees(standing: Standing, session: CareSession, request: ChangeRequest) -> UUID:
    """Return the member who agrees for the family: who answers, or who asked, for the session as it was then."""
    if standing.role is not Role.NANNY:
        return standing.member_id
    if session.version != request.session_version:
        raise WrongState(say("The session changed after this request, so the family has to confirm it again."))
    asker = request.asked_by
    if asker.removed_at is not None or asker.role not in MANAGERS:
        raise WrongState(say("The person who asked for this can no longer speak for the family."))
    return asker.id


def _answer(
    answer: Answer,
    request: ChangeRequest,
    session: CareSession,
    draft: Draft,
    *,
    by: Standing,
    at: datetime,
    source: Source,
) -> None:
    """Close the request if it is still open, and record it: of two answers the first counts."""
    _must_be_open(request)
    Problems(draft).raise_if_any()
    columns = {
        "status": answer,
        "answered_by_id": by.member_id,
        "answered_at": at,
        "answer": draft.get("message") or "",
    }
    if not ChangeRequest.objects.filter(pk=request.pk, status=Answer.OPEN).update(**columns):
        raise WrongState
    for column, value in columns.items():
        setattr(request, column, value)
    history.record(_EVENTS[answer], by=by, at=at, source=source, session=session, reason=request.answer)
    closing.close([session.family_id], at=at)


def _asker(request: ChangeRequest) -> list[UUID]:
    """Return who asked, as a list of none (removed meanwhile) or one."""
    return [] if request.asked_by.removed_at is not None else [request.asked_by.user_id]

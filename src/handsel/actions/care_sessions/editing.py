"""Making, changing, correcting and deleting sessions."""

from collections.abc import Container, Mapping, Set
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from handsel.access import checks, held_days, visibility
from handsel.access.checks import Standing
from handsel.actions import booking, history, limits, participants
from handsel.actions.care_sessions import late_pay, moves
from handsel.models import CareSession, CareSessionChild, Child, User
from handsel.models.fields import pay_date_of
from handsel.notices import audience, closing, outbox
from handsel.queries import late_cancellations
from handsel.rules import fields, lifecycle, local_time
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.lifecycle import State
from handsel.rules.moments import is_to_come, length_problem, start_window
from handsel.rules.moves import MOVES, UNCONFIRMED, Move
from handsel.rules.notices import NoticeKind
from handsel.rules.refusals import Invalid, KeptForTheRecord, WrongState
from handsel.rules.roles import Capability, Role
from handsel.rules.sentences import say

LONGEST = timedelta(hours=24)

TIMES = ("scheduled_start", "scheduled_end")
_MOMENTS = (*TIMES, "actual_start", "actual_end")
# What the history keeps of a new session, and of one that is deleted.
_NEW = (*TIMES, "nanny_id", "is_confirmed", *lifecycle.PLAIN)
_STATE = ("id", "status", "is_confirmed", "slot_date", "schedule_id", "nanny_id", "cancel_reason", "cancelled_for")
# What may cost a nanny the pay for a late cancellation.
_TAKES_AWAY = frozenset({"nanny_id", "cancelled_for", *TIMES})
_KEPT = (*_STATE, *_MOMENTS, *lifecycle.PLAIN)


@transaction.atomic
def create_impromptu(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> CareSession:
    """Create a session without a schedule, confirmed at once where the draft says so.

    draft: scheduled_start, scheduled_end, child_ids; nanny_id, is_confirmed, and what lifecycle.PLAIN names.
    A parent or coordinator confirms because they agree, a nanny on the family's word, and then the parents are told.
    Raises NotVisible, NotAllowed, Invalid, Locked, Clash or LimitReached.
    """
    standing, family = visibility.family(by, family_id)
    checks.may(standing, Capability.PLAN)
    problems = Problems(draft, (*TIMES, "child_ids"))
    times: dict[str, Any] = {field: instant(draft, field, family.time_zone, problems) for field in TIMES}
    if all(times.values()):
        check_length(times, problems)
    children = participants.children(family, draft, problems)
    nanny = participants.nanny(family, draft, problems)
    problems.raise_if_any()

    session = CareSession(
        family=family,
        **times,
        **{"hourly_rate": family.default_hourly_rate, **draft.named(lifecycle.PLAIN)},
        time_zone=family.time_zone,
        created_at=at,
        updated_at=at,
    )
    session.give_to(nanny)
    session.pay_date = pay_date_of(session)
    held_days.refuse(session)
    if draft.get("is_confirmed"):
        for column, value in moves.columns_of(MOVES[Move.CONFIRM], member_id=standing.member_id, at=at).items():
            setattr(session, column, value)
    booking.check_availability(session)
    limits.check_sessions(family.id, [session.scheduled_end], at=at)
    session.save(force_insert=True)
    CareSessionChild.objects.bulk_create(CareSessionChild(session=session, child=child) for child in children)
    changes = history.new_values(session, _NEW) | {"child_ids": (None, [child.id for child in children])}
    if session.is_confirmed:
        changes |= moves.on_whose_word(standing)
    history.record(
        EventKind.CARE_SESSION_CREATED,
        by=standing,
        at=at,
        source=source,
        session=session,
        changes=changes,
        nanny_id=session.nanny_id,
    )
    to_parents, to_nanny = NoticeKind.SESSIONS_TO_CONFIRM, NoticeKind.SESSION_PLANNED
    if session.is_confirmed:
        on_their_word = standing.role is Role.NANNY
        to_parents = NoticeKind.CONFIRMED_ON_THE_FAMILYS_WORD if on_their_word else NoticeKind.SESSION_CONFIRMED
        to_nanny = NoticeKind.SESSION_CONFIRMED
    outbox.notify(to_parents, audience.managers(family.id), by=by, at=at, session=session)
    outbox.notify(to_nanny, audience.nanny_of(session), by=by, at=at, session=session)
    return session


@transaction.atomic
def update(
    session_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source, version: int | None = None
) -> CareSession:
    """Change what the draft names, as far as the session's state allows; the same values again are no change. A session
    that loses its nanny takes the family's default rate, unless the draft names a rate.

    draft: what lifecycle.EDITABLE names for the session's state, and of a completed one the reason it needs.
    Raises NotVisible, NotAllowed, VersionConflict, Locked, Invalid, WrongState, Clash or AlreadyRunning.
    """
    standing, session = visibility.care_session(by, session_id, lock=True)
    checks.may(standing, Capability.UPDATE_SESSION, session)
    checks.version(session, version)
    days = held_days.lock([session])
    days.refuse(session)
    problems = Problems(draft)
    before = _current_values(session)
    requested, children, nanny = _requested_values(session, draft, problems, before["child_ids"])
    # Who may not see the rate saw none: none again is no change, and any other is one, also when it is the hidden one.
    seen = before if standing.sees_pay_of(session.nanny_id) else {**before, "hourly_rate": None}
    changes = {field: (before[field], value) for field, value in requested.items() if seen[field] != value}
    begun = {**before, **requested}["actual_start"] if changes.keys() - {"notes"} else None
    moved = {name: value for name, value in requested.items() if name in changes}
    days.refuse_change(session, {**moved, "actual_start": begun})
    _check_state(session, standing, changes.keys(), changes.keys() | _unreadable(problems))
    _check_times(session, {**before, **requested}, changes, at, problems)
    problems.raise_if_any()
    if not changes:
        return session
    if session.state is State.COMPLETED and not draft.get("reason"):
        raise Invalid({"reason": say("Say why the record is corrected.")})

    columns = {field: new for field, (_, new) in changes.items() if field != "child_ids"}
    if "nanny_id" in changes:
        columns["nanny_person_id"] = nanny and nanny.user_id
    asked_anew = session.state is State.CONFIRMED and standing.role is Role.NANNY and changes.keys() & lifecycle.AGREED
    if asked_anew:
        columns |= UNCONFIRMED
        changes["is_confirmed"] = (True, False)
    corrected = session.state is State.COMPLETED
    late = late_pay.of_sessions([session], at) if changes.keys() & _TAKES_AWAY else {}
    had = late_pay.lost_by(session, late)
    moves.write(session, at=at, **columns)
    if "child_ids" in changes:
        set_children(session, children)
    gone = late.get(session.id) if "nanny_id" in changes else late_pay.is_less(session, late, at)
    history.record(
        EventKind.CARE_SESSION_CORRECTED if corrected else EventKind.CARE_SESSION_UPDATED,
        by=standing,
        at=at,
        source=source,
        session=session,
        led_to=session.version,
        changes=changes | (late_pay.less(had, gone) if gone else {}),
        reason=draft.get("reason") or "",
        # Of two nannies neither may read the other's rate.
        nanny_id=None if "nanny_id" in changes else session.nanny_id,
    )
    told: dict[str, bool] = {"corrected": corrected, "asked_anew": bool(asked_anew), "late_pay_gone": bool(gone)}
    _notify(session, draft, changes, by=by, at=at, **told)
    return session


@transaction.atomic
def delete(session_id: UUID, *, by: User, at: datetime, source: Source, version: int | None = None) -> None:
    """Remove a session that has not begun; the event keeps what was deleted, and its slot may be generated again.

    Raises NotVisible, NotAllowed, VersionConflict, Locked or KeptForTheRecord.
    """
    standing, session = visibility.care_session(by, session_id, lock=True)
    checks.may(standing, Capability.DELETE_SESSION, session)
    checks.version(session, version)
    held_days.refuse(session)
    if session.state not in lifecycle.DELETABLE:
        raise KeptForTheRecord
    if session.state is not State.UNCONFIRMED and late_cancellations.if_cancelled([session], at=at):
        raise KeptForTheRecord(say("Cancelled this late it is paid, so it is kept for the record."))
    history.record(
        EventKind.CARE_SESSION_DELETED,
        by=standing,
        at=at,
        source=source,
        session=session,
        changes=history.old_values(session, _KEPT) | {"child_ids": (sorted(child_ids(session)), None)},
        nanny_id=session.nanny_id,
    )
    if session.state is State.CONFIRMED:
        # No session is left to lead to, so the notice keeps the time itself, and by what calendars know it.
        facts = {
            "start": session.scheduled_start.isoformat(),
            "end": session.scheduled_end.isoformat(),
            "zone": session.time_zone,
            "deleted": str(session.id),
            "version": session.version + 1,
        }
        people = audience.concerned(session)
        outbox.notify(NoticeKind.SESSION_CANCELLED, people, by=by, at=at, family_id=session.family_id, facts=facts)
    family_id = session.family_id
    session.delete()
    closing.close([family_id], at=at)


def instant(draft: Draft, field: str, zone: str, problems: Problems) -> datetime | None:
    """Return the draft's moment as an instant, None when missing or wrong; with no offset it is wall time in zone."""
    moment: datetime | None = draft.get(field)
    if moment is None:
        return None
    try:
        moment = moment if moment.tzinfo is not None else local_time.instant(moment, zone)
        year = local_time.local_date(moment, zone).year
    except OverflowError:
        year = 0
    if not fields.EARLIEST.year <= year <= fields.LATEST.year:
        problems.add(field, fields.OUT_OF_REACH)
        return None
    return moment


def check_length(times: Mapping[str, Any], problems: Problems, *, field: str = "scheduled_end") -> None:
    """Check that a session ends after it starts and lasts at most 24 hours. times: scheduled_start, scheduled_end."""
    start, end = (times[name] for name in TIMES)
    if end <= start:
        problems.add(field, say("The end must be after the start."))
    elif end - start > LONGEST:
        problems.add(field, say("A session lasts at most 24 hours."))


def child_ids(session: CareSession) -> list[UUID]:
    return list(session.child_links.order_by("id").values_list("child_id", flat=True))


def set_children(session: CareSession, children: list[Child]) -> None:
    """Make these children, and no others, attend the session."""
    session.child_links.all().delete()
    CareSessionChild.objects.bulk_create(CareSessionChild(session=session, child=child) for child in children)


def _current_values(session: CareSession) -> dict[str, Any]:
    others = ("cancel_reason", "cancelled_for", "nanny_id")
    plain = {field: getattr(session, field) for field in (*_MOMENTS, *lifecycle.PLAIN, *others)}
    return plain | {"child_ids": child_ids(session)}


def _requested_values(
    session: CareSession, draft: Draft, problems: Problems, present: list[UUID]
) -> tuple[dict[str, Any], list[Child], Any]:
    """Return the values that the draft names, checked one by one, with the children and the nanny they stand for."""
    family = session.family
    requested: dict[str, Any] = {}
    children: list[Child] = []
    nanny = session.nanny
    for field in _MOMENTS:
        if field in draft and field not in problems:
            requested[field] = instant(draft, field, family.time_zone, problems)
            if requested[field] is None and getattr(session, field) is not None:
                problems.add(field, say("Enter a time."))
    requested |= draft.named({**lifecycle.PLAIN, "cancel_reason": ""})
    if draft.get("cancelled_for"):
        requested["cancelled_for"] = draft["cancelled_for"]
    if "child_ids" in draft:
        children = participants.children(family, draft, problems, already=present)
        # The order in which children are named says nothing.
        same = {child.id for child in children} == set(present)
        requested["child_ids"] = present if same else [child.id for child in children]
    if "nanny_id" in draft and draft["nanny_id"] != session.nanny_id:
        nanny = participants.nanny(family, draft, problems)
        requested["nanny_id"] = draft["nanny_id"]
    is_moved = any(requested.get(field) not in (None, getattr(session, field)) for field in TIMES)
    if is_moved and nanny is not None and not nanny.is_nanny:
        nanny, requested["nanny_id"] = None, None  # who has left is booked no more
    if session.nanny_id is not None and "nanny_id" in requested and "hourly_rate" not in draft:
        # What one nanny earns is not for the next one to read.
        requested["hourly_rate"] = family.default_hourly_rate
    return requested, children, nanny


def _check_state(session: CareSession, standing: Standing, changed: Set[str], named: Set[str]) -> None:
    """Refuse what may not be edited in the session's state, or not by this person. named: what changes or cannot be
    read: state comes before input, but of a request with values for this state each that cannot be read is told.
    """
    editable = lifecycle.EDITABLE[session.state]
    if changed - editable or (named and not named & editable):
        phrase = lifecycle.STATE_PHRASES[session.state]
        raise WrongState(say("This session %(stands)s, so that can’t be changed any more.", stands=phrase))
    if session.state is State.IN_PROGRESS and "actual_start" in named:
        checks.may(standing, Capability.COMPLETE, session)
    if named & {"cancel_reason", "cancelled_for"}:
        checks.may(standing, Capability.CANCEL, session)


def _unreadable(problems: Problems) -> set[str]:
    return {field for field in lifecycle.FIELDS if field in problems}


def _check_times(
    session: CareSession, whole: dict[str, Any], changes: Container[str], at: datetime, problems: Problems
) -> None:
    """Check only the times that change: a night that the clocks made longer than a day may keep its times."""
    if all(whole[field] for field in TIMES) and any(field in changes for field in TIMES):
        field = "scheduled_end" if "scheduled_end" in changes else "scheduled_start"
        check_length(whole, problems, field=field)
    for field in ("actual_start", "actual_end"):
        if field in changes and whole[field] and is_to_come(whole[field], at):
            problems.add(field, say("This time is still to come."))
    start, end = whole["actual_start"], whole["actual_end"]
    field = "actual_end" if "actual_end" in changes else "actual_start"
    if field not in changes:
        return
    if session.state is State.IN_PROGRESS and start:
        for wrong in start_window(session, at=start, now=at).values():
            problems.add(field, wrong)
    if start and end and end < start:
        problems.add(field, say("The end can’t be before the start."))
    elif start and end and (too_long := length_problem(start, end, session.time_zone)):
        problems.add(field, too_long)


def _notify(
    session: CareSession,
    draft: Draft,
    changes: dict[str, tuple[Any, Any]],
    *,
    corrected: bool,
    asked_anew: bool,
    late_pay_gone: bool,
    by: User,
    at: datetime,
) -> None:
    """Tell the others what changed, old beside new; also the nanny who lost it."""
    if corrected:
        kind = NoticeKind.SESSION_CORRECTED
    elif "actual_start" in changes:
        kind = NoticeKind.SESSION_CHANGED
    elif asked_anew:
        kind = NoticeKind.CONFIRMATION_WITHDRAWN
    elif "cancelled_for" in changes:
        kind = NoticeKind.CANCELLED_FOR_ANOTHER
    elif session.state is State.CONFIRMED and changes.keys() & lifecycle.AGREED:
        kind = NoticeKind.SESSION_CHANGED
    else:
        return
    by_itself = {"is_confirmed"} if "hourly_rate" in draft else {"is_confirmed", "hourly_rate"}
    shown = {field: value for field, value in changes.items() if field not in by_itself}
    facts = outbox.change_facts(history.as_json(shown)) | outbox.reason_facts(draft)
    if corrected:
        facts |= moves.shared_facts([session]).get(session, {})
    outbox.notify(kind, audience.managers(session.family_id), by=by, at=at, session=session, facts=facts)
    # To a nanny it is a change, also where the family has to confirm it again.
    kind = NoticeKind.SESSION_CHANGED if asked_anew else kind
    had_it, _ = changes.get("nanny_id", (session.nanny_id, None))
    for nannies in ({had_it}, {session.nanny_id} - {had_it}):
        theirs = {**facts, **late_pay.GONE} if late_pay_gone and had_it in nannies else facts
        outbox.notify(kind, sorted(audience.persons(nannies)), by=by, at=at, session=session, facts=theirs)

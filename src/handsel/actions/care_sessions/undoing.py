"""Taking the last move of sessions back, as rules.undoing reads it from their history."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from handsel.access import checks, held_days, visibility
from handsel.access.checks import Standing
from handsel.access.held_days import LockedDays
from handsel.actions import history, participants
from handsel.actions.care_sessions import late_pay, moves
from handsel.actions.care_sessions.late_pay import LatePay
from handsel.actions.care_sessions.moves import BulkAnswer, Columns
from handsel.models import CareSession, Event, Member, User
from handsel.notices import taking_back
from handsel.notices.taking_back import MoveMade
from handsel.rules.drafts import EMPTY_DRAFT, Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.lifecycle import SCHEDULED, State
from handsel.rules.moves import RECORDED
from handsel.rules.refusals import NotAllowed, Refusal, WrongState
from handsel.rules.sentences import say
from handsel.rules.undoing import UNDOABLE, LastMove, last_move, why_not, why_not_of_many


@transaction.atomic
def undo(
    session_id: UUID,
    draft: Draft = EMPTY_DRAFT,
    *,
    by: User,
    at: datetime,
    source: Source,
    version: int | None = None,
) -> CareSession:
    """Take the last move of this session back.

    The draft has no fields: there is nothing to say about it but what is wrong.
    version: which was seen; a second undo in a row, which goes one move further back, needs it.
    Raises NotVisible, NotAllowed, VersionConflict, Locked, WrongState, Invalid, AlreadyRunning or Clash.
    """
    standing, session = visibility.care_session(by, session_id, lock=True)
    for refusal in _undo([session], draft, {session.id: version}, by=standing, at=at, source=source).values():
        raise refusal
    return session


@transaction.atomic
def undo_many(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> BulkAnswer:
    """Take the last move of many sessions back, of each as if alone, with one notice to a person.

    draft: session_ids, at most 500; versions, which of each was seen; made_at, when the moves were made that are taken
    back, and no other. `moved` of the answer are those taken back.
    Raises NotVisible, NotAllowed or Invalid for the whole; what is wrong with one session is in the answer.
    """
    standing = visibility.standing(by, family_id)
    if not any(standing.may(step.capability, own=True) for _, step, _ in UNDOABLE.values()):
        raise NotAllowed
    session_ids, sessions = moves.chosen(by, family_id, draft)
    refusals = _undo(sessions.values(), draft, draft.get("versions", {}), by=standing, at=at, source=source)
    return moves.bulk_answer(family_id, session_ids, sessions, refusals)


def _undo(
    sessions: Collection[CareSession],
    draft: Draft,
    seen: Mapping[UUID, int | None],
    *,
    by: Standing,
    at: datetime,
    source: Source,
) -> dict[UUID, Refusal]:
    """Undo those that may be, and return the refusal of each other by its id; seen: the versions."""
    refusals: dict[UUID, Refusal] = {}
    lasts: dict[CareSession, LastMove] = {}
    events, days = _events(by.person, sessions), held_days.lock(sessions)
    for session in sessions:
        try:
            lasts[session] = _check(session, events[session.id], draft, seen.get(session.id), days, by=by, at=at)
        except Refusal as refusal:
            refusals[session.id] = refusal
    columns: dict[CareSession, Columns] = {session: last.columns() for session, last in lasts.items()}
    ahead = {
        session: values
        for session, values in columns.items()
        if lasts[session].step.froms <= SCHEDULED and session.scheduled_end > at
    }
    moves.free_of_who_left(ahead, by.family_id)
    changes = {
        session: history.differences(session, {name: new for name, new in values.items() if name in RECORDED})
        | {"move": (None, lasts[session].move.value)}
        for session, values in columns.items()
    }
    made_at = {session.id: last.made_at for session, last in lasts.items()}
    cancelled = [session for session in columns if session.state is State.CANCELLED]
    late = late_pay.of_sessions(cancelled, at) if cancelled else {}
    changes = {session: of | late_pay.lost_by(session, late) for session, of in changes.items()}
    refusals |= moves.write_all(columns, at=at, undone=made_at)
    undone = [session for session in columns if session.id not in refusals]
    Event.insert_many(
        [
            history.line(
                EventKind.CARE_SESSION_UNDONE,
                session=session,
                led_to=session.version,
                changes=changes[session],
                by=by,
                at=at,
                source=source,
            )
            for session in undone
        ]
    )
    _notify({session: lasts[session] for session in undone}, late, by=by, at=at)
    return refusals


def _notify(undone: Mapping[CareSession, LastMove], late: LatePay, *, by: Standing, at: datetime) -> None:
    """Tell who knows of the moves that they are undone, each person once."""
    makers = [last.made_by for last in undone.values() if last.made_by]
    # unscoped: who made the moves at hand
    people: dict[UUID | None, UUID] = dict(Member.objects.filter(id__in=makers).values_list("id", "user_id"))
    for _, step, undo in UNDOABLE.values():
        made = {
            session: MoveMade(
                frozenset(kind for kind in (step.notice, step.notice_of_many) if kind),
                last.made_at,
                people.get(last.made_by),
            )
            for session, last in undone.items()
            if last.undo is undo
        }
        if made:
            told = taking_back.moves(made, by=by.person, at=at)
            own_facts = late_pay.own_facts(made, late)
            moves.notify(undo, told.sessions, by=by, at=at, facts=told.facts, own_facts=own_facts)


def _events(person: User, sessions: Iterable[CareSession]) -> Mapping[UUID | None, list[Event]]:
    """Return what an undo can read of the history of each of these sessions. One query."""
    events: dict[UUID | None, list[Event]] = defaultdict(list)
    rows = visibility.events(person).filter(
        session_id__in=[session.id for session in sessions], session_version__isnull=False
    )
    for event in rows:
        events[event.session_id].append(event)
    return events


def _check(
    session: CareSession,
    events: Iterable[Event],
    draft: Draft,
    version: int | None,
    days: LockedDays,
    *,
    by: Standing,
    at: datetime,
) -> LastMove:
    """Check authority, version, held days, state and input, in this order, and return the move that is taken back."""
    last = last_move(events, session.version, session.state)
    made_at = draft.get("made_at")
    if made_at and last is not None and last.made_at != made_at:
        last = None  # what was pressed is not what happened last, and who may take that back is not asked
    if last is not None and last.undone_before and version is None and not made_at:
        # The second press of two, by who may make the move that the first took back.
        checks.may(by, last.undone_before.capability, session)
        days.refuse(session)
        raise WrongState(say("This was already undone. Look at the session before you undo the step before it, too."))
    if last is None:
        if not any(by.may_with(step.capability, session.nanny_id) for _, step, _ in UNDOABLE.values()):
            raise NotAllowed
    else:
        checks.may(by, last.step.capability, session)
    checks.version(session, version)
    days.refuse(session)
    if last is None:
        raise WrongState(why_not_of_many(session.state) if made_at else why_not(session.state))
    if not last.is_in_time(session.scheduled_end, at):
        raise WrongState(say("It is too late to undo this."))
    if State.IN_PROGRESS in last.step.froms and participants.has_left(session):
        raise WrongState(say("Its nanny has left the family, so it cannot run on."))
    Problems(draft).raise_if_any()
    return last

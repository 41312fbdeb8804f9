"""The moves of the one table in rules.moves, made of one session or of many.

Each fetches through the person, checks, writes, records and notifies, in one transaction. A refused move changes
nothing and tells nobody.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from handsel.access import checks, visibility
from handsel.access.checks import Standing
from handsel.actions import booking, history, participants
from handsel.models import CareSession, Event, Family, User
from handsel.notices import audience, outbox
from handsel.rules import local_time, moves
from handsel.rules.drafts import EMPTY_DRAFT, Draft, Problems
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.moves import MOVES, Audience, Move, Step, Value
from handsel.rules.refusals import Clashing, NotAllowed, NotVisible, Refusal, WrongState
from handsel.rules.roles import Role
from handsel.rules.sentences import say

MAX_SESSIONS_AT_ONCE = 500

type Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    session_id: UUID
    code: str
    detail: str
    clashes: tuple[Clashing, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkAnswer:
    """The sessions that moved, in the order asked, and those that did not, with the reason of each."""

    family_id: UUID
    moved: list[UUID]
    refused: list[Refused]


@transaction.atomic
def move(
    move: Move,
    session_id: UUID,
    draft: Draft = EMPTY_DRAFT,
    *,
    by: User,
    at: datetime,
    source: Source,
    version: int | None = None,
) -> CareSession:
    """Make this move of one session.

    draft: at, when it happened, where that is not now; reason. version: which was seen.
    Raises NotVisible, NotAllowed, VersionConflict, WrongState, Invalid, AlreadyRunning or Clash.
    """
    standing, session = visibility.care_session(by, session_id, lock=True)
    refusals = _move(move, [session], draft, {session.id: version}, by=standing, at=at, source=source)
    for refusal in refusals.values():
        raise refusal
    return session


@transaction.atomic
def move_many(move: Move, family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> BulkAnswer:
    """Make this move of many sessions, of each as if alone: but one question to the database, one notice to a person.

    draft: session_ids, at most 500; versions, which of each was seen, for those whose version was (id -> version); at
    and reason for all of them.
    Raises NotVisible, NotAllowed or Invalid for the whole; what is wrong with one session is in the answer.
    """
    standing = visibility.standing(by, family_id)
    # Who may do it to some sessions comes in, and is asked of each.
    if not standing.may(MOVES[move].capability, own=True):
        raise NotAllowed
    problems = Problems(draft)
    session_ids = list(dict.fromkeys(draft.get("session_ids") or ()))
    if not session_ids:
        problems.add("session_ids", say("Choose at least one session."))
    elif len(session_ids) > MAX_SESSIONS_AT_ONCE:
        problems.add("session_ids", say("Choose at most %(most)s sessions at once.", most=MAX_SESSIONS_AT_ONCE))
    problems.raise_if_any()
    rows = visibility.care_sessions(by).filter(family_id=family_id, id__in=session_ids).select_related("family")
    sessions = {row.id: row for row in rows.select_for_update(of=("self",)).order_by("id")}
    refusals: dict[UUID, Refusal] = {missing: NotVisible() for missing in session_ids if missing not in sessions}
    ordered_sessions = [sessions[session_id] for session_id in session_ids if session_id in sessions]
    refusals |= _move(move, ordered_sessions, draft, draft.get("versions", {}), by=standing, at=at, source=source)
    return BulkAnswer(
        family_id,
        moved=[session_id for session_id in session_ids if session_id not in refusals],
        refused=[
            Refused(session_id, refusal.code, refusal.detail, refusal.clashes)
            for session_id in session_ids
            if (refusal := refusals.get(session_id))
        ],
    )


confirm = partial(move, Move.CONFIRM)
cancel = partial(move, Move.CANCEL)
start = partial(move, Move.START)
complete = partial(move, Move.COMPLETE)
restore = partial(move, Move.RESTORE)


def make(
    step: Step, columns: Mapping[CareSession, Columns], draft: Draft, *, by: Standing, at: datetime, source: Source
) -> dict[UUID, Refusal]:
    """Write the columns of a move that may be made, record, notify; return the refusal of each that clashes by id."""
    changes = {session: recorded_changes(step, session, values, by) for session, values in columns.items()}
    refusals = write_all(columns, at=at)
    moved = [session for session in columns if session.id not in refusals]
    origin: history.Origin = {"by": by, "at": at, "source": source}
    reason = draft.get("reason") or ""
    Event.insert_many(
        [
            history.line(step.event, session=session, changes=changes[session], reason=reason, **origin)
            for session in moved
        ]
    )
    _notify(step, moved, draft, by=by, at=at)
    return refusals


def columns_of(
    step: Step, *, member_id: UUID, at: datetime, moment: datetime | None = None, reason: str = ""
) -> Columns:
    """Return what a move writes when this member makes it."""
    values = {
        Value.MEMBER: member_id,
        Value.NOW: at,
        Value.HAPPENED_AT: (moment or at).replace(microsecond=0),
        Value.REASON: reason,
    }
    return {column: values[value] if isinstance(value, Value) else value for column, value in step.writes.items()}


def recorded_changes(step: Step, session: CareSession, values: Columns, by: Standing) -> dict[str, tuple[Any, Any]]:
    """Return what the history keeps of these columns; ask before they are written."""
    changes = history.differences(session, {name: new for name, new in values.items() if name in moves.RECORDED})
    return changes | (on_whose_word(by) if step.did_on_familys_word else {})


def freed(family: Family) -> Columns:
    """Return the columns of a session without a nanny: what the last one earned is not for the next one to read."""
    return {"nanny_id": None, "nanny_person_id": None, "hourly_rate": family.default_hourly_rate}


def write(session: CareSession, *, at: datetime, **columns: Any) -> None:
    """Save new columns of one session. Raises WrongState, AlreadyRunning or Clash."""
    for refusal in write_all({session: columns}, at=at).values():
        raise refusal


def write_all(columns: Mapping[CareSession, Columns], *, at: datetime) -> dict[UUID, Refusal]:
    """Save new columns of sessions that still stand where they were seen, and book their nannies; return the refusal of
    each whose nanny is not free, by its id.

    The WHERE of the UPDATE is the guard: a row less than sessions means that somebody was first, and they win
    (WrongState). One UPDATE for all that get the same.
    """
    statuses = {session.status for session in columns}
    versions = {session.version for session in columns}
    for session, values in columns.items():
        for column, value in values.items():
            setattr(session, column, value)
        session.version += 1
        session.updated_at = at
    refusals = booking.unavailable(columns)
    alike: dict[tuple[tuple[str, Any], ...], list[CareSession]] = defaultdict(list)
    for session, values in columns.items():
        if session.id not in refusals:
            alike[tuple(values.items())].append(session)
    for same, sessions in alike.items():
        rows = CareSession.objects.filter(id__in=[session.id for session in sessions])
        rows = rows.filter(status__in=statuses, version__in=versions)
        if rows.update(**dict(same), updated_at=at, version=F("version") + 1) != len(sessions):
            raise WrongState(say("Somebody else changed this session at the same moment."))
    return refusals


def on_whose_word(standing: Standing) -> dict[str, tuple[Any, Any]]:
    """Return what history keeps of whose word it was: a parent or coordinator confirms because they agree, a nanny on
    the family's word.
    """
    return {"on_the_familys_word": (None, True)} if standing.role is Role.NANNY else {}


def _move(
    move: Move,
    sessions: Iterable[CareSession],
    draft: Draft,
    seen: Mapping[UUID, int | None],
    *,
    by: Standing,
    at: datetime,
    source: Source,
) -> dict[UUID, Refusal]:
    """Move those that may, and return the refusal of each other by its id; seen: the versions."""
    columns: dict[CareSession, Columns] = {}
    refusals: dict[UUID, Refusal] = {}
    for session in sessions:
        try:
            moment = _check(move, session, draft, seen.get(session.id), by=by, at=at)
        except Refusal as refusal:
            refusals[session.id] = refusal
            continue
        reason = draft.get("reason") or ""
        columns[session] = columns_of(MOVES[move], member_id=by.member_id, at=at, moment=moment, reason=reason)
    unassigned = [session for session in columns if session.nanny_id is None]
    if unassigned and MOVES[move].takes_unassigned and by.role is Role.NANNY:
        if participants.nannies_of(by.family_id).filter(id=by.member_id).first() is None:
            raise NotVisible  # removed at this very moment
        for session in unassigned:
            columns[session] |= {"nanny_id": by.member_id, "nanny_person_id": by.person.id}
    if columns and MOVES[move].to is State.UNCONFIRMED:
        nannies = {nanny.id for nanny in participants.nannies_of(by.family_id)}
        for session in columns:
            if session.nanny_id is not None and session.nanny_id not in nannies:
                columns[session] |= freed(session.family)
    return refusals | make(MOVES[move], columns, draft, by=by, at=at, source=source)


def _check(
    move: Move, session: CareSession, draft: Draft, version: int | None, *, by: Standing, at: datetime
) -> datetime:
    """Check authority, version, state and input, in this order, and return when it happened."""
    checks.may(by, MOVES[move].capability, session)
    checks.version(session, version)
    if not moves.may_move(session.state, move, scheduled_end=session.scheduled_end, at=at):
        raise WrongState(moves.why_not(session.state, move))
    problems = Problems(draft)
    moment = happened_at(session, draft.get("at"), at)
    if wrong := MOVES[move].window(moment, session, now=at):
        problems.add("at", wrong)
    problems.raise_if_any()
    return moment


def happened_at(session: CareSession, moment: datetime | None, at: datetime) -> datetime:
    """Return when it happened: now, or the time that an offline phone kept; one without an offset is wall time.

    Only start and complete record it. Cancelling and confirming count from when Handsel learns of them, so that nobody
    backdates an answer.
    """
    if moment is None:
        # Who asked to complete it a moment before somebody started it had the clock read first, but its turn last.
        begun = session.actual_start
        return begun if begun and at < begun <= at + moves.CLOCK_SKEW else at
    if moment.tzinfo is None:
        moment = local_time.instant(moment, session.family.time_zone)
    # Clocks differ a little; what they say of the future is taken for now.
    return moment if moment > at + moves.CLOCK_SKEW else min(moment, at)


def _notify(step: Step, sessions: list[CareSession], draft: Draft, *, by: Standing, at: datetime) -> None:
    """Tell each person once: of one session as if it had moved alone, of many by a notice of many."""
    reason = outbox.reason_facts(draft) if step.with_reason else {}
    people_of: dict[tuple[CareSession, ...], list[UUID]] = defaultdict(list)
    for person_id, heard in _audience(step.audience, sessions, by).items():
        people_of[tuple(heard)].append(person_id)
    for theirs, people in people_of.items():
        if len(theirs) > 1 and step.notice_of_many:
            facts = outbox.session_facts(theirs) | reason
            outbox.notify(step.notice_of_many, people, by=by.person, at=at, family_id=by.family_id, facts=facts)
        else:
            for session in theirs:
                outbox.notify(step.notice, people, by=by.person, at=at, session=session, facts=reason)


def _audience(side: Audience, sessions: list[CareSession], by: Standing) -> dict[UUID, list[CareSession]]:
    """Return who hears of which sessions, parents first."""
    hears: dict[UUID, list[CareSession]] = defaultdict(list)
    if not sessions:
        return hears
    if side is Audience.BOTH_SIDES or (side is Audience.OTHER_SIDE and by.role is Role.NANNY):
        hears |= dict.fromkeys(audience.parents(by.family_id), sessions)
    if side is not Audience.OTHER_SIDE or by.role is not Role.NANNY:
        present = set(audience.persons([session.nanny_id for session in sessions]))
        for session in sessions:
            if session.nanny_person_id in present:
                hears[session.nanny_person_id].append(session)
    return hears

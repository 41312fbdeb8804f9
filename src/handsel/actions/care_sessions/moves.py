"""The moves of the one table in rules.moves, made of one session or of many.

Each fetches through the person, checks, writes, records and notifies, in one transaction. A refused move changes
nothing and tells nobody.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from handsel.access import checks, held_days, visibility
from handsel.access.checks import Standing
from handsel.access.held_days import LockedDays
from handsel.actions import booking, history, participants
from handsel.actions.care_sessions import late_pay
from handsel.models import CareSession, Event, Family, User
from handsel.models.fields import pay_date_of
from handsel.notices import audience, closing, outbox
from handsel.queries import shared_time
from handsel.rules import local_time, moves
from handsel.rules.drafts import EMPTY_DRAFT, Draft, Problems
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.moments import CLOCK_SKEW, Wrong, is_to_come
from handsel.rules.moves import MOVES, TIMES, Move, Step, Undo, Value
from handsel.rules.pay.sessions import CancelledFor
from handsel.rules.refusals import Clashing, NotAllowed, NotVisible, Refusal, WrongState
from handsel.rules.roles import Role
from handsel.rules.sentences import Sentence, say

MAX_SESSIONS_AT_ONCE = 500

type Columns = dict[str, Any]

NO_TIMES: Mapping[Value, datetime] = {}
NO_FACTS: Mapping[CareSession, Mapping[str, Any]] = {}


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

    draft: what the move's row asks for: at, when it happened, where that is not now, or actual_start and actual_end,
    where care was not as planned; reason; notes. version: which was seen.
    Raises NotVisible, NotAllowed, VersionConflict, Locked, WrongState, Invalid, AlreadyRunning or Clash.
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
    session_ids, sessions = chosen(by, family_id, draft)
    refusals = _move(move, sessions.values(), draft, draft.get("versions", {}), by=standing, at=at, source=source)
    return bulk_answer(family_id, session_ids, sessions, refusals)


def chosen(by: User, family_id: UUID, draft: Draft) -> tuple[list[UUID], dict[UUID, CareSession]]:
    """Return the ids that the draft chooses, and those of these sessions that there are, locked, both as chosen."""
    problems = Problems(draft)
    session_ids = list(dict.fromkeys(draft.get("session_ids") or ()))
    if not session_ids:
        problems.add("session_ids", say("Choose at least one session."))
    elif len(session_ids) > MAX_SESSIONS_AT_ONCE:
        problems.add("session_ids", say("Choose at most %(most)s sessions at once.", most=MAX_SESSIONS_AT_ONCE))
    problems.raise_if_any()
    rows = visibility.care_sessions(by).filter(family_id=family_id, id__in=session_ids).select_related("family")
    sessions = {row.id: row for row in rows.select_for_update(of=("self",)).order_by("id")}
    return session_ids, {session_id: sessions[session_id] for session_id in session_ids if session_id in sessions}


def bulk_answer(
    family_id: UUID,
    session_ids: list[UUID],
    sessions: Mapping[UUID, CareSession],
    refusals: dict[UUID, Refusal],
) -> BulkAnswer:
    """Return the answer to a press of many: what is not among sessions is not there."""
    refusals = {missing: NotVisible() for missing in session_ids if missing not in sessions} | refusals
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
record = partial(move, Move.RECORD)
restore = partial(move, Move.RESTORE)


def make(
    step: Step, columns: Mapping[CareSession, Columns], draft: Draft, *, by: Standing, at: datetime, source: Source
) -> dict[UUID, Refusal]:
    """Write the columns of a move that may be made, record, notify; return the refusal of each that clashes by id."""
    changes = {session: recorded_changes(step, session, values, by) for session, values in columns.items()}
    late = late_pay.of_sessions(columns, at) if step.froms == {State.CANCELLED} else {}
    if late:
        changes = {session: of | late_pay.lost_by(session, late) for session, of in changes.items()}
    refusals = write_all(columns, at=at)
    moved = [session for session in columns if session.id not in refusals]
    origin: history.Origin = {"by": by, "at": at, "source": source}
    reason = draft.get("reason") or ""
    Event.insert_many(
        [
            history.line(
                step.event, session=session, led_to=session.version, changes=changes[session], reason=reason, **origin
            )
            for session in moved
        ]
    )
    reason_facts = outbox.reason_facts(draft) if step.with_reason else {}
    shared = shared_facts(moved) if step.to is State.COMPLETED else {}
    own: Mapping[CareSession, Mapping[str, Any]] = {**shared, **(late_pay.own_facts(moved, late) if late else {})}
    notify(step, hearers(moved, by), by=by, at=at, facts=reason_facts, own_facts=own)
    return refusals


def shared_facts(sessions: Iterable[CareSession]) -> dict[CareSession, dict[str, Any]]:
    """Return the facts of those completed sessions whose nanny is recorded elsewhere at the same time."""
    done = list(sessions)
    minutes = shared_time.shared_minutes(done)
    return {session: {"shared_minutes": minutes[session.id]} for session in done if session.id in minutes}


def columns_of(
    step: Step, *, member_id: UUID, at: datetime, times: Mapping[Value, datetime] = NO_TIMES, draft: Draft = EMPTY_DRAFT
) -> Columns:
    """Return what a move writes when this member makes it. times: of the press, where they are not now."""
    values: dict[Value, Any] = {
        Value.MEMBER: member_id,
        Value.NOW: at,
        Value.HAPPENED_AT: at.replace(microsecond=0),
        Value.REASON: draft.get("reason") or "",
        Value.CANCELLED_FOR: draft.get("cancelled_for"),
        **{value: moment.replace(microsecond=0) for value, moment in times.items()},
    }
    if "notes" in draft:
        values[Value.NOTES] = draft["notes"] or ""
    return {
        column: values[value] if isinstance(value, Value) else value
        for column, value in step.writes.items()
        if value is not Value.NOTES or value in values
    }


def recorded_changes(step: Step, session: CareSession, values: Columns, by: Standing) -> dict[str, tuple[Any, Any]]:
    """Return what the history keeps of these columns; ask before they are written."""
    changes = history.differences(session, {name: new for name, new in values.items() if name in moves.RECORDED})
    return changes | (on_whose_word(by) if step.did_on_familys_word else {})


def free_of_who_left(columns: Mapping[CareSession, Columns], family_id: UUID) -> None:
    """Free each session that is to be planned again from a nanny who is no nanny of the family any more."""
    if not columns:
        return
    nannies = {nanny.id for nanny in participants.nannies_of(family_id)}
    for session, values in columns.items():
        if session.nanny_id is not None and session.nanny_id not in nannies:
            values.update(freed(session.family))


def freed(family: Family) -> Columns:
    """Return the columns of a session without a nanny: what the last one earned is not for the next one to read."""
    return {"nanny_id": None, "nanny_person_id": None, "hourly_rate": family.default_hourly_rate}


def write(session: CareSession, *, at: datetime, **columns: Any) -> None:
    """Save new columns of one session. Raises WrongState, AlreadyRunning or Clash."""
    for refusal in write_all({session: columns}, at=at).values():
        raise refusal


def write_all(
    columns: Mapping[CareSession, Columns], *, at: datetime, undone: Mapping[UUID, datetime] | None = None
) -> dict[UUID, Refusal]:
    """Save new columns of sessions that still stand where they were seen, and book their nannies; return the refusal of
    each whose nanny is not free, by its id.

    undone: when the moves were made that are undone here, by the sessions' ids.
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
            alike[tuple({**values, **_pay_date(session, values)}.items())].append(session)
    for same, sessions in alike.items():
        rows = CareSession.objects.filter(id__in=[session.id for session in sessions])
        rows = rows.filter(status__in=statuses, version__in=versions)
        if rows.update(**dict(same), updated_at=at, version=F("version") + 1) != len(sessions):
            raise WrongState(say("Somebody else changed this session at the same moment."))
    closing.close({session.family_id for session in columns}, at=at, undone=undone or {})
    return refusals


def _pay_date(session: CareSession, values: Columns) -> Columns:
    """Return the column of the pay date where the start moves."""
    if "scheduled_start" not in values:
        return {}
    session.pay_date = pay_date_of(session)
    return {"pay_date": session.pay_date}


def on_whose_word(standing: Standing) -> dict[str, tuple[Any, Any]]:
    """Return what history keeps of whose word it was: a parent or coordinator confirms because they agree, a nanny on
    the family's word.
    """
    return {"on_the_familys_word": (None, True)} if standing.role is Role.NANNY else {}


def _move(
    move: Move,
    sessions: Collection[CareSession],
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
    days = held_days.lock(sessions)
    if move is Move.CANCEL and not draft.get("cancelled_for"):
        draft = draft.with_more(cancelled_for=CancelledFor.by(by.role))
    for session in sessions:
        try:
            times = _check(move, session, draft, seen.get(session.id), days, by=by, at=at)
        except Refusal as refusal:
            refusals[session.id] = refusal
            continue
        columns[session] = columns_of(MOVES[move], member_id=by.member_id, at=at, times=times, draft=draft)
    unassigned = [session for session in columns if session.nanny_id is None]
    if unassigned and MOVES[move].takes_unassigned and by.role is Role.NANNY:
        if participants.nannies_of(by.family_id).filter(id=by.member_id).first() is None:
            raise NotVisible  # removed at this very moment
        for session in unassigned:
            columns[session] |= {"nanny_id": by.member_id, "nanny_person_id": by.person.id}
    if MOVES[move].to is State.UNCONFIRMED:
        free_of_who_left(columns, by.family_id)
    return refusals | make(MOVES[move], columns, draft, by=by, at=at, source=source)


def _check(
    move: Move,
    session: CareSession,
    draft: Draft,
    version: int | None,
    days: LockedDays,
    *,
    by: Standing,
    at: datetime,
) -> dict[Value, datetime]:
    """Check authority, version, held days, state and input, in this order, and return the times of the press."""
    step = MOVES[move]
    checks.may(by, step.capability, session)
    checks.version(session, version)
    times = {value: happened_at(session, value, draft.get(TIMES[value]), at) for value in step.times}
    begun: Columns = {name: times[value] for name, value in step.writes.items() if value in times}
    if session.nanny_id is None and step.takes_unassigned and by.role is Role.NANNY:
        begun["nanny_id"] = by.member_id
    days.refuse_change(session, begun)
    start, end = session.planned_times
    if not moves.may_move(session.state, move, scheduled_start=start, scheduled_end=end, at=at):
        raise WrongState(moves.why_not(session.state, move))
    problems = Problems(draft)
    moments = {TIMES[value]: moment for value, moment in times.items()}
    problems.add_all(_named(step.window(session, **moments, now=at), draft))
    problems.raise_if_any()
    return times


def _named(wrong: Wrong, draft: Draft) -> dict[str, Sentence]:
    """Return what is wrong once each, at a time that was sent rather than one that was left as planned."""
    field_of: dict[Sentence, str] = {}
    for field, sentence in sorted(wrong.items(), key=lambda item: item[0] not in draft):
        field_of.setdefault(sentence, field)
    return {field: sentence for sentence, field in field_of.items()}


def happened_at(session: CareSession, value: Value, moment: datetime | None, at: datetime) -> datetime:
    """Return a time of the press: as it is sent, where one without an offset is wall time, else as planned or now.

    Only starting, completing and recording keep it. Cancelling and confirming count from when Handsel learns of them,
    so that nobody backdates an answer.
    """
    if moment is None and value is Value.STARTED_AT:
        return session.scheduled_start
    if moment is None and value is Value.ENDED_AT:
        return session.scheduled_end
    if moment is None:
        # Who asked to complete it a moment before somebody started it had the clock read first, but its turn last.
        begun = session.actual_start
        return begun if begun and at < begun <= at + CLOCK_SKEW else at
    if moment.tzinfo is None:
        moment = local_time.instant(moment, session.family.time_zone)
    # Clocks differ a little; what they say of the future is taken for now.
    return moment if is_to_come(moment, at) else min(moment, at)


def notify(
    told: Step | Undo,
    hearers: Mapping[UUID, Sequence[CareSession]],
    *,
    by: Standing,
    at: datetime,
    facts: Mapping[str, Any],
    own_facts: Mapping[CareSession, Mapping[str, Any]] = NO_FACTS,
) -> None:
    """Tell each person once: of one session as if it had moved alone, of many by a notice of many. own_facts: what is
    told of one session beside.
    """
    people_of: dict[tuple[CareSession, ...], list[UUID]] = defaultdict(list)
    for person_id, heard in hearers.items():
        people_of[tuple(heard)].append(person_id)
    for theirs, people in people_of.items():
        if len(theirs) > 1 and told.notice_of_many:
            of_many = {**outbox.session_facts(theirs), **facts}
            outbox.notify(told.notice_of_many, people, by=by.person, at=at, family_id=by.family_id, facts=of_many)
        else:
            for session in theirs:
                own = own_facts.get(session, {})
                outbox.notify(told.notice, people, by=by.person, at=at, session=session, facts={**facts, **own})


def hearers(sessions: list[CareSession], by: Standing) -> dict[UUID, list[CareSession]]:
    """Return who hears of which sessions, parents first."""
    hears: dict[UUID, list[CareSession]] = defaultdict(list)
    if not sessions:
        return hears
    hears |= dict.fromkeys(audience.managers(by.family_id), sessions)
    present = set(audience.persons([session.nanny_id for session in sessions]))
    for session in sessions:
        if session.nanny_person_id in present:
            hears[session.nanny_person_id].append(session)
    return hears

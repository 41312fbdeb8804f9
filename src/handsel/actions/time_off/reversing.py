"""Taking back what was decided for time off: with the entry itself at once, or after that was taken back."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Unpack
from uuid import UUID

from django.db import transaction

from handsel.access import held_days, visibility
from handsel.access.checks import Standing
from handsel.actions import history, participants
from handsel.actions.care_sessions import moves
from handsel.actions.time_off import entering
from handsel.models import CareSession, Event, TimeOffDecision, User
from handsel.notices import audience, outbox, taking_back
from handsel.rules.drafts import EMPTY_DRAFT, Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.lifecycle import State, Status
from handsel.rules.moves import UNCONFIRMED, Move
from handsel.rules.notices import NoticeKind
from handsel.rules.refusals import NotAllowed, NotVisible, WrongState
from handsel.rules.roles import Capability, Role
from handsel.rules.sentences import say
from handsel.rules.time_off import UNDO_WITHIN, Decision


@dataclass(frozen=True, slots=True)
class Undone:
    """How many sessions are again as they were, and how many stay as they are now."""

    family_id: UUID
    restored: int
    kept: int


@dataclass(frozen=True, slots=True)
class PlannedAgain:
    """How many sessions were restored, how many have their nanny again, and how many stay as they are."""

    restored: int
    given: int
    kept: int


@transaction.atomic
def undo(time_off_id: UUID, draft: Draft = EMPTY_DRAFT, *, by: User, at: datetime, source: Source) -> Undone:
    """Take back an entry and all that was decided for it, in every family, within 15 minutes of entering it. A session
    that changed since, or whose nanny has something else by now, stays as it is.

    Raises NotVisible, NotAllowed, Invalid or WrongState.
    """
    standing, time_off = visibility.one_time_off(by, time_off_id, lock=True)
    if time_off.entered_by_id not in [place.member_id for place in visibility.standings(by)]:
        raise NotAllowed
    entering.check_may_take_back(standing, time_off)  # who entered it may have another role by now
    Problems(draft).raise_if_any()
    if at - time_off.created_at > UNDO_WITHIN:
        raise WrongState(say("This can be undone for 15 minutes only."))
    # unscoped: what was decided for time off at hand
    decisions = {row.session_id: row for row in TimeOffDecision.objects.filter(time_off_id=time_off.id)}
    # unscoped: the sessions that this was decided over
    rows = CareSession.objects.filter(id__in=list(decisions)).select_related("family", "nanny")
    sessions = list(rows.select_for_update(of=("self",)).order_by("id"))
    standings = {place.family_id: place for place in visibility.standings(by)}
    columns = _columns_before(sessions, decisions, standings)
    changes = {session: history.differences(session, _shown(values)) for session, values in columns.items()}
    refusals = moves.write_all(columns, at=at, undone={row.session_id: row.created_at for row in decisions.values()})
    restored = [session for session in columns if session.id not in refusals]
    Event.insert_many(
        [
            _undone(
                session, decisions[session.id], changes[session], by=standings[session.family_id], at=at, source=source
            )
            for session in restored
        ]
    )
    TimeOffDecision.objects.filter(time_off_id=time_off.id, session__in=restored).delete()
    told = taking_back.time_off(time_off.id, by=by, at=at)
    entering.remove(standing, time_off, restored, at=at, source=source, told=told)
    return Undone(standing.family_id, len(restored), len(decisions) - len(restored))


@transaction.atomic
def plan_again(
    time_off_id: UUID, draft: Draft = EMPTY_DRAFT, *, by: User, at: datetime, source: Source
) -> PlannedAgain:
    """Restore what was cancelled for time off that was taken back, and give its nanny again what has no other, as far
    as it lies ahead and this person may. A nanny who takes a confirmed session again asks the family anew.

    draft: session_ids, which of them; all where nothing is said. Raises NotVisible, NotAllowed or Invalid.
    """
    Problems(draft).raise_if_any()
    decisions = list(open_decisions(by, time_off_id, at=at))
    if not decisions:
        raise NotVisible(say("There is nothing left to plan again."))
    chosen = draft.get("session_ids")
    of_family: dict[UUID, list[TimeOffDecision]] = defaultdict(list)
    for decision in decisions:
        if chosen is None or decision.session_id in chosen:
            of_family[decision.family_id].append(decision)
    standings = {standing.family_id: standing for standing in visibility.standings(by)}
    # All at once and by id, as whoever enters time off locks them: the families come one by one below.
    sessions = CareSession.objects.filter(id__in=[decision.session_id for decision in decisions])
    list(sessions.select_for_update(of=("self",)).order_by("id").values_list("id"))
    restored = given = 0
    for family_id in sorted(of_family):
        standing, rows = standings[family_id], of_family[family_id]
        cancelled = [row.session_id for row in rows if row.decision == Decision.CANCEL]
        if cancelled:
            ids = Draft.of(session_ids=cancelled)
            restored += len(moves.move_many(Move.RESTORE, family_id, ids, by=by, at=at, source=source).moved)
        unassigned = {row.session_id: row for row in rows if row.decision == Decision.UNASSIGN}
        given += _give_again(standing, unassigned, at=at, source=source) if unassigned else 0
    count = sum(map(len, of_family.values()))
    return PlannedAgain(restored, given, count - restored - given)


def open_decisions(person: User, time_off_id: UUID, *, at: datetime) -> list[TimeOffDecision]:
    """Return what was cancelled or unassigned for this time off, still is, lies ahead, and this person may plan again;
    the soonest first. Three queries.
    """
    standings = {standing.family_id: standing for standing in visibility.standings(person)}
    rows = TimeOffDecision.objects.filter(
        time_off_id=time_off_id, family_id__in=list(standings), session__scheduled_end__gt=at
    )
    rows = rows.select_related("session__family", "session__nanny").order_by("session__scheduled_start", "session_id")
    return [row for row in rows if _is_open(row) and _may(standings[row.family_id], row)]


def _columns_before(
    sessions: list[CareSession], decisions: dict[UUID, TimeOffDecision], standings: dict[UUID, Standing]
) -> dict[CareSession, dict[str, Any]]:
    """Return what each session gets back that has not changed since, that this person may decide over still, and whose
    nanny is one of the family's still.
    """
    columns = {}
    nannies: dict[UUID, set[UUID]] = {}
    days = held_days.lock(sessions)
    for session in sessions:
        decision, family_id = decisions[session.id], session.family_id
        if session.version != decision.session_version or family_id not in standings:
            continue
        if not standings[family_id].may_with(Capability.CANCEL, session.nanny_id):
            continue
        if family_id not in nannies:
            nannies[family_id] = {nanny.id for nanny in participants.nannies_of(family_id)}
        before = decision.columns_before
        if before.get("nanny_id", session.nanny_id) in (None, *nannies[family_id]) and not days.holds(session, before):
            columns[session] = before
    return columns


def _undone(
    session: CareSession, decision: TimeOffDecision, changes: history.Changes, **origin: Unpack[history.Origin]
) -> Event:
    """Return the line of history; a session that was cancelled is as if that alone had been undone."""
    changes = {**changes, "time_off_id": (decision.time_off_id, None)}
    if decision.decision == Decision.CANCEL:
        named = {**changes, "move": (None, Move.CANCEL.value)}
        kind = EventKind.CARE_SESSION_UNDONE
        return history.line(kind, session=session, led_to=session.version, changes=named, **origin)
    # Of two nannies neither may read the other's rate.
    nanny_id = session.nanny_id if decision.decision == Decision.SHORTEN else None
    kind = EventKind.CARE_SESSION_UPDATED
    return history.line(kind, session=session, changes=changes, nanny_id=nanny_id, **origin)


def _is_open(row: TimeOffDecision) -> bool:
    session = row.session
    if row.decision == Decision.CANCEL:
        return session.state is State.CANCELLED
    return row.decision == Decision.UNASSIGN and session.status == Status.SCHEDULED and session.nanny_id is None


def _may(standing: Standing, row: TimeOffDecision) -> bool:
    if row.decision == Decision.CANCEL:
        return standing.may_with(Capability.RESTORE, row.session.nanny_id)
    own = row.columns_before["nanny_id"] == standing.member_id
    return standing.may_with(Capability.UPDATE_SESSION, None) and (standing.role is not Role.NANNY or own)


def _give_again(standing: Standing, decisions: dict[UUID, TimeOffDecision], *, at: datetime, source: Source) -> int:
    """Give sessions without a nanny to the one they had, for the rate that was; return how many."""
    rows = CareSession.objects.filter(id__in=list(decisions), nanny__isnull=True, status=Status.SCHEDULED)
    sessions = list(rows.select_related("family").select_for_update(of=("self",)).order_by("id"))
    nannies = {nanny.id: nanny for nanny in participants.nannies_of(standing.family_id)}
    columns: dict[CareSession, dict[str, Any]] = {}
    days = held_days.lock(sessions)
    for session in sessions:
        before = decisions[session.id].columns_before
        if before["nanny_id"] not in nannies or days.holds(session, before):
            continue
        columns[session] = before
        if standing.role is Role.NANNY and session.state is State.CONFIRMED:
            columns[session] = {**before, **UNCONFIRMED}
    changes = {session: history.differences(session, _shown(values)) for session, values in columns.items()}
    refusals = moves.write_all(columns, at=at)
    given = [session for session in columns if session.id not in refusals]
    origin: history.Origin = {"by": standing, "at": at, "source": source}
    kind = EventKind.CARE_SESSION_UPDATED
    Event.insert_many([history.line(kind, session=session, changes=changes[session], **origin) for session in given])
    TimeOffDecision.objects.filter(pk__in=[decisions[session.id].pk for session in given]).delete()
    people = [*audience.managers(standing.family_id), *audience.persons({session.nanny_id for session in given})]
    if given:
        facts, told = outbox.session_facts(given), dict.fromkeys(people)
        kind_of_notice = NoticeKind.SESSIONS_GIVEN_AGAIN
        outbox.notify(kind_of_notice, told, by=standing.person, at=at, family_id=standing.family_id, facts=facts)
    return len(given)


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that the history keeps."""
    kept = {"status", "is_confirmed", "nanny_id", "hourly_rate", "scheduled_start", "scheduled_end"}
    return {name: value for name, value in values.items() if name in kept}

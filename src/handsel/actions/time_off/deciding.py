"""What becomes of the sessions that time off touches, and who is told: each family once, by name of its sessions.

Each session is decided by itself, after it was locked: one that was started, moved or given away meanwhile is kept as
it is, and so is one that this person may not cancel. Sessions are locked by id, as every move does it, and the nannies
whom a change books only then (actions.booking).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from handsel.access import absences, held_days
from handsel.access.checks import Standing
from handsel.actions import history
from handsel.actions.care_sessions import moves
from handsel.models import CareSession, Event, TimeOff, TimeOffDecision
from handsel.notices import audience, outbox, taking_back
from handsel.rules import time_off
from handsel.rules.drafts import Draft
from handsel.rules.history import EventKind, Source
from handsel.rules.lifecycle import SCHEDULED, State, Status
from handsel.rules.moves import MOVES, UNCONFIRMED, Move
from handsel.rules.notices import NoticeKind
from handsel.rules.overlap import Stretch
from handsel.rules.pay.sessions import CancelledFor
from handsel.rules.roles import Capability, Role
from handsel.rules.time_off import Choice, Decision

type Places = Mapping[UUID, Standing]


@dataclass(frozen=True, slots=True)
class Affected:
    """A session that time off touches, as it was when that was entered, and what was done."""

    session_id: UUID
    family_id: UUID
    scheduled_start: datetime
    scheduled_end: datetime
    is_confirmed: bool
    decided: Decision


@dataclass(frozen=True, slots=True)
class Hit:
    """A session after it was decided, and the person whose it was before."""

    session: CareSession
    decided: Decision
    nanny_person_id: UUID | None


def decide(
    entry: TimeOff,
    places: Places,
    told: Collection[UUID],
    choose: Callable[[CareSession], Choice],
    *,
    at: datetime,
    source: Source,
) -> tuple[list[Affected], list[Hit]]:
    """Decide over what this time off touches in these places, the soonest first; write and record it. told: the
    families that are told its reason.
    """
    columns: dict[CareSession, moves.Columns] = {}
    decided: dict[UUID, Decision] = {}
    affected: list[Affected] = []
    hits: list[Hit] = []
    touched = _lock_touched(entry, places, at)
    days = held_days.lock([session for session, _ in touched])
    for session, off in touched:
        choice = choose(session)
        standing = places[session.family_id]
        draft = Draft.of(
            reason=entry.reason if session.family_id in told else "",
            cancelled_for=CancelledFor.by(standing.role) if entry.nanny_id is None else CancelledFor.NANNY,
        )
        values = _columns(session, choice, off, standing, draft, at)
        values = {} if values and days.holds(session, values) else values
        decided[session.id] = choice.decision if values else Decision.KEEP
        if values:
            columns[session] = values
        affected.append(_affected(session, decided[session.id]))
        hits.append(Hit(session, decided[session.id], session.nanny_person_id))
    lines, decisions = [], []
    for session, values in columns.items():
        origin: history.Origin = {"by": places[session.family_id], "at": at, "source": source}
        lines.append(_line(entry, session, decided[session.id], values, origin))
        decisions.append(
            TimeOffDecision(
                time_off_id=entry.id,
                family_id=session.family_id,
                session=session,
                decision=decided[session.id],
                before=TimeOffDecision.columns_of(session, values),
                session_version=session.version + 1,
                created_at=at,
            )
        )
    moves.write_all(columns, at=at)
    Event.insert_many(lines)
    TimeOffDecision.objects.filter(time_off_id=entry.id, session__in=list(columns)).delete()
    TimeOffDecision.insert_many(decisions)
    return affected, hits


def touched_by(entry: TimeOff, places: Collection[UUID], at: datetime) -> dict[CareSession, list[Stretch]]:
    """Return what is planned and not over yet in these families that this time off touches, and when it does, the
    soonest first. Two queries.
    """
    entries = TimeOff.objects.counting_in(list(places)).filter(pk=entry.pk)
    return touched_by_spans(absences.spans(entries, entry.from_date, entry.to_date), places, at)


def touched_by_spans(
    off: Sequence[absences.OffSpan], places: Collection[UUID], at: datetime
) -> dict[CareSession, list[Stretch]]:
    """Return the same of stretches of time off that nobody may have entered yet. One query."""
    if not off:
        return {}
    first, last = min(span.start for span in off), max(span.end for span in off)
    rows = CareSession.objects.filter(status=Status.SCHEDULED, family_id__in=list(places)).ending_after(at)
    nannies = {span.key.nanny_id for span in off}
    if None not in nannies:
        rows = rows.filter(nanny_id__in=nannies)
    sessions = list(rows.overlapping(first, last).select_related("family", "nanny").order_by("scheduled_start", "id"))
    found = absences.touched(sessions, off)
    return {
        session: [(span.start, span.end) for span in found[session.id]] for session in sessions if session.id in found
    }


def _lock_touched(entry: TimeOff, places: Places, at: datetime) -> list[tuple[CareSession, list[Stretch]]]:
    """Return what it touches, locked. One that was started or cancelled at this very moment is in it all the same, as
    it stands now; one that was moved away or given to another is not.
    """
    seen = touched_by(entry, places, at)
    rows = CareSession.objects.filter(id__in=[session.id for session in seen]).select_related("family", "nanny")
    locked = {session.id: session for session in rows.select_for_update(of=("self",)).order_by("id")}
    result = []
    for session, off in seen.items():
        now = locked.get(session.id)
        if now is None or now.nanny_id != session.nanny_id or now.planned_times != session.planned_times:
            continue
        result.append((now, off))
    return result


def _columns(
    session: CareSession, choice: Choice, off: list[Stretch], standing: Standing, draft: Draft, at: datetime
) -> moves.Columns:
    """Return what the decision writes; nothing where the session is kept. draft: of a cancellation."""
    if session.state not in SCHEDULED or not standing.may_with(Capability.CANCEL, session.nanny_id):
        return {}
    if choice.version is not None and choice.version != session.version:
        return {}
    match choice.decision:
        case Decision.CANCEL:
            return moves.columns_of(MOVES[Move.CANCEL], member_id=standing.member_id, at=at, draft=draft)
        case Decision.UNASSIGN if session.nanny_id is not None:
            return moves.freed(session.family)
        case Decision.SHORTEN:
            parts = time_off.rest(session.planned_times, off)
            if choice.part >= len(parts):
                return {}
            start, end = parts[choice.part]
            anew = standing.role is Role.NANNY and session.state is State.CONFIRMED
            return {"scheduled_start": start, "scheduled_end": end} | (dict(UNCONFIRMED) if anew else {})
        case _:
            return {}


def _affected(session: CareSession, decided: Decision) -> Affected:
    return Affected(
        session_id=session.id,
        family_id=session.family_id,
        scheduled_start=session.scheduled_start,
        scheduled_end=session.scheduled_end,
        is_confirmed=session.is_confirmed,
        decided=decided,
    )


def _line(
    entry: TimeOff, session: CareSession, decided: Decision, values: moves.Columns, origin: history.Origin
) -> Event:
    """Return the line of history; ask before the columns are written."""
    named: dict[str, tuple[Any, Any]] = {"time_off_id": (None, entry.id)}
    if decided is Decision.CANCEL:
        step = MOVES[Move.CANCEL]
        changes = moves.recorded_changes(step, session, values, origin["by"]) | named
        reason, version = values["cancel_reason"], session.version + 1
        return history.line(step.event, session=session, led_to=version, changes=changes, reason=reason, **origin)
    shown = {"nanny_id", "hourly_rate", "scheduled_start", "scheduled_end", "is_confirmed"} & values.keys()
    changes = history.differences(session, {name: values[name] for name in shown}) | named
    # Of two nannies neither may read the other's rate.
    nanny_id = session.nanny_id if decided is Decision.SHORTEN else None
    return history.line(EventKind.CARE_SESSION_UPDATED, session=session, changes=changes, nanny_id=nanny_id, **origin)


def notify(
    kind: NoticeKind,
    entry: TimeOff,
    places: Places,
    told: Collection[UUID],
    hits: Sequence[Hit],
    *,
    at: datetime,
    again: bool = False,
    undone: taking_back.Told | None = None,
) -> None:
    """Tell each family once: the parents and the nanny of a nanny's time off; of the family's the parents whose session
    it touches, and every nanny. Each by name of the sessions that they know of.

    again: of sessions alone. undone: who had heard of what is undone; nobody else hears of that.
    """
    knowing = {(notice.family_id, notice.person_id) for notice in undone.notices} if undone else set()
    over_sessions = NoticeKind.TIME_OFF_OVER_SESSIONS if kind is NoticeKind.TIME_OFF_ENTERED else kind
    for family_id, place in places.items():
        here = [hit for hit in hits if hit.session.family_id == family_id]
        nanny_id = place.member_id if entry.person_id else entry.nanny_id
        parents = audience.managers(family_id)
        hears: dict[UUID, list[Hit]] = {}
        if nanny_id is not None:
            hears = dict.fromkeys([*parents, *audience.persons([nanny_id])], here)
        else:
            hears = dict.fromkeys(parents, here) if here else {}
            for nanny in audience.every_nanny(family_id):
                hears[nanny] = [hit for hit in here if hit.nanny_person_id in (None, nanny)]
        people_of: dict[tuple[UUID, ...], list[UUID]] = defaultdict(list)
        for person_id, heard in hears.items():
            if undone is not None and (family_id, person_id) not in knowing:
                continue
            if heard or not again:
                people_of[tuple(hit.session.id for hit in heard)].append(person_id)
        for ids, people in people_of.items():
            facts = _facts(entry, place, family_id in told) | _hit_facts([hit for hit in here if hit.session.id in ids])
            facts |= undone.facts if undone else {}
            outbox.notify(
                over_sessions if ids else kind, people, by=place.person, at=at, family_id=family_id, facts=facts
            )


def _facts(entry: TimeOff, place: Standing, is_told: bool) -> dict[str, Any]:
    whose = place.person if entry.person_id else entry.nanny and entry.nanny.user
    facts: dict[str, Any] = {
        "time_off": str(entry.id),
        "whose": whose.first_name if whose else None,
        "whose_id": str(whose.id) if whose else None,
        "first": entry.from_date.isoformat(),
        "last": entry.to_date.isoformat(),
    }
    if entry.reason and is_told:
        facts["reason"] = entry.reason
    if entry.start_time and entry.end_time:
        facts["hours"] = [entry.start_time.isoformat("minutes"), entry.end_time.isoformat("minutes")]
    return facts


def _hit_facts(hits: Sequence[Hit]) -> dict[str, Any]:
    """Return the facts of the sessions: which, when, and what was decided of each."""
    if not hits:
        return {}
    return {
        "count": len(hits),
        "sessions": [str(hit.session.id) for hit in hits],
        "decided": {str(hit.session.id): hit.decided.value for hit in hits},
        "times": [[moment.isoformat() for moment in hit.session.planned_times] for hit in hits],
        "zone": hits[0].session.time_zone,
    }

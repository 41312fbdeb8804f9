"""Many sessions answered at once: each by itself, but one question to the database and one notice per nanny."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from handsel.access import visibility
from handsel.access.standing import Standing
from handsel.actions import booking, history, versions
from handsel.actions.care_sessions.moves import RESTORED, cancelled, on_whose_word
from handsel.models import CareSession, User
from handsel.notices import audience, outbox
from handsel.rules import lifecycle, overlap
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.lifecycle import Move, Status
from handsel.rules.notices import NoticeKind
from handsel.rules.overlap import Span
from handsel.rules.refusals import Clash, Clashing, NotAllowed, NotVisible, Refusal, WrongState
from handsel.rules.roles import Capability, Role
from handsel.rules.sentences import say

MOST = 500


@dataclass(frozen=True, slots=True)
class Refused:
    session_id: UUID
    code: str
    detail: str
    clashes: tuple[Clashing, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkAnswer:
    """Which sessions moved, in the order asked, and which did not, with the reason of each."""

    family_id: UUID
    moved: list[UUID]
    refused: list[Refused]


@transaction.atomic
def confirm_many(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> BulkAnswer:
    """The family agrees to these sessions, each as if confirmed alone.

    draft: session_ids, at most 500; versions, which of each was seen, for those whose version was (id -> version).

    Raises NotVisible, NotAllowed or Invalid for the whole; what is wrong with one session is in the answer.
    """
    standing, wanted, found = _open(family_id, draft, Capability.CONFIRM, by=by)
    taken = _taken(found.values())

    def check(session: CareSession) -> None:
        _may_step(session, Move.CONFIRM, draft)
        if session.nanny_person_id is None or session.overlap_allowed:
            return
        rivals = [other for other in taken[session.nanny_person_id] if overlap.overlaps(_span(other), _span(session))]
        if rivals:
            raise Clash(booking.clashing(rivals, seen_from=session.family_id))
        taken[session.nanny_person_id].append(session)

    moving, refused = _sort(wanted, found, check)
    _move_all(moving, at=at, is_confirmed=True, confirmed_at=at, confirmed_by_id=standing.member_id)
    changes: dict[str, tuple[Any, Any]] = {"is_confirmed": (False, True)}
    changes |= on_whose_word(standing)
    _remember_all(EventKind.CARE_SESSION_CONFIRMED, moving, changes, "", by=standing, at=at, source=source)
    _tell_nannies((NoticeKind.SESSION_CONFIRMED, NoticeKind.SESSIONS_CONFIRMED), moving, draft, by=by, at=at)
    return BulkAnswer(family_id, [session.id for session in moving], refused)


@transaction.atomic
def cancel_many(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> BulkAnswer:
    """These sessions will not happen, each as if cancelled alone.

    draft: as for confirm_many, and a reason for all of them.

    Raises NotVisible, NotAllowed or Invalid for the whole; what is wrong with one session is in the answer.
    """
    standing, wanted, found = _open(family_id, draft, Capability.CANCEL, own=True, by=by)

    def check(session: CareSession) -> None:
        if not standing.may_with(Capability.CANCEL, session.nanny_id):
            raise NotAllowed
        _may_step(session, Move.CANCEL, draft)

    moving, refused = _sort(wanted, found, check)
    _move_all(moving, at=at, **cancelled(standing, draft, at=at))
    changes = {"status": (Status.SCHEDULED, Status.CANCELLED)}
    reason = draft.get("reason") or ""
    _remember_all(EventKind.CARE_SESSION_CANCELLED, moving, changes, reason, by=standing, at=at, source=source)
    kinds = (NoticeKind.SESSION_CANCELLED, NoticeKind.SESSIONS_CANCELLED)
    _tell_the_other_side(kinds, moving, draft, by=standing, at=at)
    return BulkAnswer(family_id, [session.id for session in moving], refused)


@transaction.atomic
def restore_many(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> BulkAnswer:
    """These cancelled sessions are planned again, each as if restored alone: it needs a new answer.

    draft: as for confirm_many.

    Raises NotVisible, NotAllowed or Invalid for the whole; what is wrong with one session is in the answer.
    """
    standing, wanted, found = _open(family_id, draft, Capability.RESTORE, own=True, by=by)

    def check(session: CareSession) -> None:
        if not standing.may_with(Capability.RESTORE, session.nanny_id):
            raise NotAllowed
        _may_step(session, Move.RESTORE, draft, at=at)

    moving, refused = _sort(wanted, found, check)
    _move_all(moving, at=at, seen=Status.CANCELLED, **RESTORED)
    for agreed in (True, False):
        changes: dict[str, tuple[Any, Any]] = {"status": (Status.CANCELLED, Status.SCHEDULED)}
        changes |= {"is_confirmed": (True, False)} if agreed else {}
        some = [session for session in moving if session.is_confirmed is agreed]
        _remember_all(EventKind.CARE_SESSION_RESTORED, some, changes, "", by=standing, at=at, source=source)
    kinds = (NoticeKind.SESSION_RESTORED, NoticeKind.SESSIONS_RESTORED)
    _tell_the_other_side(kinds, moving, draft, by=standing, at=at)
    return BulkAnswer(family_id, [session.id for session in moving], refused)


def _open(
    family_id: UUID, draft: Draft, capability: Capability, *, by: User, own: bool = False
) -> tuple[Standing, list[UUID], dict[UUID, CareSession]]:
    """The ids as asked, without repeats, and the family's sessions among them, locked in the order of their ids.

    own: who may do it to some sessions comes in, and each session is asked about.
    """
    standing = visibility.standing(by, family_id)
    if not standing.may(capability, own=own):
        raise NotAllowed
    problems = Problems(draft)
    wanted = list(dict.fromkeys(draft.get("session_ids") or ()))
    if not wanted:
        problems.add("session_ids", say("Choose at least one session."))
    elif len(wanted) > MOST:
        problems.add("session_ids", say("Choose at most %(most)s sessions at once.", most=MOST))
    problems.raise_if_any()
    rows = visibility.care_sessions(by).filter(family_id=family_id, id__in=wanted)
    found = {row.id: row for row in rows.select_for_update(of=("self",)).order_by("id")}
    return standing, wanted, found


def _taken(sessions: Any) -> dict[UUID, list[CareSession]]:
    """What already takes the nannies of these sessions, in the time that these cover. Locks the nannies."""
    booked = [session for session in sessions if session.nanny_person_id is not None]
    taken: dict[UUID, list[CareSession]] = defaultdict(list)
    if not booked:
        return taken
    persons = {session.nanny_person_id for session in booked}
    booking.lock(persons)
    first = min(session.scheduled_start for session in booked)
    last = max(session.scheduled_end for session in booked)
    rivals = visibility.competing_sessions(persons, first, last).taking_the_nanny()
    for rival in rivals.order_by("scheduled_start", "id"):
        taken[rival.nanny_person_id].append(rival)
    return taken


def _span(session: CareSession) -> Span[UUID]:
    return Span(session.scheduled_start, session.scheduled_end, session.id)


def _may_step(session: CareSession, move: Move, draft: Draft, *, at: datetime | None = None) -> None:
    """The state first: who presses twice hears that it is done already, and not only that something changed."""
    if not lifecycle.may_move(session.state, move, scheduled_end=session.scheduled_end, at=at):
        raise WrongState(lifecycle.why_not(session.state, move))
    versions.must_match(session, draft.get("versions", {}).get(session.id))


def _sort(
    wanted: list[UUID], found: dict[UUID, CareSession], check: Callable[[CareSession], None]
) -> tuple[list[CareSession], list[Refused]]:
    moving, refused = [], []
    for session_id in wanted:
        try:
            session = found.get(session_id)
            if session is None:
                raise NotVisible
            check(session)
            moving.append(session)
        except Refusal as refusal:
            clashes = tuple(refusal.clashes) if isinstance(refusal, Clash) else ()
            refused.append(Refused(session_id, refusal.code, refusal.detail, clashes))
    return moving, refused


def _move_all(sessions: list[CareSession], *, at: datetime, seen: Status = Status.SCHEDULED, **columns: Any) -> None:
    """One guarded UPDATE. The rows are locked, so fewer rows than sessions would be a broken promise."""
    if not sessions:
        return
    rows = CareSession.objects.filter(id__in=[session.id for session in sessions], status=seen)
    if rows.update(**columns, updated_at=at, version=F("version") + 1) != len(sessions):
        raise WrongState


def _remember_all(
    kind: EventKind,
    sessions: list[CareSession],
    changes: dict[str, tuple[Any, Any]],
    reason: str,
    *,
    by: Standing,
    at: datetime,
    source: Source,
) -> None:
    history.record_all(
        history.line(
            kind,
            by=by,
            at=at,
            source=source,
            session_id=session.id,
            schedule_id=session.schedule_id,
            changes=changes,
            reason=reason,
        )
        for session in sessions
    )


def _tell_the_other_side(
    kinds: tuple[NoticeKind, NoticeKind], sessions: list[CareSession], draft: Draft, *, by: Standing, at: datetime
) -> None:
    """The parents of what a nanny did, the nannies of what the family did."""
    if by.role is not Role.NANNY:
        _tell_nannies(kinds, sessions, draft, by=by.person, at=at)
    elif sessions:
        _tell(kinds, audience.parents(by.family_id), sessions, draft, by=by.person, at=at)


def _tell_nannies(
    kinds: tuple[NoticeKind, NoticeKind], sessions: list[CareSession], draft: Draft, *, by: User, at: datetime
) -> None:
    """One notice per nanny, not one per session."""
    of_nanny: dict[UUID, list[CareSession]] = defaultdict(list)
    for session in sessions:
        if session.nanny_person_id is not None:
            of_nanny[session.nanny_person_id].append(session)
    present = set(audience.persons(session.nanny_id for session in sessions))
    for person_id, hers in of_nanny.items():
        if person_id in present:
            _tell(kinds, [person_id], hers, draft, by=by, at=at)


def _tell(
    kinds: tuple[NoticeKind, NoticeKind],
    people: list[UUID],
    sessions: list[CareSession],
    draft: Draft,
    *,
    by: User,
    at: datetime,
) -> None:
    """Of one session as if it had been answered alone; kinds: of one, and of many."""
    if len(sessions) == 1:
        outbox.notify(kinds[0], people, by=by, at=at, session=sessions[0], facts=outbox.reason_facts(draft))
    else:
        facts = outbox.session_facts(sessions) | outbox.reason_facts(draft)
        outbox.notify(kinds[1], people, by=by, at=at, family_id=sessions[0].family_id, facts=facts)

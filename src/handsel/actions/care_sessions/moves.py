"""Confirm, cancel, start, complete and restore: the moves of the one table in rules.lifecycle.

Each fetches through the person, checks, moves, remembers and tells, in one transaction. A refused move changes nothing
and tells nobody.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from handsel.access import checks, visibility
from handsel.access.standing import Standing
from handsel.actions import booking, history, participants, versions
from handsel.models import CareSession, User
from handsel.notices import audience, outbox
from handsel.rules import lifecycle, local_time
from handsel.rules.drafts import NOTHING_SAID, Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.lifecycle import Move, Status
from handsel.rules.notices import NoticeKind
from handsel.rules.refusals import Invalid, NotVisible, WrongState
from handsel.rules.roles import Role
from handsel.rules.sentences import say

# The columns of a session that is planned again.
RESTORED: dict[str, Any] = {
    "status": Status.SCHEDULED,
    "is_confirmed": False,
    "confirmed_at": None,
    "confirmed_by_id": None,
    "cancelled_at": None,
    "cancelled_by_id": None,
    "cancel_reason": "",
}


@transaction.atomic
def confirm(
    session_id: UUID,
    draft: Draft = NOTHING_SAID,
    *,
    by: User,
    at: datetime,
    source: Source,
    version: int | None = None,
) -> CareSession:
    """The family agrees to this session.

    Raises NotVisible, NotAllowed, Invalid, VersionConflict, WrongState or Clash.
    """
    standing, session = _open(Move.CONFIRM, session_id, draft, by=by, at=at, version=version)
    changes: dict[str, tuple[Any, Any]] = {"is_confirmed": (False, True)}
    changes |= on_whose_word(standing)
    move(session, at=at, is_confirmed=True, confirmed_at=at, confirmed_by_id=standing.member_id)
    _remember(EventKind.CARE_SESSION_CONFIRMED, session, draft, changes, by=standing, at=at, source=source)
    outbox.notify(NoticeKind.SESSION_CONFIRMED, audience.nanny_of(session), by=by, at=at, session=session)
    return session


@transaction.atomic
def cancel(
    session_id: UUID,
    draft: Draft = NOTHING_SAID,
    *,
    by: User,
    at: datetime,
    source: Source,
    version: int | None = None,
) -> CareSession:
    """The session will not happen; draft may hold a reason. is_confirmed stays, since what had been agreed matters.

    Raises NotVisible, NotAllowed, Invalid, VersionConflict or WrongState.
    """
    standing, session = _open(Move.CANCEL, session_id, draft, by=by, at=at, version=version)
    move(session, at=at, **cancelled(standing, draft, at=at))
    changes = {"status": (Status.SCHEDULED, Status.CANCELLED)}
    _remember(EventKind.CARE_SESSION_CANCELLED, session, draft, changes, by=standing, at=at, source=source)
    people = audience.other_side(standing, session)
    outbox.notify(NoticeKind.SESSION_CANCELLED, people, by=by, at=at, session=session, facts=outbox.reason_facts(draft))
    return session


@transaction.atomic
def start(
    session_id: UUID,
    draft: Draft = NOTHING_SAID,
    *,
    by: User,
    at: datetime,
    source: Source,
    version: int | None = None,
) -> CareSession:
    """Care begins, now or at draft's own time. A nanny who starts a session that has none becomes its nanny.

    Raises NotVisible, NotAllowed, Invalid, VersionConflict, WrongState, AlreadyRunning or Clash.
    """
    standing, session = _open(Move.START, session_id, draft, by=by, at=at, version=version)
    begun = _said_at(session, draft, at).replace(microsecond=0)
    changes: dict[str, tuple[Any, Any]] = {
        "status": (Status.SCHEDULED, Status.IN_PROGRESS),
        "actual_start": (None, begun),
    }
    taken: dict[str, Any] = {}
    if session.nanny_id is None and standing.role is Role.NANNY:
        if participants.nannies_of(session.family_id).filter(id=standing.member_id).first() is None:
            raise NotVisible  # removed at this very moment
        taken = {"nanny_id": standing.member_id, "nanny_person_id": by.id}
        changes["nanny_id"] = (None, standing.member_id)
    move(session, at=at, status=Status.IN_PROGRESS, actual_start=begun, **taken)
    _remember(EventKind.CARE_SESSION_STARTED, session, draft, changes, by=standing, at=at, source=source)
    outbox.notify(NoticeKind.SESSION_STARTED, audience.everybody_at(session), by=by, at=at, session=session)
    return session


@transaction.atomic
def complete(
    session_id: UUID,
    draft: Draft = NOTHING_SAID,
    *,
    by: User,
    at: datetime,
    source: Source,
    version: int | None = None,
) -> CareSession:
    """Care ends, now or at draft's own time.

    Raises NotVisible, NotAllowed, Invalid, VersionConflict or WrongState.
    """
    standing, session = _open(Move.COMPLETE, session_id, draft, by=by, at=at, version=version)
    ended = _said_at(session, draft, at).replace(microsecond=0)
    move(session, at=at, status=Status.COMPLETED, actual_end=ended)
    changes = {"status": (Status.IN_PROGRESS, Status.COMPLETED), "actual_end": (None, ended)}
    _remember(EventKind.CARE_SESSION_COMPLETED, session, draft, changes, by=standing, at=at, source=source)
    outbox.notify(NoticeKind.SESSION_COMPLETED, audience.everybody_at(session), by=by, at=at, session=session)
    return session


@transaction.atomic
def restore(
    session_id: UUID,
    draft: Draft = NOTHING_SAID,
    *,
    by: User,
    at: datetime,
    source: Source,
    version: int | None = None,
) -> CareSession:
    """A cancelled session that is not over yet is planned again; it needs a new answer.

    Raises NotVisible, NotAllowed, Invalid, VersionConflict or WrongState.
    """
    standing, session = _open(Move.RESTORE, session_id, draft, by=by, at=at, version=version)
    changes = {"status": (Status.CANCELLED, Status.SCHEDULED)}
    if session.is_confirmed:
        changes["is_confirmed"] = (True, False)
    move(session, at=at, **RESTORED)
    _remember(EventKind.CARE_SESSION_RESTORED, session, draft, changes, by=standing, at=at, source=source)
    outbox.notify(NoticeKind.SESSION_RESTORED, audience.other_side(standing, session), by=by, at=at, session=session)
    return session


def move(session: CareSession, *, at: datetime, **columns: Any) -> None:
    """Save new columns if the session still stands where it was seen, and book its nanny.

    The WHERE of the one UPDATE is the guard: no row changed means that somebody was first, and they win.
    """
    seen = {"status": session.status, "version": session.version}
    for column, value in columns.items():
        setattr(session, column, value)
    session.version += 1
    session.updated_at = at
    booking.check_availability(session)
    rows = CareSession.objects.filter(pk=session.pk, **seen)
    if not rows.update(**columns, updated_at=at, version=F("version") + 1):
        raise WrongState(say("Somebody else changed this session at the same moment."))


def cancelled(standing: Standing, draft: Draft, *, at: datetime) -> dict[str, Any]:
    """The columns of a cancelled session."""
    return {
        "status": Status.CANCELLED,
        "cancelled_at": at,
        "cancelled_by_id": standing.member_id,
        "cancel_reason": draft.get("reason") or "",
    }


def on_whose_word(standing: Standing) -> dict[str, tuple[Any, Any]]:
    """A parent or coordinator confirms because they agree, a nanny on the family's word: history says which."""
    return {"on_the_familys_word": (None, True)} if standing.role is Role.NANNY else {}


def _open(
    move_: Move, session_id: UUID, draft: Draft, *, by: User, at: datetime, version: int | None
) -> tuple[Standing, CareSession]:
    """Fetch the session through the person and check, in this order: sight, authority, version, state, input."""
    standing, session = visibility.care_session(by, session_id, lock=True)
    checks.may(standing, lifecycle.NEEDS[move_], session)
    versions.must_match(session, version)
    problems = Problems(draft)
    moment = _said_at(session, draft, at)
    if move_ not in (Move.START, Move.COMPLETE) and moment > at + lifecycle.CLOCK_SKEW:
        problems.add("at", say("This time is still to come."))
    problems.raise_if_any()
    if not lifecycle.may_move(session.state, move_, scheduled_end=session.scheduled_end, at=at):
        raise WrongState(lifecycle.why_not(session.state, move_))
    if wrong := _outside_its_window(move_, session, moment, now=at):
        raise Invalid({"at": wrong})
    return standing, session


def _said_at(session: CareSession, draft: Draft, at: datetime) -> datetime:
    """When the person says that it happened: now, or the time that a phone kept while it was offline.

    Only start and complete record it. Cancelling and confirming count from when Handsel learns of them, so that nobody
    backdates an answer.
    """
    said = draft.get("at")
    if said is None:
        # Who asked to complete it a moment before somebody started it had the clock read first, but its turn last.
        begun = session.actual_start
        return begun if begun and at < begun <= at + lifecycle.CLOCK_SKEW else at
    if said.tzinfo is None:
        said = local_time.instant(said, session.family.time_zone)
    # Clocks differ a little; what they say of the future is taken for now.
    return said if said > at + lifecycle.CLOCK_SKEW else min(said, at)


def _outside_its_window(move_: Move, session: CareSession, moment: datetime, *, now: datetime) -> str | None:
    if move_ is Move.START:
        return lifecycle.start_window(moment, scheduled_start=session.scheduled_start, now=now)
    if move_ is Move.COMPLETE and session.actual_start is not None:
        # A session that began within this second may end in it.
        return lifecycle.complete_window(moment, actual_start=session.actual_start, now=now)
    return None


def _remember(
    kind: EventKind,
    session: CareSession,
    draft: Draft,
    changes: dict[str, tuple[Any, Any]],
    *,
    by: Standing,
    at: datetime,
    source: Source,
) -> None:
    history.record(
        kind, by=by, at=at, source=source, session=session, changes=changes, reason=draft.get("reason") or ""
    )

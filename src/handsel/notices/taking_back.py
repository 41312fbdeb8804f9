"""What people were told of a move or of time off, taken back when it is undone.

Person by person and way by way: what has not left stays here, and who heard by a way hears by it that it was undone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from handsel.models import CareSession, Notice, User
from handsel.notices import outbox
from handsel.notices.validity import session_ids
from handsel.rules.notices import UNDO_WINDOW, NoticeKind


@dataclass(frozen=True, slots=True)
class MoveMade:
    """A move that is undone: by which kinds of notice it is told, when it was made, and by which person."""

    kinds: frozenset[NoticeKind]
    at: datetime
    by: UUID | None


@dataclass(frozen=True, slots=True)
class Told:
    """What people still know of what is undone: of which sessions each person does. `notices` tell it; they belong into
    the facts of whatever tells that it was undone, so that it leaves by the ways by which they left.
    """

    sessions: dict[UUID, list[CareSession]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    @property
    def people(self) -> list[UUID]:
        return list(dict.fromkeys([*self.sessions, *(notice.person_id for notice in self.notices)]))

    @property
    def facts(self) -> dict[str, list[str]]:
        return {"undoes": [str(notice.id) for notice in self.notices]}


def moves(undone: Mapping[CareSession, MoveMade], *, by: User, at: datetime) -> Told:
    """Take back what was told of these moves of one family's sessions, and return who is to hear that they are undone.

    Of a notice within its minute nothing is left, or the other sessions that it speaks of. Of an older one the line
    stays in the inbox; what has not left of it leaves without these sessions. Who made a move knows of it as well, and
    who undoes it needs not be told.
    """
    told = Told()
    for notice in _notices_of(undone):
        named = session_ids(notice)
        gone = [
            session
            for session, move in undone.items()
            if session.id in named and (notice.at, notice.kind in move.kinds) == (move.at, True)
        ]
        if not gone:
            continue
        if _is_within_its_minute(notice, at):
            _leave_out(notice, gone)
            continue
        already = notice.facts.get("taken_back", [])
        notice.facts["taken_back"] = [*already, *(str(session.id) for session in gone)]
        notice.save(update_fields=["facts"])
        if notice.person_id != by.id:
            told.notices.append(notice)
            known = told.sessions.setdefault(notice.person_id, [])
            known.extend(session for session in gone if session not in known)
    for session, move in undone.items():
        if move.by not in (None, by.id):
            known = told.sessions.setdefault(move.by, [])
            known.extend([session] if session not in known else [])
    return told


def time_off(time_off_id: UUID, *, by: User, at: datetime) -> Told:
    """Take back what was told of time off as it was entered, in every family; return who still knows of it."""
    kinds = (NoticeKind.TIME_OFF_ENTERED, NoticeKind.TIME_OFF_OVER_SESSIONS)
    # unscoped: everybody who was told of time off at hand
    rows = Notice.objects.filter(kind__in=kinds, facts__time_off=str(time_off_id))
    notices = list(rows.select_for_update(of=("self",)).order_by("id"))
    within = [notice for notice in notices if _is_within_its_minute(notice, at)]
    Notice.objects.filter(id__in=[notice.id for notice in within]).delete()
    for notice in notices:
        if notice not in within:
            notice.facts["undone"] = True
            notice.save(update_fields=["facts"])
    return Told(notices=[notice for notice in notices if notice not in within and notice.person_id != by.id])


def a_raise(raise_id: UUID, *, by: User, at: datetime) -> list[UUID]:
    """Take back what was told of a raise, and return who still knows of it."""
    # unscoped: everybody who was told of a raise at hand
    rows = Notice.objects.filter(kind=NoticeKind.RATE_RAISED, facts__raise=str(raise_id))
    notices = list(rows.select_for_update(of=("self",)).order_by("id"))
    within = [notice for notice in notices if _is_within_its_minute(notice, at)]
    Notice.objects.filter(id__in=[notice.id for notice in within]).delete()
    return [notice.person_id for notice in notices if notice not in within and notice.person_id != by.id]


def _notices_of(undone: Mapping[CareSession, MoveMade]) -> Iterable[Notice]:
    """Return the notices that may tell of these moves, held until the transaction ends: none leaves meanwhile."""
    rows = Notice.objects.filter(
        family__in={session.family_id for session in undone},
        at__in={move.at for move in undone.values()},
        kind__in={kind for move in undone.values() for kind in move.kinds},
    )
    return rows.select_for_update(of=("self",)).order_by("id")


def _is_within_its_minute(notice: Notice, at: datetime) -> bool:
    return notice.routed_at is None and at - notice.at < UNDO_WINDOW


def _leave_out(notice: Notice, gone: list[CareSession]) -> None:
    """Leave sessions out of a notice that has told nobody yet, or the notice itself where it is of no others."""
    ids = {session.id for session in gone}
    left = [session_id for session_id in session_ids(notice) if session_id not in ids]
    if not left:
        notice.delete()
        return
    rows = CareSession.objects.filter(family_id=notice.family_id, id__in=left).order_by("scheduled_start", "id")
    notice.facts |= outbox.session_facts(list(rows))
    notice.save(update_fields=["facts"])

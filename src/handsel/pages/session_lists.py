"""Sessions of a family, a page at a time; and those that somebody ticked."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from handsel.access import visibility
from handsel.actions.care_sessions import Refused
from handsel.formatting import names
from handsel.models import CareSession, User
from handsel.pages import clash_warnings, late_cancellations, reconfirmations, session_rows
from handsel.queries import paging
from handsel.queries.paging import Order
from handsel.rules import local_time, moves
from handsel.rules.drafts import Draft, Problems
from handsel.rules.moves import MOVES, Move
from handsel.rules.pay.sessions import CancelledFor
from handsel.rules.refusals import NotAllowed, VersionConflict
from handsel.rules.roles import Capability
from handsel.rules.sentences import say
from handsel.rules.undoing import UNDOABLE

# On one page; and named in one sentence.
_MOST, _NAMED = 30, 3


def page(person: User, family_id: UUID, *, at: datetime, past: bool, after: str | None) -> dict[str, Any]:
    """Return a part of a family's sessions: soonest first of what is to come, latest first of what was.

    `after` is the cursor of what follows, or None. Raises NotVisible.
    """
    standing, family = visibility.family(person, family_id)
    sessions = visibility.care_sessions(person).filter(family_id=family_id)
    sessions = sessions.filter(scheduled_end__lte=at) if past else sessions.ending_after(at)
    order = Order(f"session_list:{family_id}", ("scheduled_start", "id"), descending=past)
    part, following = paging.for_page(session_rows.with_people(sessions), after, order, most=_MOST)
    today = local_time.local_date(at, family.time_zone)
    formatter = person.formatter.among({session.time_zone for session in part})
    rows = [session_rows.row(session, standing, formatter, at=at) for session in part]
    rows = reconfirmations.with_changes(rows, part, person, {family_id: standing}, formatter)
    return {
        "family_id": family.id,
        "family_name": family.name,
        "past": past,
        "days": session_rows.by_day(clash_warnings.with_absences(rows, part, person), today=today),
        "after": following,
        "may_plan": standing.may(Capability.PLAN),
    }


# Those that somebody ticked, named before or after the press


def movable(person: User, family_id: UUID, move: Move, draft: Draft, *, at: datetime) -> dict[str, Any]:
    """Return the chosen sessions (draft: session_ids) that this person may move now; `boxes` is what their check boxes
    would send.

    Raises NotVisible, NotAllowed or Invalid.
    """
    standing, family = visibility.family(person, family_id)
    if not standing.may(MOVES[move].capability, own=True):
        raise NotAllowed
    problems = Problems(draft)
    chosen = _of_family(person, family_id, draft.get("session_ids") or ())
    sessions = [session for session in chosen if move in session_rows.moves(session, standing, at)]
    if not sessions:
        problems.add("session_ids", say("Choose at least one session that can still be cancelled."))
    problems.raise_if_any()
    formatter = person.formatter.among({session.time_zone for session in sessions})
    rows = [session_rows.row(session, standing, formatter, at=at, buttons=False) for session in sessions]
    return {
        "family_id": family.id,
        "family_name": family.name,
        "count": len(rows),
        "cancelled_for": CancelledFor.by(standing.role).value,
        "cancelling_pays": late_cancellations.paid_if_cancelled(sessions, standing, at=at),
        "span": formatter.days(rows[0].date, rows[-1].date),
        "days": session_rows.by_day(rows),
        "boxes": session_rows.selection_values(rows),
    }


def moved_together(person: User, family_id: UUID, at: datetime) -> list[UUID]:
    """Return what this person moved by one press, which happened at this very instant. Raises NotVisible."""
    standing = visibility.standing(person, family_id)
    events = visibility.events(person).filter(family_id=family_id, at=at, by=standing.member_id, kind__in=UNDOABLE)
    sessions = visibility.care_sessions(person).filter(id__in=events.values("session_id"))
    return list(sessions.order_by("scheduled_start", "id").values_list("id", flat=True))


def named(person: User, family_id: UUID, move: Move | None, refused: Iterable[Refused]) -> list[tuple[str, str]]:
    """Return (why, days) for each reason why sessions were left alone. Who pressed twice hears that it is done already,
    and not only that something changed.
    """
    refusals = {refusal.session_id: refusal for refusal in refused}
    if not refusals:
        return []
    formatter = person.formatter
    sessions = {session.id: session for session in _of_family(person, family_id, refusals)}
    days_of: dict[str, list[str]] = defaultdict(list)
    for session_id, refusal in refusals.items():
        session = sessions.get(session_id)
        days = days_of[_why(refusal, move, session)]
        if session is not None:
            days.append(formatter.day(local_time.local_date(session.scheduled_start, session.time_zone)))
    return [(why, _few(days)) for why, days in days_of.items()]


def _why(refusal: Refused, move: Move | None, session: CareSession | None) -> str:
    if refusal.code != VersionConflict.code:
        return refusal.detail
    if session is not None and move is not None and session.state is MOVES[move].to:
        return moves.why_not(session.state, move)
    return gettext("changed after the page showed it, and was left alone. Look at it again.")


def _few(days: list[str]) -> str:
    return names.join_names(days) if len(days) <= _NAMED else f"{', '.join(days[:_NAMED])} …"


def _of_family(person: User, family_id: UUID, ids: Iterable[UUID]) -> list[CareSession]:
    sessions = visibility.care_sessions(person).filter(family_id=family_id, id__in=list(ids))
    return list(session_rows.with_people(sessions).order_by("scheduled_start", "id"))

"""What is in the way of a session, as pages say it: a warning, and no refusal."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from handsel.access import visibility
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, User
from handsel.pages.session_rows import Row
from handsel.rules import overlap
from handsel.rules.lifecycle import State
from handsel.rules.overlap import Span, Stretch


def with_clash_warnings(
    rows: Sequence[Row], sessions: Sequence[CareSession], formatter: Formatter, person: User
) -> list[Row]:
    """Rows of unconfirmed sessions say what they overlap, unless they may. Two queries, bounded by the time they cover.

    The nanny sees all her own. A family learns nothing of another one, nor of what else she does, but that she is busy.
    """
    tentative = [
        session
        for session in sessions
        if session.state is State.UNCONFIRMED and session.nanny_person_id and not session.overlap_allowed
    ]
    if not tentative:
        return list(rows)
    first = min(session.scheduled_start for session in tentative)
    last = max(session.scheduled_end for session in tentative)
    nannies = {session.nanny_person_id for session in tentative}
    rivals = {
        rival.id: rival
        for rival in visibility.competing_sessions(nannies, first, last).select_related("family", "nanny__user")
    }
    busy = own_calendars(nannies, first, last)
    of_id = {session.id: session for session in tentative}
    found: dict[UUID, str] = {}
    for nanny in nannies:
        mine = [Span(s.scheduled_start, s.scheduled_end, s.id) for s in tentative if s.nanny_person_id == nanny]
        hers = [Span(r.scheduled_start, r.scheduled_end, r.id) for r in rivals.values() if r.nanny_person_id == nanny]
        # Not even to what it belongs is said of these.
        hers += [Span(start, end, None) for start, end in busy.get(nanny, ())]
        for session_id, others in overlap.clashes(mine, hers).items():
            rival = rivals.get(others[0].key)
            found[session_id] = _said(of_id[session_id], others[0], rival, formatter, person)
    return [replace(row, clash=found[row.id]) if row.id in found else row for row in rows]


def by_own_calendars(session: CareSession, person: User) -> str:
    """What a session that was agreed as it was made overlaps of its nanny's own calendars; empty for nothing."""
    if session.nanny_person_id is None or session.overlap_allowed:
        return ""
    start, end = session.scheduled_start, session.scheduled_end
    stretches = own_calendars([session.nanny_person_id], start, end).get(session.nanny_person_id)
    return _said(session, Span(*stretches[0], None), None, Formatter.of(person), person) if stretches else ""


def own_calendars(nannies: Iterable[UUID], first: datetime, last: datetime) -> dict[UUID, list[Stretch]]:
    """When nannies are busy by calendars of their own; what is in two of them is one. One query."""
    times = visibility.busy_times(nannies, first, last).values_list("calendar__person_id", "starts_at", "ends_at")
    found: dict[UUID, list[Stretch]] = {}
    for nanny, start, end in times:
        found.setdefault(nanny, []).append((start, end))
    return {nanny: overlap.merged(stretches) for nanny, stretches in found.items()}


def _said(session: CareSession, other: Span, rival: CareSession | None, formatter: Formatter, person: User) -> str:
    """rival: the other session; None for a time of the nanny's own."""
    hours = formatter.span(other.start, other.end, session.time_zone)
    if session.nanny_person_id == person.id:
        if rival is None:
            return gettext("Overlaps your other calendar, %(hours)s") % {"hours": hours}
        return gettext("Overlaps %(family)s, %(hours)s") % {"family": rival.family.name, "hours": hours}
    if rival is not None and rival.family_id == session.family_id:
        return gettext("Overlaps another session, %(hours)s") % {"hours": hours}
    return gettext("%(nanny)s is busy %(hours)s") % {"nanny": session.nanny.user.first_name, "hours": hours}

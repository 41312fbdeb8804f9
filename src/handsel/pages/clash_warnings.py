"""What is in the way of a session, as pages say it: a warning, and no refusal."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from handsel.access import absences, visibility
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, User
from handsel.pages import session_rows
from handsel.pages.session_rows import Row
from handsel.rules import overlap
from handsel.rules.lifecycle import State, Status
from handsel.rules.overlap import Span, Stretch
from handsel.rules.time_off import Away

AWAY_MARK = session_rows.MARKS[State.UNCONFIRMED]


def with_clash_warnings(
    rows: Sequence[Row], sessions: Sequence[CareSession], formatter: Formatter, person: User
) -> list[Row]:
    """Rows of unconfirmed sessions say what they overlap, unless they may, and rows of all that is planned when its
    nanny or family is away. Three queries, bounded by the time they cover.

    Nannies see all their own. A family learns nothing of another one, nor of what else its nanny does, but that they
    are busy.
    """
    rows = with_absences(rows, sessions, person)
    tentative: dict[UUID, list[CareSession]] = defaultdict(list)
    for session in sessions:
        if session.state is State.UNCONFIRMED and session.nanny_person_id and session.is_exclusive:
            tentative[session.nanny_person_id].append(session)
    if not tentative:
        return list(rows)
    first = min(session.scheduled_start for own in tentative.values() for session in own)
    last = max(session.scheduled_end for own in tentative.values() for session in own)
    competing = visibility.competing_sessions(tentative, first, last).select_related("family", "nanny__user")
    taken: dict[UUID | None, list[Span[CareSession | None]]] = defaultdict(list)
    for other in competing:
        taken[other.nanny_person_id].append(Span(*other.planned_times, other))
    # Not even to what it belongs is said of these.
    for nanny, stretches in own_calendars(tentative, first, last).items():
        taken[nanny].extend(Span(*stretch, None) for stretch in stretches)
    warnings: dict[UUID, str] = {}
    for nanny, own in tentative.items():
        spans = [Span(*session.planned_times, session) for session in own]
        for session, clashes in overlap.clashes(spans, taken[nanny]).items():
            warnings[session.id] = _warning(session, clashes[0], formatter, person)
    return [replace(row, clash=warnings[row.id]) if row.id in warnings else row for row in rows]


def with_absences(rows: Sequence[Row], sessions: Sequence[CareSession], person: User) -> list[Row]:
    """Rows of confirmed sessions whose nanny or family is away say so in place of their state, until that is settled;
    those of unconfirmed ones warn of it. One query, and none where nothing is planned.
    """
    return saying_away(rows, sessions, absence_words(sessions, person))


def absence_words(sessions: Iterable[CareSession], person: User) -> dict[UUID, str]:
    """Say who is away at the time of those of these sessions that are planned, by their ids. One query, and none where
    nothing is planned.
    """
    by_id = {session.id: session for session in sessions if session.status == Status.SCHEDULED}
    away = absences.away(by_id.values())
    return {session_id: away_word(by_id[session_id], who, person) for session_id, who in away.items()}


def away_word(session: CareSession, away: Collection[Away], person: User) -> str:
    if Away.FAMILY in away:
        return gettext("Family is away")
    if session.nanny_person_id == person.id:
        return gettext("You’re away")
    return gettext("%(name)s is away") % {"name": session_rows.nanny_name(session, person.formatter)}


def saying_away(rows: Sequence[Row], sessions: Iterable[CareSession], words: Mapping[UUID, str]) -> list[Row]:
    """Rows with these words, by the sessions' ids, in place of the state of what is confirmed, or as a warning."""
    unconfirmed = {session.id for session in sessions if session.state is State.UNCONFIRMED}
    return [
        row
        if row.id not in words
        else replace(row, clash=words[row.id])
        if row.id in unconfirmed
        else replace(row, word=words[row.id], mark=AWAY_MARK)
        for row in rows
    ]


def by_own_calendars(session: CareSession, person: User) -> str:
    """What a session that was agreed as it was made overlaps of its nanny's own calendars; empty for nothing."""
    if session.nanny_person_id is None or not session.is_exclusive:
        return ""
    busy = own_calendars([session.nanny_person_id], *session.planned_times)
    stretches = busy.get(session.nanny_person_id)
    return _warning(session, Span(*stretches[0], None), person.formatter, person) if stretches else ""


def own_calendars(nannies: Iterable[UUID], first: datetime, last: datetime) -> dict[UUID, list[Stretch]]:
    """When nannies are busy by calendars of their own; what is in two of them is one. One query."""
    times = visibility.busy_times(nannies, first, last).values_list("calendar__person_id", "starts_at", "ends_at")
    busy: dict[UUID, list[Stretch]] = defaultdict(list)
    for nanny, start, end in times:
        busy[nanny].append((start, end))
    return {nanny: overlap.merged(stretches) for nanny, stretches in busy.items()}


def _warning(session: CareSession, clash: Span[CareSession | None], formatter: Formatter, person: User) -> str:
    """Its key is the other session; None for a time of the nanny's own."""
    hours, other = formatter.span(clash.start, clash.end, session.time_zone), clash.key
    if session.nanny_person_id == person.id:
        if other is None:
            return gettext("Overlaps your other calendar, %(hours)s") % {"hours": hours}
        return gettext("Overlaps %(family)s, %(hours)s") % {"family": other.family.name, "hours": hours}
    if other is not None and other.family_id == session.family_id:
        return gettext("Overlaps another session, %(hours)s") % {"hours": hours}
    return gettext("%(nanny)s is busy %(hours)s") % {
        "nanny": session_rows.nanny_name(session, formatter),
        "hours": hours,
    }

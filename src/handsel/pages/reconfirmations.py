"""What was changed in sessions since the family had confirmed them, old beside new, where they confirm them again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, Event, User
from handsel.pages import history
from handsel.pages.session_rows import Row
from handsel.rules.history import EventKind
from handsel.rules.lifecycle import AGREED, State
from handsel.rules.moves import Move

_WITHDRAWN = [True, False]


def changes(
    sessions: Iterable[CareSession], person: User, standings: Mapping[UUID, Standing], formatter: Formatter
) -> Mapping[UUID, str]:
    """Return, by session, what of it the family has not confirmed: "Noor moved it from 06:00-14:30 to 07:00-15:00".

    Those that nobody had confirmed are not in it. standings: where the person stands in the sessions' families. One
    query.
    """
    waiting = {session.id: session for session in sessions if session.state is State.UNCONFIRMED}
    if not waiting:
        return {}
    kinds = (EventKind.CARE_SESSION_UPDATED, EventKind.CARE_SESSION_CONFIRMED, EventKind.CARE_SESSION_UNDONE)
    rows = visibility.events(person).filter(session_id__in=waiting, kind__in=kinds).select_related("by__user")
    events: dict[UUID | None, list[Event]] = defaultdict(list)
    for event in rows.order_by(*Event.AS_WRITTEN):
        events[event.session_id].append(event)
    return {
        session.id: _told(since, session, standings[session.family_id], formatter)
        for session in waiting.values()
        if (since := _since_agreed(events[session.id]))
    }


def with_changes(
    rows: Iterable[Row],
    sessions: Iterable[CareSession],
    person: User,
    standings: Mapping[UUID, Standing],
    formatter: Formatter,
) -> list[Row]:
    """Return the rows of these sessions, of which each says what changed in it. The queries are those of changes."""
    changed = changes(sessions, person, standings, formatter)
    return [replace(row, changed=changed.get(row.id, "")) for row in rows]


def _since_agreed(events: Iterable[Event]) -> list[Event]:
    """Return the changes that a confirmation was withdrawn for, and those after it, as far as nobody confirmed them."""
    since: list[Event] = []
    confirmed: list[Event] = []
    for event in events:
        if event.kind == EventKind.CARE_SESSION_CONFIRMED:
            since, confirmed = [], since
        elif event.kind == EventKind.CARE_SESSION_UNDONE:
            if event.changes.get("move", [None])[-1] == Move.CONFIRM:
                since, confirmed = confirmed, []
        elif since or event.changes.get("is_confirmed") == _WITHDRAWN:
            since.append(event)
    return since


def _told(since: Sequence[Event], session: CareSession, standing: Standing, formatter: Formatter) -> str:
    """Say it as of the last who changed something: from what had been confirmed to what is."""
    merged: dict[str, list[Any]] = {}
    for event in since:
        for field, (old, new) in event.changes.items():
            if field in AGREED and (field != "hourly_rate" or standing.sees_pay_of(event.nanny_id)):
                merged[field] = [merged[field][0] if field in merged else old, new]
    changed = {field: values for field, values in merged.items() if values[0] != values[1]}
    by = since[-1].by
    did = history.told(changed, session, formatter) if changed else ""
    return f"{formatter.names.of(by) if by else 'Handsel'} {did}" if did else ""

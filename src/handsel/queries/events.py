"""History, oldest first: who did what, with the old and the new values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from handsel.access import visibility
from handsel.access.standing import Standing
from handsel.models import Event, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page
from handsel.rules.drafts import Draft

_COLUMNS = ("at", "id")


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line. `changes` is {"camelCaseField": [old, new]}; pay that the reader may not see is None in it."""

    id: UUID
    kind: str
    at: datetime
    by: UUID | None
    source: str
    changes: dict[str, Any]
    reason: str


def of_family(person: User, family_id: UUID, wanted: Draft) -> Page[EventRow]:
    """All that happened in a family. wanted: cursor, limit. Raises NotVisible or Invalid. Two queries."""
    standing = visibility.standing(person, family_id)
    rows = visibility.events(person).filter(family_id=family_id)
    found, following = paging.part(rows, wanted, Order(f"events:{family_id}", _COLUMNS))
    return Page([_row(event, standing) for event in found], following)


def of_session(person: User, session_id: UUID, wanted: Draft) -> Page[EventRow]:
    """All that happened to a session. wanted: cursor, limit. Raises NotVisible or Invalid. Two queries."""
    standing, _ = visibility.care_session(person, session_id)
    rows = visibility.events(person).filter(session_id=session_id)
    found, following = paging.part(rows, wanted, Order(f"session_events:{session_id}", _COLUMNS))
    return Page([_row(event, standing) for event in found], following)


def _row(event: Event, standing: Standing) -> EventRow:
    hidden = set()
    if not standing.sees_pay_of(event.nanny_id):
        hidden.add("hourlyRate")
    if not standing.sees_default_rate:
        hidden.add("defaultHourlyRate")
    return EventRow(
        id=event.id,
        kind=event.kind,
        at=event.at,
        by=event.by_id,
        source=event.source,
        changes={name: [None, None] if name in hidden else values for name, values in event.changes.items()},
        reason=event.reason,
    )

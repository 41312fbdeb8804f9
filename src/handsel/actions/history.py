"""The writing of history: every action leaves its line, in its own transaction."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypedDict, Unpack
from uuid import UUID

from handsel.access.checks import Standing
from handsel.models import CareSession, Event
from handsel.rules.history import EventKind, Source

Changes = Mapping[str, tuple[Any, Any]]  # field -> (old, new)


class Origin(TypedDict):
    """The origin of an act: who did it, when, and by which door."""

    by: Standing
    at: datetime
    source: Source


class Particulars(Origin, total=False):
    """The particulars of a line, beside what happened. schedule_id: where it is about no session, which has its own.
    led_to: the version of the session that this led to, for an undo to read.
    """

    session: CareSession
    led_to: int
    schedule_id: UUID | None
    pay_period_id: UUID
    changes: Changes
    reason: str
    nanny_id: UUID | None  # whose pay the changes show (Event.nanny)


def record(kind: EventKind, **particulars: Unpack[Particulars]) -> None:
    """Write one line."""
    line(kind, **particulars).save(force_insert=True)


def line(kind: EventKind, **particulars: Unpack[Particulars]) -> Event:
    """Return one line, for whoever writes many at once (Event.insert_many)."""
    by, session = particulars["by"], particulars.get("session")
    return Event(
        kind=kind.value,
        family_id=by.family_id,
        by_id=by.member_id,
        at=particulars["at"],
        source=particulars["source"].value,
        session_id=session.id if session else None,
        session_version=particulars.get("led_to"),
        schedule_id=session.schedule_id if session else particulars.get("schedule_id"),
        pay_period_id=particulars.get("pay_period_id"),
        changes=as_json(particulars.get("changes", {})),
        reason=particulars.get("reason", ""),
        nanny_id=particulars.get("nanny_id"),
    )


def new_values(thing: Any, fields: Iterable[str]) -> dict[str, tuple[Any, Any]]:
    """Return the changes of something that was just made."""
    return {field: (None, getattr(thing, field)) for field in fields if getattr(thing, field) not in (None, "")}


def old_values(thing: Any, fields: Iterable[str]) -> dict[str, tuple[Any, Any]]:
    """Return the changes of something that is about to be deleted."""
    return {field: (old, None) for field, (_, old) in new_values(thing, fields).items()}


def differences(thing: Any, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what of these values would change the thing. The same values again are no change."""
    return {field: (getattr(thing, field), new) for field, new in values.items() if getattr(thing, field) != new}


def as_json(changes: Changes) -> dict[str, list[Any]]:
    """Return changes as events and notices keep them: instants in UTC and money as strings, ids as strings."""
    return {field: [plain(old), plain(new)] for field, (old, new) in changes.items()}


def plain(value: Any) -> Any:
    """Return a value as JSON columns keep it."""
    match value:
        case bool() | int() | None:
            return value
        case datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
        case time():
            return value.strftime("%H:%M")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:.2f}" if value == round(value, 2) else f"{value.normalize():f}"
        case UUID() | str():
            return str(value)
        case dict():
            return {name: plain(item) for name, item in value.items()}
        case _:
            return [plain(item) for item in value]

"""Writes the history: every action leaves its line, in its own transaction."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from handsel.access.checks import Standing
from handsel.models import CareSchedule, CareSession, Event
from handsel.rules.history import EventKind, Source

Changes = Mapping[str, tuple[Any, Any]]  # snake_case field -> (old, new)


def record(
    kind: EventKind,
    *,
    by: Standing,
    at: datetime,
    source: Source,
    session: CareSession | None = None,
    schedule: CareSchedule | None = None,
    changes: Changes | None = None,
    reason: str = "",
    nanny_id: UUID | None = None,
) -> Event:
    """Write one line. nanny_id says whose pay the changes show (see Event.nanny)."""
    return Event.objects.create(
        **line(
            kind,
            by=by,
            at=at,
            source=source,
            session_id=session and session.id,
            schedule_id=schedule.id if schedule else session and session.schedule_id,
            changes=changes,
            reason=reason,
            nanny_id=nanny_id,
        )
    )


def line(
    kind: EventKind,
    *,
    by: Standing,
    at: datetime,
    source: Source,
    session_id: UUID | None = None,
    schedule_id: UUID | None = None,
    changes: Changes | None = None,
    reason: str = "",
    nanny_id: UUID | None = None,
) -> dict[str, Any]:
    """The columns of one line, for whoever writes many at once."""
    return {
        "kind": kind.value,
        "family_id": by.family_id,
        "by_id": by.member_id,
        "at": at,
        "source": source.value,
        "session_id": session_id,
        "schedule_id": schedule_id,
        "changes": spoken(changes or {}),
        "reason": reason,
        "nanny_id": nanny_id,
    }


def record_all(lines: Iterable[dict[str, Any]]) -> None:
    """Write many lines in one statement."""
    Event.objects.bulk_create([Event(**columns) for columns in lines])


def new_values(thing: Any, fields: Iterable[str]) -> dict[str, tuple[None, Any]]:
    """The changes of something that was just made."""
    return {field: (None, getattr(thing, field)) for field in fields if getattr(thing, field) not in (None, "")}


def old_values(thing: Any, fields: Iterable[str]) -> dict[str, tuple[Any, None]]:
    """The changes of something that is about to be deleted."""
    return {field: (old, None) for field, (_, old) in new_values(thing, fields).items()}


def differences(thing: Any, wanted: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What of these values would change the thing. The same values again are no change."""
    return {field: (getattr(thing, field), new) for field, new in wanted.items() if getattr(thing, field) != new}


def spoken(changes: Changes) -> dict[str, list[Any]]:
    """Changes in the API's form: camelCase names, instants in UTC, money as strings."""
    return {_camel(field): [_spoken(old), _spoken(new)] for field, (old, new) in changes.items()}


def _camel(field: str) -> str:
    head, *rest = field.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _spoken(value: Any) -> Any:
    """A value as the API says it."""
    match value:
        case datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
        case time():
            return value.strftime("%H:%M")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:.2f}"
        case UUID():
            return str(value)
        case str():
            return str(value)
        case bool() | int() | None:
            return value
        case Mapping():
            return {key: _spoken(item) for key, item in value.items()}
        case _:
            return [_spoken(item) for item in value]

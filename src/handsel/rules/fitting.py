"""Which planned sessions no longer fit the schedule they came from, after it was changed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from handsel.rules import local_time, recurrence
from handsel.rules.overlap import Stretch
from handsel.rules.recurrence import Pattern

Hours = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Planned[Key]:
    """A session by its slot and by the instants it is planned for."""

    key: Key
    slot: date
    times: Stretch
    zone: str


def former_hours(hours: Hours, changes: Iterable[Mapping[str, Any]]) -> set[Hours]:
    """Return the hours that a schedule meant before it came to mean these. changes: those of its updates, as the
    history keeps them, the latest first.
    """
    start, end = hours
    former = set()
    for change in changes:
        start, end = (
            time.fromisoformat(change[name][0]) if name in change else value
            for name, value in (("start_time", start), ("end_time", end))
        )
        former.add((start, end))
    return former - {hours}


def unfitting[Key](
    pattern: Pattern, hours: Hours, former: Collection[Hours], sessions: Collection[Planned[Key]]
) -> list[Key]:
    """Return those on days that the schedule does not mean any more, or at hours that it meant before.

    What lies at hours that it never meant was moved for its own sake, which no change of the schedule is about.
    """
    if not sessions:
        return []
    slots = [session.slot for session in sessions]
    meant = set(recurrence.slots(pattern, min(slots), max(slots)))
    return [
        session.key for session in sessions if session.slot not in meant or _is_at_former_hours(session, hours, former)
    ]


def _is_at_former_hours(session: Planned[Any], hours: Hours, former: Collection[Hours]) -> bool:
    def is_at(start: time, end: time) -> bool:
        return session.times == local_time.span(session.slot, start, end, session.zone)

    return not is_at(*hours) and any(is_at(*others) for others in former)

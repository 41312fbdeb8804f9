"""The times at which an outside iCalendar (RFC 5545) says that somebody is busy, and nothing else of it.

Whoever wrote the file may mean harm. What it may cost in time and memory is limited by who calls this (management).
"""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta

import recurring_ical_events
from icalendar import Calendar, Component
from recurring_ical_events import CalendarQuery

from handsel.documents import PRODUCT
from handsel.rules import local_time, overlap
from handsel.rules.overlap import Stretch

_DAY = timedelta(days=1)
# What the libraries raise about text that makes no sense.
_NONSENSE = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)


class NotACalendar(Exception):
    """A text that is no iCalendar, or only half of one."""


class TooMany(Exception):
    """More times than are kept."""


class _Query(CalendarQuery):  # type: ignore[misc]  # the library has no types
    # One event that makes no sense is no reason to forget the others.
    suppressed_errors = (*CalendarQuery.suppressed_errors, *_NONSENSE)


def busy_times(
    text: bytes, *, first: datetime, last: datetime, zone: str, own: Collection[str], most: int
) -> list[Stretch]:
    """Return the stretches between two instants that are taken, in UTC and in order; none touches another.

    zone: by whose clocks whole days and times without a zone go. own: the UIDs of our own sessions, which may have
    found their way there. What is free, cancelled or empty takes no time; an event that makes no sense is left out.
    Raises NotACalendar or TooMany.
    """
    if not text.rstrip().upper().endswith(b"END:VCALENDAR"):
        raise NotACalendar  # or it was cut off, and what is missing would look free
    try:
        calendars = [
            component for component in Calendar.from_ical(text, multiple=True) if component.name == "VCALENDAR"
        ]
        busy = [
            (max(start, first), min(end, last))
            for calendar in calendars
            if str(calendar.get("PRODID", "")) != PRODUCT
            for start, end in _taken(calendar, first, last, zone, own)
            if start < last and end > first
        ]
    except _NONSENSE as wrong:
        raise NotACalendar from wrong
    if not calendars:
        raise NotACalendar
    merged = overlap.merged(busy)
    if len(merged) > most:
        raise TooMany
    return merged


def _taken(calendar: Component, first: datetime, last: datetime, zone: str, own: Collection[str]) -> Iterator[Stretch]:
    query = recurring_ical_events.of(calendar, skip_bad_series=True, calendar_query=_Query)
    # Days and times without a zone are compared as if in another one: the clocks differ by a day at most.
    for event in query.between(first - _DAY, last + _DAY):
        if _takes_time(event) and str(event.get("UID", "")) not in own:
            start, end = (_instant(event[name].dt, zone) for name in ("DTSTART", "DTEND"))
            if start < end:
                yield start, end


def _takes_time(event: Component) -> bool:
    is_free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
    return not is_free and str(event.get("STATUS", "")).upper() != "CANCELLED"


def _instant(moment: date, zone: str) -> datetime:
    if not isinstance(moment, datetime):
        return local_time.day_span(moment, moment, zone)[0]
    return local_time.instant(moment, zone) if moment.tzinfo is None else moment.astimezone(UTC)

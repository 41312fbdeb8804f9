"""The times at which an outside iCalendar (RFC 5545) says that somebody is busy, and nothing else of it.

Each part is read by itself. What is plainly meant is read, what can't be is counted, and no time that is known counts
as free. Whoever wrote the file may mean harm: what it may cost in all is limited by who calls this (management).
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

from handsel.documents import PRODUCT, ics_components, ics_rules, ics_values
from handsel.documents.ics_components import CalendarPart, Component
from handsel.documents.ics_events import Event, EventReader
from handsel.documents.ics_values import DAY, Moment, TimeIsUp
from handsel.documents.ics_zones import Zones
from handsel.rules import overlap
from handsel.rules.outside_calendars import Remarks
from handsel.rules.overlap import Stretch

# More than a zone is away from another, and than a whole day lasts.
_MARGIN = 2 * DAY
_SEVEN_WEEKS = timedelta(days=52)
_MOST_TITLES = 5
_FROM_TIME_TO_TIME = 50_000  # stretches that were gathered are merged, as they take memory
_OF_NO_TIME = {"VTIMEZONE", "VTODO", "VJOURNAL"}
# What Python raises about numbers that make no sense, wherever they come to.
_NONSENSE = (ArithmeticError, LookupError, TypeError, ValueError)

_TIMES = re.compile(rb"^(?:DTSTART|DTEND|RECURRENCE-ID)(?:;[^:\n]*)?:(\d{8})(?:T\d{6}Z?)?[ \t]*$", re.MULTILINE)
_UNTIL = re.compile(rb"^RRULE:[^\n]*\bUNTIL=(\d{8})(?![^;\n]*[^;TZ\d\n])", re.MULTILINE)
# Of seven weeks at most.
_SHORT = re.compile(rb"^DURATION:P(?:[0-3]?\dD)?(?:T(?:\d\d?H)?(?:\d{1,4}M)?(?:\d{1,5}S)?)?[ \t]*$", re.MULTILINE)
_NAMELESS = re.compile(rb"^(?![A-Z0-9-]+[;:]|[ \t]*$)", re.MULTILINE)
# What may make an event return beyond the times that are plainly seen.
_MAY_GO_ON = (b"RDATE", b"THISANDFUTURE")


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """The stretches that are taken, in UTC and in order; none touches another. remarks: what was not read."""

    stretches: list[Stretch]
    remarks: Remarks

    def __iter__(self) -> Iterator[Stretch]:
        return iter(self.stretches)


def busy_times(
    data: bytes,
    *,
    first: datetime,
    last: datetime,
    zone: str,
    own: Collection[str],
    most: int,
    has_time: Callable[[], bool] = lambda: True,
) -> BusyTimes:
    """Read what is taken between two instants.

    zone: by whose clocks whole days and times without a zone go. own: the UIDs of our own sessions, which may have
    found their way there. What is free, cancelled or empty takes no time. most: of so many stretches those with the
    least between them become one. has_time: when it says no, what repeats counts by its plain start and end.
    Raises NotACalendar.
    """
    reader = _Reader(first, last, ZoneInfo(zone), own, has_time)
    is_cut_off = False
    calendars = ics_components.calendars(data)
    described = [part for calendar in calendars for part in calendar.components if part.name == "VTIMEZONE"]
    for calendar in calendars:
        is_cut_off |= calendar.is_cut_off
        if calendar.says("PRODID") != PRODUCT and calendar.says("METHOD").upper() != "CANCEL":
            reader.read(calendar, described)
    stretches, closed_gap = _fewer(overlap.merged(reader.busy), most)
    return BusyTimes(stretches, Remarks(reader.unread, list(reader.titles), reader.unfinished, is_cut_off, closed_gap))


def _fewer(stretches: list[Stretch], most: int) -> tuple[list[Stretch], int]:
    """Return no more than `most`, with the shortest gaps closed, and how many minutes these last at most."""
    surplus = len(stretches) - most
    if surplus <= 0:
        return stretches, 0
    gaps = [following[0] - before[1] for before, following in pairwise(stretches)]
    closed = sorted(range(len(gaps)), key=gaps.__getitem__)[:surplus]
    bridges = [(stretches[number][1], stretches[number + 1][0]) for number in closed]
    return overlap.merged([*stretches, *bridges]), -(-gaps[closed[-1]] // timedelta(minutes=1))


class _Reader:
    """Gathers the busy times of a file's calendars, and what could not be read of them."""

    def __init__(
        self, first: datetime, last: datetime, clocks: tzinfo, own: Collection[str], has_time: Callable[[], bool]
    ) -> None:
        self.first, self.last = first, last
        self.clocks = clocks
        self.own = own
        self.has_time = has_time
        self.busy: list[Stretch] = []
        self.merged_at = _FROM_TIME_TO_TIME
        self.unread = self.unfinished = 0
        self.titles: dict[str, None] = {}
        # As a file writes them; what is plainly before or after these days is not even parsed.
        days = (first - _MARGIN, first - _MARGIN - _SEVEN_WEEKS, last + _MARGIN)
        self.over, self.long_over, self.ahead = (f"{day:%Y%m%d}".encode() for day in days)

    def read(self, calendar: CalendarPart, described: list[Component]) -> None:
        """Read one calendar. described: the time zones of all, those of this one among them."""
        own = [component for component in calendar.components if component.name == "VTIMEZONE"]
        zones = Zones([*own, *described], self.first, self.last, self.has_time)
        zone_name = calendar.says("X-WR-TIMEZONE")
        clocks = zones.find(zone_name) if zone_name else self.clocks
        reader = EventReader(zones, clocks or self.clocks, clocks_are_sure=clocks is not None, has_time=self.has_time)
        series: dict[object, list[Event]] = {}
        for component in calendar.components:
            if component.name in _OF_NO_TIME or self._is_plainly_outside(component.text):
                continue
            try:
                event = self._read_component(component, reader)
            except TimeIsUp:
                self.unfinished += 1
                continue
            except _NONSENSE:
                self._note("")
                continue
            if event is not None and event.uid not in self.own:
                # An event without a UID is one of its own.
                series.setdefault(event.uid or len(series), []).append(event)
        for events in series.values():
            self._add_series(events, clocks if zone_name else None)

    def _is_plainly_outside(self, text: bytes) -> bool:
        upper = text.upper()
        if any(word in upper for word in _MAY_GO_ON) or _NAMELESS.search(upper):
            return False
        days: list[bytes] = _TIMES.findall(upper)
        if not days or len(days) != upper.count(b"DTSTART") + upper.count(b"DTEND") + upper.count(b"RECURRENCE-ID"):
            return False
        rules = upper.count(b"FREQ=")
        if rules or b"RRULE" in upper:
            ends: list[bytes] = _UNTIL.findall(upper)
            if not rules == len(ends) == upper.count(b"RRULE") == 1:
                return min(days) > self.ahead
            days += ends
        lengths = upper.count(b"DURATION")
        if lengths != len(_SHORT.findall(upper)):
            return min(days) > self.ahead
        return max(days) < (self.long_over if lengths else self.over) or min(days) > self.ahead

    def _read_component(self, component: Component, reader: EventReader) -> Event | None:
        if component.name == "VFREEBUSY":
            periods, is_doubtful = reader.periods(component)
            for start, end in periods:
                self._add(start, end)
            if is_doubtful:
                self._note("")
            return None
        if component.name == "VAVAILABILITY":  # says when somebody is free
            self._note("")
            return None
        event = reader.read(component)
        if component.name != "VEVENT":
            if event.start is None:
                return None
            event.is_doubtful = True
        return event

    def _note(self, title: str) -> None:
        self.unread += 1
        if title and len(self.titles) < _MOST_TITLES:
            self.titles[title] = None

    # What takes time

    def _add_series(self, events: list[Event], clocks: tzinfo | None) -> None:
        """Add events of one UID: those that repeat, and those that stand for one of the repetitions."""
        for event in events:
            if event.is_doubtful and not event.is_free and self._matters(event):
                self._note(event.title)
        changes = [event for event in events if event.replaces]
        for event in _newest([event for event in events if not event.replaces]):
            self._add_event(event, changes, clocks)
        for event in _newest_of_each(changes):
            self._add_event(event, [], clocks)

    def _matters(self, event: Event) -> bool:
        """Say whether what is not known of an event may be of the days that count."""
        if event.is_torn or event.start is None or event.repeats:
            return True
        spans = [(event.start, _after(event.start, event.length)), *event.spans]
        return any(self._instant(start) < self.last and self._instant(end) > self.first for start, end in spans)

    def _add_event(self, event: Event, changes: list[Event], clocks: tzinfo | None) -> None:
        if event.is_free:
            return
        for start, end in event.spans:
            self._add(start, end)
        if event.start is None:
            # One that stands for a repetition at a time that is not known: that of the repetition stays.
            return
        if event.repeats and clocks is not None and event.start.zone is UTC:
            # Such a calendar writes the times of its own zone in UTC.
            event.start = Moment(ics_values.wall_at(ics_values.instant(event.start.wall, UTC), clocks), zone=clocks)
        busy: list[tuple[datetime, timedelta]] = []
        zone = event.start.zone or self.clocks
        try:
            busy += self._times(event, zone, changes)
        except TimeIsUp:
            self.unfinished += 1
            busy = [(event.start.wall, event.length)]
        for wall, length in busy:
            self._add_wall(wall, length, zone)

    def _times(self, event: Event, zone: tzinfo, changes: list[Event]) -> Iterator[tuple[datetime, timedelta]]:
        """Yield the wall times at which an event starts, and how long. Raises TimeIsUp."""
        if event.start is None:
            return
        sure = [change for change in changes if not change.is_doubtful]
        replaced = _Named([change.replaces for change in sure if change.replaces], zone, self.clocks)
        left_out = _Named(event.left_out, zone, self.clocks)
        following = sorted(
            ((change.replaces.wall_by(zone), change) for change in sure if change.replaces and change.and_following),
            key=lambda pair: pair[0],
        )
        for wall, length in self._all_times(event, zone):
            if left_out.has(wall, event.start.is_day) or replaced.has(wall, event.start.is_day):
                continue
            latest = next((pair for pair in reversed(following) if pair[0] <= wall), None)
            if latest is None:
                yield wall, length
            elif not latest[1].is_free and latest[1].start is not None:
                moved = latest[1].start.wall_by(zone) - latest[0]
                yield ics_values.later(wall, moved), latest[1].length

    def _all_times(self, event: Event, zone: tzinfo) -> Iterator[tuple[datetime, timedelta]]:
        if event.start is None:
            return
        start = event.start.wall
        after = ics_values.later(ics_values.wall_at(self.first, zone), -event.length - _MARGIN)
        before = ics_values.wall_at(self.last + _MARGIN, zone)

        def unfold(rule: ics_rules.Rule) -> Iterator[datetime]:
            if not self.has_time():
                raise TimeIsUp
            until = _until(rule, event.start, zone) if event.start and rule.until else ics_values.LAST_TIME
            return ics_rules.occurrences(rule, start, until=until, after=after, before=before, has_time=self.has_time)

        never = {wall for rule in event.not_rules for wall in unfold(rule)}
        for wall in {start, *(wall for rule in event.rules for wall in unfold(rule))} - never:
            yield wall, event.length
        for moment, length in event.extra:
            wall = moment.wall_by(zone)
            if moment.is_day and length is None and not event.start.is_day:
                wall = wall.replace(hour=start.hour, minute=start.minute, second=start.second)
            yield wall, event.length if length is None else length

    def _add(self, start: Moment, end: Moment) -> None:
        self._add_stretch(self._instant(start), self._instant(end))

    def _instant(self, moment: Moment) -> datetime:
        return ics_values.instant(moment.wall, moment.zone or self.clocks)

    def _add_wall(self, wall: datetime, length: timedelta, zone: tzinfo) -> None:
        start = ics_values.instant(wall, zone)
        end = ics_values.instant(ics_values.later(wall, length), zone)
        # It may lie in an hour that the clocks skip, or show twice.
        self._add_stretch(start, end if end > start else ics_values.later(start, length))

    def _add_stretch(self, start: datetime, end: datetime) -> None:
        if start < end and start < self.last and end > self.first:
            self.busy.append((max(start, self.first), min(end, self.last)))
            if len(self.busy) > self.merged_at:
                self.busy = overlap.merged(self.busy)
                self.merged_at = 2 * len(self.busy) + _FROM_TIME_TO_TIME


def _after(start: Moment, length: timedelta) -> Moment:
    return Moment(ics_values.later(start.wall, length), zone=start.zone)


def _newest(events: list[Event]) -> list[Event]:
    """Leave out the events of which the file holds a newer state. One that repeats gives way to none that does not."""
    clear = [event for event in events if event.sequence is not None and event.start and not event.is_doubtful]
    newest = max((event.sequence or 0 for event in clear), default=0)
    newest_series = max((event.sequence or 0 for event in clear if event.repeats), default=0)
    return [
        event
        for event in events
        if event.sequence is None or event.sequence >= (newest_series if event.repeats else newest)
    ]


def _newest_of_each(changes: list[Event]) -> list[Event]:
    """Leave out, of several that stand for one repetition, the older ones."""
    by_repetition: dict[Moment | None, list[Event]] = {}
    for event in changes:
        by_repetition.setdefault(event.replaces, []).append(event)
    return [event for events in by_repetition.values() for event in _newest(events)]


def _until(rule: ics_rules.Rule, start: Moment, zone: tzinfo) -> datetime:
    """Return the last wall time at which a rule may repeat. A day means all of it; without a zone it is the event's."""
    until = rule.until
    if until is None:
        return ics_values.LAST_TIME
    if start.is_day and until.zone:
        # Programs that write days write the last one at midnight, of Greenwich or of the person.
        if until.wall == until.wall.replace(hour=0, minute=0, second=0):
            return until.wall
        return until.wall_by(zone)
    return ics_values.later(until.wall, DAY - timedelta(seconds=1)) if until.is_day else until.wall_by(zone)


class _Named:
    """The repetitions that a file names, by their time or by their day."""

    def __init__(self, moments: list[Moment], zone: tzinfo, clocks: tzinfo) -> None:
        self.times = {moment.wall_by(zone) for moment in moments if not moment.is_day}
        self.days = {moment.wall.date() for moment in moments if moment.is_day}
        self.days_of_times = {moment.wall_by(clocks).date() for moment in moments if not moment.is_day}

    def has(self, wall: datetime, is_day: bool) -> bool:
        return wall in self.times or wall.date() in self.days or (is_day and wall.date() in self.days_of_times)

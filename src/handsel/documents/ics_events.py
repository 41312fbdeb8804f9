"""The events of an iCalendar as far as they take time. What of one can't be understood makes it doubtful: it counts by
what is known of its time, and its owner is told.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from handsel.documents import ics_components, ics_rules, ics_values
from handsel.documents.ics_components import Component
from handsel.documents.ics_rules import Rule
from handsel.documents.ics_values import DAY, Moment
from handsel.documents.ics_zones import Zones

# Properties whose value goes on in the next line where somebody forgot to mark that it does.
_LONG = re.compile(
    r"ATTACH|ATTENDEE|COMMENT|CONFERENCE|CONTACT|DESCRIPTION|LOCATION|ORGANIZER|STYLED-DESCRIPTION|URL|X-ALT-DESC"
)
_OF_TIME = {"DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "FREEBUSY"}
_OTHERS = re.compile(
    r"X-.*|ACKNOWLEDGED|ACTION|BUSYTYPE|CALENDAR-ADDRESS|CATEGORIES|CLASS|COLOR|COMPLETED|CREATED|DTSTAMP|DUE|GEO|IMAGE"
    r"|LAST-MODIFIED|LOCATION-TYPE|NAME|PARTICIPANT-TYPE|PERCENT-COMPLETE|PRIORITY|REFRESH-INTERVAL|RELATED-TO|REPEAT"
    r"|REQUEST-STATUS|RESOURCES|RESOURCE-TYPE|SEQUENCE|SOURCE|STATUS|STRUCTURED-DATA|SUMMARY|TRANSP|TRIGGER|UID"
)
# What looks as if it said when, in a line that has another name or none.
_TRACE = re.compile(r"FREQ=|(?:^|[:;,])\s*(?:\d{8}(?!\d)|\d{4}-\d\d-\d\d|P\d|PT\d)|\d{8}T\d", re.IGNORECASE)
# A property of time that a lost line break put into another's text.
_SWALLOWED = re.compile(r"(?:RRULE|RDATE|FREEBUSY)[:;]|FREQ=", re.IGNORECASE)
_BEGINNINGS = {name[:length] for name in _OF_TIME for length in range(1, len(name) + 1)}
_VALUE = re.compile(r"\s*(?:\d{8}(?:T\d+)?|\d{4}[-/]\d\d?[-/]\d\d?|P\d|P?T\d|$)", re.IGNORECASE)
_CANCELLED = ("CANCELLED", "CANCELED")
_DATE_IN_NAME = re.compile(r"\d{8}T\d", re.IGNORECASE)


@dataclass(slots=True)
class Event:
    """One VEVENT. start is by the clocks of a zone; length is what these clocks show between start and end.

    is_torn: something of it is lost that may have said when else it is. spans: more times that it may mean, each from a
    moment to another. extra: its RDATEs, with a length of their own or without.
    """

    uid: str = ""
    title: str = ""
    sequence: int | None = 0
    is_free: bool = False
    is_doubtful: bool = False
    is_torn: bool = False
    start: Moment | None = None
    length: timedelta = timedelta()
    rules: list[Rule] = field(default_factory=list)
    not_rules: list[Rule] = field(default_factory=list)
    extra: list[tuple[Moment, timedelta | None]] = field(default_factory=list)
    left_out: list[Moment] = field(default_factory=list)
    replaces: Moment | None = None
    and_following: bool = False
    spans: list[tuple[Moment, Moment]] = field(default_factory=list)

    @property
    def repeats(self) -> bool:
        return bool(self.rules or self.extra)


@dataclass(frozen=True, slots=True)
class _Property:
    parameters: dict[str, str]
    value: str


class EventReader:
    """Reads the events of one calendar. clocks: by which times go that name no zone."""

    def __init__(self, zones: Zones, clocks: tzinfo, *, clocks_are_sure: bool, has_time: Callable[[], bool]) -> None:
        self.zones = zones
        self.clocks = clocks
        self.clocks_are_sure = clocks_are_sure
        self.has_time = has_time

    def read(self, component: Component) -> Event:
        """Read an event. Raises TimeIsUp."""
        event = Event(is_doubtful=component.is_broken)
        properties = self._properties(component, event)
        event.uid, event.title = _text(properties, "UID"), _title(_text(properties, "SUMMARY"))
        sequence = _text(properties, "SEQUENCE") or "0"
        event.sequence = int(sequence) if re.fullmatch(r"\d{1,10}", sequence) else None
        event.is_free = (
            _text(properties, "TRANSP").upper() == "TRANSPARENT" or _text(properties, "STATUS").upper() in _CANCELLED
        )
        self._read_replaced(properties, event)
        self._read_span(properties, event)
        for name, rules in (("RRULE", event.rules), ("EXRULE", event.not_rules)):
            for each in properties.get(name, []):
                if not each.value.strip():
                    continue
                rule = ics_rules.parse(each.value)
                event.is_torn |= rule is None or not rule.is_sure
                if rule is not None and (name == "RRULE" or rule.is_sure):
                    rules.append(rule)
        self._read_extra(properties, event)
        event.is_doubtful |= event.is_torn
        return event

    def periods(self, component: Component) -> tuple[list[tuple[Moment, Moment]], bool]:
        """Return the busy times of a VFREEBUSY, and whether something of it was not understood. Raises TimeIsUp."""
        event = Event(is_doubtful=component.is_broken)
        busy: list[tuple[Moment, Moment]] = []
        for each in self._properties(component, event).get("FREEBUSY", []):
            if each.parameters.get("FBTYPE", "").upper() == "FREE":
                continue
            for text in ics_values.each([each.value], self.has_time):
                period = ics_values.period(text)
                day = ics_values.any_day(text)
                event.is_doubtful |= period is None
                if period is not None:
                    busy += self._readings(period, each, event)
                elif day is not None:
                    busy.append((self._known(day), self._known(Moment(ics_values.later(day.wall, DAY)))))
        return busy + event.spans, event.is_doubtful

    def _readings(
        self, period: tuple[Moment, Moment | timedelta], each: _Property, event: Event
    ) -> list[tuple[Moment, Moment]]:
        """Return what a busy period may mean: it should be in UTC, and one without a zone may have lost it."""
        start = self._in_zone(period[0], each, event)
        event.is_doubtful |= start.zone is None
        readings = []
        for begin in [start] if start.zone else [start.by(self.clocks), start.by(UTC)]:
            if isinstance(period[1], timedelta):
                end = replace(begin, wall=ics_values.later(begin.wall, abs(period[1])), is_day=False)
            else:
                end = self._in_zone(period[1], each, event).by(begin.zone or self.clocks)
            readings.append((self._known(begin), self._known(self._until(begin, end, event))))
        return readings

    def _properties(self, component: Component, event: Event) -> dict[str, list[_Property]]:
        """Return the properties by name, each value once. What may be a damaged one makes the event doubtful."""
        properties: dict[str, list[_Property]] = {}
        previous = ""
        within = 0
        for name, rest, line in ics_components.properties(component.lines()):
            if name in ("BEGIN", "END"):
                within = max(0, within + (1 if name == "BEGIN" else -1))
            elif name in _OF_TIME:
                event.is_torn |= "RULE" not in name and _SWALLOWED.search(rest) is not None
                if within == 0 or name != "DURATION":  # an alarm has a duration too
                    self._add(properties, name, rest, event)
                previous = name
            elif _OTHERS.fullmatch(name) or _LONG.fullmatch(name):
                event.is_torn |= _SWALLOWED.search(rest) is not None
                if within == 0:
                    properties.setdefault(name, []).append(_Property({}, rest))
                previous = name
            elif not name and previous in _OF_TIME and within == 0 and self._goes_on(properties, previous, line):
                continue
            else:
                is_text = name or (_LONG.fullmatch(previous) and line.strip().upper() not in _BEGINNINGS)
                event.is_torn |= not is_text or _TRACE.search(line) is not None
        event.is_doubtful |= event.is_torn
        return properties

    def _add(self, properties: dict[str, list[_Property]], name: str, rest: str, event: Event) -> None:
        if rest.startswith(":"):
            each = _Property({}, rest[1:])
        else:
            each = _Property(*ics_components.split(rest, None if name in ("RRULE", "EXRULE") else _VALUE))
            event.is_doubtful |= any(_DATE_IN_NAME.search(parameter) for parameter in each.parameters.values())
        if each not in properties.setdefault(name, []):
            properties[name].append(each)

    def _goes_on(self, properties: dict[str, list[_Property]], name: str, line: str) -> bool:
        """Join a line to the one of time before it, if together they make sense and the line alone none."""
        each = properties[name][-1]
        joined = each.value.rstrip() + line.strip()
        rule = ics_rules.parse(joined) if name in ("RRULE", "EXRULE") else None
        moments = [ics_values.moment(text) or ics_values.period(text) for text in joined.split(",")]
        if rule.is_sure if rule else all(moments):
            properties[name][-1] = replace(each, value=joined)
            return True
        return False

    def _moment(self, each: _Property, event: Event) -> Moment | None:
        """Parse a moment, by the zone that it or its property names; None for what is none."""
        moment = ics_values.moment(each.value)
        says_day = each.parameters.get("VALUE", "").upper() == "DATE"
        if moment and says_day and moment.wall == _day_of(moment.wall):
            return Moment(moment.wall, is_day=True)
        # A day has no zone: this one may have lost its time.
        event.is_doubtful |= moment is not None and moment.is_day and "TZID" in each.parameters
        return moment and self._in_zone(moment, each, event)

    def _in_zone(self, moment: Moment, each: _Property, event: Event) -> Moment:
        name = each.parameters.get("TZID", "")
        if moment.zone or moment.is_day:
            return moment
        if not name:
            event.is_doubtful |= not self.clocks_are_sure
            return moment
        zone = self.zones.find(name)
        event.is_doubtful |= zone is None
        return moment.by(zone or self.clocks)

    def _known(self, moment: Moment) -> Moment:
        return moment.by(self.clocks)

    def _day(self, moment: Moment) -> Moment:
        """Return the beginning of the day, by the person's clocks."""
        return Moment(_day_of(moment.wall_by(self.clocks)), zone=self.clocks)

    def _read_replaced(self, properties: dict[str, list[_Property]], event: Event) -> None:
        for each in properties.get("RECURRENCE-ID", []):
            if each.value.strip():
                event.replaces = self._moment(each, event)
                event.is_doubtful |= event.replaces is None
                event.and_following = each.parameters.get("RANGE", "").upper() == "THISANDFUTURE"

    def _read_extra(self, properties: dict[str, list[_Property]], event: Event) -> None:
        for each in properties.get("RDATE", []):
            for text in ics_values.each([each.value], self.has_time):
                moment, period = ics_values.moment(text), ics_values.period(text)
                if period is not None:
                    start = self._in_zone(period[0], each, event)
                    end = period[1]
                    length = (
                        end if isinstance(end, timedelta) else self._wall_length(start, self._in_zone(end, each, event))
                    )
                    event.extra.append((start, abs(length)))
                elif moment is not None:
                    event.extra.append((self._in_zone(moment, each, event), None))
                elif (day := ics_values.any_day(text)) is not None:
                    event.extra.append((Moment(day.wall, zone=self.clocks), DAY))
                event.is_torn |= moment is None and period is None
        for each in properties.get("EXDATE", []):
            for text in ics_values.each([each.value], self.has_time):
                moment = ics_values.moment(text)
                event.is_doubtful |= moment is None
                if moment is not None:
                    event.left_out.append(self._in_zone(moment, each, event))

    def _read_span(self, properties: dict[str, list[_Property]], event: Event) -> None:
        """Read when it starts and how long it lasts."""
        starts, ends = (
            [each for each in properties.get(name, []) if each.value.strip()] for name in ("DTSTART", "DTEND")
        )
        event.is_doubtful |= not ends and "DTEND" in properties
        lengths = [ics_values.length(each.value) for each in properties.get("DURATION", []) if each.value.strip()]
        event.is_doubtful |= len(starts) > 1 or len(ends) > 1 or None in lengths
        length = max((abs(length) for length in lengths if length is not None), default=None)
        event.is_doubtful |= any(each is not None and each < timedelta() for each in lengths)
        for number in range(max(len(starts), len(ends))):
            start_each = starts[number] if number < len(starts) else None
            end_each = ends[number] if number < len(ends) else None
            span = self._span(start_each, end_each, length, event)
            if span is None:
                continue
            if event.start is None:
                event.start, event.length = span[0], self._wall_length(*span)
            else:
                event.spans.append(span)
        event.is_doubtful |= event.start is None and not (event.replaces and event.is_free)

    def _span(
        self, start_each: _Property | None, end_each: _Property | None, length: timedelta | None, event: Event
    ) -> tuple[Moment, Moment] | None:
        """Return from when until when it is, or may be at most."""
        start = self._moment(start_each, event) if start_each else None
        end = self._moment(end_each, event) if end_each else None
        event.is_doubtful |= start is None or (end is None and end_each is not None)
        if start is None:
            day = ics_values.any_day(start_each.value) if start_each else None
            if end is None and day is None:
                return None
            if end is not None and length is not None:
                start = replace(end, wall=ics_values.later(end.wall, -length), is_day=False)
            elif day is not None:
                start = day
            elif end is not None:
                start = self._day(replace(end, wall=ics_values.later(end.wall, -timedelta(seconds=1))))
        if start is None:  # for the type checker: one of the cases above
            return None
        if end is None and length is not None:
            if start.is_day:
                length = max(length, DAY)
            return self._known(start), self._known(
                replace(start, wall=ics_values.later(start.wall, length), is_day=False)
            )
        if end is None:
            end = self._without_end(start, end_each, event)
        if not (start.is_day or end.is_day) and bool(start.zone) != bool(end.zone):
            event.is_doubtful = True
            start, end = self._widest(start, end)
        if length is not None:
            longest = replace(start, wall=ics_values.later(start.wall, length), is_day=False)
            end = max(end, longest, key=lambda each: each.wall_by(start.zone or self.clocks))
        return self._known(start), self._until(self._known(start), self._known(end), event)

    def _without_end(self, start: Moment, end_each: _Property | None, event: Event) -> Moment:
        """Return the end of what has none: that of its day, where it is one or may last, else its beginning."""
        if start.is_day:
            day = ics_values.any_day(end_each.value) if end_each else None
            return replace(start, wall=ics_values.later(max(start.wall, day.wall) if day else start.wall, DAY))
        if event.is_doubtful:
            day = (ics_values.any_day(end_each.value) if end_each else None) or start
            following = day if day.is_day and day.wall > start.wall_by(self.clocks) else self._day(start)
            return Moment(ics_values.later(following.wall, DAY), zone=self.clocks)
        event.is_doubtful = True
        return start

    def _widest(self, start: Moment, end: Moment) -> tuple[Moment, Moment]:
        """Return the longest that they can mean, where one has a zone and the other has lost it."""
        zone = start.zone or end.zone or self.clocks
        starts = [start.by(zone), start.by(self.clocks)]
        ends = [end.by(zone), end.by(self.clocks)]
        return (
            min(starts, key=lambda moment: moment.wall_by(zone)),
            max(ends, key=lambda moment: moment.wall_by(zone)),
        )

    def _until(self, start: Moment, end: Moment, event: Event) -> Moment:
        """Return the end, which is after the start: a day lasts at least one."""
        length = self._wall_length(start, end)
        is_midnight = start.wall == _day_of(start.wall) and start.zone is not UTC
        if (start.is_day and length <= timedelta()) or (is_midnight and not length and event.start is None):
            event.is_doubtful |= length < timedelta()
            return replace(start, wall=ics_values.later(start.wall, DAY))
        if length < timedelta():
            event.is_doubtful = True
            until = end.wall_by(start.zone or self.clocks)
            if start.wall - until < DAY:
                event.spans.append((end, start))
            return Moment(ics_values.later(self._day(start).wall, DAY), zone=self.clocks)
        return end

    def _wall_length(self, start: Moment, end: Moment) -> timedelta:
        """Return how long it is by the clocks, or in truth, where they go back between the two."""
        zone = start.zone or self.clocks
        length = end.wall_by(zone) - start.wall
        if length > timedelta() or start.is_day or end.is_day:
            return length
        return max(length, ics_values.instant(end.wall, end.zone or self.clocks) - ics_values.instant(start.wall, zone))


def _day_of(wall: datetime) -> datetime:
    return wall.replace(hour=0, minute=0, second=0, microsecond=0)


def _text(properties: dict[str, list[_Property]], name: str) -> str:
    for each in properties.get(name, []):
        return ics_components.split(each.value)[1].strip()
    return ""


def _title(text: str) -> str:
    """Return a title as it is shown."""
    plain = re.sub(r"\\([nN,;\\])", lambda match: " " if match[1] in "nN" else match[1], text)
    return " ".join("".join(character if character.isprintable() else " " for character in plain).split())[:60]

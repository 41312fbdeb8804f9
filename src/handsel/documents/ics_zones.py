"""The time zones of an iCalendar: known by one of the names that programs have for them, or as the file tells."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from handsel.documents import ics_components, ics_rules, ics_values
from handsel.documents.ics_components import Component
from handsel.documents.ics_values import Moment
from handsel.rules import local_time

_OFFSET = re.compile(r"([+-]?)(\d{2}):?(\d{2})(?::?(\d{2}))?")
_NAMED_OFFSET = re.compile(r"(?:GMT|UTC|Z)?\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
# How Windows shows a zone to people: "(UTC-08:00) Pacific Time (US & Canada)".
_SHOWN = re.compile(r"\(?(?:GMT|UTC)\s*([+-]\d{1,2}[:.]?\d{2})?\)\s*(.*)", re.IGNORECASE)
_UTC = {"utc", "gmt", "z", "zulu", "tzone://microsoft/utc", "coordinated universal time", "greenwich mean time"}
# What Windows and Exchange call zones beside the names that the Unicode Consortium maps, and what people call them.
_OTHER_NAMES = {
    "alaska": "America/Anchorage",
    "arizona": "America/Phoenix",
    "atlantic time (canada)": "America/Halifax",
    "atlantic time": "America/Halifax",
    "armenian standard time": "Asia/Yerevan",
    "baja california": "America/Tijuana",
    "brasilia": "America/Sao_Paulo",
    "bucharest": "Europe/Bucharest",
    "cdt": "America/Chicago",
    "cest": "Europe/Paris",
    "central america": "America/Guatemala",
    "central time (us & canada)": "America/Chicago",
    "central time": "America/Chicago",
    "chennai": "Asia/Kolkata",
    "eastern time (us & canada)": "America/New_York",
    "eastern time": "America/New_York",
    "edt": "America/New_York",
    "edinburgh": "Europe/London",
    "greenland": "America/Nuuk",
    "hawaii": "Pacific/Honolulu",
    "indiana (east)": "America/Indiana/Indianapolis",
    "kamchatka standard time": "Asia/Kamchatka",
    "mdt": "America/Denver",
    "mexico standard time": "America/Mexico_City",
    "mexico standard time 2": "America/Chihuahua",
    "mountain time (us & canada)": "America/Denver",
    "mountain time": "America/Denver",
    "new delhi": "Asia/Kolkata",
    "newfoundland": "America/St_Johns",
    "pacific time (us & canada)": "America/Los_Angeles",
    "pacific time": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "saskatchewan": "America/Regina",
    "west central africa": "Africa/Lagos",
}
_OF_OBSERVANCES = {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE", "TZNAME", "COMMENT"}


class Zones:
    """The zones of one calendar. described: its VTIMEZONEs; first and last: from when until when they matter."""

    def __init__(
        self, described: Sequence[Component], first: datetime, last: datetime, has_time: Callable[[], bool]
    ) -> None:
        self.first = first.replace(tzinfo=None) - timedelta(days=800)
        self.last = last.replace(tzinfo=None) + timedelta(days=2)
        self.has_time = has_time
        self.described = {_described_name(component): component for component in reversed(described)}
        self.known: dict[str, tzinfo | None] = {}

    def find(self, name: str) -> tzinfo | None:
        """Return the zone of a name, or None."""
        if name not in self.known:
            self.known[name] = self._find(name)
        return self.known[name]

    def _find(self, name: str) -> tzinfo | None:
        zone = _of_the_world(name)
        if zone is None and name.casefold() in self.described:
            zone = self._described(self.described[name.casefold()])
        return zone or _by_another_name(name)

    def _described(self, component: Component) -> tzinfo | None:
        """Return the zone that a VTIMEZONE describes; None where not all of it can be read."""
        lines = list(ics_components.properties(component.lines()))
        for name, rest, _ in lines:
            if name in ("X-LIC-LOCATION", "TZID-ALIAS-OF") and (zone := _of_the_world(rest.lstrip(":").strip())):
                return zone
        changes: list[_Change] = []
        observance: list[tuple[str, str]] | None = None
        for name, rest, _ in lines:
            if name == "BEGIN":
                observance = []
            elif name == "END" and observance is not None:
                read = self._changes(observance)
                if read is None:
                    return None
                changes += read
                observance = None
            elif observance is not None:
                observance.append((name, rest))
        return None if component.is_broken or observance or not changes else _Described(sorted(changes))

    def _changes(self, observance: list[tuple[str, str]]) -> "list[_Change] | None":
        values: dict[str, list[str]] = {}
        for name, rest in observance:
            values.setdefault(name, []).append(ics_components.split(rest)[1].strip())
        start = ics_values.moment(values.get("DTSTART", [""])[0])
        before, after = (_offset(values.get(name, [""])[0]) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
        rules = [ics_rules.parse(text) for text in values.get("RRULE", []) if text]
        onsets = [ics_values.moment(text) for text in ics_values.each(values.get("RDATE", []), self.has_time)]
        if start is None and not rules and "DTSTART" not in values:
            start = Moment(ics_values.FIRST_TIME)  # for ever
        if start is None or before is None or after is None or any(_is_odd(name) for name in values):
            return None
        walls = [start.wall]
        for rule in rules:
            if rule is None or not rule.is_sure:
                return None
            until = rule.until.wall_by(timezone(before)) if rule.until else ics_values.LAST_TIME
            # The last one before what matters holds in the beginning.
            since = min(self.first, until - timedelta(days=800)) if until.year > 1_600 else start.wall
            walls += ics_rules.occurrences(
                rule, start.wall, until=until, after=since, before=self.last, has_time=self.has_time
            )
        for onset in onsets:
            if onset is None:
                return None
            walls.append(onset.wall)
        return [(wall, before, after) for wall in walls]


# From a wall time on, from which offset to which.
_Change = tuple[datetime, timedelta, timedelta]


class _Described(tzinfo):
    """A zone by its changes, in order."""

    def __init__(self, changes: Sequence[_Change]) -> None:
        self.before = changes[0][1]
        self.after = [after for _, _, after in changes]
        # Times that the clocks skip go by the old offset, and so do those that they show twice.
        self.walls = [ics_values.later(wall, max(after - before, timedelta())) for wall, before, after in changes]
        self.instants = [ics_values.later(wall, -before) for wall, before, _ in changes]

    def utcoffset(self, at: datetime | None) -> timedelta:
        return self._offset(self.walls, at or ics_values.FIRST_TIME)

    def _offset(self, changes: Sequence[datetime], at: datetime) -> timedelta:
        passed = bisect_right(changes, at.replace(tzinfo=None))
        return self.after[passed - 1] if passed else self.before

    def dst(self, at: datetime | None) -> timedelta:
        return timedelta()

    def tzname(self, at: datetime | None) -> str:
        return "described"

    def fromutc(self, at: datetime) -> datetime:
        return at + self._offset(self.instants, at)


def _is_odd(name: str) -> bool:
    """Say whether it may be something else that was damaged."""
    return name not in _OF_OBSERVANCES and not name.startswith("X-")


def _described_name(component: Component) -> str:
    for name, rest, _ in ics_components.properties(component.lines()):
        if name == "TZID":
            return ics_components.split(rest)[1].strip().strip('"').casefold()
    return ""


def _offset(text: str) -> timedelta | None:
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    ahead = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=int(match[4] or 0))
    if ahead >= timedelta(hours=24):
        return None
    return -ahead if match[1] == "-" else ahead


@cache
def _by_case() -> dict[str, str]:
    return {name.casefold(): name for name in local_time.zone_names()}


@cache
def _cities() -> dict[str, str]:
    """Return the zones by the cities after which they are named."""
    names = (name for name in sorted(local_time.zone_names()) if name.count("/") and not name.startswith("Etc/"))
    return {name.rpartition("/")[2].replace("_", " ").casefold(): name for name in names}


def _of_the_world(name: str) -> tzinfo | None:
    """Return the zone of an IANA name, also where a program wrote something before it."""
    parts = name.strip().strip("/").casefold().replace(" ", "_").split("/")
    for count in (len(parts), 3, 2):
        known = _by_case().get("/".join(parts[-count:]))
        if known and (count > 1 or len(parts) == 1):
            return ZoneInfo(known)
    return None


def _by_another_name(name: str) -> tzinfo | None:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    plain = re.sub(r" \d$", "", " ".join(name.split()).casefold())  # Outlook counts those of one name
    if plain in _UTC:
        return UTC
    if match := _NAMED_OFFSET.fullmatch(plain):
        ahead = _offset(f"{match[1]}{match[2]:0>2}{match[3] or '00'}")
        return None if ahead is None else timezone(ahead)
    if match := _SHOWN.fullmatch(plain):
        plain = match[2].strip()
        if plain in _UTC:
            return UTC
    by_windows = {windows.casefold(): known for windows, known in WINDOWS_TO_OLSON.items()}
    daylight = plain.replace(" daylight time", " standard time").replace(" summer time", " standard time")
    known = _OTHER_NAMES.get(plain) or by_windows.get(plain) or by_windows.get(daylight)
    # Windows names many zones by their cities: "Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna".
    cities = (city.strip() for city in re.split("[,;]", plain.rpartition(" : ")[2]))
    known = known or next(filter(None, (_OTHER_NAMES.get(city) or _cities().get(city) for city in cities)), None)
    return ZoneInfo(known) if known else None

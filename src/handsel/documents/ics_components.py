"""The parts of an iCalendar (RFC 5545, 3.4 and 3.6) and their lines, found also where the file is somewhat broken.

What begins where something else did not end ends it; what ends without having begun began where the last one ended.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# What stands side by side in a calendar, never one in the other.
SIDE_BY_SIDE = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VAVAILABILITY"})

_BREAKS = re.compile(rb"\r+\n?")
_AT_THE_MARGIN, _INDENT = re.compile(rb"\n[^ \t\n]"), re.compile(rb"\n[ \t]+")
_EMPTY = re.compile(rb"\n[ \t]+(?=\n)")
# Not where a line begins that was moved to the right by mistake.
_FOLD = re.compile(
    rb"\n[ \t](?![ \t]*(?:(?:BEGIN|END):V|(?:DTSTART|DTEND|DURATION|RRULE|RDATE|RECURRENCE-ID|FREEBUSY)[;:]))",
    re.IGNORECASE,
)
_MARK = re.compile(rb"^[ \t]*(BEGIN|END)[ \t]*:[ \t]*([A-Z0-9-]+)[ \t]*$", re.IGNORECASE | re.MULTILINE)
_JOINED = re.compile(rb"(?<=\n)(END:V[A-Z]+)(?=BEGIN:V)", re.IGNORECASE)
_NAME = re.compile(r"\s*([A-Za-z0-9-]+)\s*(?=[;:])")
_COLON = re.compile(r'"[^"]*"|(:)')
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=\s*("[^"]*"|[^;]*)')


class NotACalendar(Exception):
    """A text that is no iCalendar, or one by other than the usual calendar."""


@dataclass(frozen=True, slots=True)
class Component:
    """One part: its name, and the lines in it. is_broken: it did not begin or end as it should."""

    name: str
    text: bytes
    is_broken: bool = False

    def lines(self) -> list[str]:
        return decoded(self.text).split("\n")


@dataclass(slots=True)
class CalendarPart:
    """One VCALENDAR: its own lines, and its parts in order. is_cut_off: the file ends before it does."""

    head: list[str] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    is_cut_off: bool = False

    def says(self, name: str) -> str:
        """Return the value of one of its own lines, or ""."""
        for line in self.head:
            match = _NAME.match(line)
            if match and match[1].upper() == name:
                return split(line[match.end() :])[1].strip()
        return ""


def calendars(data: bytes) -> list[CalendarPart]:
    """Find the calendars of a file. Raises NotACalendar."""
    reader = _Reader(_plain(data))
    reader.read()
    if not reader.is_calendar:
        raise NotACalendar
    for calendar in reader.calendars:
        if (calendar.says("CALSCALE") or "GREGORIAN").upper() != "GREGORIAN":
            raise NotACalendar
    return reader.calendars


def decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("cp1252", "replace")


def properties(lines: list[str]) -> Iterator[tuple[str, str, str]]:
    """Yield the name, what follows it, and the line, of each; a line without a name has the name ""."""
    for line in filter(str.strip, lines):
        match = _NAME.match(line) if ":" in line else None
        yield (match[1].upper(), line[match.end() :], line) if match else ("", line, line)


def split(rest: str, fits: re.Pattern[str] | None = None) -> tuple[dict[str, str], str]:
    """Return the parameters of a property, and its value, which begins after a colon.

    A parameter may hold colons without being quoted, as it should be: then the value begins where it fits.
    """
    if rest.startswith(":"):
        return {}, rest[1:]
    colons = [match.start() for match in _COLON.finditer(rest) if match[1]] or [
        index for index, character in enumerate(rest) if character == ":"
    ]
    at = next((colon for colon in colons if fits and fits.match(rest, colon + 1)), colons[0] if colons else len(rest))
    names = {name.upper(): value.strip().strip('"').strip() for name, value in _PARAMETER.findall(rest[:at])}
    return names, rest[at + 1 :]


def _plain(data: bytes) -> bytes:
    """Return the file in UTF-8 with one line for each property."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"B\0E\0", "utf-16-le")):
        if data.startswith(mark):
            data = data.decode(encoding, "replace").encode("utf-8", "replace")
    data = b"\n" + _BREAKS.sub(b"\n", data.removeprefix(b"\xef\xbb\xbf").strip())
    if not _AT_THE_MARGIN.search(data, 1):
        data = _INDENT.sub(b"\n", data)
    return _JOINED.sub(rb"\1\n", _FOLD.sub(b"", _EMPTY.sub(b"", data)))


class _Reader:
    """Goes through the beginnings and ends of a file. open: the part at hand, with the position at which its lines
    begin, and the parts within it.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.calendars: list[CalendarPart] = []
        self.is_calendar = False  # it says so anywhere
        self.is_inside = False
        self.boundary = 0
        self.name = ""
        self.begins_at = 0
        self.within: list[str] = []
        self.is_broken = False

    def read(self) -> None:
        for match in _MARK.finditer(self.data):
            name = match[2].decode().upper()
            if match[1][:1] in b"Bb":
                self._begin(name, match.start(), match.end())
            else:
                self._end(name, match.start(), match.end())
        if self.is_inside or self.name:
            self._close(len(self.data))
            self.calendar.is_cut_off = True

    @property
    def calendar(self) -> CalendarPart:
        if not self.calendars:
            self.calendars.append(CalendarPart())
        return self.calendars[-1]

    def _begin(self, name: str, start: int, end: int) -> None:
        if name == "VCALENDAR":
            self._close(start)
            self.calendars.append(CalendarPart())
            self.is_calendar = self.is_inside = True
            self.boundary = end
        elif not self.name or name in SIDE_BY_SIDE:
            if not self.name:
                self._add_head(start)
            self._close(start)
            self.name, self.begins_at = name, end
        else:
            self.within.append(name)

    def _end(self, name: str, start: int, end: int) -> None:
        if name == "VCALENDAR":
            if not self.name:
                self._add_head(start)
            self._close(start)
            self.is_inside = False
        elif not self.name:
            if name not in SIDE_BY_SIDE:
                return
            self._add_head(start)
            self.calendar.components.append(Component(name, self.data[self.boundary : start], is_broken=True))
        elif name in self.within:
            del self.within[self.within.index(name) :]
            return
        elif name == self.name or name in SIDE_BY_SIDE:
            self.is_broken |= name != self.name
            self.name = name
            self._close(start)
        else:
            self.is_broken = True
            return
        self.boundary = end

    def _add_head(self, end: int) -> None:
        self.calendar.head += decoded(self.data[self.boundary : end]).split("\n")

    def _close(self, end: int) -> None:
        if self.name:
            self.calendar.components.append(Component(self.name, self.data[self.begins_at : end], self.is_broken))
        self.name, self.within, self.is_broken = "", [], False
        self.boundary = end

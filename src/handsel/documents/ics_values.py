"""The dates, times, lengths and periods of an iCalendar (RFC 5545, 3.3), read as they are plainly meant.

Blanks, ISO 8601's dashes and colons, missing seconds and offsets from UTC are taken. What is only half there is not:
a digit that was lost would move the time.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

DAY = timedelta(days=1)
FIRST_TIME, LAST_TIME = datetime.combine(date.min, time()), datetime.combine(date.max, time.max)

_DATE = r"(?P<date>\d{8}|\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2})"
_TIME = r"(?P<time>\d{2}(?:\d{2}){1,2}|\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?"
_OFFSET = r"(?P<offset>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)"
_MOMENT = re.compile(rf"\s*{_DATE}(?:(?:\s*T\s*|\s+){_TIME}\s*{_OFFSET}?|Z)?\s*", re.IGNORECASE)
_ANY_DATE = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_DURATION = re.compile(
    r"\s*(?P<sign>[+-]?)\s*P?(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?P<clock>T?(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9})S)?)\s*",
    re.IGNORECASE,
)
_UNITS = ("weeks", "days", "hours", "minutes", "seconds")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or a time of a day by the clocks of a zone. zone: None where the file names none."""

    wall: datetime
    is_day: bool = False
    zone: tzinfo | None = None

    def by(self, clocks: tzinfo) -> "Moment":
        """Return it by these clocks where it has none of its own."""
        return self if self.zone else Moment(self.wall, self.is_day, clocks)

    def wall_by(self, clocks: tzinfo) -> datetime:
        """Return what these clocks show then; of a day, and of a time without a zone, what is written."""
        return self.wall if self.is_day or not self.zone else wall_at(instant(self.wall, self.zone), clocks)


def instant(wall: datetime, zone: tzinfo) -> datetime:
    """Return the instant at which the clocks of a zone show a time; the first, where they do twice."""
    try:
        return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    except OverflowError:  # at the ends of the calendar
        return wall.replace(tzinfo=UTC)


def wall_at(at: datetime, zone: tzinfo) -> datetime:
    try:
        return at.astimezone(zone).replace(tzinfo=None, fold=0)
    except OverflowError:
        return at.replace(tzinfo=None)


def later(wall: datetime, length: timedelta) -> datetime:
    """Return the time so much later, or the last that there is."""
    try:
        return wall + length
    except OverflowError:
        return LAST_TIME if length > timedelta() else FIRST_TIME


def moment(text: str) -> Moment | None:
    """Parse a date, or a date and time. An offset is its zone."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    try:
        day = _day(match["date"])
        if match["time"] is None:
            return Moment(datetime.combine(day, time()), is_day=True)
        digits = match["time"].replace(":", "").zfill(4 if match["time"].count(":") < 2 else 6)
        hour, minute, second = int(digits[:2]), int(digits[2:4]), int(digits[4:] or 0)
        at = datetime.combine(day, time(hour % 24, minute, min(second, 59) if second <= 60 else second))
        if hour == 24 and (minute, second) == (0, 0):
            at += DAY
        elif hour >= 24:
            return None
        return Moment(at, zone=_offset(match["offset"]))
    except (ValueError, OverflowError):
        return None


def any_day(text: str) -> Moment | None:
    """Return the first date that stands in a text which is no date and no time."""
    for year, month, day in _ANY_DATE.findall(text):
        try:
            return Moment(datetime.combine(date(int(year), int(month), int(day)), time()), is_day=True)
        except ValueError:
            continue
    return None


def length(text: str) -> timedelta | None:
    """Parse a duration; None for what is none. One that goes back is negative."""
    match = _DURATION.fullmatch(text)
    if match is None or not any(match[unit] for unit in _UNITS):
        return None
    amount = timedelta(**{unit: int(match[unit] or 0) for unit in _UNITS})
    return -amount if match["sign"] == "-" else amount


def period(text: str) -> tuple[Moment, Moment | timedelta] | None:
    """Parse a period: from when, and until when or how long."""
    start_text, slash, end_text = text.partition("/")
    start = moment(start_text)
    end = moment(end_text) or length(end_text)
    return (start, end) if slash and start is not None and end is not None else None


def each(values: list[str], has_time: Callable[[], bool]) -> Iterator[str]:
    """Yield what stands between the commas. Raises TimeIsUp where there is too much of it."""
    for value in values:
        for number, text in enumerate(value.split(",")):
            if number % 256 == 255 and not has_time():
                raise TimeIsUp
            if text.strip():
                yield text


class TimeIsUp(Exception):
    """More than can be read in the time allowed."""


def _day(digits: str) -> date:
    year, month, day = (
        re.split("[-/]", digits) if len(digits) != 8 or not digits.isdigit() else (digits[:4], digits[4:6], digits[6:])
    )
    return date(int(year), int(month), int(day))


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    if hours > 15 or minutes > 59:
        raise ValueError
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(-ahead if text[0] == "-" else ahead)

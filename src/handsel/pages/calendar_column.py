"""A day of the calendar as a column of hours: what there is, what time is free, what happens to the clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext

from handsel.formatting import dates
from handsel.formatting.dates import Formatter
from handsel.models import CareSession
from handsel.pages import calendar_days
from handsel.pages.calendar_days import Contents, Mark, Off, Shown, clock
from handsel.pages.session_rows import Row
from handsel.rules import day_column, local_time
from handsel.rules.day_column import Piece

# Free time is offered by day, and from an hour on.
_MORNING, _EVENING, _WORTH_OFFERING = 7 * 60, 21 * 60, 60
# What a session in free time lasts at first, and when it begins where all day is free.
_USUAL_LENGTH, _USUAL_START = 4 * 60, 15 * 60


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a day's column: a session, busy, off, gap or now. From `top` to `bottom`, as HH:MM.

    said: the day, the time and the state, for who hears the page. link: what a gap's form starts from.
    """

    kind: str
    top: str
    bottom: str
    lane: int = 1
    lanes: int = 1
    row: Row | None = None
    until: str = ""
    said: str = ""
    mark: Mark | None = None
    title: str = ""
    about: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One day. notes: what is said of its clocks, as (the news, what follows from it)."""

    date: str
    weekday: str
    number: int
    label: str
    is_today: bool
    notes: list[tuple[str, str]]
    entries: list[Entry]
    lanes: int


def column(day: date, found: Contents, shown: Shown, today: date, at: datetime, *, gaps: bool) -> Column:
    taken, off = found.taken[day], found.off[day]
    entries = [_off_entry(piece, shown.formatter) for piece in off]
    entries += [_entry(piece, day, found, shown) for piece in taken]
    if gaps and day >= today and shown.adds_to:
        entries += _gaps(day, [*taken, *off], shown, at)
    if day == today and gaps:
        entries.append(_now(at, shown))
    return Column(
        date=day.isoformat(),
        weekday=dates.weekday(day),
        number=day.day,
        label=shown.formatter.long(day),
        is_today=day == today,
        notes=_notes(day, shown),
        # Now comes first, so that sessions are drawn over its line.
        entries=sorted(entries, key=lambda entry: (entry.kind != "now", entry.top)),
        lanes=max((piece.lanes for piece in [*taken, *off]), default=1),
    )


def _entry(piece: Piece[CareSession | str], day: date, found: Contents, shown: Shown) -> Entry:
    formatter, key = shown.formatter, piece.span.key
    if isinstance(key, str):
        return Entry(
            "busy",
            *_place(piece),
            title=calendar_days.busy(key),
            about=calendar_days.part_of_day(piece, formatter) or gettext("all day"),
        )
    row = found.rows[key.id]
    until = "" if piece.begins else _until(piece, row, formatter)
    when = f"{formatter.day(day)}, {until or row.hours}"
    label = f"{when}, {row.word.lower()}"
    if shown.many:
        label = f"{shown.families[key.family_id].name}, {label}"
    mark = shown.marks[key.family_id] if shown.many else None
    return Entry("session", *_place(piece), row=row, until=until, said=label, mark=mark)


def _place(piece: Piece[Any]) -> tuple[str, str, int, int]:
    return time_of(piece.top), time_of(piece.bottom), piece.lane, piece.lanes


def _until(piece: Piece[CareSession | str], row: Row, formatter: Formatter) -> str:
    if not piece.ends:
        return gettext("all day")
    # Its day is that of the column.
    return gettext("until %(time)s") % {"time": formatter.clock(datetime.fromisoformat(row.end_at))}


def _off_entry(piece: Piece[Off], formatter: Formatter) -> Entry:
    off = piece.span.key
    about = ", ".join(part for part in (calendar_days.part_of_day(piece, formatter), off.reason) if part)
    return Entry("off", *_place(piece), title=off.title, about=about)


def _gaps(day: date, pieces: Sequence[Piece[Any]], shown: Shown, at: datetime) -> list[Entry]:
    """Free time that is still ahead, with what the form for a new session starts from."""
    wall = local_time.wall(at, shown.zone)
    since = _MORNING if day > wall.date() else max(_MORNING, wall.hour * 60 + wall.minute)
    formatter, entries = shown.formatter, []
    for first, last in day_column.gaps(pieces, since, _EVENING, least=_WORTH_OFFERING):
        whole = (first, last) == (_MORNING, _EVENING)
        hours = formatter.hours(clock(first), clock(last))
        start = _USUAL_START if whole else first
        end = min(start + _USUAL_LENGTH, last)
        entries.append(
            Entry(
                "gap",
                time_of(first),
                time_of(last),
                title=gettext("Free all day") if whole else gettext("Free %(hours)s") % {"hours": hours},
                said=formatter.long(day),
                link=urlencode({"day": day.isoformat(), "from": time_of(start), "to": time_of(end)}),
            )
        )
    return entries


def _now(at: datetime, shown: Shown) -> Entry:
    wall = local_time.wall(at, shown.zone)
    quarter = (wall.hour * 60 + wall.minute) // 15 * 15
    label = gettext("Now, %(time)s") % {"time": shown.formatter.clock(wall)}
    return Entry("now", time_of(quarter), time_of(quarter + 15), title=label)


def _notes(day: date, shown: Shown) -> list[tuple[str, str]]:
    """What happens to the clocks, in the zone that the page shows."""
    change = local_time.clock_change(day, shown.zone)
    if change is None:
        return []
    first, last = sorted((change.stops, change.resumes))
    formatter = shown.formatter
    lengths = {
        "hours": formatter.hours(first, last),
        "length": dates.format_duration(change.hours // timedelta(minutes=1)),
    }
    at = {"time": formatter.clock(change.stops)}
    if change.is_forward:
        news = gettext("Clocks go forward at %(time)s.") % at
        return [(news, gettext("There is no %(hours)s, so this day has %(length)s.") % lengths)]
    news = gettext("Clocks go back at %(time)s.") % at
    return [(news, gettext("%(hours)s comes twice, so this day has %(length)s.") % lengths)]


def time_of(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"

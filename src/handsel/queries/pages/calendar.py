"""The calendar: a week or a day as columns of hours, a month as a table, for one person's families."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext

from handsel.access import visibility
from handsel.models import CareSession, Family, User
from handsel.queries.pages import calendar_days, page_rows, reading
from handsel.queries.pages.calendar_days import Contents, Mark, Off, Shown, clock
from handsel.queries.pages.page_rows import Row
from handsel.queries.pages.reading import Reader
from handsel.rules import day_column, fields, local_time
from handsel.rules.day_column import Piece
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Capability

# Free time is offered by day, and from an hour on.
_MORNING, _EVENING, _WORTH_OFFERING = 7 * 60, 21 * 60, 60
# What a session in free time lasts at first, and when it begins where all day is free.
_USUAL_LENGTH, _USUAL_START = 4 * 60, 15 * 60
# How much one day of a month shows; the day itself shows all.
_MOST_CHIPS = 6
_DAY = timedelta(days=1)


class View(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says; no day is today, no family is all of them."""

    view: View
    day: date | None = None
    family_id: UUID | None = None


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


@dataclass(frozen=True, slots=True)
class Chip:
    mark: str
    text: str
    said: str
    family: Mark | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the month; `more` is how many it does not show."""

    date: str
    number: int
    label: str
    is_today: bool
    is_outside: bool
    is_chosen: bool
    chips: list[Chip]
    more: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """previous and next are days to go to, empty at either end of time; of_family is what an address
    ends with that asks for the same family, adds_to the families that may get a session."""

    view: str
    day: str
    title: str
    above: str
    label: str
    previous: str
    next: str
    marks: list[Mark]
    of_family: str
    many: bool
    adds_to: list[UUID]
    hours: list[tuple[str, str, str]]
    columns: list[Column]
    weekdays: list[str]
    weeks: list[list[Cell]]

    @property
    def chosen(self) -> Column:
        return self.columns[0]

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(page_rows.MARKS[state], str(word)) for state, word in page_rows.WORDS.items()]


def page(person: User, asked: Asked, *, at: datetime) -> Calendar | None:
    """None for who belongs to no family. Raises NotVisible for a family that is not this person's."""
    standings = {standing.family_id: standing for standing in visibility.standings(person)}
    everything = {family.id: family for family in visibility.families(person).order_by("name", "id")}
    # Without the family that was left, and the one that was joined, since the look before.
    everything = {family_id: family for family_id, family in everything.items() if family_id in standings}
    if not everything:
        return None
    if asked.family_id and asked.family_id not in everything:
        raise NotVisible
    families = [everything[asked.family_id]] if asked.family_id else list(everything.values())
    reader = Reader.of(person)
    shown = Shown(
        person=person,
        reader=reader,
        zone=shared_zone(person, families),
        families={family.id: family for family in families},
        standings=standings,
        marks=calendar_days.marks(list(everything.values())),
    )
    today = local_time.local_date(at, shown.zone)
    day = asked.day or today
    days = _days(asked.view, day, reader)
    found = calendar_days.contents(shown, days, at=at)
    chosen = days if asked.view is not View.MONTH else [day]
    before, after = _neighbours(asked.view, day, days)
    return Calendar(
        view=asked.view,
        day=day.isoformat(),
        title=_title(asked.view, day, days, reader, today),
        above=_above(asked.view, days, shown),
        label=_label(asked.view, days, reader),
        previous=before,
        next=after,
        marks=[replace(mark, is_chosen=family_id == asked.family_id) for family_id, mark in shown.marks.items()]
        if len(everything) > 1
        else [],
        of_family=f"&family={asked.family_id}" if asked.family_id else "",
        many=shown.many,
        adds_to=_adds_to(shown),
        hours=_hours(reader),
        columns=[_column(day, found, shown, today, at, gaps=asked.view is not View.MONTH) for day in chosen],
        weekdays=[reading.weekday_name(weekday) for weekday in reader.weekdays],
        weeks=_weeks(days, day, today, found, shown) if asked.view is View.MONTH else [],
    )


def shared_zone(person: User, families: Sequence[Family]) -> str:
    """Whose clocks a page goes by: of one family its own, of several the person's own."""
    return families[0].time_zone if len(families) == 1 else person.time_zone or families[0].time_zone


def _adds_to(shown: Shown) -> list[UUID]:
    return [family_id for family_id in shown.families if shown.standings[family_id].may(Capability.PLAN)]


# Which days, and what they are called


def _days(view: View, day: date, reader: Reader) -> list[date]:
    match view:
        case View.DAY:
            return [day]
        case View.WEEK:
            first, count = reader.week_of(day), 7
        case View.MONTH:
            first = reader.week_of(day.replace(day=1))
            last_week = reader.week_of(_next_month(day) - _DAY)
            count = (last_week - first).days + 7
    return [first + number * _DAY for number in range(count)]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _neighbours(view: View, day: date, days: list[date]) -> tuple[str, str]:
    match view:
        case View.MONTH:
            before, after = (day.replace(day=1) - _DAY).replace(day=1), _next_month(day)
        case _:
            before, after = days[0] - len(days) * _DAY, days[-1] + _DAY
    return _reachable(before), _reachable(after)


def _reachable(day: date) -> str:
    return day.isoformat() if fields.EARLIEST <= day <= fields.LATEST else ""


def _title(view: View, day: date, days: list[date], reader: Reader, today: date) -> str:
    match view:
        case View.DAY:
            return reader.long(day, today=today)
        case View.WEEK:
            return reader.long_days(days[0], days[-1])
        case View.MONTH:
            return reading.month_and_year(day)


def _above(view: View, days: list[date], shown: Shown) -> str:
    """Which week it is, by ISO 8601, and whose clocks it goes by where somebody lives by others."""
    # A week that begins on Sunday is called by its Monday, as the wall planners do.
    first, last = ((day + timedelta(days=(0 - day.weekday()) % 7)).isocalendar() for day in (days[0], days[-7:][0]))
    if view is View.DAY:
        first = days[0].isocalendar()
    week = gettext("Week %(number)s, %(year)s") % {"number": first.week, "year": first.year}
    if view is View.MONTH:
        week = gettext("Weeks %(first)s – %(last)s") % {"first": first.week, "last": last.week}
    elsewhere = any(family.time_zone != shown.zone for family in shown.families.values())
    return reading.about(week, reading.zone_name(shown.zone) if elsewhere else shown.reader.other_zone(shown.zone))


def _label(view: View, days: list[date], reader: Reader) -> str:
    match view:
        case View.DAY:
            return reader.long(days[0])
        case View.WEEK:
            return gettext("Week of %(day)s") % {"day": reader.long_day(days[0])}
        case View.MONTH:
            return gettext("Sessions in %(month)s") % {"month": reading.month_and_year(days[7])}


def _hours(reader: Reader) -> list[tuple[str, str, str]]:
    """The scale beside the columns, from where the nights are drawn narrow to where they begin again."""
    return [(_at(hour * 60), _at(hour * 60 + 60), reader.hour(clock(hour * 60), padded=True)) for hour in range(5, 23)]


def _at(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


# One day


def _column(day: date, found: Contents, shown: Shown, today: date, at: datetime, *, gaps: bool) -> Column:
    taken, off = found.taken[day], found.off[day]
    entries = [_off_entry(piece, shown.reader) for piece in off]
    entries += [_entry(piece, day, found, shown) for piece in taken]
    if gaps and day >= today and _adds_to(shown):
        entries += _gaps(day, [*taken, *off], shown, at)
    if day == today and gaps:
        entries.append(_now(at, shown))
    return Column(
        date=day.isoformat(),
        weekday=reading.weekday(day),
        number=day.day,
        label=shown.reader.long(day),
        is_today=day == today,
        notes=_notes(day, shown),
        # Now comes first, so that sessions are drawn over its line.
        entries=sorted(entries, key=lambda entry: (entry.kind != "now", entry.top)),
        lanes=max((piece.lanes for piece in [*taken, *off]), default=1),
    )


def _entry(piece: Piece[CareSession | str], day: date, found: Contents, shown: Shown) -> Entry:
    reader, key = shown.reader, piece.span.key
    place = {"top": _at(piece.top), "bottom": _at(piece.bottom), "lane": piece.lane, "lanes": piece.lanes}
    if isinstance(key, str):
        return Entry(
            "busy", **place, title=_busy(key), about=calendar_days.part_of_day(piece, reader) or gettext("all day")
        )
    row = found.rows[key.id]
    until = "" if piece.begins else _until(piece, row)
    when = f"{reader.day(day)}, {until or row.hours}"
    said = f"{when}, {row.word.lower()}"
    if shown.many:
        said = f"{shown.families[key.family_id].name}, {said}"
    mark = shown.marks[key.family_id] if shown.many else None
    return Entry("session", **place, row=row, until=until, said=said, mark=mark)


def _busy(nanny: str) -> str:
    return gettext("%(nanny)s is busy") % {"nanny": nanny} if nanny else gettext("Busy")


def _until(piece: Piece[CareSession | str], row: Row) -> str:
    return gettext("until %(time)s") % {"time": row.end} if piece.ends else gettext("all day")


def _off_entry(piece: Piece[Off], reader: Reader) -> Entry:
    off = piece.span.key
    about = ", ".join(part for part in (calendar_days.part_of_day(piece, reader), off.reason) if part)
    place = {"top": _at(piece.top), "bottom": _at(piece.bottom), "lane": piece.lane, "lanes": piece.lanes}
    return Entry("off", **place, title=off.title, about=about)


def _gaps(day: date, pieces: Sequence[Piece], shown: Shown, at: datetime) -> list[Entry]:
    """Free time that is still ahead, with what the form for a new session starts from."""
    wall = local_time.wall(at, shown.zone)
    since = _MORNING if day > wall.date() else max(_MORNING, wall.hour * 60 + wall.minute)
    reader, entries = shown.reader, []
    for first, last in day_column.gaps(pieces, since, _EVENING, least=_WORTH_OFFERING):
        whole = (first, last) == (_MORNING, _EVENING)
        hours = reader.hours(clock(first), clock(last))
        start = _USUAL_START if whole else first
        end = min(start + _USUAL_LENGTH, last)
        entries.append(
            Entry(
                "gap",
                _at(first),
                _at(last),
                title=gettext("Free all day") if whole else gettext("Free %(hours)s") % {"hours": hours},
                said=reader.long(day),
                link=urlencode({"day": day.isoformat(), "from": _at(start), "to": _at(end)}),
            )
        )
    return entries


def _now(at: datetime, shown: Shown) -> Entry:
    wall = local_time.wall(at, shown.zone)
    quarter = (wall.hour * 60 + wall.minute) // 15 * 15
    said = gettext("Now, %(time)s") % {"time": shown.reader.clock(wall)}
    return Entry("now", _at(quarter), _at(quarter + 15), title=said)


def _notes(day: date, shown: Shown) -> list[tuple[str, str]]:
    """What happens to the clocks, in the zone that the page shows."""
    change = local_time.clock_change(day, shown.zone)
    if change is None:
        return []
    first, last = sorted((change.stops, change.resumes))
    reader = shown.reader
    said = {
        "hours": reader.hours(first, last),
        "length": reading.duration(change.hours // timedelta(minutes=1)),
    }
    at = {"time": reader.clock(change.stops)}
    if change.is_forward:
        news = gettext("Clocks go forward at %(time)s.") % at
        return [(news, gettext("There is no %(hours)s, so this day has %(length)s.") % said)]
    news = gettext("Clocks go back at %(time)s.") % at
    return [(news, gettext("%(hours)s comes twice, so this day has %(length)s.") % said)]


# The month


def _weeks(days: list[date], chosen: date, today: date, found: Contents, shown: Shown) -> list[list[Cell]]:
    cells = [_cell(day, chosen, today, found, shown) for day in days]
    return [cells[number : number + 7] for number in range(0, len(cells), 7)]


def _cell(day: date, chosen: date, today: date, found: Contents, shown: Shown) -> Cell:
    off = [Chip("time-off", piece.span.key.title, "") for piece in found.off[day]]
    # A night stands on the day on which it begins.
    chips = off + [_chip(piece, found, shown) for piece in found.taken[day] if piece.begins]
    return Cell(
        date=day.isoformat(),
        number=day.day,
        label=shown.reader.long(day),
        is_today=day == today,
        is_outside=day.month != chosen.month,
        is_chosen=day == chosen,
        chips=chips if len(chips) <= _MOST_CHIPS else chips[: _MOST_CHIPS - 1],
        more=0 if len(chips) <= _MOST_CHIPS else len(chips) - _MOST_CHIPS + 1,
    )


def _chip(piece: Piece[CareSession | str], found: Contents, shown: Shown) -> Chip:
    key = piece.span.key
    if isinstance(key, str):
        start = shown.reader.clock(clock(piece.first_minute))
        return Chip("busy", f"{start} {_busy(key)}", "")
    row = found.rows[key.id]
    names = ", ".join(child.first_name for child in key.children.all())
    mark = shown.marks[key.family_id] if shown.many else None
    return Chip(page_rows.MARKS[key.state], f"{row.start} {names}", row.word.lower(), mark)

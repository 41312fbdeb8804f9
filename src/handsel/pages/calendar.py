"""The calendar: a week or a day as columns of hours, a month as a table, for one person's families."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext

from handsel.access import visibility
from handsel.formatting import dates, names
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, Family, User
from handsel.pages import calendar_column, calendar_days, session_rows
from handsel.pages.calendar_column import Column, time_of
from handsel.pages.calendar_days import Contents, Mark, Shown, clock
from handsel.rules import fields, local_time
from handsel.rules.day_column import Piece
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Capability

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
    ends with that asks for the same family, adds_to the families that may get a session; cut says what is missing."""

    view: str
    day: str
    title: str
    above: str
    label: str
    previous: str
    next: str
    marks: list[Mark]
    of_family: str
    cut: str
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
        states = [(session_rows.MARKS[state], word) for state, word in session_rows.WORDS.items()]
        return [
            (mark, str(word))
            for mark, word in (
                *states[:2],
                session_rows.NO_NANNY,
                *states[2:3],
                session_rows.NOT_RECORDED,
                *states[3:],
            )
        ]


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
    formatter = person.formatter
    shown = Shown(
        person=person,
        formatter=formatter,
        zone=shared_zone(person, families),
        families={family.id: family for family in families},
        standings=standings,
        marks=calendar_days.marks(list(everything.values())),
    )
    today = local_time.local_date(at, shown.zone)
    day = asked.day or today
    days = _days(asked.view, day, formatter)
    contents = calendar_days.contents(shown, days, at=at)
    chosen = days if asked.view is not View.MONTH else [day]
    before, after = _neighbours(asked.view, day, days)
    return Calendar(
        view=asked.view,
        day=day.isoformat(),
        title=_title(asked.view, day, days, formatter, today),
        above=_above(asked.view, days, shown),
        label=_label(asked.view, days, formatter),
        previous=before,
        next=after,
        marks=[replace(mark, is_chosen=family_id == asked.family_id) for family_id, mark in shown.marks.items()]
        if len(everything) > 1
        else [],
        of_family=f"&family={asked.family_id}" if asked.family_id else "",
        cut=_cut(contents, formatter),
        many=shown.many,
        adds_to=shown.adds_to,
        hours=_hours(formatter),
        columns=[
            calendar_column.column(
                day, contents, shown, today, at, gaps=asked.view is not View.MONTH and contents.is_whole(day)
            )
            for day in chosen
        ],
        weekdays=[dates.weekday_name(weekday) for weekday in formatter.weekdays],
        weeks=_weeks(days, day, today, contents, shown) if asked.view is View.MONTH else [],
    )


def shared_zone(person: User, families: Sequence[Family]) -> str:
    """Whose clocks a page goes by: of one family its own, of several the person's own."""
    return families[0].time_zone if len(families) == 1 else person.time_zone or families[0].time_zone


# Which days, and what they are called


def _days(view: View, day: date, formatter: Formatter) -> list[date]:
    match view:
        case View.DAY:
            return [day]
        case View.WEEK:
            first, count = formatter.week_of(day), 7
        case View.MONTH:
            first = formatter.week_of(day.replace(day=1))
            last_week = formatter.week_of(_next_month(day) - _DAY)
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


def _title(view: View, day: date, days: list[date], formatter: Formatter, today: date) -> str:
    match view:
        case View.DAY:
            return formatter.long(day, today=today)
        case View.WEEK:
            return formatter.long_days(days[0], days[-1])
        case View.MONTH:
            return dates.month_and_year(day)


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
    return names.join_facts(week, dates.zone_name(shown.zone) if elsewhere else shown.formatter.other_zone(shown.zone))


def _label(view: View, days: list[date], formatter: Formatter) -> str:
    match view:
        case View.DAY:
            return formatter.long(days[0])
        case View.WEEK:
            return gettext("Week of %(day)s") % {"day": formatter.long_day(days[0])}
        case View.MONTH:
            return gettext("Sessions in %(month)s") % {"month": dates.month_and_year(days[7])}


def _cut(contents: Contents, formatter: Formatter) -> str:
    if contents.cut_from is None:
        return ""
    return gettext(
        "There are more sessions than fit on this page: from %(day)s on, some are not shown. Choose one family, or a "
        "shorter time."
    ) % {"day": formatter.long(contents.cut_from)}


def _hours(formatter: Formatter) -> list[tuple[str, str, str]]:
    """The scale beside the columns, from where the nights are drawn narrow to where they begin again."""
    return [
        (time_of(hour * 60), time_of(hour * 60 + 60), formatter.hour(clock(hour * 60), padded=True))
        for hour in range(5, 23)
    ]


@dataclass(frozen=True, slots=True)
class Place:
    """A family with the time as its own clocks show it: what the form for a new session starts from."""

    family_id: UUID
    family_name: str
    role_name: str
    starts_from: dict[str, str]


def places(person: User, wanted: tuple[date, time, time] | None) -> list[Place]:
    """The families in which this person may add a session. wanted: day, start and end on the calendar's clocks. Two
    queries.
    """
    standings = {standing.family_id: standing for standing in visibility.standings(person)}
    families = [family for family in visibility.families(person).order_by("name", "id") if family.id in standings]
    return [
        Place(
            family.id,
            family.name,
            names.role_name(standings[family.id].role),
            _on_clocks_of(family.time_zone, wanted, shared_zone(person, families)) if wanted else {},
        )
        for family in families
        if standings[family.id].may(Capability.PLAN)
    ]


def _on_clocks_of(zone: str, wanted: tuple[date, time, time], shown_in: str) -> dict[str, str]:
    day, first, last = wanted
    start = datetime.combine(day, first)
    end = start + local_time.wall_length(first, last)
    if zone != shown_in:
        start, end = (local_time.wall(local_time.instant(wall, shown_in), zone) for wall in (start, end))
    return {"day": start.date().isoformat(), "from": f"{start:%H:%M}", "to": f"{end:%H:%M}"}


# How much one day of a month shows; the day itself shows all.
_MOST_CHIPS = 6


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
        label=shown.formatter.long(day),
        is_today=day == today,
        is_outside=day.month != chosen.month,
        is_chosen=day == chosen,
        chips=chips if len(chips) <= _MOST_CHIPS else chips[: _MOST_CHIPS - 1],
        more=0 if len(chips) <= _MOST_CHIPS else len(chips) - _MOST_CHIPS + 1,
    )


def _chip(piece: Piece[CareSession | str], found: Contents, shown: Shown) -> Chip:
    key = piece.span.key
    if isinstance(key, str):
        start = shown.formatter.clock(clock(piece.first_minute))
        return Chip("busy", f"{start} {calendar_days.busy(key)}", "")
    row = found.rows[key.id]
    names = ", ".join(shown.formatter.names.of(child) for child in key.children.all())
    mark = shown.marks[key.family_id] if shown.many else None
    return Chip(row.mark, f"{row.start} {names}", row.word.lower(), mark)

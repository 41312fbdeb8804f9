"""The calendar: a week or a day as columns of hours, a month as a table, for one person's families."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext

from handsel.access import visibility
from handsel.formatting import dates, names
from handsel.formatting.dates import Formatter
from handsel.models import Family, User
from handsel.pages import calendar_column, calendar_days, calendar_month, page_rows
from handsel.pages.calendar_column import Column, time_of
from handsel.pages.calendar_days import Mark, Shown, clock
from handsel.pages.calendar_month import Cell
from handsel.rules import fields, local_time
from handsel.rules.refusals import NotVisible

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
    formatter = Formatter.of(person)
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
    found = calendar_days.contents(shown, days, at=at)
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
        many=shown.many,
        adds_to=shown.adds_to,
        hours=_hours(formatter),
        columns=[
            calendar_column.column(day, found, shown, today, at, gaps=asked.view is not View.MONTH) for day in chosen
        ],
        weekdays=[dates.weekday_name(weekday) for weekday in formatter.weekdays],
        weeks=calendar_month.weeks(days, day, today, found, shown) if asked.view is View.MONTH else [],
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


def _hours(formatter: Formatter) -> list[tuple[str, str, str]]:
    """The scale beside the columns, from where the nights are drawn narrow to where they begin again."""
    return [
        (time_of(hour * 60), time_of(hour * 60 + 60), formatter.hour(clock(hour * 60), padded=True))
        for hour in range(5, 23)
    ]

"""How one person reads times, days, lengths of time and names: the strings that pages, mails, pushes and files show."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Self

from django.utils import dateformat  # noqa: TID251 (here it is written)
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext

from handsel.formatting.names import Names, join_names
from handsel.rules import local_time, pay, recurrence
from handsel.rules.recurrence import WEEK, Pattern, Recurrence, Weekday

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_A_DAY = timedelta(days=1)
_NTH = {
    1: gettext_lazy("the first %(days)s of every month"),
    2: gettext_lazy("the second %(days)s of every month"),
    3: gettext_lazy("the third %(days)s of every month"),
    4: gettext_lazy("the fourth %(days)s of every month"),
    -1: gettext_lazy("the last %(days)s of every month"),
}


@dataclass(frozen=True, slots=True)
class Formatter:
    """A person's settings, and the names by which they tell others apart; the language is the one that is active.
    names_zones: whether each time is to name its zone.

    Who reads English and 12 hours reads the month before the day, as in "Dec 14".
    """

    names: Names = field(compare=False)
    hour_cycle: int = 24
    week_starts_on: int = 0
    time_zone: str = ""
    names_zones: bool = False

    def among(self, zones: Iterable[str]) -> Self:
        """Return the same for a list of times on the clocks of these zones: where they differ, each names its own."""
        return replace(self, names_zones=self.names_zones or len(set(zones)) > 1)

    # Times

    def clock(self, wall: time | datetime) -> str:
        """Format as 06:00, or 6:00 AM."""
        if self.hour_cycle == 24:
            return f"{wall.hour:02}:{wall.minute:02}"
        return f"{wall.hour % 12 or 12}:{wall.minute:02}{NO_BREAK_SPACE}{_half(wall.hour)}"

    def clock_at(self, at: datetime, zone: str) -> str:
        """Format the same of an instant, on the clocks of a zone."""
        return self.clock(local_time.wall(at, zone))

    def clock_near(self, at: datetime, zone: str, day: date) -> str:
        """Format the same for who thinks of this day: on another one as Sat 13 Mar, 18:35."""
        there = local_time.local_date(at, zone)
        clock = self.clock_at(at, zone)
        return clock if there == day else f"{self.day(there)}, {clock}"

    def hour(self, wall: time | datetime, *, padded: bool = False) -> str:
        """Format a full hour on a scale: 7, or 07 where it is padded, or 7 AM."""
        if self.hour_cycle == 24:
            return f"{wall.hour:02}" if padded else str(wall.hour)
        return f"{wall.hour % 12 or 12}{NO_BREAK_SPACE}{_half(wall.hour)}"

    def hours(self, start: time | datetime, end: time | datetime) -> str:
        """Format as 06:00–14:30, or 6:00 AM – 2:30 PM; of wall times a day apart as 08:00 – Sun 10 Jan, 08:00."""
        if isinstance(start, datetime) and isinstance(end, datetime):
            return f"{self.clock(start)}{self.dash(start, end)}{self.end_clock(start, end)}"
        return f"{self.clock(start)}{self._dash}{self.clock(end)}"

    def end_clock(self, start: datetime, end: datetime) -> str:
        """Format the end of what lasts between two wall times, with its day where the clock alone would name the start.

        A night needs none: its end is before its start on the clock.
        """
        return f"{self.day(end.date())}, {self.clock(end)}" if end - start >= _A_DAY else self.clock(end)

    def dash(self, start: datetime, end: datetime) -> str:
        """Return what stands between the start and the end."""
        return " – " if end - start >= _A_DAY else self._dash

    @property
    def _dash(self) -> str:
        return "–" if self.hour_cycle == 24 else " – "

    def span(self, start: datetime, end: datetime, zone: str) -> str:
        """Format the hours of two instants on the clocks of a zone."""
        return self.hours(local_time.wall(start, zone), local_time.wall(end, zone))

    def dated(self, start: datetime, end: datetime, zone: str) -> str:
        """Format as Mon 14 Dec, 06:00–14:30."""
        return f"{self.day(local_time.local_date(start, zone))}, {self.span(start, end, zone)}"

    def moment(self, at: datetime, zone: str) -> str:
        """Format an instant in the past: 7 Dec, 06:58."""
        wall = local_time.wall(at, zone)
        return f"{self.short(wall.date())}, {self.clock(wall)}"

    def other_zone(self, zone: str) -> str:
        """Return the zone's name where the person lives by another one, or reads times of several; else nothing."""
        is_other = bool(self.time_zone) and self.time_zone != zone
        return zone_name(zone) if is_other or self.names_zones else ""

    # Days

    def day(self, day: date) -> str:
        """Format as Mon 14 Dec, or Mon, Dec 14."""
        return _written(day, "day", self._month_first, get_language())

    def short(self, day: date) -> str:
        """Format as 14 Dec, or Dec 14."""
        return _written(day, "short", self._month_first, get_language())

    def long(self, day: date, *, today: date | None = None) -> str:
        """Format as Monday, 14 December, which breaks after the weekday alone; with its year unless that is today's."""
        if today is not None and day.year != today.year:
            return _written(day, "long with year", self._month_first, get_language())
        weekday, _, rest = _written(day, "long", self._month_first, get_language()).partition(" ")
        return f"{weekday} {rest.replace(' ', NO_BREAK_SPACE)}"

    def full(self, day: date) -> str:
        """Format as 14 March 2021, or March 14, 2021."""
        return _written(day, "full", self._month_first, get_language())

    def full_at(self, at: datetime, zone: str) -> str:
        """Format the same of an instant, on the clocks of a zone."""
        return self.full(local_time.local_date(at, zone))

    def days(self, first: date, last: date) -> str:
        """Format as 21–25 Dec and 28 Dec – 3 Jan, or Dec 21 – 25 and Dec 28 – Jan 3; one day alone as itself."""
        if first == last:
            return self.day(first)
        if (first.year, first.month) != (last.year, last.month):
            return f"{self.short(first)} – {self.short(last)}"
        if self._month_first:
            return f"{self.short(first)} – {last.day}"
        return f"{first.day}–{self.short(last)}"

    def long_days(self, first: date, last: date) -> str:
        """Format as 7 – 13 December and 28 December – 3 January, or December 7 – 13."""
        if first.month != last.month:
            return f"{self.long_day(first)} – {self.long_day(last)}"
        dash = f"{NO_BREAK_SPACE}–{NO_BREAK_SPACE}"
        if self._month_first:
            return f"{self.long_day(first)}{dash}{last.day}"
        return f"{first.day}{dash}{self.long_day(last)}"

    def long_day(self, day: date) -> str:
        """Format as 7 December, or December 7."""
        return _written(day, "without weekday", self._month_first, get_language())

    def week_of(self, day: date) -> date:
        """Return the first day of the week, as this person counts weeks, that holds the day."""
        return day - timedelta(days=(day.weekday() - self.week_starts_on) % 7)

    @property
    def weekdays(self) -> list[Weekday]:
        """Return the week, from the day on which it starts for this person."""
        return [WEEK[(self.week_starts_on + number) % 7] for number in range(7)]

    @property
    def _month_first(self) -> bool:
        return self.hour_cycle == 12 and get_language() == "en"


@lru_cache(maxsize=10_000)
def _written(day: date, style: str, month_first: bool, _language: str) -> str:
    """Write a day as it is written in the active language, which is named so that each has its own. Rows ask over and
    over.

    The letters are those of Django's date filter: D and l name the weekday, M (b without a capital) and F the month.
    """
    match style:
        case "day":
            pattern = "D, M j" if month_first else pgettext("date", "D j M")
        case "short":
            pattern = "M j" if month_first else pgettext("date", "j M")
        case "long":
            pattern = "l, F j" if month_first else pgettext("date", "l, j F")
        case "long with year":
            pattern = "l, F j, Y" if month_first else pgettext("date", "l, j F, Y")
        case "without weekday":
            pattern = "F j" if month_first else pgettext("date", "j F")
        case "full":
            pattern = "F j, Y" if month_first else pgettext("date", "j F Y")
        case _:
            pattern = style
    return dateformat.format(day, pattern)


def _half(hour: int) -> str:
    return pgettext("clock", "AM") if hour < 12 else pgettext("clock", "PM")


def format_duration(minutes: int) -> str:
    """Format as 8 h 30 min."""
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return gettext("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return gettext("%(hours)s h") % {"hours": hours}
    return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


def format_length(start: datetime, end: datetime) -> str:
    """Say how long it is between two instants, by the minutes that clocks show."""
    return format_duration(pay.minutes(start, end))


def weekday(day: date) -> str:
    """Format as Mon."""
    return _written(day, "D", False, get_language())


def month(day: date) -> str:
    """Format as Dec."""
    return _written(day, pgettext("date", "M"), False, get_language())


def month_of_year(day: date) -> str:
    """Format as Dec 2026."""
    return _written(day, pgettext("date", "M Y"), False, get_language())


def month_name(day: date) -> str:
    """Format as December, as a heading."""
    name = _written(day, "F", False, get_language())
    return name[:1].upper() + name[1:]


def month_and_year(day: date) -> str:
    """Format as December 2026, as a heading."""
    named = _written(day, pgettext("date", "F Y"), False, get_language())
    return named[:1].upper() + named[1:]


def weekday_name(weekday: Weekday) -> str:
    """Format as Mon, for a day of no date."""
    return str(WEEKDAYS_ABBR[weekday.number])


def weekday_letter(weekday: Weekday) -> str:
    """Format as M."""
    return weekday_name(weekday)[:1].upper()


def zone_name(zone: str) -> str:
    """Return a name like New York time."""
    place = zone.rpartition("/")[2].replace("_", " ")
    return gettext("%(place)s time") % {"place": place}


def format_recurrence(pattern: Pattern) -> str:
    """Say a schedule's days as a parent would say them: every Monday, Wednesday and Friday."""
    days = join_names([str(WEEKDAYS[day.number]) for day in recurrence.in_order(pattern.days)])
    words = {"days": days, "day": pattern.start_date.day}
    match pattern.recurrence:
        case Recurrence.ONCE:
            day = dateformat.format(pattern.start_date, pgettext("day of a single session", "l j F Y"))
            return gettext("once, on %(day)s") % {"day": day}
        case Recurrence.WEEKLY:
            return gettext("every %(days)s") % words
        case Recurrence.BIWEEKLY:
            return gettext("every second week on %(days)s") % words
        case Recurrence.MONTHLY if days:
            return str(_NTH[pattern.ordinal]) % words
        case Recurrence.MONTHLY if pattern.start_date.day == 31:
            return gettext("the last day of every month")
        case Recurrence.MONTHLY if pattern.start_date.day > 28:
            return gettext("day %(day)s of every month, or its last day when it is shorter") % words
        case Recurrence.MONTHLY:
            return gettext("day %(day)s of every month") % words

"""How one person reads times, days and money: the strings that pages show."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Self

from django.utils import dateformat
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext, ngettext, pgettext

from handsel.models import User
from handsel.rules import local_time
from handsel.rules.recurrence import WEEK, Weekday

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_NARROW = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Reader:
    """A person's settings. Who reads 12 hours reads the month before the day, as in "Dec 14"."""

    hour_cycle: int = 24
    week_starts_on: int = 0
    time_zone: str = ""

    @classmethod
    def of(cls, person: User) -> Self:
        return cls(person.hour_cycle, person.week_starts_on, person.time_zone)

    # Times

    def clock(self, wall: time | datetime) -> str:
        """06:00, or 6:00 AM."""
        if self.hour_cycle == 24:
            return f"{wall.hour:02}:{wall.minute:02}"
        return f"{wall.hour % 12 or 12}:{wall.minute:02}{_NARROW}{'AM' if wall.hour < 12 else 'PM'}"

    def hour(self, wall: datetime) -> str:
        """A full hour on a scale: 7, or 7 AM."""
        return (
            str(wall.hour)
            if self.hour_cycle == 24
            else f"{wall.hour % 12 or 12}{_NARROW}{'AM' if wall.hour < 12 else 'PM'}"
        )

    def hours(self, start: time | datetime, end: time | datetime) -> str:
        """06:00–14:30, or 6:00 AM – 2:30 PM."""
        dash = "–" if self.hour_cycle == 24 else " – "
        return f"{self.clock(start)}{dash}{self.clock(end)}"

    def span(self, start: datetime, end: datetime, zone: str) -> str:
        """The hours of two instants on the clocks of a zone."""
        return self.hours(local_time.wall(start, zone), local_time.wall(end, zone))

    def dated(self, start: datetime, end: datetime, zone: str) -> str:
        """Mon 14 Dec, 06:00–14:30."""
        return f"{self.day(local_time.local_date(start, zone))}, {self.span(start, end, zone)}"

    def moment(self, at: datetime, zone: str) -> str:
        """An instant in the past: 7 Dec, 06:58."""
        wall = local_time.wall(at, zone)
        return f"{self.short(wall.date())}, {self.clock(wall)}"

    def other_zone(self, zone: str) -> str:
        """The zone's name where the person lives by another one, else nothing."""
        return zone_name(zone) if self.time_zone and self.time_zone != zone else ""

    # Days

    def day(self, day: date) -> str:
        """Mon 14 Dec, or Mon, Dec 14."""
        return self._format(day, pgettext("day", "D j M"), pgettext("day, month first", "D, M j"))

    def short(self, day: date) -> str:
        """14 Dec, or Dec 14."""
        return self._format(day, pgettext("day", "j M"), pgettext("day, month first", "M j"))

    def long(self, day: date, *, today: date | None = None) -> str:
        """Monday, 14 December; with its year when that is not today's."""
        named = self._format(day, pgettext("day", "l, j F"), pgettext("day, month first", "l, F j"))
        return named if today is None or day.year == today.year else f"{named}, {day.year}"

    def full(self, day: date) -> str:
        """14 March 2021, or March 14, 2021."""
        return self._format(day, pgettext("day", "j F Y"), pgettext("day, month first", "F j, Y"))

    def days(self, first: date, last: date) -> str:
        """21–25 Dec and 28 Dec – 3 Jan, or Dec 21 – 25 and Dec 28 – Jan 3; one day alone as itself."""
        if first == last:
            return self.day(first)
        if (first.year, first.month) != (last.year, last.month):
            return f"{self.short(first)} – {self.short(last)}"
        if self.hour_cycle == 24:
            return f"{first.day}–{self.short(last)}"
        return f"{self.short(first)} – {last.day}"

    def week_of(self, day: date) -> date:
        """The first day of the week, as this person counts weeks, that holds the day."""
        return day - timedelta(days=(day.weekday() - self.week_starts_on) % 7)

    @property
    def weekdays(self) -> list[Weekday]:
        """The week, from the day on which it starts for this person."""
        return [WEEK[(self.week_starts_on + number) % 7] for number in range(7)]

    def _format(self, day: date, day_first: str, month_first: str) -> str:
        return dateformat.format(day, day_first if self.hour_cycle == 24 else month_first)


def weekday(day: date) -> str:
    """Mon."""
    return dateformat.format(day, "D")


def month(day: date) -> str:
    """Dec."""
    return dateformat.format(day, "M")


def weekday_name(weekday: Weekday) -> str:
    """Mon, for a day of no date."""
    return str(WEEKDAYS_ABBR[weekday.number])


def duration(minutes: Fraction | int) -> str:
    """8 h 30 min; seconds are left out, as on any clock."""
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return gettext("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return gettext("%(hours)s h") % {"hours": hours}
    return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


def in_hours(minutes: Fraction | int) -> str:
    """Hours with one decimal at most: 8.5."""
    tenths = round(minutes / 6)
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


def money(amount: Decimal | None, currency: str) -> str:
    """$1,212.50, or CHF 1,212.50; nothing for what this person may not see."""
    if amount is None:
        return ""
    sign = _SIGNS.get(currency)
    return f"{sign}{amount:,.2f}" if sign else f"{currency}{_NARROW}{amount:,.2f}"


def sessions(count: int) -> str:
    return ngettext("%(count)s session", "%(count)s sessions", count) % {"count": count}


def together(names: list[str]) -> str:
    """Emma and Theo."""
    if len(names) < 2:
        return "".join(names)
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def zone_name(zone: str) -> str:
    """New York time."""
    place = zone.rpartition("/")[2].replace("_", " ")
    return gettext("%(place)s time") % {"place": place}


def about(*parts: str) -> str:
    """Facts in one line, with a dot between them."""
    return " · ".join(part for part in parts if part)

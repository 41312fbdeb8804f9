"""A family's schedules at a glance: what each says, and the week as a strip with the hours in it."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext, ngettext

from handsel.access import visibility
from handsel.access.standing import Standing
from handsel.formatting import dates, lengths, money, names
from handsel.formatting.dates import Formatter
from handsel.models import CareSchedule, User
from handsel.models.care_sessions import with_planned_to
from handsel.pages import recurrence_words
from handsel.queries import paging
from handsel.queries.paging import Order
from handsel.rules import local_time, recurrence
from handsel.rules.recurrence import Recurrence, Weekday

_MOST = 50


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One schedule. `strip` has seven (letter, hours or nothing) from the reader's first day of the week."""

    id: UUID
    name: str
    about: str
    words: str
    planned_to: str
    strip: list[tuple[str, str]]
    is_active: bool


def schedule_lines(person: User, standing: Standing, formatter: Formatter) -> list[ScheduleLine]:
    """Those that run, as many as a page has room for beside other things. One query."""
    return part(person, standing, formatter)[0]


def part(
    person: User, standing: Standing, formatter: Formatter, *, active: bool = True, after: str | None = None
) -> tuple[list[ScheduleLine], str | None]:
    """By name, and the cursor of what follows; for whichever family the person stands in. One query."""
    of_family = visibility.care_schedules(person).filter(family_id=standing.family_id, is_active=active)
    order = Order(f"schedule_lines:{standing.family_id}:{active}", ("name", "id"))
    rows = with_planned_to(of_family.select_related("nanny__user"))
    found, following = paging.for_page(rows, after, order, most=_MOST)
    return [schedule_line(schedule, formatter) for schedule in found], following


def schedule_line(schedule: CareSchedule, formatter: Formatter) -> ScheduleLine:
    length = local_time.wall_length(schedule.start_time, schedule.end_time)
    a_week = recurrence.hours_a_week(schedule.pattern, schedule.start_time, schedule.end_time)
    nanny = schedule.nanny.user.first_name if schedule.nanny else gettext("no nanny yet")
    words = recurrence_words.in_words(schedule.pattern)
    return ScheduleLine(
        id=schedule.id,
        name=schedule.name,
        about=names.join_facts(
            f"{formatter.hours(schedule.start_time, schedule.end_time)}, {words}",
            nanny,
            gettext("%(hours)s h a week") % {"hours": money.format_number(a_week.normalize())} if a_week else "",
        ),
        words=words,
        planned_to=planned_to(getattr(schedule, "planned_to", None), formatter),
        strip=[
            (dates.weekday_letter(day), _hours(length) if day in _days(schedule) else "") for day in formatter.weekdays
        ],
        is_active=schedule.is_active,
    )


def _days(schedule: CareSchedule) -> frozenset[Weekday]:
    """The weekdays with care; none for a day of the month, which is another weekday each time."""
    if schedule.days_of_week or schedule.recurrence != Recurrence.ONCE:
        return schedule.days_of_week
    return frozenset({Weekday.of(schedule.start_date)})


def _hours(length: timedelta) -> str:
    return lengths.format_hours(int(length.total_seconds()) // 60)


def said_ahead(weeks: int) -> str:
    """How far a schedule is kept planned by itself."""
    return ngettext("%(count)s week ahead", "%(count)s weeks ahead", weeks) % {"count": weeks}


def planned_to(day: date | None, formatter: Formatter) -> str:
    return gettext("planned to %(day)s") % {"day": formatter.day(day)} if day else gettext("nothing planned yet")

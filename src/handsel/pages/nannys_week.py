"""A nanny's week on Today: seven columns with what is agreed, done or off, and their hours."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting import dates, money
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, User
from handsel.pages import session_rows, time_off
from handsel.pages.time_off import Absence
from handsel.rules import local_time, pay
from handsel.rules.lifecycle import Status


@dataclass(frozen=True, slots=True)
class Mark:
    """A session in a day's column of the week: hours from midnight."""

    mark: str
    top: str
    height: str


@dataclass(frozen=True, slots=True)
class WeekDay:
    weekday: str
    number: int
    is_today: bool
    is_off: bool
    hours: str
    marks: list[Mark]


def sessions_of_week(person: User, standings: dict[UUID, Standing], monday: date, zone: str) -> list[CareSession]:
    """Return the person's agreed and done sessions of the week, without the children."""
    first, last = local_time.day_span(monday, monday + timedelta(days=6), zone)
    own = visibility.care_sessions(person).filter(nanny_person=person, family_id__in=list(standings))
    confirmed = own.exclude(status=Status.CANCELLED).filter(is_confirmed=True)
    return list(
        confirmed.filter(scheduled_start__gte=first, scheduled_start__lt=last).order_by("scheduled_start", "id")
    )


def week_days(
    week: list[CareSession], off: set[date], formatter: Formatter, zone: str, today: date, at: datetime
) -> list[WeekDay]:
    monday = formatter.week_of(today)
    days = [monday + timedelta(days=number) for number in range(7)]
    of_day: dict[date, list[CareSession]] = defaultdict(list)
    for session in week:
        of_day[local_time.local_date(session.scheduled_start, zone)].append(session)
    return [
        WeekDay(
            weekday=dates.weekday(day),
            number=day.day,
            is_today=day == today,
            is_off=day in off,
            hours=_hours_of(of_day[day], is_off=day in off),
            marks=[_mark(session, zone, at) for session in of_day[day]],
        )
        for day in days
    ]


def _hours_of(sessions: list[CareSession], *, is_off: bool) -> str:
    if sessions:
        hours = money.format_hours(sum(length(session) for session in sessions))
        return gettext("%(hours)s h") % {"hours": hours}
    return gettext("off") if is_off else "–"


def _mark(session: CareSession, zone: str, at: datetime) -> Mark:
    """Place a session on the strip, which shows 05:00 to 23:00; what lies outside is drawn at its edge."""
    start = local_time.wall(session.scheduled_start, zone)
    top = min(max(start.hour + start.minute / 60, 5.0), 22.0)
    height = min(pay.minutes(*session.planned_times) / 60, 23.0 - top)
    return Mark(session_rows.mark_and_word(session, at)[0], f"{top:.2f}", f"{max(height, 0.5):.2f}")


def total(sessions: Iterable[CareSession]) -> str:
    return dates.format_duration(sum(length(session) for session in sessions))


def length(session: CareSession) -> int:
    if session.actual_start and session.actual_end:
        return pay.minutes(session.actual_start, session.actual_end)
    return pay.minutes(session.scheduled_start, session.scheduled_end)


def days_off(
    person: User, standings: dict[UUID, Standing], formatter: Formatter, today: date
) -> tuple[set[date], list[Absence]]:
    """Return their own whole days off; and all that keeps them away, their own or a family's."""
    first = formatter.week_of(today)
    memberships = {standing.member_id for standing in standings.values()}
    entries = [
        entry
        for entry in time_off.between(person, standings, first, first + timedelta(days=6))
        if entry.in_nanny_id is None or entry.in_nanny_id in memberships
    ]
    whole = [entry for entry in entries if entry.nanny_id and entry.start_time is None]
    days = [first + timedelta(days=number) for number in range(7)]
    off = {day for entry in whole for day in days if entry.from_date <= day <= entry.to_date}
    return off, time_off.absences(entries, formatter, person)

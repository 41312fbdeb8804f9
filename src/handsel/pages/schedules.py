"""One schedule: what it means, how far it is planned, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting import dates, lengths, money, names
from handsel.formatting.dates import Formatter
from handsel.models import CareSchedule, CareSession, User
from handsel.models.care_sessions import UNTOUCHED, with_planned_to
from handsel.pages import session_rows
from handsel.pages.session_rows import Day
from handsel.queries import paging
from handsel.queries.paging import Order
from handsel.rules import local_time, recurrence
from handsel.rules.recurrence import Recurrence, Weekday
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Capability, Role

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
    words = dates.format_recurrence(schedule.pattern)
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


_MOST = 30


@dataclass(frozen=True, slots=True)
class SchedulePage:
    """`after` is the cursor of the sessions that follow, or None; `begin` the first day that a generation would plan;
    `ahead` says how far it is kept planned by itself, and on whose word; `last_batch` is the newest generation that an
    undo would still remove sessions of.
    """

    line: ScheduleLine
    family_id: UUID
    family_name: str
    time_zone: str
    version: int
    hours: str
    children: str
    runs: str
    rate: str
    notes: str
    days: list[Day]
    after: str | None
    begin: date
    ahead: str
    last_batch: UUID | None
    parents: str
    may_plan: bool


def page(person: User, schedule_id: UUID, *, at: datetime, after: str | None = None) -> SchedulePage:
    """Its sessions to come, soonest first, a part at a time. Raises NotVisible."""
    standing, seen = visibility.care_schedule(person, schedule_id)
    named = (
        visibility.care_schedules(person)
        .select_related("family", "nanny__user", "extended_by__user")
        .filter(pk=seen.pk)
    )
    schedule = with_planned_to(named).first()
    if schedule is None:  # deleted between the two looks
        raise NotVisible
    formatter = Formatter.of(person)
    today = local_time.local_date(at, schedule.family.time_zone)
    coming = visibility.care_sessions(person).filter(schedule_id=schedule.id).ending_after(at)
    order = Order(f"schedule_page:{schedule.id}", ("scheduled_start", "id"))
    sessions, following = paging.for_page(session_rows.with_people(coming), after, order, most=_MOST)
    rows = [session_rows.row(session, standing, formatter, at=at) for session in sessions]
    may_plan = standing.may(Capability.PLAN)
    sees_pay = standing.sees_pay_of(schedule.nanny_id)
    return SchedulePage(
        line=schedule_line(schedule, formatter),
        family_id=schedule.family_id,
        family_name=schedule.family.name,
        time_zone=schedule.family.time_zone,
        version=schedule.version,
        hours=formatter.hours(schedule.start_time, schedule.end_time),
        children=_children(schedule),
        runs=_runs(schedule, formatter),
        rate=money.format_money(schedule.hourly_rate, schedule.family.currency) if sees_pay else "",
        notes=schedule.notes,
        days=session_rows.by_day(rows, today=today),
        after=following,
        begin=_begin(schedule.planned_to, schedule.start_date, today),
        ahead=_ahead(schedule),
        last_batch=_last_batch(coming) if may_plan else None,
        parents=_parents(person, schedule.family_id),
        may_plan=may_plan,
    )


def _begin(planned_to: date | None, start: date, today: date) -> date:
    after = planned_to + timedelta(days=1) if planned_to else start
    return max(after, start, today)


def _ahead(schedule: CareSchedule) -> str:
    if schedule.weeks_ahead is None or schedule.extended_by is None:
        return ""
    said = {"weeks": said_ahead(schedule.weeks_ahead), "name": schedule.extended_by.user.first_name}
    return gettext("%(weeks)s, on %(name)s’s word") % said


def _last_batch(coming: QuerySet[CareSession]) -> UUID | None:
    untouched = coming.filter(UNTOUCHED, batch__isnull=False, batch__undone_at__isnull=True)
    return untouched.order_by("-batch__created_at", "-batch_id").values_list("batch_id", flat=True).first()


def _children(schedule: CareSchedule) -> str:
    return names.join_names([child.first_name for child in schedule.children.order_by("created_at", "id")])


def _runs(schedule: CareSchedule, formatter: Formatter) -> str:
    first = formatter.full(schedule.start_date)
    if schedule.end_date is None:
        return gettext("from %(day)s") % {"day": first}
    return f"{first} – {formatter.full(schedule.end_date)}"


def _parents(person: User, family_id: UUID) -> str:
    """Who is told when sessions are generated."""
    found = visibility.members(person).filter(family_id=family_id, role=Role.PARENT).exclude(user=person)
    return names.join_names([m.user.first_name for m in found.select_related("user").order_by("joined_at", "id")])


@dataclass(frozen=True, slots=True)
class SchedulesPage:
    """`after` is the cursor of what follows, or None."""

    id: UUID
    name: str
    off: bool
    schedules: list[ScheduleLine]
    after: str | None
    may_plan: bool


def listed(person: User, family_id: UUID, *, off: bool = False, after: str | None = None) -> SchedulesPage:
    """Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    lines, following = part(person, standing, Formatter.of(person), active=not off, after=after)
    return SchedulesPage(family.id, family.name, off, lines, following, standing.may(Capability.PLAN))

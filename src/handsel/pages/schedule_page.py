"""One schedule: what it means, how far it is planned, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from handsel.access import visibility
from handsel.formatting import money, names
from handsel.formatting.dates import Formatter
from handsel.models import CareSchedule, CareSession, User
from handsel.models.care_sessions import UNTOUCHED, with_planned_to
from handsel.pages import page_rows
from handsel.pages.page_rows import Day
from handsel.pages.schedule_lines import ScheduleLine, said_ahead, schedule_line
from handsel.queries import paging
from handsel.queries.paging import Order
from handsel.rules import local_time
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Capability, Role

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
    sessions, following = paging.for_page(page_rows.with_people(coming), after, order, most=_MOST)
    rows = [page_rows.row(session, standing, formatter, at=at) for session in sessions]
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
        days=page_rows.by_day(rows, today=today),
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

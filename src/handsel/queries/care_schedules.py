"""Schedules as their family sees them, and the dates that one of them means."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from handsel.access import visibility
from handsel.access.standing import Standing
from handsel.models import CareSchedule, CareScheduleChild, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page
from handsel.rules import local_time, recurrence
from handsel.rules.drafts import Draft, Problems
from handsel.rules.recurrence import Weekday


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One schedule; `hourly_rate` is None for who may not see it."""

    id: UUID
    family_id: UUID
    name: str
    recurrence: str
    days_of_week: list[Weekday]
    start_time: time
    end_time: time
    hourly_rate: Decimal | None
    is_active: bool
    start_date: date
    end_date: date | None
    notes: str
    child_ids: list[UUID]
    nanny_id: UUID | None
    rrule: str | None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Occurrence:
    slot_date: date
    scheduled_start: datetime
    scheduled_end: datetime


def listed(person: User, family_id: UUID, wanted: Draft) -> Page[ScheduleRow]:
    """wanted: is_active, cursor, limit. Raises NotVisible or Invalid. Three queries."""
    standing = visibility.standing(person, family_id)
    rows = visibility.care_schedules(person).filter(family_id=family_id)
    if "is_active" in wanted:
        rows = rows.filter(is_active=wanted["is_active"])
    found, following = paging.part(rows, wanted, Order(f"care_schedules:{family_id}"))
    return Page(_rows(found, standing), following)


def one(person: User, schedule_id: UUID) -> ScheduleRow:
    """Raises NotVisible."""
    standing, schedule = visibility.care_schedule(person, schedule_id)
    return _rows([schedule], standing)[0]


def shown(person: User, schedule: CareSchedule) -> ScheduleRow:
    """A schedule just as an action left it. Raises NotVisible. Two queries."""
    return _rows([schedule], visibility.standing(person, schedule.family_id))[0]


def occurrences(person: User, schedule_id: UUID, wanted: Draft) -> list[Occurrence]:
    """The slots of a range (wanted: from_date, to_date, both inclusive, at most 366 days) in the family's zone.

    Whatever exists already, whether the schedule is active or not. Raises NotVisible or Invalid.
    """
    _, schedule = visibility.care_schedule(person, schedule_id)
    problems = Problems(wanted)
    if not problems.any_of("from_date", "to_date"):
        problems.add_all(recurrence.range_problems(wanted["from_date"], wanted["to_date"]))
    problems.raise_if_any()
    slots = recurrence.slots(schedule.pattern, wanted["from_date"], wanted["to_date"])
    hours = schedule.start_time, schedule.end_time, schedule.family.time_zone
    return [Occurrence(slot, *local_time.span(slot, *hours)) for slot in slots]


def _rows(schedules: list[CareSchedule], standing: Standing) -> list[ScheduleRow]:
    """One query for the children of all."""
    links = CareScheduleChild.objects.filter(schedule__in=schedules).order_by("id")
    children: dict[UUID, list[UUID]] = {schedule.id: [] for schedule in schedules}
    for schedule_id, child_id in links.values_list("schedule_id", "child_id"):
        children[schedule_id].append(child_id)
    return [_row(schedule, children[schedule.id], standing) for schedule in schedules]


def _row(schedule: CareSchedule, child_ids: list[UUID], standing: Standing) -> ScheduleRow:
    return ScheduleRow(
        id=schedule.id,
        family_id=schedule.family_id,
        name=schedule.name,
        recurrence=schedule.recurrence,
        days_of_week=recurrence.in_order(schedule.days_of_week),
        start_time=schedule.start_time,
        end_time=schedule.end_time,
        hourly_rate=schedule.hourly_rate if standing.sees_pay_of(schedule.nanny_id) else None,
        is_active=schedule.is_active,
        start_date=schedule.start_date,
        end_date=schedule.end_date,
        notes=schedule.notes,
        child_ids=child_ids,
        nanny_id=schedule.nanny_id,
        rrule=recurrence.rrule(schedule.pattern),
        version=schedule.version,
        created_at=schedule.created_at,
        updated_at=schedule.updated_at,
    )

"""Schedules as their family sees them, and the dates that one of them means."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.models import CareSchedule, CareScheduleChild, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page, Row
from handsel.rules import local_time, recurrence
from handsel.rules.drafts import Draft, Problems


@dataclass(frozen=True, slots=True)
class Occurrence:
    slot_date: date
    scheduled_start: datetime
    scheduled_end: datetime


def listed(person: User, family_id: UUID, wanted: Draft) -> Page[Row]:
    """wanted: is_active, cursor, limit. Raises NotVisible or Invalid. Three queries."""
    standing = visibility.standing(person, family_id)
    rows = visibility.care_schedules(person).filter(family_id=family_id)
    if "is_active" in wanted:
        rows = rows.filter(is_active=wanted["is_active"])
    schedules, following = paging.part(rows, wanted, Order(f"care_schedules:{family_id}"))
    return Page(_rows(schedules, standing), following)


def one(person: User, schedule_id: UUID) -> Row:
    """Raises NotVisible."""
    standing, schedule = visibility.care_schedule(person, schedule_id)
    return _rows([schedule], standing)[0]


def shown(person: User, schedule: CareSchedule) -> Row:
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


def _rows(schedules: list[CareSchedule], standing: Standing) -> list[Row]:
    """Each with its `child_ids`, and without a rate that may not be seen. One query for the children of all."""
    links = CareScheduleChild.objects.filter(schedule__in=schedules).order_by("id")
    children: dict[UUID, list[UUID]] = {schedule.id: [] for schedule in schedules}
    for schedule_id, child_id in links.values_list("schedule_id", "child_id"):
        children[schedule_id].append(child_id)
    return [
        Row(
            schedule,
            child_ids=children[schedule.id],
            days_of_week=recurrence.in_order(schedule.days_of_week),
            hourly_rate=schedule.hourly_rate if standing.sees_pay_of(schedule.nanny_id) else None,
            rrule=recurrence.rrule(schedule.pattern),
        )
        for schedule in schedules
    ]

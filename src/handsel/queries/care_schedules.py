"""Schedules as their family sees them, and the dates that one of them means."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.models import CareSchedule, CareScheduleChild, CareSession, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page, Row
from handsel.rules import local_time, recurrence
from handsel.rules.drafts import Draft, Problems


@dataclass(frozen=True, slots=True)
class Occurrence:
    slot_date: date
    scheduled_start: datetime
    scheduled_end: datetime


def listed(person: User, family_id: UUID, parameters: Draft) -> Page[Row]:
    """Return a page of a family's schedules. parameters: is_active, cursor, limit. Raises NotVisible or Invalid. Three
    queries.
    """
    standing = visibility.standing(person, family_id)
    rows = visibility.care_schedules(person).filter(family_id=family_id)
    if "is_active" in parameters:
        rows = rows.filter(is_active=parameters["is_active"])
    schedules, following = paging.paginate(rows, parameters, Order(f"care_schedules:{family_id}"))
    return Page(_rows(schedules, standing), following)


def get(person: User, schedule_id: UUID) -> Row:
    """Return one schedule. Raises NotVisible."""
    standing, schedule = visibility.care_schedule(person, schedule_id)
    return _rows([schedule], standing)[0]


def shown(person: User, schedule: CareSchedule) -> Row:
    """Return a schedule just as an action left it. Raises NotVisible. Two queries."""
    return _rows([schedule], visibility.standing(person, schedule.family_id))[0]


def occurrences(person: User, schedule_id: UUID, parameters: Draft) -> list[Occurrence]:
    """Return the slots of a range (parameters: from_date, to_date, both inclusive, at most 366 days) in the family's
    zone.

    Whatever exists already, whether the schedule is active or not. Raises NotVisible or Invalid.
    """
    _, schedule = visibility.care_schedule(person, schedule_id)
    problems = Problems(parameters)
    if not problems.any_of("from_date", "to_date"):
        problems.add_all(recurrence.range_problems(parameters["from_date"], parameters["to_date"]))
    problems.raise_if_any()
    slots = recurrence.slots(schedule.pattern, parameters["from_date"], parameters["to_date"])
    hours = schedule.start_time, schedule.end_time, schedule.family.time_zone
    return [Occurrence(slot, *span) for slot, span in zip(slots, local_time.spans(slots, *hours), strict=True)]


def _rows(schedules: list[CareSchedule], standing: Standing) -> list[Row]:
    links = CareScheduleChild.objects.filter(schedule__in=schedules)
    child_ids = links.order_by("id").values_list("schedule_id", "child_id")
    return redact_hidden_fields(schedules, child_ids, {standing.family_id: standing})


def redact_hidden_fields(
    instances: Iterable[CareSchedule | CareSession],
    links: Iterable[tuple[UUID, UUID]],
    standings: Mapping[UUID, Standing],
) -> list[Row]:
    """Return schedules or sessions with their `child_ids`, of `links` (instance, child); without a rate that is not
    shown. standings: the reader's, by the family.
    """
    child_ids = defaultdict[UUID, list[UUID]](list)
    for instance_id, child_id in links:
        child_ids[instance_id].append(child_id)
    return [
        Row(
            instance,
            child_ids=child_ids[instance.id],
            hourly_rate=(
                instance.hourly_rate if standings[instance.family_id].sees_pay_of(instance.nanny_id) else None
            ),
        )
        for instance in instances
    ]

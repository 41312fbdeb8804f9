"""What somebody may have to be reminded of now, in all families. Who is, and of what, actions.reminding says."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from handsel.models import CareSchedule, CareSession, Notice
from handsel.models.care_sessions import LONGER_THAN_ANY
from handsel.queries.care_schedules import with_planned_to
from handsel.rules import reminders
from handsel.rules.lifecycle import Status
from handsel.rules.notices import NoticeKind

# From the evening before a day until its last session begins: six hours and a day, and what clocks are put back.
_TOMORROW_REACHES = timedelta(hours=33)
# The sessions that share their day with one that comes due, in a day that the clocks made longer.
_THE_REST_OF_THE_DAY = timedelta(hours=26)
# No recurrence leaves more than five weeks between two slots.
_NEXT_SLOT = timedelta(weeks=5, days=1)
# The first notice of a day's sessions is written at most three days before the last of them.
_TOLD_BEFORE = timedelta(days=4)


def sessions(at: datetime) -> list[CareSession]:
    """Sessions that may be due for a reminder, the soonest first, with their families. One query, by the start."""
    to_confirm = Q(is_confirmed=False, scheduled_start__gt=at)
    to_start = Q(is_confirmed=True, scheduled_end__gt=at, scheduled_start__lte=at + _TOMORROW_REACHES)
    to_end = Q(status=Status.IN_PROGRESS, scheduled_end__lte=at - reminders.LATE_TO_END)
    rows = CareSession.objects.filter(
        Q(to_confirm | to_start, status=Status.SCHEDULED) | to_end,
        scheduled_start__gt=at - LONGER_THAN_ANY - reminders.RINGS_FOR,
        scheduled_start__lte=at + reminders.ANSWER_BEFORE + _THE_REST_OF_THE_DAY,
    )
    return list(rows.select_related("family").order_by("scheduled_start", "id"))


def ending_plans(at: datetime, among: Collection[UUID] | None = None) -> list[CareSchedule]:
    """Active schedules that are planned for less than 14 more days, with `planned_to`; among these ids, or all.

    Those that the worker keeps planned need nobody. One query: a look at the last slot of each that runs.
    """
    today = at.date()
    runs = CareSchedule.objects.filter(Q(end_date__isnull=True) | Q(end_date__gte=today - timedelta(days=1)))
    runs = runs.filter(is_active=True, weeks_ahead__isnull=True)
    rows = with_planned_to(runs if among is None else runs.filter(id__in=among))
    # By dates that no zone has passed yet, or all may have; each schedule's own zone decides.
    near = rows.filter(planned_to__range=(today - _NEXT_SLOT - timedelta(days=1), today + reminders.PLANNED_FOR))
    return [row for row in near.select_related("family").order_by("id") if _plan_ends(row, at)]


def _plan_ends(schedule: CareSchedule, at: datetime) -> bool:
    window = reminders.plan_ends(schedule.pattern, schedule.planned_to, schedule.family.time_zone)
    return window is not None and window.holds(at)


@dataclass(slots=True)
class Reminded:
    """Of which sessions of a day, at which start, somebody was reminded that they need an answer; in how many notices.

    A session that has moved since is another, and wants to be brought up anew.
    """

    of: set[tuple[str, datetime]] = field(default_factory=set)
    times: int = 0


def reminded(people: Iterable[UUID], at: datetime) -> dict[tuple[UUID, UUID, date], Reminded]:
    """What these people have been reminded to answer, by person, family and day. One query."""
    told = Notice.objects.filter(person__in=people, kind=NoticeKind.STILL_TO_CONFIRM, at__gt=at - _TOLD_BEFORE)
    found: dict[tuple[UUID, UUID, date], Reminded] = defaultdict(Reminded)
    for person_id, family_id, facts in told.values_list("person_id", "family_id", "facts"):
        one = found[person_id, family_id, date.fromisoformat(facts["day"])]
        starts = (datetime.fromisoformat(start) for start, _ in facts["times"])
        one.of.update(zip(facts["sessions"], starts, strict=True))
        one.times += 1
    return found

"""Actions on schedules. None of them changes a session that exists."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from handsel.access import checks, visibility
from handsel.actions import history, participants
from handsel.actions.care_sessions.moves import MAX_SESSIONS_AT_ONCE
from handsel.models import CareSchedule, CareScheduleChild, Child, Event, User
from handsel.rules import extending, recurrence
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.recurrence import Weekday
from handsel.rules.roles import Capability
from handsel.rules.sentences import say

_NEEDED = ("name", "recurrence", "start_time", "end_time", "start_date", "child_ids")
# Each with what it is when it is emptied.
_COLUMNS: dict[str, Any] = {
    **dict.fromkeys(["name", "recurrence", "start_time", "end_time", "start_date", "end_date", "hourly_rate"]),
    "days_of_week": frozenset(),
    "week_start": Weekday.MONDAY.value,
    "is_active": True,
    "notes": "",
    "weeks_ahead": None,
}
# What a schedule means; with it the weeks that the worker keeps planned are looked at anew.
_WHEN = ("recurrence", "days_of_week", "week_start", "start_date", "end_date", "weeks_ahead")


@transaction.atomic
def create(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> CareSchedule:
    """Create a new template. No session exists until somebody generates.

    draft: name, recurrence, days_of_week, start_time, end_time, start_date, child_ids; end_date, week_start,
    hourly_rate (the family's default when nothing is said), nanny_id, is_active, notes, weeks_ahead (that the worker
    keeps planned, on this person's word; None for not at all). Raises NotVisible, NotAllowed or Invalid.
    """
    standing, family = visibility.family(by, family_id)
    checks.may(standing, Capability.PLAN)
    problems = Problems(draft, _NEEDED)
    schedule = CareSchedule(family=family, hourly_rate=family.default_hourly_rate, created_at=at, updated_at=at)
    _set(schedule, draft)
    children = participants.children(family, draft, problems)
    nanny = participants.nanny(family, draft, problems)
    _check(schedule, problems)
    problems.raise_if_any()
    schedule.nanny = nanny
    schedule.extended_by_id = standing.member_id if schedule.weeks_ahead else None
    schedule.save(force_insert=True)
    _choose(schedule, children)
    history.record(
        EventKind.CARE_SCHEDULE_CREATED,
        by=standing,
        at=at,
        source=source,
        schedule_id=schedule.id,
        changes={field: (None, value) for field, value in _current_values(schedule).items() if value not in (None, "")},
        nanny_id=schedule.nanny_id,
    )
    return schedule


@transaction.atomic
def update(
    schedule_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source, version: int | None = None
) -> CareSchedule:
    """Change what the draft names; the same values again are no change. A schedule that loses its nanny takes the
    family's default rate, unless the draft names a rate.

    Raises NotVisible, NotAllowed, VersionConflict or Invalid.
    """
    standing, schedule = visibility.care_schedule(by, schedule_id, lock=True)
    checks.may(standing, Capability.PLAN)
    checks.version(schedule, version)
    problems = Problems(draft, [field for field in _NEEDED if field in draft])
    before = _current_values(schedule)
    _set(schedule, draft)
    children: list[Child] | None = None
    if "child_ids" in draft or "child_ids" in problems:
        children = participants.children(schedule.family, draft, problems, already=before["child_ids"])
    if "nanny_id" in draft and draft["nanny_id"] != schedule.nanny_id:
        schedule.nanny = participants.nanny(schedule.family, draft, problems)
    # Who saw no rate names none by sending none.
    sees_pay = standing.sees_pay_of(before["nanny_id"])
    if "hourly_rate" not in draft or (draft["hourly_rate"] is None and not sees_pay):
        # What one nanny earns is not for the next one to read.
        taken_over = before["nanny_id"] not in (None, schedule.nanny_id)
        schedule.hourly_rate = schedule.family.default_hourly_rate if taken_over else before["hourly_rate"]
    _check(schedule, problems)
    problems.raise_if_any()

    after = {**before, **_current_values(schedule, child_ids=before["child_ids"])}
    if children is not None and {child.id for child in children} != set(before["child_ids"]):
        after["child_ids"] = [child.id for child in children]
    # A rate that they may not see is changed by any that they name, also by the right guess.
    hidden = draft.get("hourly_rate") is not None and not sees_pay
    named_anew = {"hourly_rate"} if hidden else set()
    changes = {
        field: (was, after[field]) for field, was in before.items() if was != after[field] or field in named_anew
    }
    if not changes:
        return schedule
    if "weeks_ahead" in changes:
        schedule.extended_by_id = standing.member_id if schedule.weeks_ahead else None
    if not changes.keys().isdisjoint(_WHEN):
        schedule.extended_week = None
    schedule.version += 1
    schedule.updated_at = at
    schedule.save(force_update=True)
    if "child_ids" in changes and children is not None:
        _choose(schedule, children)
    history.record(
        EventKind.CARE_SCHEDULE_UPDATED,
        by=standing,
        at=at,
        source=source,
        schedule_id=schedule.id,
        changes=changes,
        nanny_id=None if "nanny_id" in changes else schedule.nanny_id,
    )
    return schedule


@transaction.atomic
def keep_sessions(schedule_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> int:
    """Note that sessions stay though the schedule no longer means them, and return how many. None of them changes.

    draft: session_ids; one that is not the schedule's is passed over. Raises NotVisible, NotAllowed or Invalid.
    """
    standing, schedule = visibility.care_schedule(by, schedule_id, lock=True)
    checks.may(standing, Capability.PLAN)
    problems = Problems(draft)
    session_ids = draft.get("session_ids") or ()
    if not session_ids:
        problems.add("session_ids", say("Choose at least one session."))
    problems.raise_if_any()
    rows = schedule.care_sessions.filter(id__in=session_ids[:MAX_SESSIONS_AT_ONCE]).order_by("id")
    kept = set(rows.values_list("id", flat=True)) - kept_sessions(schedule)
    if kept:
        history.record(
            EventKind.CARE_SCHEDULE_SESSIONS_KEPT,
            by=standing,
            at=at,
            source=source,
            schedule_id=schedule.id,
            changes={"session_ids": (None, sorted(kept))},
        )
    return len(kept)


def kept_sessions(schedule: CareSchedule) -> set[UUID]:
    """Return the sessions of which somebody said that they stay. History remembers them."""
    lines = Event.objects.filter(
        family_id=schedule.family_id, schedule_id=schedule.id, kind=EventKind.CARE_SCHEDULE_SESSIONS_KEPT
    )
    return {
        UUID(session_id)
        for changes in lines.values_list("changes", flat=True)
        for session_id in changes["session_ids"][1]
    }


@transaction.atomic
def delete(schedule_id: UUID, *, by: User, at: datetime, source: Source, version: int | None = None) -> None:
    """Remove the template; its sessions stay, and history still tells which schedule they came from.

    Raises NotVisible, NotAllowed or VersionConflict.
    """
    standing, schedule = visibility.care_schedule(by, schedule_id, lock=True)
    checks.may(standing, Capability.PLAN)
    checks.version(schedule, version)
    history.record(
        EventKind.CARE_SCHEDULE_DELETED,
        by=standing,
        at=at,
        source=source,
        schedule_id=schedule.id,
        changes={field: (value, None) for field, value in _current_values(schedule).items() if value not in (None, "")},
        nanny_id=schedule.nanny_id,
    )
    schedule.delete()


def _set(schedule: CareSchedule, draft: Draft) -> None:
    for field, value in draft.named(_COLUMNS).items():
        setattr(schedule, field, value)


def _check(schedule: CareSchedule, problems: Problems) -> None:
    """Check what no field can tell alone, looking only at what could be read."""
    if not problems.any_of("start_time", "end_time"):
        problems.add_all(recurrence.hours_problems(schedule.start_time, schedule.end_time))
    if not problems.any_of("recurrence", "days_of_week", "start_date", "end_date"):
        problems.add_all(recurrence.problems(schedule.pattern))
    problems.add_all(extending.problems(schedule.weeks_ahead))


def _choose(schedule: CareSchedule, children: list[Child]) -> None:
    schedule.child_links.all().delete()
    CareScheduleChild.objects.bulk_create(CareScheduleChild(schedule=schedule, child=child) for child in children)


def _current_values(schedule: CareSchedule, child_ids: list[UUID] | None = None) -> dict[str, Any]:
    if child_ids is None:
        child_ids = list(schedule.child_links.order_by("id").values_list("child_id", flat=True))
    return {
        **{field: getattr(schedule, field) for field in _COLUMNS},
        "days_of_week": [day.value for day in recurrence.in_order(schedule.days_of_week)],
        "nanny_id": schedule.nanny_id,
        "child_ids": child_ids,
    }

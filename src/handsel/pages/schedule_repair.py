"""What a schedule lacks and what no longer fits it, where it was changed after its sessions were planned."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, ngettext

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.actions import care_schedules, generation
from handsel.formatting.dates import Formatter
from handsel.models import Event, User
from handsel.pages import session_rows
from handsel.rules import fitting, local_time, recurrence
from handsel.rules.fitting import Planned
from handsel.rules.history import EventKind
from handsel.rules.lifecycle import Status
from handsel.rules.roles import Capability

# Sessions that no longer fit, on one page; and how many of a schedule are looked at for them.
_MOST_NAMED, _MOST_SESSIONS = 50, 1_000
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Missing:
    """The sessions that the planned time lacks, as one press makes them."""

    words: str
    from_date: date
    to_date: date


def missing(schedule: Any, formatter: Formatter, *, at: datetime) -> Missing | None:
    """Return what a schedule (with `planned_to`) lacks from now to the end of what is planned, or None.

    What falls into time off is left out, and so is what somebody deleted.
    """
    zone = schedule.family.time_zone
    first = local_time.local_date(at, zone)
    if local_time.span(first, schedule.start_time, schedule.end_time, zone)[0] <= at:
        first += _A_DAY  # nobody needs to answer for this morning
    if not schedule.is_active or schedule.planned_to is None or schedule.planned_to < first:
        return None
    last = min(schedule.planned_to, first + timedelta(days=recurrence.LONGEST_RANGE_DAYS - 1))
    slots = generation.missing_slots(schedule, first, last)
    return Missing(_words(slots, formatter), slots[0], slots[-1]) if slots else None


def _words(slots: list[date], formatter: Formatter) -> str:
    values = {"count": len(slots), "day": formatter.short(slots[-1]), "weekday": WEEKDAYS[slots[0].weekday()]}
    if len(slots) == 1:
        return gettext("Plan %(day)s") % {"day": formatter.day(slots[0])}
    if len({slot.weekday() for slot in slots}) == 1:
        return gettext("Plan the %(count)s %(weekday)ss until %(day)s") % values
    return gettext("Plan the %(count)s missing sessions until %(day)s") % values


def unfitting(
    person: User, standing: Standing, schedule: Any, formatter: Formatter, *, at: datetime
) -> dict[str, Any] | None:
    """Return the sessions to come that no longer fit, as far as this person may cancel them and nobody kept them.

    rows: the first of them; more: whether others follow, once these are kept or cancelled.
    """
    ids = _unfitting_ids(person, standing, schedule, at)
    if not ids:
        return None
    kept = care_schedules.kept_sessions(schedule)
    ids = [session_id for session_id in ids if session_id not in kept]
    if not ids:
        return None
    named = session_rows.with_people(visibility.care_sessions(person).filter(id__in=ids[:_MOST_NAMED]))
    sessions = list(named.order_by("scheduled_start", "id"))
    formatter = formatter.among({session.time_zone for session in sessions})
    sentence = ngettext(
        "%(count)s session no longer fits this schedule", "%(count)s sessions no longer fit this schedule", len(ids)
    )
    return {
        "says": sentence % {"count": len(ids)},
        "rows": [session_rows.row(session, standing, formatter, at=at, buttons=False) for session in sessions],
        "more": len(ids) > _MOST_NAMED,
    }


def _unfitting_ids(person: User, standing: Standing, schedule: Any, at: datetime) -> list[UUID]:
    """Return the sessions to come, of those that this person may cancel, that lie on other days or at other hours than
    the schedule means now, soonest first. Two queries.
    """
    to_come = visibility.care_sessions(person).filter(schedule_id=schedule.id, status=Status.SCHEDULED)
    to_come = to_come.ending_after(at).order_by("slot_date")
    columns = to_come.values_list("id", "nanny_id", "slot_date", "scheduled_start", "scheduled_end", "time_zone")
    sessions = [
        Planned(session_id, slot, (start, end), zone)
        for session_id, nanny_id, slot, start, end, zone in columns[:_MOST_SESSIONS]
        if slot and standing.may_with(Capability.CANCEL, nanny_id)
    ]
    if not sessions:
        return []
    updates = visibility.events(person).filter(
        family_id=schedule.family_id, schedule_id=schedule.id, kind=EventKind.CARE_SCHEDULE_UPDATED
    )
    hours = schedule.start_time, schedule.end_time
    former = fitting.former_hours(
        hours, updates.order_by(*Event.AS_WRITTEN).reverse().values_list("changes", flat=True)
    )
    return fitting.unfitting(schedule.pattern, hours, former, sessions)

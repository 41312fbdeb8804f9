"""A family's schedules: each at a glance, one in full, and what generating its sessions would do."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.actions.generation import Generation
from handsel.formatting import dates, money, names
from handsel.formatting.dates import Formatter
from handsel.models import CareSchedule, CareSession, User
from handsel.models.care_sessions import UNTOUCHED, with_planned_to
from handsel.pages import schedule_repair, session_rows
from handsel.queries import paging
from handsel.queries.paging import Order
from handsel.rules import local_time, pay, recurrence
from handsel.rules.lifecycle import Status
from handsel.rules.recurrence import Recurrence, Weekday
from handsel.rules.refusals import Clashing, NotVisible
from handsel.rules.roles import Capability, Role

# On one page.
_MOST_LINES, _MOST_SESSIONS = 50, 30


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


def lines(
    person: User, standing: Standing, formatter: Formatter, *, active: bool = True, after: str | None = None
) -> tuple[list[ScheduleLine], str | None]:
    """Return the schedules of a family that run, or those that are switched off, by name; and the cursor of what
    follows. One query.

    As many as a page has room for beside other things.
    """
    of_family = visibility.care_schedules(person).filter(family_id=standing.family_id, is_active=active)
    order = Order(f"schedule_lines:{standing.family_id}:{active}", ("name", "id"))
    rows = with_planned_to(of_family.select_related("nanny__user"))
    part, following = paging.for_page(rows, after, order, most=_MOST_LINES)
    return [schedule_line(schedule, formatter) for schedule in part], following


def schedule_line(schedule: CareSchedule, formatter: Formatter) -> ScheduleLine:
    start, end = schedule.start_time, schedule.end_time
    hours = money.format_hours(int(local_time.wall_length(start, end).total_seconds()) // 60)
    a_week = recurrence.hours_a_week(schedule.pattern, start, end)
    words = dates.format_recurrence(schedule.pattern)
    weekdays = schedule.days_of_week  # none for a day of the month, which is another weekday each time
    if not weekdays and schedule.recurrence == Recurrence.ONCE:
        weekdays = frozenset({Weekday.of(schedule.start_date)})
    return ScheduleLine(
        id=schedule.id,
        name=schedule.name,
        about=names.join_facts(
            f"{formatter.hours(start, end)}, {words}",
            formatter.names.of(schedule.nanny) if schedule.nanny else gettext("no nanny yet"),
            gettext("%(hours)s h a week") % {"hours": money.format_number(a_week.normalize())} if a_week else "",
        ),
        words=words,
        planned_to=planned_to(getattr(schedule, "planned_to", None), formatter),
        strip=[(dates.weekday_letter(day), hours if day in weekdays else "") for day in formatter.weekdays],
        is_active=schedule.is_active,
    )


def weeks_ahead(weeks: int) -> str:
    """Say how far a schedule is kept planned by itself: 4 weeks ahead."""
    return ngettext("%(count)s week ahead", "%(count)s weeks ahead", weeks) % {"count": weeks}


def planned_to(day: date | None, formatter: Formatter) -> str:
    return gettext("planned to %(day)s") % {"day": formatter.day(day)} if day else gettext("nothing planned yet")


def listed(person: User, family_id: UUID, *, off: bool, after: str | None) -> dict[str, Any]:
    """Return all schedules of a family, a part at a time: those that run, or those that are switched off.

    `after` is the cursor of what follows, or None. Raises NotVisible.
    """
    standing, family = visibility.family(person, family_id)
    part, following = lines(person, standing, person.formatter, active=not off, after=after)
    shown = {"id": family.id, "name": family.name, "off": off, "schedules": part, "after": following}
    return shown | {"may_plan": standing.may(Capability.PLAN)}


def page(person: User, schedule_id: UUID, *, at: datetime, after: str | None = None) -> dict[str, Any]:
    """Return the context of one schedule: what it means, how far it is planned, and its sessions to come, soonest
    first, a part at a time.

    `after` is the cursor of the sessions that follow, or None; `ahead` says how far it is kept planned by itself, and
    on whose word; `missing` and `unfitting` are what a change of it left behind; `last_batch` is the newest generation
    that an undo would still remove sessions of. Raises NotVisible.
    """
    standing, schedule = _schedule(person, schedule_id, "nanny__user", "extended_by__user")
    formatter = person.formatter
    coming = visibility.care_sessions(person).filter(schedule_id=schedule.id).ending_after(at)
    order = Order(f"schedule_page:{schedule.id}", ("scheduled_start", "id"))
    sessions, following = paging.for_page(session_rows.with_people(coming), after, order, most=_MOST_SESSIONS)
    first, today = formatter.full(schedule.start_date), local_time.local_date(at, schedule.family.time_zone)
    may_plan, sees_pay = standing.may(Capability.PLAN), standing.sees_pay_of(schedule.nanny_id)
    return {
        "line": schedule_line(schedule, formatter),
        "family_id": schedule.family_id,
        "family_name": schedule.family.name,
        "version": schedule.version,
        "children": _children(schedule, formatter),
        "runs": f"{first} – {formatter.full(schedule.end_date)}"
        if schedule.end_date
        else gettext("from %(day)s") % {"day": first},
        "rate": money.format_money(schedule.hourly_rate, schedule.family.currency) if sees_pay else "",
        "notes": schedule.notes,
        "days": session_rows.days(sessions, standing, formatter, at=at, today=today),
        "after": following,
        "ahead": _ahead(schedule, formatter),
        "last_batch": _last_batch(coming) if may_plan else None,
        "missing": schedule_repair.missing(schedule, formatter, at=at) if may_plan else None,
        "unfitting": schedule_repair.unfitting(person, standing, schedule, formatter, at=at) if may_plan else None,
        "may_plan": may_plan,
    }


def _schedule(person: User, schedule_id: UUID, *related: str) -> tuple[Standing, Any]:
    """Return a schedule with its family and how far it is planned. Raises NotVisible."""
    standing, seen = visibility.care_schedule(person, schedule_id)
    rows = visibility.care_schedules(person).select_related("family", *related).filter(pk=seen.pk)
    schedule = with_planned_to(rows).first()
    if schedule is None:  # deleted between the two looks
        raise NotVisible
    return standing, schedule


def _ahead(schedule: CareSchedule, formatter: Formatter) -> str:
    if schedule.weeks_ahead is None or schedule.extended_by is None:
        return ""
    words = {"weeks": weeks_ahead(schedule.weeks_ahead), "name": formatter.names.of(schedule.extended_by)}
    return gettext("%(weeks)s, set up by %(name)s") % words


def _last_batch(coming: QuerySet[CareSession]) -> UUID | None:
    untouched = coming.filter(UNTOUCHED, batch__isnull=False, batch__undone_at__isnull=True)
    return untouched.order_by("-batch__created_at", "-batch_id").values_list("batch_id", flat=True).first()


def _children(schedule: CareSchedule, formatter: Formatter) -> str:
    return names.join_names([formatter.names.of(child) for child in schedule.children.order_by("created_at", "id")])


def name_and_family(person: User, schedule_id: UUID) -> tuple[str, UUID]:
    """Return what is needed to speak of a schedule that is about to go. Raises NotVisible."""
    _, schedule = visibility.care_schedule(person, schedule_id)
    return schedule.name, schedule.family_id


# Making its sessions


@dataclass(frozen=True, slots=True)
class ScheduleToGenerate:
    """`begin` is the first day that a generation looks at, `parents` who is told of it."""

    id: UUID
    name: str
    family_id: UUID
    family_name: str
    time_zone: str
    version: int
    hours: str
    children: str
    begin: date
    parents: str


def to_generate(person: User, schedule_id: UUID, *, at: datetime) -> ScheduleToGenerate:
    """Return what the page of generating needs. Raises NotVisible."""
    _, schedule = _schedule(person, schedule_id)
    family, today = schedule.family, local_time.local_date(at, schedule.family.time_zone)
    parents = visibility.members(person).filter(family_id=family.id, role=Role.PARENT).exclude(user=person)
    parents = parents.select_related("user").order_by("joined_at", "id")
    formatter = person.formatter
    return ScheduleToGenerate(
        id=schedule.id,
        name=schedule.name,
        family_id=family.id,
        family_name=family.name,
        time_zone=family.time_zone,
        version=schedule.version,
        hours=formatter.hours(schedule.start_time, schedule.end_time),
        children=_children(schedule, formatter),
        begin=max(schedule.start_date, today),
        parents=names.join_names([formatter.names.of(parent) for parent in parents]),
    )


def dry_run(person: User, made: Generation, schedule: ScheduleToGenerate) -> dict[str, Any]:
    """Return what a generation would do. weeks: each date of the range in its week, as (which days, slots), where
    `result` is new, there or skipped; total: how many of each, in words; hours: how much care the new sessions are;
    clash_count: how many of them overlap something, in words.
    """
    formatter = person.formatter
    there = _there(person, made, formatter)
    slots: list[dict[str, Any]] = [
        {
            "date": slot.slot_date,
            "weekday": dates.weekday(slot.slot_date),
            "result": result,
            "says": gettext("time off") if result == "skipped" else there.get(slot.slot_date, schedule.hours),
            "clashes": [_clash(clash, formatter, schedule.time_zone) for clash in getattr(slot, "clashes", ())],
        }
        for result, group in (("new", made.created), ("there", made.existing), ("skipped", made.skipped))
        for slot in group
    ]
    by_week = groupby(sorted(slots, key=itemgetter("date")), key=lambda slot: formatter.week_of(slot["date"]))
    minutes = (pay.minutes(new.scheduled_start, new.scheduled_end) for new in made.created)
    return {
        "weeks": [(formatter.days(first, first + timedelta(days=6)), list(week)) for first, week in by_week],
        "hours": dates.format_duration(sum(minutes)),
        "nothing": "" if made.created else nothing_to_generate(made),
        "total": _total(made),
        "clash_count": _clash_count(sum(1 for new in made.created if new.clashes)),
    }


def _there(person: User, made: Generation, formatter: Formatter) -> dict[date | None, str]:
    """Say of each slot that has its session when that is, which may be another time than the schedule means."""
    if not made.existing:
        return {}
    sessions = visibility.care_sessions(person).filter(id__in=[session.session_id for session in made.existing])
    says = {}
    for slot, start, end, zone, status in sessions.values_list(
        "slot_date", "scheduled_start", "scheduled_end", "time_zone", "status"
    ):
        is_moved = local_time.local_date(start, zone) != slot
        hours = (formatter.dated if is_moved else formatter.span)(start, end, zone)
        says[slot] = names.join_facts(hours, gettext("cancelled") if status == Status.CANCELLED else "")
    return says


def _total(made: Generation) -> str:
    """Say what comes of the range: 4 new, 14 already planned."""
    created, existing, skipped = len(made.created), len(made.existing), len(made.skipped)
    counts = [ngettext("%(count)s new", "%(count)s new", created) % {"count": created}]
    if existing:
        counts.append(
            ngettext("%(count)s already planned", "%(count)s already planned", existing) % {"count": existing}
        )
    if skipped:
        sentence = ngettext("%(count)s left out (time off)", "%(count)s left out (time off)", skipped)
        counts.append(sentence % {"count": skipped})
    return ", ".join(counts)


def _clash_count(count: int) -> str:
    return ngettext("%(count)s clash", "%(count)s clashes", count) % {"count": count} if count else ""


def nothing_to_generate(made: Generation) -> str:
    """Say why a generation has nothing to make."""
    if not made.existing and not made.skipped:
        return gettext("Nothing to generate: the schedule has no date in this time.")
    if made.skipped:
        return gettext("Nothing to generate: what has no session yet falls into time off.")
    return gettext("Nothing to generate: every date has its session already.")


def _clash(clash: Clashing, formatter: Formatter, zone: str) -> str:
    hours = formatter.span(clash.scheduled_start, clash.scheduled_end, zone)
    if clash.busy:
        return gettext("Busy %(hours)s") % {"hours": hours}
    return gettext("Overlaps another session, %(hours)s") % {"hours": hours}

"""A parent's Home: what needs an answer, what is coming up, this week's hours and cost, the schedules."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import accumulate, groupby
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting import dates, money, names
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, TimeOff, User
from handsel.pages import (
    attention,
    clash_warnings,
    families,
    pay_waiting,
    reconfirmations,
    schedules,
    session_rows,
    time_off,
    week_costs,
)
from handsel.pages.session_rows import Row
from handsel.pages.week_costs import WeekCosts
from handsel.rules import local_time
from handsel.rules.lifecycle import Status
from handsel.rules.roles import Capability

# What one page asks about; the rest follows once these are answered.
MOST_TO_ANSWER = 60
# From the week on that comes after so many sessions, a week is one line until it is opened.
_ONE_BY_ONE = 20
_COMING_UP = 8


def page(person: User, family_id: UUID, *, at: datetime, opened: str = "") -> dict[str, Any] | None:
    """Return the page's context, or None where this person does not answer for the family.

    `opened` is the first day, as YYYY-MM-DD, of a week that is to be shown day by day. Raises NotVisible.
    """
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.CONFIRM):
        return None
    formatter, zone = person.formatter, family.time_zone
    today = local_time.local_date(at, zone)
    week = formatter.week_of(today)
    last_day = week + timedelta(days=13)
    sessions = visibility.care_sessions(person).filter(family_id=family_id)
    unanswered = sessions.unconfirmed().ending_after(at)
    to_answer = unanswered.count()
    listed = list(unanswered.select_related("family").order_by("scheduled_start", "id")[:MOST_TO_ANSWER])
    costs = week_costs.of_family(standing, family, formatter, [today, *map(_day, listed)])
    weeks = _weeks(listed, costs, person, at, opened)
    paid_from, paid_to = costs.week(today)
    first, last = local_time.day_span(min(week, paid_from), last_day, zone)
    near_or_running = Q(scheduled_start__gte=first, scheduled_start__lt=last) | Q(status=Status.IN_PROGRESS)
    rows = session_rows.with_people(sessions.filter(near_or_running))
    near = list(rows.order_by("scheduled_start", "id")[:500])
    confirmed = [session for session in near if session.is_confirmed and session.status != Status.CANCELLED]
    absences = time_off.between(person, [family_id], week, last_day)
    coming = [session for session in confirmed if session.scheduled_end > at and session.status == Status.SCHEDULED]
    away = clash_warnings.absence_words(coming, person)
    return {
        "family_id": family.id,
        "family_name": family.name,
        "day": formatter.long(today),
        "zone": formatter.other_zone(zone),
        "running": [
            _running(session, session.actual_start, formatter, today)
            for session in near
            if session.actual_start and not session.actual_end
        ],
        "attention": attention.attention_of(person, {family_id: standing}, formatter, at=at),
        "pay_waiting": pay_waiting.of({family_id: standing}, formatter, today=today),
        "weeks": weeks,
        "shown": len(listed),
        "to_answer": to_answer,
        "all_boxes": session_rows.selection_values(listed),
        "calendar_label": gettext("Confirmed sessions, %(days)s") % {"days": formatter.days(week, last_day)},
        "weekdays": [dates.weekday_name(day) for day in formatter.weekdays],
        "calendar": _calendar(confirmed, away, absences, week, today, formatter, at),
        "off": time_off.absences((entry for entry in absences if entry.to_date >= today), formatter, person),
        "coming_up": _coming_up(coming[:_COMING_UP], away, standing, formatter, at=at, today=today),
        "week": formatter.days(paid_from, paid_to) if paid_from != week else "",
        **_sums(near, costs, paid_from, paid_to, at),
        "schedules": schedules.lines(person, standing, formatter)[0],
        "may_plan": standing.may(Capability.PLAN),
        "beginning": None if near or listed else _beginning(person, family_id),
    }


def _coming_up(
    coming: list[CareSession],
    away: Mapping[UUID, str],
    standing: Standing,
    formatter: Formatter,
    *,
    at: datetime,
    today: date,
) -> list[session_rows.Day]:
    formatter = formatter.among({session.time_zone for session in coming})
    rows = [session_rows.row(session, standing, formatter, at=at) for session in coming]
    return session_rows.by_day(clash_warnings.saying_away(rows, coming, away), today=today)


def _beginning(person: User, family_id: UUID) -> families.Beginning | None:
    family = families.with_progress(person, visibility.families(person).filter(id=family_id))
    return next(iter(families.beginnings(family)), None)


def _weeks(
    sessions: list[CareSession], costs: WeekCosts, person: User, at: datetime, opened: str
) -> list[dict[str, Any]]:
    """Return unanswered sessions by week: the near weeks day by day, and the one that was opened; of the others what
    they come to. `days` is empty until `opens`, the week's first day, is asked for; `selection_value` is what the
    week's check box sends.
    """
    standing, formatter = costs.standing, costs.formatter
    weeks = [
        (days, list(of_week)) for days, of_week in groupby(sessions, key=lambda session: costs.week(_day(session)))
    ]
    changed = reconfirmations.changes(sessions, person, {standing.family_id: standing}, formatter)
    before = accumulate((len(of_week) for _, of_week in weeks), initial=0)
    near = [
        session.id
        for ((first, _), of_week), count in zip(weeks, before, strict=False)
        # What had been confirmed and is another now is seen before it is confirmed again.
        if count < _ONE_BY_ONE or first.isoformat() == opened or any(changed.get(session.id) for session in of_week)
        for session in of_week
    ]
    listed = visibility.care_sessions(person).filter(id__in=near)
    shown = list(session_rows.with_people(listed).order_by("scheduled_start", "id"))
    formatter = formatter.among({session.time_zone for session in sessions})
    rows = [
        replace(session_rows.row(session, standing, formatter, at=at), changed=changed.get(session.id, ""))
        for session in shown
    ]
    rows_of: dict[tuple[date, date], list[Row]] = defaultdict(list)
    for row in clash_warnings.with_clash_warnings(rows, shown, formatter, person):
        rows_of[costs.week(row.date)].append(row)
    return [_week(days, of_week, rows_of[days], costs) for days, of_week in weeks]


def _week(days: tuple[date, date], sessions: list[CareSession], rows: list[Row], costs: WeekCosts) -> dict[str, Any]:
    planned = [(session, session.planned_times) for session in sessions]
    amount = costs.if_planned(*days, planned, is_one_answer=True)
    return {
        "opens": days[0],
        "label": costs.formatter.days(*days),
        "about": names.join_facts(money.format_session_count(len(sessions)), costs.hours(planned), amount),
        "days": session_rows.by_day(rows),
        "selection_value": session_rows.selection_values(sessions),
    }


def _sums(
    sessions: Iterable[CareSession], costs: WeekCosts, paid_from: date, paid_to: date, at: datetime
) -> dict[str, dict[str, str] | None]:
    """Return hours and amounts of the paid week, for the page's context: agreed, of that not recorded, and done."""
    of_week = [session for session in sessions if paid_from <= _day(session) <= paid_to]
    agreed = [session for session in of_week if session.is_confirmed and session.status != Status.CANCELLED]
    planned = [(session, session.planned_times) for session in agreed]
    unrecorded = [(session, session.planned_times) for session in agreed if session_rows.is_unrecorded(session, at)]
    done = [(session, session.actual_times) for session in of_week if session.actual_times]
    return {
        "planned": {"hours": costs.hours(planned), "amount": costs.if_planned(paid_from, paid_to, planned)},
        "unrecorded": {"hours": costs.hours(unrecorded), "amount": costs.by_themselves(unrecorded)}
        if unrecorded
        else None,
        "done": {"hours": costs.hours(done), "amount": costs.so_far(paid_from, paid_to, done)},
    }


def _day(session: CareSession) -> date:
    return local_time.local_date(session.scheduled_start, session.time_zone)


def _running(session: CareSession, since: datetime, formatter: Formatter, today: date) -> str:
    return gettext("%(nanny)s has been with %(children)s since %(time)s.") % {
        "nanny": session_rows.nanny_name(session, formatter),
        "children": session_rows.children_names(session, formatter),
        "time": formatter.clock_near(since, session.time_zone, today),
    }


def _calendar(
    sessions: list[CareSession],
    away: Mapping[UUID, str],
    absences: list[TimeOff],
    week: date,
    today: date,
    formatter: Formatter,
    at: datetime,
) -> list[list[dict[str, Any]]]:
    """Return this week and the next, seven days each; chips: marks of sessions and of time off, as (mark, what it
    says).
    """
    days = [week + timedelta(days=number) for number in range(14)]
    chips: dict[date, list[tuple[str, str]]] = {day: [] for day in days}
    for session in sessions:
        start = local_time.wall(session.scheduled_start, session.time_zone)
        mark, word = session_rows.mark_and_word(session, at)
        mark, word = (clash_warnings.AWAY_MARK, away[session.id]) if session.id in away else (mark, word.lower())
        chips.get(start.date(), []).append((mark, f"{formatter.clock(start)}, {word}"))
    for entry in absences:
        for day in days:
            if entry.from_date <= day <= entry.to_date:
                chips[day].append(("time-off", time_off.title(entry, formatter)))
    cells = [
        {
            "date": day.isoformat(),
            "label": formatter.long(day),
            "number": day.day,
            "is_today": day == today,
            "chips": chips[day],
        }
        for day in days
    ]
    return [cells[:7], cells[7:]]

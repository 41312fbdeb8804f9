"""A parent's Home: what needs an answer, what is coming up, this week's hours and cost, the schedules."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, groupby
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting import dates, lengths, money, names
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, Family, TimeOff, User
from handsel.pages import clash_warnings, families, schedules, session_rows, time_off
from handsel.pages.schedules import ScheduleLine
from handsel.pages.session_rows import Day, Row
from handsel.pages.time_off import Absence
from handsel.rules import local_time, pay
from handsel.rules.lifecycle import Status
from handsel.rules.roles import Capability

# What one page asks about; the rest follows once these are answered.
MOST_TO_ANSWER = 60
# From the week on that comes after so many sessions, a week is one line until it is opened.
_ONE_BY_ONE = 20
_COMING_UP = 8


@dataclass(frozen=True, slots=True)
class Week:
    """Unanswered sessions of one week; `selection_value` is what its check box sends: all of them.

    `days` is empty until `opens`, the week's first day, is asked for.
    """

    opens: date
    label: str
    about: str
    days: list[Day]
    selection_value: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the small calendar with the marks of its sessions and of time off: (mark, what it says)."""

    date: str
    label: str
    number: int
    is_today: bool
    chips: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Money:
    """Hours and, for who may see pay, cost."""

    hours: str
    amount: str


@dataclass(frozen=True, slots=True)
class Home:
    family_id: UUID
    family_name: str
    day: str
    zone: str
    running: list[str]
    weeks: list[Week]
    shown: int
    to_answer: int
    all_boxes: str
    may_answer: bool
    calendar_label: str
    weekdays: list[str]
    calendar: list[list[Cell]]
    off: list[Absence]
    coming_up: list[Day]
    planned: Money
    done: Money
    schedules: list[ScheduleLine]
    may_plan: bool
    beginning: families.Beginning | None


def page(person: User, family_id: UUID, *, at: datetime, opened: str = "") -> Home:
    """opened: the first day of a week that is to be shown day by day. Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    formatter = Formatter.of(person)
    today = local_time.local_date(at, family.time_zone)
    week = formatter.week_of(today)
    sessions = visibility.care_sessions(person).filter(family_id=family_id)
    open_sessions = sessions.unconfirmed().ending_after(at)
    to_answer = open_sessions.count()
    asked = list(open_sessions.select_related("family").order_by("scheduled_start", "id")[:MOST_TO_ANSWER])
    weeks = _weeks(asked, standing, formatter, person, at, opened)
    near = _near(sessions, week, family.time_zone)
    listed = [session for session in near if session.is_confirmed and session.status != Status.CANCELLED]
    off = time_off.between(person, [family_id], week, week + timedelta(days=13))
    coming = [session for session in listed if session.scheduled_end > at and session.status == Status.SCHEDULED]
    return Home(
        family_id=family.id,
        family_name=family.name,
        day=formatter.long(today),
        zone=formatter.other_zone(family.time_zone),
        running=[_running(session, formatter) for session in near if session.status == Status.IN_PROGRESS],
        weeks=weeks,
        shown=len(asked),
        to_answer=to_answer,
        all_boxes=session_rows.selection_values(asked),
        may_answer=standing.may(Capability.CONFIRM),
        calendar_label=gettext("Confirmed sessions, %(days)s")
        % {"days": formatter.days(week, week + timedelta(days=13))},
        weekdays=[dates.weekday_name(day) for day in formatter.weekdays],
        calendar=_calendar(listed, off, week, today, formatter),
        off=time_off.absences((entry for entry in off if entry.to_date >= today), formatter),
        coming_up=session_rows.by_day(
            [session_rows.row(session, standing, formatter, at=at) for session in coming[:_COMING_UP]], today=today
        ),
        planned=_planned(near, standing, family, week),
        done=_done(near, standing, family, week),
        schedules=schedules.lines(person, standing, formatter)[0],
        may_plan=standing.may(Capability.PLAN),
        beginning=None if near or asked else _beginning(person, family_id),
    )


def _beginning(person: User, family_id: UUID) -> families.Beginning | None:
    family = families.with_progress(person, visibility.families(person).filter(id=family_id))
    return next(iter(families.beginnings(family)), None)


def _weeks(
    sessions: list[CareSession], standing: Standing, formatter: Formatter, person: User, at: datetime, opened: str
) -> list[Week]:
    """The near weeks day by day, and the one that was opened; of the others what they come to."""
    weeks = [(first, list(some)) for first, some in groupby(sessions, key=lambda one: formatter.week_of(_day(one)))]
    before = accumulate((len(some) for _, some in weeks), initial=0)
    open_weeks = {
        first
        for (first, _), count in zip(weeks, before, strict=False)
        if count < _ONE_BY_ONE or first.isoformat() == opened
    }
    near = [one.id for first, some in weeks if first in open_weeks for one in some]
    listed = visibility.care_sessions(person).filter(id__in=near)
    shown = list(session_rows.with_people(listed).order_by("scheduled_start", "id"))
    rows = [session_rows.row(session, standing, formatter, at=at) for session in shown]
    of_week: dict[date, list[Row]] = defaultdict(list)
    for row in clash_warnings.with_clash_warnings(rows, shown, formatter, person):
        of_week[formatter.week_of(row.date)].append(row)
    return [_one_week(first, some, of_week[first], standing, formatter) for first, some in weeks]


def _one_week(
    first: date, sessions: list[CareSession], rows: list[Row], standing: Standing, formatter: Formatter
) -> Week:
    minutes = [pay.minutes(session.scheduled_start, session.scheduled_end) for session in sessions]
    amounts = [session_rows.planned_amount(one) for one in sessions if standing.sees_pay_of(one.nanny_id)]
    return Week(
        opens=first,
        label=formatter.days(first, first + timedelta(days=6)),
        about=names.join_facts(
            lengths.format_session_count(len(sessions)),
            lengths.format_duration(sum(minutes, Fraction(0))),
            money.format_money(total(amounts), sessions[0].family.currency),
        ),
        days=session_rows.by_day(rows),
        selection_value=session_rows.selection_values(sessions),
    )


def _day(session: CareSession) -> date:
    return local_time.local_date(session.scheduled_start, session.time_zone)


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of the amounts that may be seen; None when none may."""
    seen = [amount for amount in amounts if amount is not None]
    return sum(seen, Decimal(0)) if seen else None


def _near(sessions: QuerySet[CareSession], week: date, zone: str) -> list[CareSession]:
    """This week's and next week's sessions, and whatever runs."""
    first, last = local_time.day_span(week, week + timedelta(days=13), zone)
    found = sessions.filter(Q(scheduled_start__gte=first, scheduled_start__lt=last) | Q(status=Status.IN_PROGRESS))
    return list(session_rows.with_people(found).order_by("scheduled_start", "id")[:500])


def _running(session: CareSession, formatter: Formatter) -> str:
    since = formatter.clock(local_time.wall(session.actual_start, session.time_zone))
    said = {"nanny": session_rows.nanny_name(session), "children": session_rows.who(session), "time": since}
    return gettext("%(nanny)s has been with %(children)s since %(time)s.") % said


def _calendar(
    sessions: list[CareSession], off: list[TimeOff], week: date, today: date, formatter: Formatter
) -> list[list[Cell]]:
    """This week and the next, seven cells each."""
    days = [week + timedelta(days=number) for number in range(14)]
    chips: dict[date, list[tuple[str, str]]] = {day: [] for day in days}
    for session in sessions:
        start = local_time.wall(session.scheduled_start, session.time_zone)
        said = f"{formatter.clock(start)}, {str(session_rows.WORDS[session.state]).lower()}"
        chips.get(start.date(), []).append((session_rows.MARKS[session.state], said))
    for entry in off:
        for day in days:
            if entry.from_date <= day <= entry.to_date:
                chips[day].append(("time-off", time_off.title(entry)))
    cells = [Cell(day.isoformat(), formatter.long(day), day.day, day == today, chips[day]) for day in days]
    return [cells[:7], cells[7:]]


def _planned(near: list[CareSession], standing: Standing, family: Family, week: date) -> Money:
    """What this week was planned to be, without what was cancelled."""
    mine = [session for session in near if _in_week(session, week) and session.status != Status.CANCELLED]
    minutes = [pay.minutes(session.scheduled_start, session.scheduled_end) for session in mine]
    amounts = [session_rows.planned_amount(session) for session in mine if standing.sees_pay_of(session.nanny_id)]
    return Money(
        lengths.format_duration(sum(minutes, Fraction(0))), money.format_money(total(amounts), family.currency)
    )


def _done(near: list[CareSession], standing: Standing, family: Family, week: date) -> Money:
    """What this week has come to so far."""
    mine = [session for session in near if _in_week(session, week) and session.status == Status.COMPLETED]
    minutes = [pay.minutes(session.actual_start, session.actual_end) for session in mine]
    amounts = [
        pay.amount(session.actual_start, session.actual_end, session.hourly_rate)
        for session in mine
        if session.hourly_rate is not None and standing.sees_pay_of(session.nanny_id)
    ]
    return Money(
        lengths.format_duration(sum(minutes, Fraction(0))), money.format_money(total(amounts), family.currency)
    )


def _in_week(session: CareSession, week: date) -> bool:
    return week <= local_time.local_date(session.scheduled_start, session.time_zone) < week + timedelta(days=7)

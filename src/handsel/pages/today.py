"""A nanny's Today: what runs or comes next, the rest of the day, the week, what waits, and what to plan."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext

from handsel.access import phones, visibility
from handsel.access.checks import Standing
from handsel.access.phones import Phone
from handsel.formatting import dates, names
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, Child, Family, User
from handsel.models.care_sessions import CareSessionQuerySet, ends_after, with_planned_to
from handsel.observability import work
from handsel.pages import attention, clash_warnings, families, nannys_week, pay_waiting, schedules, session_rows
from handsel.pages.asked_times import Answer as Ending
from handsel.pages.attention import Attention
from handsel.pages.families import Beginning
from handsel.pages.nannys_week import WeekDay
from handsel.pages.pay_waiting import PayWaiting
from handsel.pages.session_rows import Row, Running
from handsel.pages.time_off import Absence
from handsel.rules import local_time, reminders
from handsel.rules.access_log import Noun, Thing
from handsel.rules.lifecycle import State, Status
from handsel.rules.moves import Move
from handsel.rules.recurrence import Weekday
from handsel.rules.roles import Capability, Role

# How many unanswered sessions of one family are shown one by one; more become one line.
_ONE_BY_ONE = 3
# No nanny has more agreed sessions in a day, or more schedules.
_ENOUGH = 100
# So many unanswered sessions are read.
MOST_WAITING = 500


@dataclass(frozen=True, slots=True)
class CareNote:
    """What to know about one child, allergies apart so that they stand in plain sight."""

    name: str
    allergies: str
    rest: str


@dataclass(frozen=True, slots=True)
class Hero:
    """The session that runs, or the next one; where: its family, and its zone where that is to be said."""

    row: Row
    family_id: UUID
    where: str
    running: Running | None
    started: str
    when: str
    children: list[CareNote]
    notes: str
    address: str
    phones: list[Phone]
    ends: tuple[Ending, ...] | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Unconfirmed sessions of one family: a few as rows, many as one line."""

    family_id: UUID
    family_name: str
    count: int
    rows: list[Row]
    days: str
    about: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Today:
    day: str
    week: str
    zone: str
    hero: Hero | None
    attention: Attention
    pay_waiting: list[PayWaiting]
    rest: list[Row]
    week_days: list[WeekDay]
    off: list[Absence]
    week_hours: str
    unrecorded_hours: str
    waiting: list[Waiting]
    waiting_count: int
    plans: list[dict[str, Any]]
    nothing: str
    next_up: str
    families: list[tuple[UUID, str]]
    beginnings: list[Beginning]

    @property
    def is_of_several(self) -> bool:
        return len(self.families) > 1

    @property
    def is_new(self) -> bool:
        """Say whether nobody's book has begun."""
        return len(self.beginnings) == len(self.families)


def page(person: User, *, at: datetime) -> Today:
    """Return everything on the page, for the families in which this person is a nanny."""
    formatter = person.formatter
    standings = {
        standing.family_id: standing for standing in visibility.standings(person) if standing.role is Role.NANNY
    }
    of_standings = visibility.families(person).filter(id__in=standings)
    families_by_id = {family.id: family for family in families.with_progress(person, of_standings)}
    # Without the family that they have left since the look before.
    standings = {family_id: standing for family_id, standing in standings.items() if family_id in families_by_id}
    zone = person.time_zone or next((families_by_id[family_id].time_zone for family_id in standings), "UTC")
    today = local_time.local_date(at, zone)
    own = _own(person, standings)
    agreed = _agreed(own, local_time.day_span(today, today, zone)[0])
    # A session keeps the zone that its family had when it was made.
    formatter = formatter.among({timed.time_zone for timed in (*families_by_id.values(), *agreed)})
    lead = _lead(agreed, today, zone, at)
    asking = attention.attention_of(person, standings, formatter, at=at, nannys=True)
    named = {item.row.id for item in asking.items}
    away = {item.row.id for item in asking.others if item.time_off_of}
    other_sessions = [session for session in agreed if session is not lead]
    rest = [session for session in other_sessions if session.id not in named and _is_of(session, today, zone)]
    passed = {*away, *(session.id for session in rest)}
    following = next((one for one in other_sessions if _is_ahead(one, at) and one.id not in passed), None)
    week = nannys_week.sessions_of_week(person, standings, formatter.week_of(today), zone)
    unrecorded = [session for session in week if session_rows.is_unrecorded(session, at)]
    off, off_lines = nannys_week.days_off(person, standings, formatter, today)
    waiting = _waiting(own, standings, families_by_id, formatter, at, person)
    hero = _hero(lead, standings[lead.family_id], formatter, at) if lead else None
    shown = [
        session_rows.row(session, standings[session.family_id], formatter, at=at, family=True, nanny=False, place=True)
        for session in rest
    ]
    of_today = [*([lead] if lead else []), *rest]
    rows = clash_warnings.with_absences([*([hero.row] if hero else []), *shown], of_today, person)
    hero = replace(hero, row=rows.pop(0)) if hero else None
    return Today(
        day=formatter.long(today),
        week=gettext("Week %(number)s") % {"number": today.isocalendar().week},
        zone=formatter.other_zone(zone),
        attention=asking.without(lead.id) if lead else asking,
        pay_waiting=pay_waiting.of(standings, formatter, today=today),
        hero=hero,
        rest=rows,
        off=off_lines,
        week_days=nannys_week.week_days(week, off, formatter, zone, today, at),
        week_hours=nannys_week.total(session for session in week if session not in unrecorded),
        unrecorded_hours=nannys_week.total(unrecorded) if unrecorded else "",
        waiting=waiting,
        waiting_count=sum(group.count for group in waiting),
        plans=_plans(person, standings, formatter),
        nothing=_nothing(today in asking.days or bool(rest), waiting),
        next_up=_next_up(following, formatter),
        families=[(family_id, families_by_id[family_id].name) for family_id in standings],
        beginnings=families.beginnings(
            family for family in families_by_id.values() if standings[family.id].may(Capability.PLAN)
        ),
    )


def _is_of(session: CareSession, day: date, zone: str) -> bool:
    """Say whether it is of this day, or still runs."""
    return session.state is State.IN_PROGRESS or local_time.local_date(session.scheduled_start, zone) == day


def _is_ahead(session: CareSession, at: datetime) -> bool:
    return session.state is State.CONFIRMED and session.nanny_id is not None and session.scheduled_start > at


def _own(person: User, standings: dict[UUID, Standing]) -> CareSessionQuerySet:
    """Return their own sessions and those nobody took yet, in the families they care for."""
    return visibility.care_sessions(person).filter(
        Q(nanny_person=person) | Q(nanny__isnull=True), family_id__in=list(standings)
    )


def _agreed(own: CareSessionQuerySet, since: datetime) -> list[CareSession]:
    """Return what runs, and what is agreed or done from today on: enough to know the day and the next session after
    it.
    """
    planned = Q(ends_after(since), status__in=(Status.SCHEDULED, Status.COMPLETED), is_confirmed=True)
    rows = session_rows.with_people(own.filter(planned | Q(status=Status.IN_PROGRESS)))
    return list(rows.order_by("scheduled_start", "id")[:_ENOUGH])


def _lead(agreed: list[CareSession], today: date, zone: str, at: datetime) -> CareSession | None:
    """Return the running session, else the next one that is today's or may be started already. What should have ended
    long ago makes room for the next one.
    """
    running = [session for session in agreed if session.state is State.IN_PROGRESS]
    coming = [
        session
        for session in agreed
        if session.state is State.CONFIRMED
        and session.scheduled_end > at
        and (
            local_time.local_date(session.scheduled_start, zone) <= today
            or session_rows.opens_from(Move.START, session, at) <= at
        )
    ]
    if running and coming and all(session.scheduled_end + reminders.LATE_TO_END <= at for session in running):
        return coming[0]
    return next(iter(running + coming), None)


def _hero(session: CareSession, standing: Standing, formatter: Formatter, at: datetime) -> Hero:
    row = session_rows.row(session, standing, formatter, at=at, family=True, nanny=False, alone=True)
    zone, today = session.time_zone, local_time.local_date(at, session.time_zone)
    started = formatter.clock_near(session.actual_start, zone, today) if session.actual_start else ""
    return Hero(
        row=row,
        family_id=session.family_id,
        where=names.join_facts(session.family.name, formatter.other_zone(zone)),
        running=session_rows.running(session, at),
        started=started,
        when=_when(session, at, row),
        children=[care_note(child, formatter) for child in session.children.all()],
        notes=session.notes,
        address=session.family.address,
        phones=phones.for_session(standing, session, at=at),
        ends=attention.endings(session, standing, formatter, at),
    )


def care_note(child: Child, formatter: Formatter) -> CareNote:
    work.note_look(Thing.CARE_NOTES, Noun.CHILD, child.id)
    rest = " ".join(part for part in (child.medications, child.notes) if part)
    return CareNote(formatter.names.of(child), child.allergies, rest)


def _when(session: CareSession, at: datetime, row: Row) -> str:
    if session.scheduled_start <= at:
        length = dates.format_length(session.scheduled_start, at)
        return gettext("Was due at %(start)s, %(length)s ago") % {"start": row.start, "length": length}
    length = dates.format_length(at, session.scheduled_start)
    return gettext("in %(length)s, until %(end)s") % {"length": length, "end": row.end}


def _nothing(has_others: bool, waiting: list[Waiting]) -> str:
    """Say that nothing is to be started today: beside others of today's in other words."""
    if any(group.is_today for group in waiting):
        return gettext("Nothing is confirmed for today yet.")
    return gettext("Nothing more today.") if has_others else gettext("No session today.")


def _next_up(session: CareSession | None, formatter: Formatter) -> str:
    if session is None:
        return ""
    start = local_time.wall(session.scheduled_start, session.time_zone)
    return gettext("The next one is %(day)s at %(time)s.") % {
        "day": formatter.long(start.date()),
        "time": f"{formatter.clock(start)} {formatter.other_zone(session.time_zone)}".strip(),
    }


def _waiting(
    own: CareSessionQuerySet,
    standings: dict[UUID, Standing],
    families_by_id: dict[UUID, Family],
    formatter: Formatter,
    at: datetime,
    person: User,
) -> list[Waiting]:
    """Return what waits for an answer, of each family. Two queries more for those shown one by one, and one where more
    wait than are read: of those a family's number is told, and not its hours.
    """
    unanswered_rows = own.unconfirmed().ending_after(at).order_by("scheduled_start", "id")
    of_family: dict[UUID, list[CareSession]] = {}
    for session in unanswered_rows[:MOST_WAITING]:
        of_family.setdefault(session.family_id, []).append(session)
    counts = {family_id: len(unanswered) for family_id, unanswered in of_family.items()}
    if sum(counts.values()) == MOST_WAITING:
        counts = dict(unanswered_rows.order_by().values_list("family_id").annotate(Count("pk")))
    few = [family_id for family_id, count in counts.items() if count <= _ONE_BY_ONE]
    of_few = session_rows.with_people(unanswered_rows.filter(family_id__in=few))
    shown = list(of_few[: _ONE_BY_ONE * len(few)])
    formatter = formatter.among({session.time_zone for session in shown})
    rows = [session_rows.row(session, standings[session.family_id], formatter, at=at, nanny=False) for session in shown]
    rows_of: dict[UUID, list[Row]] = defaultdict(list)
    for session, row in zip(shown, clash_warnings.with_clash_warnings(rows, shown, formatter, person), strict=True):
        rows_of[session.family_id].append(row)
    # Those that come soonest first, then those of whom none was read.
    return [
        _waiting_for(family, of_family.get(family.id, []), rows_of[family.id], formatter, counts[family.id], at)
        for family in (families_by_id[family_id] for family_id in {**of_family, **families_by_id})
        if family.id in counts
    ]


def _waiting_for(
    family: Family, sessions: list[CareSession], rows: list[Row], formatter: Formatter, count: int, at: datetime
) -> Waiting:
    days = [local_time.local_date(session.scheduled_start, session.time_zone) for session in sessions]
    weekdays = {Weekday.of(day) for day in days}
    is_whole = count == len(sessions)
    return Waiting(
        family_id=family.id,
        family_name=family.name,
        count=count,
        rows=rows,
        days=formatter.days(days[0], max(days)) if is_whole else "",
        about=names.join_facts(
            ", ".join(dates.weekday_name(day) for day in formatter.weekdays if day in weekdays),
            dates.format_duration(sum(nannys_week.length(session) for session in sessions)),
        )
        if is_whole
        else "",
        is_today=local_time.local_date(at, family.time_zone) in days,
    )


def _plans(person: User, standings: dict[UUID, Standing], formatter: Formatter) -> list[dict[str, Any]]:
    planning = [family_id for family_id, standing in standings.items() if standing.may(Capability.PLAN)]
    rows = visibility.care_schedules(person).filter(family_id__in=planning, is_active=True).select_related("family")
    return [
        {
            "schedule_id": schedule.id,
            "name": schedule.name,
            "about": names.join_facts(
                schedule.family.name,
                schedules.planned_to(schedule.planned_to, formatter),
                gettext("automatically, %(weeks)s") % {"weeks": schedules.weeks_ahead(schedule.weeks_ahead)}
                if schedule.weeks_ahead is not None
                else "",
            ),
        }
        for schedule in with_planned_to(rows).order_by("family__name", "name", "id")[:_ENOUGH]
    ]

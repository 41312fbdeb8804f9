"""The question that a late Start or Complete asks first: which time it is about, and what of what still runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext

from handsel.access import visibility
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, User
from handsel.pages import session_rows
from handsel.rules import asking_when, lifecycle, local_time
from handsel.rules.moves import Move
from handsel.rules.roles import Capability

NOW, PLANNED, OTHER = "now", "planned", "other"


@dataclass(frozen=True, slots=True)
class Answer:
    """What can be pressed: its words, and which time its form sends, NOW or PLANNED. ends: the session that still runs
    and ends by the same press, at `ends_when`.
    """

    words: str
    when: str
    ends: UUID | None = None
    ends_when: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Which time a press of Start or Complete is about.

    is_needed: it is asked before the press counts; otherwise it is there for who wants another time than now. A typed
    time lies between first and last, as `between` says them, and day_hint says on which day that is. running: what else
    their nanny has running, as (session, "Zuri, Fri 29 May, 12:00–18:30").
    """

    session_id: UUID
    version: int
    path: str
    title: str
    heading: str
    says: str
    answers: list[Answer]
    is_needed: bool
    zone: str
    planned: datetime
    first: datetime
    last: datetime
    between: tuple[str, str]
    day_hint: str
    asks_day: bool
    running: tuple[UUID, str] | None


def question(person: User, session_id: UUID, move: Move, *, at: datetime) -> Question | None:
    """Return the question of this press; None where this person cannot make the move now. Raises NotVisible."""
    standing, seen = visibility.care_session(person, session_id)
    session = session_rows.with_people(visibility.care_sessions(person).filter(pk=seen.pk)).first()
    if session is None or move not in session_rows.moves(session, standing, at):
        return None
    formatter, zone = person.formatter, session.time_zone
    first, last = asking_when.bounds(move, session, at)
    running = running_beside(person, session) if move is Move.START else None
    return Question(
        session_id=session.id,
        version=session.version,
        path=move.path,
        title=session_rows.title(session, formatter),
        heading=_heading(move, running, formatter),
        says=_says(session, formatter, at),
        answers=list(answers(move, session, running, formatter, at)),
        is_needed=asking_when.is_late(move, session, at) or running is not None,
        zone=zone,
        planned=asking_when.planned_moment(move, session),
        first=first,
        last=last,
        between=_between(first, last, formatter, zone),
        day_hint=_day_hint(first, last, formatter, zone),
        asks_day=last - first > timedelta(days=1),
        running=(running.id, session_rows.title(running, formatter)) if running else None,
    )


def start_question(person: User, session_id: UUID, *, at: datetime) -> Question | None:
    """Return the question when a session that runs has started; None where this person cannot put it right. Raises
    NotVisible.
    """
    standing, session = visibility.care_session(person, session_id)
    may_change = "actual_start" in lifecycle.EDITABLE[session.state] and session.actual_end is None
    if not may_change or not standing.may_with(Capability.COMPLETE, session.nanny_id):
        return None
    formatter, zone = person.formatter, session.time_zone
    first, last = asking_when.bounds(Move.START, session, at)
    planned = session.scheduled_start
    words = gettext("%(time)s as planned") % {"time": formatter.clock_at(planned, zone)}
    return Question(
        session_id=session.id,
        version=session.version,
        path="started",
        title=formatter.dated(*session.planned_times, zone),
        heading=gettext("When did it start?"),
        says=_says(session, formatter, at),
        answers=[Answer(words, PLANNED)] if planned <= last and planned != session.actual_start else [],
        is_needed=True,
        zone=zone,
        planned=planned,
        first=first,
        last=last,
        between=_between(first, last, formatter, zone),
        day_hint=_day_hint(first, last, formatter, zone),
        asks_day=last - first > timedelta(days=1),
        running=None,
    )


def running_beside(person: User, session: CareSession) -> CareSession | None:
    """Return what else this session's nanny has running, as far as the person sees it."""
    if session.overlap_allowed:
        return None
    running = visibility.running_sessions([session.nanny_person_id or person.pk]).exclude(pk=session.pk)
    seen = running.filter(pk__in=visibility.care_sessions(person).values("pk"))
    return session_rows.with_people(seen).order_by("scheduled_start", "id").first()


def _heading(move: Move, running: CareSession | None, formatter: Formatter) -> str:
    if running is not None:
        return gettext("You’re still with %(children)s") % {"children": session_rows.children_names(running, formatter)}
    return gettext("When did it start?") if move is Move.START else gettext("When did it end?")


def _says(session: CareSession, formatter: Formatter, at: datetime) -> str:
    """Say when it was to be, and what time it is now."""
    zone, today = session.time_zone, local_time.local_date(at, session.time_zone)
    facts = {
        "now": formatter.clock_at(at, zone),
        "start": formatter.clock_near(session.actual_start or session.scheduled_start, zone, today),
        "end": formatter.clock_near(session.scheduled_end, zone, today),
    }
    if session.actual_start:
        return gettext("Started %(start)s, planned until %(end)s. It is %(now)s now.") % facts
    return gettext("Planned from %(start)s to %(end)s. It is %(now)s now.") % facts


def answers(
    move: Move, session: CareSession, running: CareSession | None, formatter: Formatter, at: datetime
) -> Iterator[Answer]:
    """Return what answers the question in one press. What was to end on an earlier day did not end just now."""
    first, last = asking_when.bounds(move, session, at)
    planned = asking_when.planned_moment(move, session)
    times = [(NOW, gettext("Now"))] if first <= at <= last else []
    if asking_when.is_late(move, session, at) and first <= planned <= last:
        clock = formatter.clock_at(planned, session.time_zone)
        times.append((PLANNED, gettext("%(time)s as planned") % {"time": clock}))
        if at - planned > asking_when.LONG_AGO:
            times.reverse()
    if running is None:
        yield from (Answer(words, when) for when, words in times)
        return
    since, until = asking_when.bounds(Move.COMPLETE, running, at)
    facts = {"children": session_rows.children_names(running, formatter)}
    if since <= running.scheduled_end <= until:
        ends_when, clock = PLANNED, formatter.clock_at(running.scheduled_end, running.time_zone)
        ending = gettext("%(children)s until %(time)s as planned") % {**facts, "time": clock}
    elif until == at:
        ends_when, ending = NOW, gettext("%(children)s until now") % facts
    else:
        return
    for when, words in times:
        starting = gettext("start here") if when == NOW else gettext("start here at %(time)s") % {"time": words}
        both = gettext("%(ending)s, and %(starting)s") % {"ending": ending, "starting": starting}
        yield Answer(both, when, running.id, ends_when)


def _day_hint(first: datetime, last: datetime, formatter: Formatter, zone: str) -> str:
    """Say which day a time means that is typed without one: the last day on which it is possible."""
    last_day = local_time.local_date(last, zone)
    if local_time.local_date(first, zone) == last_day:
        return formatter.day(last_day)
    return gettext("Up to %(time)s: %(day)s. Later: %(earlier)s.") % {
        "time": formatter.clock_at(last, zone),
        "day": formatter.day(last_day),
        "earlier": formatter.day(last_day - timedelta(days=1)),
    }


def _between(first: datetime, last: datetime, formatter: Formatter, zone: str) -> tuple[str, str]:
    """Say the first and the last time that may be typed, with their days where these differ."""
    is_of_one_day = local_time.local_date(first, zone) == local_time.local_date(last, zone)
    say = formatter.clock_at if is_of_one_day else formatter.moment
    return say(first, zone), say(last, zone)

"""Whether what somebody is to be told is still so: asked once more before it leaves."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from handsel.models import CareSession, ChangeRequest, Member, Notice, TimeOff
from handsel.queries import notice_sessions, reminders_due
from handsel.rules import local_time, reminders
from handsel.rules.change_requests import Answer
from handsel.rules.notices import AHEAD, TRUE_WHILE, NoticeKind
from handsel.rules.roles import Role

# What a nanny is told of her own sessions is over for her when they are another's.
_HER_OWN = frozenset(
    {
        NoticeKind.SESSION_PLANNED,
        NoticeKind.SESSION_CONFIRMED,
        NoticeKind.SESSIONS_CONFIRMED,
        NoticeKind.SESSION_RESTORED,
        NoticeKind.SESSIONS_RESTORED,
        NoticeKind.TOMORROW,
        NoticeKind.SHOULD_HAVE_STARTED,
        NoticeKind.STILL_RUNNING,
    }
)


def still_valid(notices: Sequence[Notice], *, at: datetime) -> dict[UUID, list[CareSession]]:
    """Of which of their sessions these notices still tell the truth, the soonest first, by the notice's id.

    What is true no more is not in it, nor what its person has read already or may not see any more. Of a notice that
    speaks of no session the list is empty. The queries are as many for one notice as for many.
    """
    roles = _roles(notices)
    sessions = notice_sessions.sessions(notices)
    asked = _asked_of({one.id for some in sessions.values() for one in some})
    entered, ending = _entered(notices), _ending(notices, at)
    found = {}
    for notice in notices:
        role = roles.get((notice.person_id, notice.family_id))
        if role is None or notice.read_at is not None:
            continue
        kind = NoticeKind(notice.kind)
        if kind is NoticeKind.TIME_OFF_ENTERED and notice.facts.get("time_off") not in entered:
            continue
        if kind is NoticeKind.PLAN_ENDS and notice.facts.get("schedule_id") not in ending:
            continue
        states = TRUE_WHILE.get(kind)
        listed = sessions.get(notice.id, [])
        if states is None or _speaks_of_a_deleted_one(notice, listed):
            found[notice.id] = listed
            continue
        of_these = [one for one in listed if one.state in states and not (kind in AHEAD and one.scheduled_end <= at)]
        of_these = [one for one in of_these if _still_reminds(notice, one, at)]
        if kind is NoticeKind.SESSIONS_WITHOUT_NANNY:
            of_these = [one for one in of_these if one.nanny_id is None]
        if kind is NoticeKind.CHANGE_REQUESTED:
            of_these = [one for one in of_these if one.id in asked]
        if kind in _HER_OWN and role is Role.NANNY:
            of_these = [one for one in of_these if one.nanny_person_id in (None, notice.person_id)]
        if of_these:
            found[notice.id] = of_these
    return found


def _still_reminds(notice: Notice, session: CareSession, at: datetime) -> bool:
    """What a reminder says of a session is over also when the session was moved, or its day has come."""
    start, end = session.scheduled_start, session.scheduled_end
    match notice.kind:
        case NoticeKind.STILL_TO_CONFIRM | NoticeKind.TOMORROW:
            day, zone = date.fromisoformat(notice.facts["day"]), notice.facts["clocks"]
            over = reminders.tomorrow(day, zone).closes if notice.kind == NoticeKind.TOMORROW else start
            return at < over and local_time.local_date(start, zone) == day
        case NoticeKind.SHOULD_HAVE_STARTED:
            return reminders.should_have_started(start, end).holds(at)
        case NoticeKind.STILL_RUNNING:
            return reminders.still_running(end).opens <= at
    return True


def _speaks_of_a_deleted_one(notice: Notice, listed: list[CareSession]) -> bool:
    """A confirmed session was taken out of the book; the notice keeps its time."""
    return notice.kind == NoticeKind.SESSION_CANCELLED and not listed and "deleted" in notice.facts


def _roles(notices: Iterable[Notice]) -> dict[tuple[UUID, UUID], Role]:
    people = {notice.person_id for notice in notices}
    rows = Member.objects.active().filter(user__in=people, user__is_active=True)
    return {(person, family): Role(role) for person, family, role in rows.values_list("user_id", "family_id", "role")}


def _asked_of(sessions: set[UUID]) -> set[UUID]:
    """Those with a request for changes that waits for its answer."""
    waiting = ChangeRequest.objects.filter(session__in=sessions, status=Answer.OPEN)
    return set(waiting.values_list("session_id", flat=True))


def _entered(notices: Iterable[Notice]) -> set[str]:
    """The time off that is still entered."""
    wanted = set(_facts(notices, "time_off"))
    return {str(one) for one in TimeOff.objects.filter(id__in=wanted).values_list("id", flat=True)} if wanted else set()


def _ending(notices: Iterable[Notice], at: datetime) -> set[str]:
    """The schedules that still run, and that nobody has planned further."""
    wanted = {UUID(one) for one in _facts(notices, "schedule_id")}
    return {str(one.id) for one in reminders_due.ending_plans(at, wanted)} if wanted else set()


def _facts(notices: Iterable[Notice], name: str) -> Iterator[str]:
    return (notice.facts[name] for notice in notices if name in notice.facts)

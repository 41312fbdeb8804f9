"""What the worker reminds people of, each person once of each thing.

Whoever reminds looks at what is due now and writes what is not there yet: several may do it at once, and be cut off
anywhere. What is over is not due any more (rules.reminders).
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from handsel.models import CareSchedule, CareSession, User
from handsel.notices import audience, outbox
from handsel.notices.audience import FamilyRecipients
from handsel.notices.outbox import Reminder
from handsel.queries import reminders_due
from handsel.rules import local_time, reminders
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind

Circles = dict[UUID, FamilyRecipients]


def remind(at: datetime) -> int:
    """Write the reminders that are due and not written yet; how many. Six queries, however many that are."""
    sessions, plans = reminders_due.sessions(at), reminders_due.ending_plans(at)
    circles = audience.recipients_by_family({one.family_id for one in [*sessions, *plans]})
    due = [
        *_still_to_confirm([one for one in sessions if one.state is State.UNCONFIRMED], circles, at),
        *_tomorrow([one for one in sessions if one.state is State.CONFIRMED], circles, at),
        *_late(sessions, circles, at),
        *_plans(plans, circles),
    ]
    return outbox.remind(due, at=at)


def _still_to_confirm(sessions: list[CareSession], circles: Circles, at: datetime) -> Iterator[Reminder]:
    """When one comes due, all that still wait in the same day of the family are told of together."""
    of_day: dict[tuple[UUID, date, str], list[CareSession]] = defaultdict(list)
    for session in sessions:
        zone = session.family.time_zone
        of_day[session.family_id, local_time.local_date(session.scheduled_start, zone), zone].append(session)
    due = {key: some for key, some in of_day.items() if any(_is_due(one, at) for one in some)}
    people = {person.id for family_id, _, _ in due for person in circles[family_id].who_confirm}
    before = reminders_due.reminded(people, at) if people else {}
    for (family_id, day, zone), some in due.items():
        for person in circles[family_id].who_confirm:
            told = before.get((person.id, family_id, day))
            new = [one for one in some if told is None or (str(one.id), one.scheduled_start) not in told.of]
            if any(_is_due(one, at) for one in new):
                yield _list(NoticeKind.STILL_TO_CONFIRM, person, new, day, zone, nth=told.times if told else 0)


def _is_due(session: CareSession, at: datetime) -> bool:
    return reminders.still_to_confirm(session.scheduled_start, session.updated_at).holds(at)


def _tomorrow(sessions: list[CareSession], circles: Circles, at: datetime) -> Iterator[Reminder]:
    """Tomorrow is each person's own, by the clocks they live by."""
    found: dict[tuple[UUID, UUID, date, str], list[CareSession]] = defaultdict(list)
    people: dict[UUID, User] = {}
    for session in sessions:
        circle = circles[session.family_id]
        for person in [*circle.parents, *circle.nanny(session.nanny_id)]:
            zone = person.time_zone or session.family.time_zone
            day = local_time.local_date(session.scheduled_start, zone)
            if reminders.tomorrow(day, zone).holds(at):
                people[person.id] = person
                found[person.id, session.family_id, day, zone].append(session)
    for (person_id, _, day, zone), some in found.items():
        yield _list(NoticeKind.TOMORROW, people[person_id], some, day, zone)


def _list(kind: NoticeKind, person: User, sessions: list[CareSession], day: date, zone: str, nth: int = 0) -> Reminder:
    """One notice of a day's sessions. `day` is a day by the clocks of `zone`; nth: how many went before it."""
    first = sessions[0]
    return Reminder(
        kind,
        person.id,
        first.family_id,
        f"{kind} {first.family_id} {day} {nth}",
        {
            "count": len(sessions),
            "sessions": [str(one.id) for one in sessions],
            "times": [[one.scheduled_start.isoformat(), one.scheduled_end.isoformat()] for one in sessions],
            "zone": first.time_zone,
            "day": day.isoformat(),
            "clocks": zone,
        },
        session=first if len(sessions) == 1 else None,
    )


def _late(sessions: list[CareSession], circles: Circles, at: datetime) -> Iterator[Reminder]:
    """What should have begun or ended: to the nanny, to the parents where there is none, or where she does not hear."""
    for session in sessions:
        circle = circles[session.family_id]
        nanny, end = circle.nanny(session.nanny_id), session.scheduled_end
        kind = NoticeKind.STILL_RUNNING if session.state is State.IN_PROGRESS else NoticeKind.SHOULD_HAVE_STARTED
        people: list[User] = []
        match session.state:
            case State.CONFIRMED if reminders.should_have_started(session.scheduled_start, end).holds(at):
                people = nanny or circle.parents
            case State.IN_PROGRESS if reminders.still_running_for_the_family(end).holds(at):
                people = [*nanny, *circle.parents]
            case State.IN_PROGRESS if reminders.still_running(end).holds(at):
                people = nanny or circle.parents
        planned = end if kind is NoticeKind.STILL_RUNNING else session.scheduled_start
        for person in people:
            once = f"{kind} {session.id} {planned.isoformat()}"
            yield Reminder(kind, person.id, session.family_id, once, session=session)


def _plans(schedules: list[CareSchedule], circles: Circles) -> Iterator[Reminder]:
    """Once until it was planned further."""
    for schedule in schedules:
        circle = circles[schedule.family_id]
        planned_to = schedule.planned_to.isoformat()
        facts = {"schedule": schedule.name, "schedule_id": str(schedule.id), "planned_to": planned_to}
        once = f"{NoticeKind.PLAN_ENDS} {schedule.id} {planned_to}"
        for person in [*circle.parents, *circle.nanny(schedule.nanny_id)]:
            yield Reminder(NoticeKind.PLAN_ENDS, person.id, schedule.family_id, once, facts)

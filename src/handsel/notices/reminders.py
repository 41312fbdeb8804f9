"""Reminders that the worker writes, to each person once of each thing.

Whoever reminds looks at what is due now and writes what is not there yet: several may do it at once, and be cut off
anywhere. What is over is not due any more (rules.reminders).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from handsel.access import absences
from handsel.models import CareSchedule, CareSession, Notice, User
from handsel.models.care_sessions import LONGER_THAN_ANY, with_planned_to
from handsel.models.pay_periods import is_held
from handsel.notices import audience
from handsel.notices.audience import FamilyRecipients
from handsel.rules import attention, local_time, reminders
from handsel.rules.lifecycle import State, Status
from handsel.rules.notices import NoticeKind
from handsel.rules.time_off import Away

# From the evening before a day until its last session begins: six hours and a day, and what clocks are put back.
_TOMORROW_REACHES = timedelta(hours=33)
# The sessions that share their day with one that comes due, in a day that the clocks made longer.
_THE_REST_OF_THE_DAY = timedelta(hours=26)
# No recurrence leaves more than five weeks between two slots.
_NEXT_SLOT = timedelta(weeks=5, days=1)
# The first notice of a day's sessions is written at most three days before the last of them.
_REMINDED_WITHIN = timedelta(days=4)

# From its start until nobody is asked any more: the next morning it is over, a week, and two days to catch up.
_ASKED_WITHIN = timedelta(days=13)

Recipients = dict[UUID, FamilyRecipients]


def remind(at: datetime) -> int:
    """Write the reminders that are due and not written yet; return how many. Ten queries at most, however many that
    are.
    """
    sessions, plans, unrecorded = sessions_to_look_at(at), ending_plans(at), sessions_not_recorded(at)
    families = {row.family_id for rows in (sessions, plans, unrecorded) for row in rows}
    recipients = audience.recipients_by_family(families)
    due = [
        *_still_to_confirm([session for session in sessions if session.state is State.UNCONFIRMED], recipients, at),
        *_tomorrow([session for session in sessions if session.state is State.CONFIRMED], recipients, at),
        *_overdue_reminders(sessions, recipients, at),
        *_not_recorded(unrecorded, recipients, at),
        *_still_without_nanny(sessions, recipients, at),
        *_plan_end_reminders(plans, recipients),
    ]
    return _write(due, at)


def _write(due: list[Notice], at: datetime) -> int:
    """Write those that are not there yet: a person gets no second notice of the same dedup_key. Two queries, or none.

    Of several who write the same at once, the promise nobody_is_reminded_twice lets one.
    """
    if not due:
        return 0
    keys, people = {notice.dedup_key for notice in due}, {notice.person_id for notice in due}
    rows = Notice.objects.filter(person__in=people, dedup_key__in=keys)
    written = set(rows.values_list("person_id", "dedup_key"))
    new = [notice for notice in due if (notice.person_id, notice.dedup_key) not in written]
    for notice in new:
        notice.at = at
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def sessions_to_look_at(at: datetime) -> list[CareSession]:
    """Return sessions of all families that may be due for a reminder, the soonest first, with their families. One
    query, by the start.
    """
    to_confirm = Q(is_confirmed=False, scheduled_start__gt=at)
    to_start = Q(is_confirmed=True, scheduled_end__gt=at, scheduled_start__lte=at + _TOMORROW_REACHES)
    to_end = Q(status=Status.IN_PROGRESS, scheduled_end__lte=at - reminders.LATE_TO_END) & ~is_held()
    # unscoped: everybody's, by when they are due
    rows = CareSession.objects.filter(
        Q(to_confirm | to_start, status=Status.SCHEDULED) | to_end,
        scheduled_start__gt=at - LONGER_THAN_ANY - reminders.RINGS_FOR,
        scheduled_start__lte=at + reminders.ANSWER_BEFORE + _THE_REST_OF_THE_DAY,
    )
    return list(rows.select_related("family").order_by("scheduled_start", "id"))


def sessions_not_recorded(at: datetime) -> list[CareSession]:
    """Return the confirmed sessions that are over and that nobody started, of all families of which one may be due to
    be asked about, the soonest first, with their families. Two queries, or one where there is none.
    """
    # unscoped: everybody's, by when they are due
    rows = CareSession.objects.filter(status=Status.SCHEDULED, is_confirmed=True, scheduled_end__lte=at)
    rows = rows.exclude(is_held())
    lately = rows.filter(scheduled_start__gt=at - _ASKED_WITHIN)
    families = set(lately.order_by().values_list("family_id", flat=True).distinct())
    if not families:
        return []
    open_still = rows.filter(
        scheduled_start__gt=at - attention.RECORDED_WITHIN - LONGER_THAN_ANY,
        scheduled_end__gt=at - attention.RECORDED_WITHIN,
        family__in=families,
    )
    return list(open_still.select_related("family").order_by("scheduled_start", "id"))


def ending_plans(at: datetime, among: Collection[UUID] | None = None) -> list[Any]:
    """Return active schedules that are planned for less than 14 more days, with `planned_to`; among these ids, or all.

    Those that the worker keeps planned need nobody. One query: a look at the last slot of each that runs.
    """
    today = at.date()
    # unscoped: everybody's, by how far they are planned
    runs = CareSchedule.objects.filter(Q(end_date__isnull=True) | Q(end_date__gte=today - timedelta(days=1)))
    runs = runs.filter(is_active=True, weeks_ahead__isnull=True)
    rows = with_planned_to(runs if among is None else runs.filter(id__in=among))
    # By dates that no zone has passed yet, or all may have; each schedule's own zone decides.
    near = rows.filter(planned_to__range=(today - _NEXT_SLOT - timedelta(days=1), today + reminders.PLANNED_FOR))
    return [row for row in near.select_related("family").order_by("id") if _plan_ends(row, at)]


def _plan_ends(schedule: Any, at: datetime) -> bool:
    window = reminders.plan_ends(schedule.pattern, schedule.planned_to, schedule.family.time_zone)
    return window is not None and window.holds(at)


def _still_to_confirm(sessions: list[CareSession], recipients: Recipients, at: datetime) -> Iterator[Notice]:
    """Yield, when one comes due, a notice of all that still wait in the same day of the family, to each person."""
    of_day: dict[tuple[UUID, date, str], list[CareSession]] = defaultdict(list)
    for session in sessions:
        zone = session.family.time_zone
        of_day[session.family_id, local_time.local_date(session.scheduled_start, zone), zone].append(session)
    due = {key: of_one_day for key, of_one_day in of_day.items() if any(_is_due(session, at) for session in of_one_day)}
    people = {person.id for family_id, _, _ in due for person in recipients[family_id].who_confirm}
    reminded = _reminded(people, at) if people else {}
    for (family_id, day, zone), of_one_day in due.items():
        for person in recipients[family_id].who_confirm:
            before = reminded.get((person.id, family_id, day), _Reminded())
            new = [session for session in of_one_day if (str(session.id), session.scheduled_start) not in before.of]
            if any(_is_due(session, at) for session in new):
                yield _list(NoticeKind.STILL_TO_CONFIRM, person.id, new, day, zone, nth=before.times)


def _is_due(session: CareSession, at: datetime) -> bool:
    return reminders.still_to_confirm(session.scheduled_start, session.updated_at).holds(at)


@dataclass(slots=True)
class _Reminded:
    """The sessions of a day, with their starts, that somebody was reminded to answer; in how many notices.

    A session that has moved since is another, and wants to be brought up anew.
    """

    of: set[tuple[str, datetime]] = field(default_factory=set)
    times: int = 0


def _reminded(people: Iterable[UUID], at: datetime) -> dict[tuple[UUID, UUID, date], _Reminded]:
    """Return what these people have been reminded to answer, by person, family and day. One query."""
    before: dict[tuple[UUID, UUID, date], _Reminded] = defaultdict(_Reminded)
    kind, since = NoticeKind.STILL_TO_CONFIRM, at - _REMINDED_WITHIN
    notices = Notice.objects.filter(person__in=people, kind=kind, at__gt=since)
    for person_id, family_id, facts in notices.values_list("person_id", "family_id", "facts"):
        reminded = before[person_id, family_id, date.fromisoformat(facts["day"])]
        starts = (datetime.fromisoformat(start) for start, _ in facts["times"])
        reminded.of.update(zip(facts["sessions"], starts, strict=True))
        reminded.times += 1
    return before


def _tomorrow(sessions: list[CareSession], recipients: Recipients, at: datetime) -> Iterator[Notice]:
    """Yield the notices of tomorrow's sessions. Tomorrow is each person's own, by the clocks they live by."""
    of_day: dict[tuple[UUID, UUID, date, str], list[CareSession]] = defaultdict(list)
    for session in sessions:
        family = recipients[session.family_id]
        for person in [*family.parents, *family.nanny(session.nanny_id)]:
            zone = person.time_zone or session.family.time_zone
            day = local_time.local_date(session.scheduled_start, zone)
            if reminders.tomorrow(day, zone).holds(at):
                of_day[person.id, session.family_id, day, zone].append(session)
    for (person_id, _, day, zone), of_one_day in of_day.items():
        yield _list(NoticeKind.TOMORROW, person_id, of_one_day, day, zone)


def _list(kind: NoticeKind, person_id: UUID, sessions: list[CareSession], day: date, zone: str, nth: int = 0) -> Notice:
    """Return one notice of a day's sessions. `day` is a day by the clocks of `zone`; nth: how many went before it."""
    first = sessions[0]
    return Notice(
        kind=kind.value,
        person_id=person_id,
        family_id=first.family_id,
        dedup_key=f"{kind} {first.family_id} {day} {nth}",
        facts={
            "count": len(sessions),
            "sessions": [str(session.id) for session in sessions],
            "times": [[session.scheduled_start.isoformat(), session.scheduled_end.isoformat()] for session in sessions],
            "zone": first.time_zone,
            "day": day.isoformat(),
            "clocks": zone,
        },
        session=first if len(sessions) == 1 else None,
    )


def _overdue_reminders(sessions: list[CareSession], recipients: Recipients, at: datetime) -> Iterator[Notice]:
    """Yield notices of what should have begun or ended: to the nanny, and to the parents where there is none or the
    nanny is not heard of for a while.
    """
    for session in sessions:
        family = recipients[session.family_id]
        nanny, answering = family.nanny(session.nanny_id), family.who_confirm
        kind, planned, people = NoticeKind.STILL_RUNNING, session.scheduled_end, list[User]()
        match session.state:
            case State.CONFIRMED if reminders.should_have_started(session.scheduled_start, planned).holds(at):
                kind, planned, people = NoticeKind.SHOULD_HAVE_STARTED, session.scheduled_start, nanny or answering
            case State.IN_PROGRESS if reminders.still_running_for_the_family(planned).holds(at):
                people = list(dict.fromkeys([*nanny, *answering]))
            case State.IN_PROGRESS if reminders.still_running(planned).holds(at):
                people = nanny or answering
        for person in people:
            key = f"{kind} {session.id} {planned.isoformat()}"
            yield Notice(kind=kind.value, person=person, family=session.family, session=session, dedup_key=key)


def _not_recorded(sessions: list[CareSession], recipients: Recipients, at: datetime) -> Iterator[Notice]:
    """Yield, when one comes due, a notice of all that are open in the family, to each person by their own clock: who
    answers for it, and each nanny of their own but for days on which they were away.
    """
    away, of_person = absences.away(sessions), dict[tuple[UUID, UUID], tuple[User, list[CareSession]]]()
    for session in sessions:
        family = recipients[session.family_id]
        nanny = [] if Away.NANNY in away.get(session.id, ()) else family.nanny(session.nanny_id)
        for person in dict.fromkeys([*family.who_confirm, *nanny]):
            of_person.setdefault((person.id, session.family_id), (person, []))[1].append(session)
    due = dict[tuple[UUID, UUID], tuple[list[CareSession], list[datetime], str]]()
    for key, (person, theirs) in of_person.items():
        zone = person.time_zone or theirs[0].family.time_zone
        windows = {row: reminders.not_recorded(*row.planned_times, zone) for row in theirs}
        open_now = [
            window.opens
            for session, pair in windows.items()
            for window in pair
            # Who undid a record since knows of it.
            if window.holds(at) and session.updated_at <= window.opens
        ]
        if open_now:
            due[key] = [row for row, (first, _) in windows.items() if first.opens <= at], open_now, zone
    asked_at = _last_asked({person_id for person_id, _ in due}, at) if due else {}
    for key, (theirs, opened, zone) in due.items():
        new = [opens for opens in opened if key not in asked_at or asked_at[key] < opens]
        if new:
            yield _list(NoticeKind.NOT_RECORDED, key[0], theirs, local_time.local_date(max(new), zone), zone)


def _last_asked(people: Iterable[UUID], at: datetime) -> dict[tuple[UUID, UUID], datetime]:
    """Return when these people were last asked about what was not recorded, by person and family. One query."""
    notices = Notice.objects.filter(person__in=people, kind=NoticeKind.NOT_RECORDED, at__gt=at - reminders.CATCH_UP)
    return {
        (person_id, family_id): asked_at
        for person_id, family_id, asked_at in notices.order_by("at").values_list("person_id", "family_id", "at")
    }


def _still_without_nanny(sessions: list[CareSession], recipients: Recipients, at: datetime) -> Iterator[Notice]:
    """Yield notices of confirmed sessions that nobody has taken, twice before they start."""
    kind = NoticeKind.STILL_NO_NANNY
    for session in sessions:
        if session.nanny_id is not None or session.state is not State.CONFIRMED:
            continue
        family = recipients[session.family_id]
        for window in reminders.needs_nanny(session.scheduled_start, session.updated_at):
            if window.holds(at):
                key = f"{kind} {session.id} {window.opens.isoformat()}"
                for person in family.managers or family.who_confirm:
                    yield Notice(kind=kind.value, person=person, family=session.family, session=session, dedup_key=key)


def _plan_end_reminders(schedules: list[Any], recipients: Recipients) -> Iterator[Notice]:
    """Yield notices of plans that end: once until it was planned further."""
    for schedule in schedules:
        family = recipients[schedule.family_id]
        planned_to = schedule.planned_to.isoformat()
        facts = {"schedule": schedule.name, "schedule_id": str(schedule.id), "planned_to": planned_to}
        kind = NoticeKind.PLAN_ENDS
        key = f"{kind} {schedule.id} {planned_to}"
        for person in [*family.parents, *family.nanny(schedule.nanny_id)]:
            yield Notice(kind=kind.value, person=person, family=schedule.family, facts=facts, dedup_key=key)

"""The release of what a nanny has in a family when they are no longer a nanny there.

Their schedules and the sessions to come wait for another nanny. Nobody else may complete a session of theirs, and a
running one would keep them from starting any in their other families: so it ends as they leave, and a parent may
correct the time.
"""

from datetime import datetime

from django.db.models import F, QuerySet

from handsel.access import held_days
from handsel.access.checks import Standing
from handsel.actions import history
from handsel.actions.care_sessions import moves
from handsel.models import CareSchedule, CareSession, Event, Member
from handsel.notices import audience, outbox
from handsel.rules.drafts import EMPTY_DRAFT
from handsel.rules.history import EventKind, Source
from handsel.rules.lifecycle import Status
from handsel.rules.moments import longest_care
from handsel.rules.moves import MOVES, Move, Value
from handsel.rules.notices import NoticeKind


def lock_assignments(member: Member) -> None:
    """Lock what is the member's, before the member is changed: who gives them something locks in this order too."""
    list(_schedules(member))
    list(_sessions(member))


def release_assignments(member: Member, *, standing: Standing, at: datetime, source: Source) -> None:
    """Complete the member's running sessions; take them off their schedules and off the sessions to come, which take
    the family's default rate.

    standing is who says so. lock_assignments() goes before the member is changed; this finds what they were given
    meanwhile, too.
    """
    schedules, sessions = list(_schedules(member)), list(_sessions(member))
    # What a pay period holds stays as it is; what goes on from there is nobody's.
    days = held_days.lock(sessions, (member.family_id, None))
    sessions = [session for session in sessions if not days.holds(session)]
    complete, member_id = MOVES[Move.COMPLETE], standing.member_id
    ends = {
        session: moves.columns_of(complete, member_id=member_id, at=at, times={Value.HAPPENED_AT: _end(session, at)})
        for session in sessions
        if session.status == Status.IN_PROGRESS
    }
    moves.make(complete, ends, EMPTY_DRAFT, by=standing, at=at, source=source)
    ahead = [session for session in sessions if session.status == Status.SCHEDULED and session.scheduled_end > at]
    # What this nanny earned is not for the next one to read.
    freed = {"nanny_id": None, "hourly_rate": member.family.default_hourly_rate}
    origin: history.Origin = {"by": standing, "at": at, "source": source}
    kind = EventKind.CARE_SESSION_UPDATED
    lines = [
        history.line(kind, session=session, changes=history.differences(session, freed), **origin) for session in ahead
    ]
    kind = EventKind.CARE_SCHEDULE_UPDATED
    lines += [
        history.line(kind, schedule_id=schedule.id, changes=history.differences(schedule, freed), **origin)
        for schedule in schedules
    ]
    Event.insert_many(lines)
    moves.write_all({session: {**freed, "nanny_person_id": None} for session in ahead}, at=at)
    rows = CareSchedule.objects.filter(pk__in=[schedule.pk for schedule in schedules])
    rows.update(**freed, version=F("version") + 1, updated_at=at)
    if ahead:
        people, facts = audience.managers(member.family_id), outbox.session_facts(ahead)
        notice = NoticeKind.SESSIONS_WITHOUT_NANNY
        outbox.notify(notice, people, by=standing.person, at=at, family_id=member.family_id, facts=facts)


def _end(session: CareSession, at: datetime) -> datetime:
    """Return when a running session ends: now or, where it was forgotten for longer than care lasts, as planned."""
    start, now = session.actual_start, moves.happened_at(session, Value.HAPPENED_AT, None, at)
    if start is None or now - start <= longest_care(start, session.time_zone):
        return now
    return min(max(start, session.scheduled_end), start + longest_care(start, session.time_zone))


def _schedules(member: Member) -> QuerySet[CareSchedule]:
    return CareSchedule.objects.filter(nanny=member).select_for_update(of=("self",)).order_by("id")


def _sessions(member: Member) -> QuerySet[CareSession]:
    """Return what runs or is to come, locked. One statement: between two a session might start, and be in neither."""
    unfinished = CareSession.objects.filter(nanny=member, status__in=(Status.SCHEDULED, Status.IN_PROGRESS))
    return unfinished.select_for_update(of=("self",)).order_by("id")

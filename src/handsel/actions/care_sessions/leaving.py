"""What happens to what a nanny has in a family when she is no longer a nanny there.

Her schedules and the sessions to come wait for another nanny. Nobody else may complete a session of hers, and a running
one would keep her from starting any in her other families: so it ends as she leaves, and a parent may correct the time.
"""

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from handsel.access.standing import Standing
from handsel.actions import history
from handsel.models import CareSchedule, CareSession, Member, User
from handsel.notices import audience, outbox
from handsel.rules.history import EventKind, Source
from handsel.rules.lifecycle import Status
from handsel.rules.notices import NoticeKind


def hold(member: Member) -> None:
    """Lock what is hers, before she herself is changed: who gives her something locks in this order too."""
    list(_schedules(member))
    list(_sessions(member))


def leave(member: Member, *, standing: Standing, by: User, at: datetime, source: Source) -> None:
    """Complete the member's running sessions; take her off her schedules and off the sessions to come.

    standing is who says so. hold() goes before the member is changed; this finds what she was given meanwhile, too.
    """
    schedules, sessions = list(_schedules(member)), list(_sessions(member))
    running = [session for session in sessions if session.status == Status.IN_PROGRESS]
    ahead = [session for session in sessions if session.status == Status.SCHEDULED and session.scheduled_end > at]
    about: dict[str, Any] = {"by": standing, "at": at, "source": source}
    freed = {"nanny_id": (member.id, None)}
    touched = {"version": F("version") + 1, "updated_at": at}
    lines = []
    for session in running:
        ended = max(at.replace(microsecond=0), session.actual_start or at)
        CareSession.objects.filter(pk=session.pk).update(status=Status.COMPLETED, actual_end=ended, **touched)
        changes = {"status": (Status.IN_PROGRESS, Status.COMPLETED), "actual_end": (None, ended)}
        lines.append(_line(EventKind.CARE_SESSION_COMPLETED, session, changes, about))
    _all_of(CareSession, ahead).update(nanny=None, nanny_person=None, **touched)
    lines += [_line(EventKind.CARE_SESSION_UPDATED, session, freed, about) for session in ahead]
    _all_of(CareSchedule, schedules).update(nanny=None, **touched)
    for schedule in schedules:
        kind = EventKind.CARE_SCHEDULE_UPDATED
        lines.append(history.line(kind, schedule_id=schedule.id, changes=freed, **about))
    history.record_all(lines)
    people = audience.parents(member.family_id)
    hers = audience.persons([member.id])  # who is removed hears nothing any more
    for session in running:
        outbox.notify(NoticeKind.SESSION_COMPLETED, [*people, *hers], by=by, at=at, session=session)
    if ahead:
        facts = outbox.session_facts(ahead)
        outbox.notify(NoticeKind.SESSIONS_WITHOUT_NANNY, people, by=by, at=at, family_id=member.family_id, facts=facts)


def _schedules(member: Member) -> QuerySet[CareSchedule]:
    return CareSchedule.objects.filter(nanny=member).select_for_update(of=("self",)).order_by("id")


def _sessions(member: Member) -> QuerySet[CareSession]:
    """Running or to come, in one statement: between two of them a session might start, and be in neither."""
    open_ones = CareSession.objects.filter(nanny=member, status__in=(Status.SCHEDULED, Status.IN_PROGRESS))
    return open_ones.select_for_update(of=("self",)).order_by("id")


def _all_of(model: Any, rows: list[Any]) -> QuerySet[Any]:
    return model.objects.filter(pk__in=[row.pk for row in rows])


def _line(kind: EventKind, session: CareSession, changes: history.Changes, about: dict[str, Any]) -> dict[str, Any]:
    return history.line(kind, session_id=session.id, schedule_id=session.schedule_id, changes=changes, **about)

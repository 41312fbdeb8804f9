"""Keeping schedules planned ahead: what the worker does on the word of whoever asked for it."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q

from handsel.access import checks, visibility
from handsel.actions import generation
from handsel.actions.generation import NOBODY
from handsel.models import CareSchedule, Event, User
from handsel.notices import audience, outbox
from handsel.rules import extending, local_time, recurrence, roles
from handsel.rules.drafts import Draft
from handsel.rules.history import EventKind, Source
from handsel.rules.notices import NoticeKind
from handsel.rules.refusals import LimitReached, NotAllowed, NotVisible, WrongState
from handsel.rules.roles import Capability, Role

log = logging.getLogger(__name__)

_PLANNERS = [role for role in Role if roles.may(role, Capability.PLAN)]
_A_DAY = timedelta(days=1)


def extend(at: datetime) -> int:
    """Plan what is due, each schedule in a transaction of its own, one by one; return how many sessions were made.

    May be cut off anywhere and done by several at once: a schedule is held while it is looked at, and says until
    when it was. One that breaks is left for the next time, and only the kind of its trouble is logged.
    """
    made = 0
    for schedule_id in _due(at):
        try:
            made += _extend_schedule(schedule_id, at=at)
        except (OperationalError, InterfaceError):
            raise  # the database's trouble, and every schedule's
        except Exception as trouble:  # noqa: BLE001  one schedule that breaks must not keep the others
            log.error("A schedule was not extended: %s", type(trouble).__name__)  # noqa: TRY400  its text may name people
    return made


def _due(at: datetime) -> list[UUID]:
    """Return the ids of schedules that run and were not looked at in their family's week, and of those that nobody's
    word stands for any more.

    One query. It asks by the earliest and the latest date that any zone has now; the family's own decides.
    """
    earliest, latest = (at - _A_DAY).date(), (at + _A_DAY).date()
    runs = Q(is_active=True) & (Q(end_date__isnull=True) | Q(end_date__gte=earliest))
    this_week = Q(extended_week__range=(extending.monday(latest), extending.monday(latest) + extending.FAR_AHEAD))
    unheld = Q(extended_by__removed_at__isnull=False) | ~Q(extended_by__role__in=_PLANNERS)
    # unscoped: everybody's that is to be planned further
    rows = CareSchedule.objects.filter(unheld | (runs & ~this_week), weeks_ahead__isnull=False).order_by("id")
    return [
        schedule_id
        for schedule_id, zone, done_in, removed_at, role in rows.values_list(
            "id", "family__time_zone", "extended_week", "extended_by__removed_at", "extended_by__role"
        )
        if removed_at is not None
        or role not in _PLANNERS
        or extending.is_new_week(local_time.local_date(at, zone), done_in)
    ]


@transaction.atomic
def _extend_schedule(schedule_id: UUID, *, at: datetime) -> int:
    """Plan further, or stop where nobody may say so any more, or at a cap. Of two workers the second finds it done."""
    # unscoped: one of those; what is done to it goes through who asked for that
    held = CareSchedule.objects.select_for_update(of=("self",)).select_related("family", "extended_by__user")
    schedule = held.filter(pk=schedule_id, extended_by__isnull=False).first()
    if schedule is None or schedule.extended_by is None:
        return 0
    person = schedule.extended_by.user
    try:
        checks.may(visibility.standing(person, schedule.family_id), Capability.PLAN)
        return _plan(schedule, person, at=at)
    except (NotVisible, NotAllowed):
        _stop(schedule, at=at)
    except LimitReached:
        # Told once, because nothing is planned by itself any more until somebody says so again.
        _stop(schedule, at=at)
        people = {*audience.managers(schedule.family_id), person.id}
        facts = {"schedule": schedule.name}
        outbox.notify(
            NoticeKind.PLANNING_STOPPED, sorted(people), by=NOBODY, at=at, family_id=schedule.family_id, facts=facts
        )
    except WrongState:
        pass  # every child is archived: it goes on when there is somebody to care for again
    return 0


def _plan(schedule: CareSchedule, person: User, *, at: datetime) -> int:
    zone = schedule.family.time_zone
    today = local_time.local_date(at, zone)
    if (
        not schedule.is_active
        or schedule.weeks_ahead is None
        or not extending.is_new_week(today, schedule.extended_week)
    ):
        return 0
    first, last = extending.days(schedule.weeks_ahead, today, schedule.extended_week)
    if local_time.span(first, schedule.start_time, schedule.end_time, zone)[0] <= at:
        first += _A_DAY  # nobody needs to answer for this morning
    gone = generation.deleted_slots(schedule)
    made = 0
    if not gone.issuperset(recurrence.slots(schedule.pattern, first, last)):
        draft = Draft.of(from_date=first, to_date=last)
        done = generation.generate(schedule.id, draft, by=person, at=at, source=Source.WORKER, leave_out=gone)
        made = len(done.created)
    CareSchedule.objects.filter(pk=schedule.pk).update(extended_week=extending.monday(today))
    return made


def _stop(schedule: CareSchedule, *, at: datetime) -> None:
    CareSchedule.objects.filter(pk=schedule.pk).update(
        weeks_ahead=None, extended_by=None, extended_week=None, version=F("version") + 1, updated_at=at
    )
    Event.objects.create(
        family_id=schedule.family_id,
        schedule_id=schedule.id,
        kind=EventKind.CARE_SCHEDULE_UPDATED,
        at=at,
        source=Source.WORKER,
        changes={"weeks_ahead": [schedule.weeks_ahead, None]},
    )

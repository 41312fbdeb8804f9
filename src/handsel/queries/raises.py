"""Raises, as history remembers them: what a nanny earned an hour before, what since, and from which day."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from handsel.access.checks import Standing
from handsel.models import CareSchedule, CareSession, Event
from handsel.rules.history import EventKind
from handsel.rules.lifecycle import Status
from handsel.rules.pay.raises import Raise


@dataclass(frozen=True, slots=True)
class MadeRaise:
    """A raise with what it changed. basic_rate: of the terms, from what to what; None where it stayed."""

    id: UUID
    nanny_id: UUID | None
    step: Raise
    schedules: int
    sessions: int
    basic_rate: tuple[Decimal, Decimal] | None


@dataclass(frozen=True, slots=True)
class ChangedByRaise:
    """What a raise changed: ids, of terms those whose basic rate was another before (basic_rate), and the version that
    it made.
    """

    schedules: list[UUID]
    sessions: list[UUID]
    policies: list[UUID]
    new_policy: UUID | None
    basic_rate: Decimal | None


def still_as_changed(event: Event) -> ChangedByRaise | None:
    """Return what a raise changed; None where something of it was changed since, or planned by its schedules, or where
    it was taken back or takes one back. One query.
    """
    changes = event.changes
    ids = {name: set(changes[name][1]) for name in ("schedule_ids", "session_ids")}
    policies, new_policy = (
        changes.get("pay_policy_ids", [None, []])[1],
        changes.get("new_pay_policy_id", [None, None])[1],
    )
    since = Event.objects.filter(family_id=event.family_id, number__gt=event.number)
    for later in since.values("kind", "session_id", "schedule_id", "changes"):
        if str(later["session_id"]) in ids["session_ids"] or str(later["schedule_id"]) in ids["schedule_ids"]:
            return None
        of_policy = [each for each in later["changes"].get("pay_policy_id", []) if each]
        if {*of_policy} & {*policies, new_policy}:
            return None
    if "undoes" in changes or ("basic_rate" in changes and "pay_policy_ids" not in changes):
        return None
    return ChangedByRaise(
        [UUID(key) for key in ids["schedule_ids"]],
        [UUID(key) for key in ids["session_ids"]],
        list(map(UUID, policies)),
        UUID(new_policy) if new_policy else None,
        Decimal(changes["basic_rate"][0]) if "basic_rate" in changes else None,
    )


def of_schedule(schedule: CareSchedule) -> list[Raise]:
    """Return the raises of a schedule while its nanny was who it is now, the latest first. One query, of a schedule
    that was ever changed.
    """
    if schedule.version == 1:
        return []
    rows = _events(schedule.family_id).filter(nanny_id=schedule.nanny_id)
    return [step_of(event) for event in rows if str(schedule.id) in event.changes["schedule_ids"][1]]


def of_nannies(standing: Standing, nanny_ids: Collection[UUID | None]) -> list[MadeRaise]:
    """Return the raises of these nannies as far as somebody may see their pay, the latest first. One query."""
    seen = [nanny_id for nanny_id in nanny_ids if standing.sees_pay_of(nanny_id)]
    whose = Q(nanny_id__in=[nanny_id for nanny_id in seen if nanny_id])
    if None in seen:
        whose |= Q(nanny_id=None)
    events = list(_events(standing.family_id).filter(whose))
    undone = {event.changes["undoes"][1] for event in events if "undoes" in event.changes}
    return [_made(event) for event in events if "undoes" not in event.changes and str(event.id) not in undone]


def by_id(event_ids: Collection[UUID]) -> dict[UUID, MadeRaise]:
    """Return raises that notices name; who reads them asks whether their reader may. One query, where there are any."""
    # unscoped: those that notices at hand name
    rows = Event.objects.filter(id__in=event_ids, kind=EventKind.PAY_RATE_RAISED) if event_ids else ()
    return {event.id: _made(event) for event in rows}


def rates_ahead(family_id: UUID, nanny_id: UUID | None, today: date) -> dict[Decimal, tuple[int, int]]:
    """Return what a nanny earns an hour by schedules that go on and by planned sessions, and how many are of each: the
    rate of the most sessions first. Two queries.
    """
    schedules = Counter(running_schedules(family_id, nanny_id, today).values_list("hourly_rate", flat=True))
    sessions = Counter(planned_sessions(family_id, nanny_id, today).values_list("hourly_rate", flat=True))
    rates = [rate for rate in schedules | sessions if rate is not None]
    rates.sort(key=lambda rate: (-sessions[rate], -schedules[rate], rate))
    return {rate: (schedules[rate], sessions[rate]) for rate in rates}


def running_schedules(family_id: UUID, nanny_id: UUID | None, day: date) -> QuerySet[CareSchedule]:
    """Return the schedules of a nanny that have not ended before a day, also those that are switched off."""
    rows = CareSchedule.objects.filter(family_id=family_id, nanny_id=nanny_id)
    return rows.filter(Q(end_date=None) | Q(end_date__gte=day)).order_by("id")


def planned_sessions(family_id: UUID, nanny_id: UUID | None, day: date) -> QuerySet[CareSession]:
    """Return the sessions of a nanny from a day on that are planned, agreed or not."""
    rows = CareSession.objects.filter(family_id=family_id, nanny_id=nanny_id, pay_date__gte=day)
    return rows.filter(status=Status.SCHEDULED).order_by("id")


def _events(family_id: UUID) -> QuerySet[Event]:
    return (
        Event.objects.filter(family_id=family_id, kind=EventKind.PAY_RATE_RAISED).order_by(*Event.AS_WRITTEN).reverse()
    )


def step_of(event: Event) -> Raise:
    """Return a raise as it was made."""
    old, new = map(Decimal, event.changes["hourly_rate"])
    return Raise(date.fromisoformat(event.changes["from_date"][1]), old, new)


def _made(event: Event) -> MadeRaise:
    basic = event.changes.get("basic_rate")
    return MadeRaise(
        event.id,
        event.nanny_id,
        step_of(event),
        len(event.changes["schedule_ids"][1]),
        len(event.changes["session_ids"][1]),
        (Decimal(basic[0]), Decimal(basic[1])) if basic else None,
    )

"""Entering time off of a nanny or of the whole family, and taking it back.

A nanny's own is entered once and counts in every family in which they are a nanny: each of these has its line of
history and is told once. What anybody else enters counts in its family alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.actions import history, participants
from handsel.actions.time_off import deciding
from handsel.actions.time_off.deciding import Affected
from handsel.models import TimeOff, TimeOffReason, User
from handsel.models.care_sessions import CareSession
from handsel.notices import taking_back
from handsel.rules import time_off as rules
from handsel.rules.drafts import EMPTY_DRAFT, Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.notices import NoticeKind
from handsel.rules.refusals import NotAllowed, WrongState
from handsel.rules.roles import Capability, Role
from handsel.rules.sentences import say
from handsel.rules.time_off import Choice, Decision

_COLUMNS = ("from_date", "to_date", "start_time", "end_time")

type Places = Mapping[UUID, Standing]


@dataclass(frozen=True, slots=True)
class Entered:
    """Time off that was entered, and what of the sessions that it touches was decided, the soonest first."""

    time_off: TimeOff
    affected: list[Affected]

    @property
    def id(self) -> UUID:
        return self.time_off.id

    @property
    def family_id(self) -> UUID:
        return self.time_off.family_id


@transaction.atomic
def create(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> Entered:
    """Enter days off, both ends inclusive; with start_time and end_time only those hours of each day.

    draft: from_date, to_date; nanny_id, start_time, end_time, reason. A nanny_id of None is the whole family; when
    nothing is said, a nanny means themselves and everybody else the family. tell_reason: to which families a nanny
    tells the reason of their own, else only to this one. sessions: the decision over what it touches, KEEP where
    nothing is said; choices: those over single sessions (id -> Choice).
    Raises NotVisible, NotAllowed or Invalid.
    """
    standing, family = visibility.family(by, family_id)
    usual = standing.member_id if standing.role is Role.NANNY else None
    time_off = TimeOff(
        family=family,
        nanny_id=draft.get("nanny_id", usual),
        from_date=draft.get("from_date"),
        to_date=draft.get("to_date"),
        start_time=draft.get("start_time"),
        end_time=draft.get("end_time"),
        reason=draft.get("reason") or "",
        entered_by_id=standing.member_id,
        created_at=at,
    )
    _may_enter(standing, time_off.nanny_id)
    if time_off.is_own:
        time_off.person = by
    places = _places(standing, time_off)
    problems = Problems(draft, ["from_date", "to_date"])
    if "nanny_id" in draft and draft["nanny_id"] is not None:
        participants.nanny(family, draft, problems)
    told = _told_families(draft, family_id, places, problems)
    problems.add_all(rules.wrong(draft))
    problems.raise_if_any()
    time_off.save(force_insert=True)
    if time_off.is_own:
        reasons = [TimeOffReason(time_off=time_off, family_id=told_id) for told_id in told]
        TimeOffReason.objects.bulk_create(reasons)
    _record(EventKind.TIME_OFF_CREATED, time_off, places, told, at=at, source=source)
    affected, hits = deciding.decide(time_off, places, told, _choosing(draft), at=at, source=source)
    deciding.notify(NoticeKind.TIME_OFF_ENTERED, time_off, places, told, hits, at=at)
    return Entered(time_off, affected)


@transaction.atomic
def decide(time_off_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> Entered:
    """Decide over the sessions that time off touches, later than it was entered. draft: sessions and choices, as create
    has them. Nobody is told where nothing changes.

    Raises NotVisible, NotAllowed or Invalid.
    """
    standing, time_off = visibility.one_time_off(by, time_off_id, lock=True)
    check_may_take_back(standing, time_off)
    Problems(draft).raise_if_any()
    places = _places(standing, time_off)
    told = _told(time_off, places)
    affected, hits = deciding.decide(time_off, places, told, _choosing(draft), at=at, source=source)
    changed = {hit.session.id: hit for hit in hits if hit.decided is not Decision.KEEP}
    if changed:
        deciding.notify(NoticeKind.TIME_OFF_ENTERED, time_off, places, told, list(changed.values()), at=at, again=True)
    return Entered(time_off, affected)


@transaction.atomic
def count_everywhere(
    time_off_id: UUID, draft: Draft = EMPTY_DRAFT, *, by: User, at: datetime, source: Source
) -> Entered:
    """Let time off that a nanny entered in one family, before it counted in all, count wherever they are a nanny. The
    others are told of its days and not of its reason.

    Raises NotVisible, NotAllowed, Invalid or WrongState.
    """
    standing, time_off = visibility.one_time_off(by, time_off_id, lock=True)
    if not (time_off.is_own and time_off.nanny_id == standing.member_id):
        raise NotAllowed
    Problems(draft).raise_if_any()
    if time_off.person_id is not None:
        raise WrongState(say("This already counts everywhere."))
    time_off.person = by
    time_off.save(update_fields=["person"])
    TimeOffReason.objects.get_or_create(time_off=time_off, family_id=time_off.family_id)
    places = _places(standing, time_off)
    new = {family_id: place for family_id, place in places.items() if family_id != time_off.family_id}
    _record(EventKind.TIME_OFF_CREATED, time_off, new, (), at=at, source=source)
    affected, hits = deciding.decide(time_off, new, (), lambda _: Choice(Decision.KEEP), at=at, source=source)
    deciding.notify(NoticeKind.TIME_OFF_ENTERED, time_off, new, (), hits, at=at)
    return Entered(time_off, affected)


@transaction.atomic
def delete(time_off_id: UUID, *, by: User, at: datetime, source: Source) -> None:
    """Take it back, everywhere at once. It changes no session: what was not generated comes with the next generation,
    and what was decided for it is planned again by plan_again.

    Raises NotVisible or NotAllowed.
    """
    standing, time_off = visibility.one_time_off(by, time_off_id, lock=True)
    check_may_take_back(standing, time_off)
    remove(standing, time_off, [], at=at, source=source)


def remove(
    standing: Standing,
    time_off: TimeOff,
    undone: list[CareSession],
    *,
    at: datetime,
    source: Source,
    told: taking_back.Told | None = None,
) -> None:
    """Delete a locked entry, record and notify. undone: sessions of which its decision was taken back with it; told:
    who heard of that, where all of it is undone: the others need not hear.
    """
    places = _places(standing, time_off)
    told_why = _told(time_off, places)
    _record(EventKind.TIME_OFF_DELETED, time_off, places, told_why, at=at, source=source)
    hits = [deciding.Hit(session, Decision.KEEP, session.nanny_person_id) for session in undone]
    deciding.notify(NoticeKind.TIME_OFF_TAKEN_BACK, time_off, places, told_why, hits, at=at, undone=told)
    time_off.delete()


def _choosing(draft: Draft) -> Callable[[CareSession], Choice]:
    of_all = Choice(draft.get("sessions") or Decision.KEEP)
    choices: Mapping[UUID, Choice] = draft.get("choices") or {}
    return lambda session: choices.get(session.id, of_all)


def _may_enter(standing: Standing, nanny_id: UUID | None) -> None:
    if not standing.may(Capability.TIME_OFF_ANY) and not standing.may(
        Capability.TIME_OFF_OWN, own=nanny_id == standing.member_id
    ):
        raise NotAllowed


def check_may_take_back(standing: Standing, time_off: TimeOff) -> None:
    """Raise NotAllowed unless this person may: of what a nanny entered for themselves nobody else."""
    if time_off.is_own and time_off.in_nanny_id != standing.member_id:
        raise NotAllowed
    _may_enter(standing, time_off.in_nanny_id)


def _places(standing: Standing, time_off: TimeOff) -> Places:
    """Return where it counts, as far as this person is there: a nanny's own in all their families."""
    if time_off.person_id is None or time_off.person_id != standing.person.id:
        return {standing.family_id: standing}
    mine = visibility.standings(standing.person)
    return {place.family_id: place for place in mine if place.role is Role.NANNY}


def _told(time_off: TimeOff, places: Places) -> tuple[UUID, ...]:
    """Return the families that are told its reason."""
    if time_off.person_id is None:
        return tuple(places)
    return tuple(time_off.told_families.order_by("id").values_list("family_id", flat=True))


def _told_families(draft: Draft, family_id: UUID, places: Places, problems: Problems) -> tuple[UUID, ...]:
    told: tuple[UUID, ...] | None = draft.get("tell_reason")
    if told is None:
        return (family_id,)
    if not places.keys() >= set(told):
        problems.add("tell_reason", say("You are not a nanny in one of these families."))
    return told


def _record(
    kind: EventKind, time_off: TimeOff, places: Places, told: tuple[UUID, ...], *, at: datetime, source: Source
) -> None:
    """Write a line in the history of each family where it counts, with the reason where that is told."""
    is_new = kind is EventKind.TIME_OFF_CREATED
    values = history.new_values if is_new else history.old_values
    time_off_id = (None, time_off.id) if is_new else (time_off.id, None)
    for family_id, place in places.items():
        nanny_id = place.member_id if time_off.person_id else time_off.nanny_id
        whose: Any = {"nanny_id": (None, nanny_id) if is_new else (nanny_id, None)} if nanny_id else {}
        columns = (*_COLUMNS, "reason") if family_id in told or time_off.person_id is None else _COLUMNS
        changes = {"time_off_id": time_off_id} | whose | values(time_off, columns)
        history.record(kind, by=place, at=at, source=source, changes=changes)

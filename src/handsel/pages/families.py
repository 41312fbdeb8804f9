"""The family's page: its children and what to know about them, who is who, the next two weeks, what was, time off."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting import dates, names
from handsel.formatting.dates import Formatter
from handsel.models import Family, Member, User
from handsel.pages import children, clash_warnings, session_rows, time_off
from handsel.pages.children import ChildNote
from handsel.pages.schedules import ScheduleLine, schedule_lines
from handsel.pages.session_rows import Day
from handsel.pages.time_off import OffLine
from handsel.rules import local_time
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability

_AHEAD = timedelta(days=13)
_MOST = 60
_HISTORY = 10


@dataclass(frozen=True, slots=True)
class Person:
    """A member: name and role."""

    id: UUID
    name: str
    role: str
    is_me: bool


@dataclass(frozen=True, slots=True)
class FamilyPage:
    id: UUID
    name: str
    about: str
    address: str
    notes: str
    children: list[ChildNote]
    people: list[Person]
    next_days: list[Day]
    past_days: list[Day]
    schedules: list[ScheduleLine]
    time_off: list[OffLine]
    may_plan: bool
    may_manage: bool
    may_invite: bool
    may_add_child: bool
    may_edit_notes: bool
    may_answer: bool
    may_enter_time_off: bool


def page(person: User, family_id: UUID, *, at: datetime) -> FamilyPage:
    """Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    formatter = Formatter.of(person)
    today = local_time.local_date(at, family.time_zone)
    return FamilyPage(
        id=family.id,
        name=family.name,
        about=dates.zone_name(family.time_zone),
        address=family.address,
        notes=family.notes,
        children=children.children(person, family_id, formatter, today),
        people=people(person, family_id),
        next_days=_next_days(person, standing, formatter, at, today, family.time_zone),
        past_days=_past_days(person, standing, formatter, at, today, family.time_zone),
        schedules=schedule_lines(person, standing, formatter),
        time_off=time_off.listed(person, standing, formatter, today=today, most=_HISTORY)[0],
        may_plan=standing.may(Capability.PLAN),
        may_manage=standing.may(Capability.MANAGE_FAMILY),
        may_invite=standing.may(Capability.INVITE),
        may_add_child=standing.may(Capability.ADD_CHILD),
        may_edit_notes=standing.may(Capability.EDIT_CARE_NOTES),
        may_answer=standing.may(Capability.CONFIRM),
        may_enter_time_off=standing.may(Capability.TIME_OFF_OWN, own=True) or standing.may(Capability.TIME_OFF_ANY),
    )


def people(person: User, family_id: UUID) -> list[Person]:
    found = visibility.members(person).filter(family_id=family_id).select_related("user").order_by("joined_at", "id")
    return [_person(member, person) for member in found]


def _person(member: Member, person: User) -> Person:
    return Person(member.id, member.user.name, names.role_name(member.role), member.user_id == person.id)


def _next_days(
    person: User, standing: Standing, formatter: Formatter, at: datetime, today: date, zone: str
) -> list[Day]:
    first, last = local_time.day_span(today, today + _AHEAD, zone)
    found = visibility.care_sessions(person).filter(family_id=standing.family_id)
    sessions = list(session_rows.with_people(found.overlapping(first, last)).order_by("scheduled_start", "id")[:_MOST])
    rows = [session_rows.row(session, standing, formatter, at=at) for session in sessions]
    return session_rows.by_day(clash_warnings.with_clash_warnings(rows, sessions, formatter, person), today=today)


def _past_days(
    person: User, standing: Standing, formatter: Formatter, at: datetime, today: date, zone: str
) -> list[Day]:
    midnight, _ = local_time.day_span(today, today, zone)
    found = visibility.care_sessions(person).filter(family_id=standing.family_id, scheduled_end__lte=midnight)
    sessions = session_rows.with_people(found).order_by("-scheduled_start", "-id")[:_HISTORY]
    return session_rows.by_day(session_rows.row(session, standing, formatter, at=at) for session in sessions)


@dataclass(frozen=True, slots=True)
class FamilyAsItIs:
    id: UUID
    name: str
    version: int
    values: dict[str, Any]


def as_it_is(person: User, family_id: UUID) -> FamilyAsItIs:
    """For who may change them. Raises NotVisible or NotAllowed."""
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.MANAGE_FAMILY):
        raise NotAllowed
    rate = family.default_hourly_rate
    return FamilyAsItIs(
        id=family.id,
        name=family.name,
        version=family.version,
        values={
            "name": family.name,
            "time_zone": family.time_zone,
            "currency": family.currency,
            "default_hourly_rate": "" if rate is None else f"{rate:.2f}",
            "address": family.address,
            "notes": family.notes,
        },
    )


@dataclass(frozen=True, slots=True)
class Beginning:
    """`step` is what comes next, 2 to 4: founding was the first. schedule_id: what sessions are generated from."""

    family_id: UUID
    family_name: str
    step: int
    schedule_id: UUID | None

    @property
    def done(self) -> int:
        return self.step - 1


def with_progress(person: User, families: QuerySet[Family]) -> QuerySet[Family]:
    """The same families in the same query, with how far the book of each has come."""
    of_family = {"family": OuterRef("pk")}
    schedules = visibility.care_schedules(person).filter(**of_family, is_active=True).order_by("id")
    return families.annotate(
        has_begun=Exists(visibility.care_sessions(person).filter(**of_family)),
        has_children=Exists(visibility.children(person).filter(**of_family, archived_at__isnull=True)),
        first_schedule_id=Subquery(schedules.values("id")[:1]),
    )


def beginnings(families: Iterable[Family]) -> list[Beginning]:
    """Of families that come from with_progress, those without a session."""
    return [
        Beginning(
            family_id=family.id,
            family_name=family.name,
            step=2 if not family.has_children else 4 if family.first_schedule_id else 3,
            schedule_id=family.first_schedule_id,
        )
        for family in families
        if not family.has_begun
    ]

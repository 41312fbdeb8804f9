"""What a form about a family starts from: whom one may choose, and what is filled in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting.dates import Formatter
from handsel.models import CareSchedule, Family, User
from handsel.models.pay_policies import KnownTerms
from handsel.rules.recurrence import Recurrence, Weekday
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability, Role


@dataclass(frozen=True, slots=True)
class Choices:
    """Children and nannies as (id, name), the family's usual rate where this person may see it."""

    person: User
    family_id: UUID
    family_name: str
    time_zone: str
    currency: str
    children: list[tuple[UUID, str]]
    nannies: list[tuple[UUID, str]]
    my_member_id: UUID
    role: Role
    usual_rate: Decimal | None
    sees_usual_rate: bool
    in_charge: bool
    formatter: Formatter

    @property
    def terms(self) -> KnownTerms:
        """Return the terms of pay by which a cost is said. One query, when the first is."""
        return self.person.known_terms

    @property
    def likely_nanny(self) -> str:
        """Who a form names at first: a nanny who plans, else the one who joined first; nobody where there is none."""
        nannies = [member_id for member_id, _ in self.nannies]
        if self.my_member_id in nannies:
            return str(self.my_member_id)
        return str(nannies[0]) if nannies else ""


def choices(person: User, family_id: UUID, *, named: Collection[UUID] = ()) -> Choices:
    """For somebody who may plan. named: children that stay choosable though archived. Raises NotVisible, NotAllowed."""
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.PLAN):
        raise NotAllowed
    return _choices(person, standing, family, named)


def _choices(person: User, standing: Standing, family: Family, named: Collection[UUID]) -> Choices:
    children = visibility.children(person).filter(
        Q(archived_at__isnull=True) | Q(id__in=list(named)), family_id=family.id
    )
    members = visibility.members(person).filter(family_id=family.id, role=Role.NANNY).select_related("user")
    return Choices(
        person=person,
        family_id=family.id,
        family_name=family.name,
        time_zone=family.time_zone,
        currency=family.currency,
        children=[(child.id, person.known_names.of(child)) for child in children.order_by("created_at", "id")],
        nannies=[(member.id, person.known_names.of(member)) for member in members.order_by("joined_at", "id")],
        my_member_id=standing.member_id,
        role=standing.role,
        usual_rate=family.default_hourly_rate if standing.sees_default_rate else None,
        sees_usual_rate=standing.sees_default_rate,
        in_charge=standing.in_charge,
        formatter=person.formatter,
    )


@dataclass(frozen=True, slots=True)
class ScheduleAsItIs:
    """A schedule as its form shows it; `values` by the form's own field names, without a rate that is not for them."""

    id: UUID
    family_id: UUID
    version: int
    name: str
    is_active: bool
    start_date: date
    sees_pay: bool
    values: dict[str, Any]


def schedule(person: User, schedule_id: UUID) -> tuple[ScheduleAsItIs, Choices]:
    """For somebody who may plan. Raises NotVisible or NotAllowed."""
    standing, care_schedule = visibility.care_schedule(person, schedule_id)
    if not standing.may(Capability.PLAN):
        raise NotAllowed
    child_ids = list(care_schedule.child_links.order_by("id").values_list("child_id", flat=True))
    return _current_values(care_schedule, standing, child_ids), _choices(
        person, standing, care_schedule.family, child_ids
    )


def week_start(person: User, family_id: UUID) -> str:
    """Return on which day the weeks of a new schedule begin at first: as in the family's latest that depends on it,
    else as this person counts. One query.
    """
    biweekly = visibility.care_schedules(person).filter(family_id=family_id, recurrence=Recurrence.BIWEEKLY)
    latest = biweekly.order_by("-created_at", "-id").values_list("week_start", flat=True).first()
    return latest or (Weekday.SUNDAY if person.week_starts_on == Weekday.SUNDAY.number else Weekday.MONDAY)


def _current_values(found: CareSchedule, standing: Standing, child_ids: list[UUID]) -> ScheduleAsItIs:
    sees_pay = standing.sees_pay_of(found.nanny_id)
    return ScheduleAsItIs(
        id=found.id,
        family_id=found.family_id,
        version=found.version,
        name=found.name,
        is_active=found.is_active,
        start_date=found.start_date,
        sees_pay=sees_pay,
        values={
            "name": found.name,
            "child_ids": [str(child_id) for child_id in child_ids],
            "recurrence": found.recurrence,
            "days_of_week": [day.value for day in found.days_of_week],
            "week_start": found.week_start,
            "start_time": f"{found.start_time:%H:%M}",
            "end_time": f"{found.end_time:%H:%M}",
            "start_date": found.start_date.isoformat(),
            "end_date": found.end_date.isoformat() if found.end_date else "",
            "nanny_id": str(found.nanny_id or ""),
            "hourly_rate": str(found.hourly_rate) if sees_pay and found.hourly_rate is not None else "",
            "notes": found.notes,
            "weeks_ahead": str(found.weeks_ahead or ""),
        },
    )

"""A family's page, its settings, and what comes next in one that never had a session."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from handsel.access import phones, visibility
from handsel.formatting import dates, money, names
from handsel.models import Family, User
from handsel.pages import children, clash_warnings, erasures, reconfirmations, schedules, session_rows, time_off
from handsel.rules import local_time
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability, Role

_AHEAD = timedelta(days=13)
_MOST = 60
_HISTORY = 10


def page(person: User, family_id: UUID, *, at: datetime) -> dict[str, Any]:
    """Return the page's context. Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    formatter = person.formatter
    zone = family.time_zone
    today = local_time.local_date(at, zone)
    midnight, two_weeks_on = local_time.day_span(today, today + _AHEAD, zone)
    sessions = session_rows.with_people(visibility.care_sessions(person).filter(family_id=family_id))
    coming = list(sessions.overlapping(midnight, two_weeks_on).order_by("scheduled_start", "id")[:_MOST])
    near = formatter.among({session.time_zone for session in coming})
    rows = [session_rows.row(session, standing, near, at=at) for session in coming]
    rows = reconfirmations.with_changes(rows, coming, person, {family_id: standing}, near)
    past = sessions.filter(scheduled_end__lte=midnight).order_by("-scheduled_start", "-id")[:_HISTORY]
    members = visibility.members(person).filter(family_id=family_id).select_related("user").order_by("joined_at", "id")
    numbers = {phone.member_id: phone for phone in phones.of_family(standing, at=at)}
    may_enter_time_off = standing.may(Capability.TIME_OFF_OWN, own=True) or standing.may(Capability.TIME_OFF_ANY)
    return {
        "id": family.id,
        "name": family.name,
        "about": dates.zone_name(zone),
        "address": family.address,
        "notes": family.notes,
        "children": children.child_notes(person, family_id, formatter, today),
        "people": [
            {
                "name": formatter.names.whole(member, member.name),
                "role": names.role_name(member.role),
                "is_me": member.user_id == person.id,
                "phone": numbers.get(member.id),
            }
            for member in members
        ],
        "next_days": session_rows.by_day(
            clash_warnings.with_clash_warnings(rows, coming, formatter, person), today=today
        ),
        "past_days": session_rows.days(past, standing, formatter, at=at, today=None),
        "schedules": schedules.lines(person, standing, formatter)[0],
        "time_off": time_off.listed(person, standing, formatter, today=today, most=_HISTORY)[0],
        "sees_terms": standing.may(Capability.SEE_PAY_TERMS, unassigned=True),
        "may_plan": standing.may(Capability.PLAN),
        "may_manage": standing.may(Capability.MANAGE_FAMILY),
        "erasures": erasures.waiting(family, formatter) if standing.may(Capability.MANAGE_FAMILY) else [],
        "may_invite": standing.may(Capability.INVITE),
        "may_add_child": standing.may(Capability.ADD_CHILD),
        "may_edit_notes": standing.may(Capability.EDIT_CARE_NOTES),
        "may_answer": standing.may(Capability.CONFIRM),
        "may_enter_time_off": may_enter_time_off,
    }


def is_nanny(person: User, family_id: UUID) -> bool:
    """Say whether this person is a nanny of the family. Raises NotVisible."""
    return visibility.standing(person, family_id).role is Role.NANNY


def family_form(person: User, family_id: UUID) -> tuple[Family, dict[str, str]]:
    """Return a family, and what the form of its settings starts from by the names of its fields.

    Raises NotVisible, or NotAllowed for who may not change them.
    """
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.MANAGE_FAMILY):
        raise NotAllowed
    values = {name: getattr(family, name) for name in ("name", "time_zone", "currency", "address", "notes")}
    return family, values | {"default_hourly_rate": money.plain_amount(family.default_hourly_rate)}


# The first run


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


def with_progress(person: User, families: QuerySet[Family]) -> QuerySet[Any]:
    """Return the same families in the same query, with how far the book of each has come."""
    of_family = {"family": OuterRef("pk")}
    schedules = visibility.care_schedules(person).filter(**of_family, is_active=True).order_by("id")
    return families.annotate(
        has_begun=Exists(visibility.care_sessions(person).filter(**of_family)),
        has_children=Exists(visibility.children(person).filter(**of_family, archived_at__isnull=True)),
        first_schedule_id=Subquery(schedules.values("id")[:1]),
    )


def beginnings(families: Iterable[Any]) -> list[Beginning]:
    """Return the beginnings of those families, from with_progress, that have no session."""
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

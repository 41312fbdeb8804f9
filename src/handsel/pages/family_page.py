"""The family's page: its children and what to know about them, who is who, the next two weeks, what was, time off."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import F, TimeField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, gettext_lazy

from handsel.access import visibility
from handsel.access.standing import Standing
from handsel.formatting import dates
from handsel.formatting.dates import Formatter
from handsel.models import Child, Member, TimeOff, User
from handsel.pages import clash_warnings, page_rows
from handsel.pages.page_rows import Day
from handsel.pages.schedule_lines import ScheduleLine, schedule_lines
from handsel.queries import paging
from handsel.queries.paging import Order
from handsel.rules import local_time
from handsel.rules.roles import Capability, Role

ROLES = {
    Role.PARENT: gettext_lazy("Parent"),
    Role.NANNY: gettext_lazy("Nanny"),
    Role.COORDINATOR: gettext_lazy("Coordinator"),
    Role.VIEWER: gettext_lazy("Viewer"),
}
_AHEAD = timedelta(days=13)
_MOST = 60
_HISTORY = 10


@dataclass(frozen=True, slots=True)
class ChildNote:
    id: UUID
    name: str
    born: str
    allergies: str
    medications: str
    notes: str
    is_archived: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A member: name and role."""

    id: UUID
    name: str
    role: str
    is_me: bool


@dataclass(frozen=True, slots=True)
class OffLine:
    """One entry of time off; may_delete where this person may take it back."""

    id: UUID
    days: str
    about: str
    may_delete: bool


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
        children=children(person, family_id, formatter, today),
        people=people(person, family_id),
        next_days=_next_days(person, standing, formatter, at, today, family.time_zone),
        past_days=_past_days(person, standing, formatter, at, today, family.time_zone),
        schedules=schedule_lines(person, standing, formatter),
        time_off=time_off(person, standing, formatter, today=today, most=_HISTORY)[0],
        may_plan=standing.may(Capability.PLAN),
        may_manage=standing.may(Capability.MANAGE_FAMILY),
        may_invite=standing.may(Capability.INVITE),
        may_add_child=standing.may(Capability.ADD_CHILD),
        may_edit_notes=standing.may(Capability.EDIT_CARE_NOTES),
        may_answer=standing.may(Capability.CONFIRM),
        may_enter_time_off=standing.may(Capability.TIME_OFF_OWN, own=True) or standing.may(Capability.TIME_OFF_ANY),
    )


def children(
    person: User, family_id: UUID, formatter: Formatter, today: date, *, archived: bool = False
) -> list[ChildNote]:
    """One query; the archived ones last, where they are asked for."""
    found = visibility.children(person).filter(family_id=family_id)
    if not archived:
        found = found.filter(archived_at__isnull=True)
    return [
        child_note(child, formatter, today)
        for child in found.order_by(F("archived_at").desc(nulls_first=True), "created_at", "id")
    ]


def child_note(child: Child, formatter: Formatter, today: date) -> ChildNote:
    born = ""
    if child.date_of_birth:
        said = {"age": _age(child.date_of_birth, today), "date": formatter.full(child.date_of_birth)}
        born = gettext("%(age)s, born %(date)s") % said
    return ChildNote(
        id=child.id,
        name=f"{child.first_name} {child.last_name}".strip(),
        born=born,
        allergies=child.allergies,
        medications=child.medications,
        notes=child.notes,
        is_archived=child.is_archived,
    )


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def people(person: User, family_id: UUID) -> list[Person]:
    found = visibility.members(person).filter(family_id=family_id).select_related("user").order_by("joined_at", "id")
    return [_person(member, person) for member in found]


def _person(member: Member, person: User) -> Person:
    return Person(member.id, member.user.name, str(ROLES[Role(member.role)]), member.user_id == person.id)


def _next_days(
    person: User, standing: Standing, formatter: Formatter, at: datetime, today: date, zone: str
) -> list[Day]:
    first, last = local_time.day_span(today, today + _AHEAD, zone)
    found = visibility.care_sessions(person).filter(family_id=standing.family_id)
    sessions = list(page_rows.with_people(found.overlapping(first, last)).order_by("scheduled_start", "id")[:_MOST])
    rows = [page_rows.row(session, standing, formatter, at=at) for session in sessions]
    return page_rows.by_day(clash_warnings.with_clash_warnings(rows, sessions, formatter, person), today=today)


def _past_days(
    person: User, standing: Standing, formatter: Formatter, at: datetime, today: date, zone: str
) -> list[Day]:
    midnight, _ = local_time.day_span(today, today, zone)
    found = visibility.care_sessions(person).filter(family_id=standing.family_id, scheduled_end__lte=midnight)
    sessions = page_rows.with_people(found).order_by("-scheduled_start", "-id")[:_HISTORY]
    return page_rows.by_day(page_rows.row(session, standing, formatter, at=at) for session in sessions)


def time_off(
    person: User,
    standing: Standing,
    formatter: Formatter,
    *,
    today: date,
    most: int,
    past: bool = False,
    after: str | None = None,
) -> tuple[list[OffLine], str | None]:
    """What is to come or under way, soonest first, or what was, latest first; and the cursor of what follows."""
    found = visibility.time_off(person).filter(family_id=standing.family_id).select_related("nanny__user")
    found = found.filter(to_date__lt=today) if past else found.filter(to_date__gte=today)
    begins = Coalesce("start_time", Value(time.min), output_field=TimeField())
    order = Order(f"time_off:{standing.family_id}", ("from_date", "begins", "id"), descending=past)
    entries, following = paging.for_page(found.annotate(begins=begins), after, order, most=most)
    return [_off_line(entry, standing, formatter) for entry in entries], following


def _off_line(entry: TimeOff, standing: Standing, formatter: Formatter) -> OffLine:
    hours = f", {formatter.hours(entry.start_time, entry.end_time)}" if entry.start_time and entry.end_time else ""
    whose = entry.nanny.user.first_name if entry.nanny else gettext("the whole family")
    return OffLine(
        id=entry.id,
        days=formatter.days(entry.from_date, entry.to_date) + hours,
        about=f"{whose}: {entry.reason}" if entry.reason else whose,
        may_delete=standing.may(Capability.TIME_OFF_ANY)
        or standing.may(Capability.TIME_OFF_OWN, own=entry.nanny_id == standing.member_id),
    )

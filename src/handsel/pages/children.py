"""A family's children, and one of them as the form shows it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext

from handsel.access import visibility
from handsel.formatting.dates import Formatter
from handsel.models import Child, User
from handsel.rules import local_time
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability


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
class ChildrenPage:
    id: UUID
    name: str
    children: list[ChildNote]
    archived: list[ChildNote]
    may_add: bool
    may_edit: bool


@dataclass(frozen=True, slots=True)
class ChildAsItIs:
    id: UUID
    name: str
    family_id: UUID
    family_name: str
    values: dict[str, Any]
    may_manage: bool
    is_archived: bool


def page(person: User, family_id: UUID, *, at: datetime) -> ChildrenPage:
    """Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    today = local_time.local_date(at, family.time_zone)
    found = children(person, family_id, Formatter.of(person), today, archived=True)
    return ChildrenPage(
        id=family.id,
        name=family.name,
        children=[child for child in found if not child.is_archived],
        archived=[child for child in found if child.is_archived],
        may_add=standing.may(Capability.ADD_CHILD),
        may_edit=standing.may(Capability.EDIT_CARE_NOTES),
    )


def as_it_is(person: User, child_id: UUID) -> ChildAsItIs:
    """For who may edit at least the care notes. Raises NotVisible or NotAllowed."""
    standing, child = visibility.child(person, child_id)
    if not standing.may(Capability.EDIT_CARE_NOTES):
        raise NotAllowed
    return ChildAsItIs(
        id=child.id,
        name=child.first_name,
        family_id=child.family_id,
        family_name=child.family.name,
        values={
            "first_name": child.first_name,
            "last_name": child.last_name,
            "date_of_birth": child.date_of_birth.isoformat() if child.date_of_birth else "",
            "allergies": child.allergies,
            "medications": child.medications,
            "notes": child.notes,
        },
        may_manage=standing.may(Capability.MANAGE_CHILDREN),
        is_archived=child.is_archived,
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

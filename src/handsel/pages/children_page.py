"""A family's children, and one of them as the form shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from handsel.access import visibility
from handsel.formatting.dates import Formatter
from handsel.models import User
from handsel.pages import family_page
from handsel.pages.family_page import ChildNote
from handsel.rules import local_time
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability


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
    found = family_page.children(person, family_id, Formatter.of(person), today, archived=True)
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

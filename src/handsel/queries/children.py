"""The children of a family, archived ones too."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from handsel.access import visibility
from handsel.models import Child, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page
from handsel.rules.drafts import Draft


@dataclass(frozen=True, slots=True)
class ChildRow:
    id: UUID
    family_id: UUID
    first_name: str
    last_name: str
    date_of_birth: date | None
    allergies: str
    medications: str
    notes: str
    is_archived: bool


def listed(person: User, family_id: UUID, wanted: Draft) -> Page[ChildRow]:
    """wanted: cursor, limit. Raises NotVisible or Invalid. Two queries."""
    visibility.standing(person, family_id)
    rows = visibility.children(person).filter(family_id=family_id)
    found, following = paging.part(rows, wanted, Order(f"children:{family_id}"))
    return Page([row(child) for child in found], following)


def one(person: User, child_id: UUID) -> ChildRow:
    """Raises NotVisible."""
    return row(visibility.child(person, child_id)[1])


def row(child: Child) -> ChildRow:
    """The child as it stands."""
    return ChildRow(
        id=child.id,
        family_id=child.family_id,
        first_name=child.first_name,
        last_name=child.last_name,
        date_of_birth=child.date_of_birth,
        allergies=child.allergies,
        medications=child.medications,
        notes=child.notes,
        is_archived=child.is_archived,
    )

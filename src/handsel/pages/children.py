"""A family's children: what to know about each, and one of them as the form shows it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext

from handsel.access import visibility
from handsel.formatting.dates import Formatter
from handsel.formatting.names import whole_name
from handsel.models import Child, Family, User
from handsel.observability import work
from handsel.rules import local_time
from handsel.rules.access_log import Noun, Thing
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


def page(person: User, family_id: UUID, *, at: datetime) -> ChildrenPage:
    """Return the page. Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    today = local_time.local_date(at, family.time_zone)
    notes = child_notes(person, family_id, person.formatter, today, archived=True)
    return ChildrenPage(
        id=family.id,
        name=family.name,
        children=[child for child in notes if not child.is_archived],
        archived=[child for child in notes if child.is_archived],
        may_add=standing.may(Capability.ADD_CHILD),
        may_edit=standing.may(Capability.EDIT_CARE_NOTES),
    )


def child_notes(
    person: User, family_id: UUID, formatter: Formatter, today: date, *, archived: bool = False
) -> list[ChildNote]:
    """Return a family's children. One query; the archived ones last, where they are asked for."""
    children = visibility.children(person).filter(family_id=family_id)
    if not archived:
        children = children.filter(archived_at__isnull=True)
    ordered = children.order_by(F("archived_at").desc(nulls_first=True), "created_at", "id")
    return [child_note(child, formatter, today) for child in ordered]


def child_note(child: Child, formatter: Formatter, today: date) -> ChildNote:
    work.note_look(Thing.CARE_NOTES, Noun.CHILD, child.id)
    birth, born = child.date_of_birth, ""
    if birth:
        age = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
        born = gettext("%(age)s, born %(date)s") % {"age": age, "date": formatter.full(birth)}
    name = formatter.names.whole(child, whole_name(child.first_name, child.last_name))
    return ChildNote(child.id, name, born, child.allergies, child.medications, child.notes, child.is_archived)


def family_of_new_child(person: User, family_id: UUID) -> tuple[Family, bool]:
    """Return the family that a child is to be added to, and whether it has children who are not archived.

    Raises NotVisible, or NotAllowed for who may not add one.
    """
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.ADD_CHILD):
        raise NotAllowed
    return family, visibility.children(person).filter(family_id=family_id, archived_at__isnull=True).exists()


def name_and_family(person: User, child_id: UUID) -> tuple[str, UUID]:
    """Return a child's short name and the family's id. Raises NotVisible."""
    _, child = visibility.child(person, child_id)
    return person.known_names.of(child), child.family_id


def child_form(person: User, child_id: UUID) -> tuple[Child, dict[str, str], bool]:
    """Return a child with its family, what the form starts from by the names of its fields, and whether this person may
    change more than the care notes. Raises NotVisible or NotAllowed.
    """
    standing, child = visibility.child(person, child_id)
    if not standing.may(Capability.EDIT_CARE_NOTES):
        raise NotAllowed
    values = {name: getattr(child, name) for name in ("first_name", "last_name", "allergies", "medications", "notes")}
    values["date_of_birth"] = child.date_of_birth.isoformat() if child.date_of_birth else ""
    return child, values, standing.may(Capability.MANAGE_CHILDREN)

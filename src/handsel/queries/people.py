"""A person: who she is, and her families."""

from dataclasses import dataclass
from uuid import UUID

from handsel.access import visibility
from handsel.models import User


@dataclass(frozen=True, slots=True)
class Membership:
    member_id: UUID
    family_id: UUID
    family_name: str
    role: str


@dataclass(frozen=True, slots=True)
class Me:
    id: UUID
    name: str
    email: str
    memberships: list[Membership]


def me(person: User) -> Me:
    mine = visibility.members(person).filter(user=person).select_related("family").order_by("family__name", "id")
    return Me(
        person.id,
        person.name,
        person.email,
        [Membership(member.id, member.family_id, member.family.name, member.role) for member in mine],
    )


def language_of(email: str) -> str:
    """In which language to write to this address: empty where nobody has it."""
    return User.objects.filter(email=email.lower()).values_list("language", flat=True).first() or ""

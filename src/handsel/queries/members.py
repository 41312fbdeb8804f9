"""Who is in a family now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from handsel.access import visibility
from handsel.access.standing import Standing
from handsel.models import Member, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page
from handsel.rules.drafts import Draft
from handsel.rules.roles import Capability


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member; `email` is None for who may not manage members."""

    id: UUID
    family_id: UUID
    name: str
    role: str
    joined_at: datetime
    email: str | None


def listed(person: User, family_id: UUID, wanted: Draft) -> Page[MemberRow]:
    """wanted: cursor, limit. Raises NotVisible or Invalid. Two queries."""
    standing = visibility.standing(person, family_id)
    rows = visibility.members(person).filter(family_id=family_id).select_related("user")
    found, following = paging.part(rows, wanted, Order(f"members:{family_id}"))
    return Page([_row(member, standing) for member in found], following)


def shown(person: User, member: Member) -> MemberRow:
    """A member just as an action left it. Raises NotVisible."""
    return _row(member, visibility.standing(person, member.family_id))


def _row(member: Member, standing: Standing) -> MemberRow:
    return MemberRow(
        id=member.id,
        family_id=member.family_id,
        name=member.user.name,
        role=member.role,
        joined_at=member.joined_at,
        email=member.user.email if standing.may(Capability.MANAGE_MEMBERS) else None,
    )

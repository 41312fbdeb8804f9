"""Who belongs to a family, for the page where people are invited, given roles and removed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from handsel.access import visibility
from handsel.formatting.dates import Formatter
from handsel.models import User
from handsel.pages import invitations
from handsel.pages.family_page import ROLES
from handsel.pages.invitations import OpenInvitation
from handsel.rules import local_time
from handsel.rules.roles import Capability, Role


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member; the address is there for who manages members alone."""

    id: UUID
    name: str
    email: str
    role: Role
    role_name: str
    since: str
    is_me: bool


@dataclass(frozen=True, slots=True)
class MembersPage:
    family_id: UUID
    family_name: str
    members: list[MemberLine]
    invitations: list[OpenInvitation]
    may_invite: bool
    may_manage: bool


def page(person: User, family_id: UUID, *, at: datetime) -> MembersPage:
    """Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    formatter = Formatter.of(person)
    may_manage = standing.may(Capability.MANAGE_MEMBERS)
    found = visibility.members(person).filter(family_id=family_id).select_related("user").order_by("joined_at", "id")
    return MembersPage(
        family_id=family.id,
        family_name=family.name,
        members=[
            MemberLine(
                id=member.id,
                name=member.user.name,
                email=member.user.email if may_manage else "",
                role=Role(member.role),
                role_name=str(ROLES[Role(member.role)]),
                since=formatter.full(local_time.local_date(member.joined_at, family.time_zone)),
                is_me=member.id == standing.member_id,
            )
            for member in found
        ],
        invitations=invitations.still_open(person, family_id, at=at),
        may_invite=standing.may(Capability.INVITE),
        may_manage=may_manage,
    )


def family_of(person: User, member_id: UUID) -> UUID:
    """The family of a member whom this person can see. Raises NotVisible."""
    standing, _ = visibility.member(person, member_id)
    return standing.family_id


def has_left(person: User, family_id: UUID) -> bool:
    return not visibility.families(person).filter(pk=family_id).exists()

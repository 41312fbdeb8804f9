"""Who belongs to a family, for the page where people are invited, given roles and removed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext

from handsel.access import tokens, visibility
from handsel.formatting import names
from handsel.formatting.dates import Formatter
from handsel.models import Delivery, Invitation, User
from handsel.rules import local_time
from handsel.rules.notices import Outcome
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Capability, Role
from handsel.rules.sentences import say


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
class OpenInvitation:
    """`mail` says how its mail stands; empty where none was written."""

    id: UUID
    email: str
    role: str
    until: str
    mail: str


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
                role_name=names.role_name(member.role),
                since=formatter.full(local_time.local_date(member.joined_at, family.time_zone)),
                is_me=member.id == standing.member_id,
            )
            for member in found
        ],
        invitations=still_open(person, family_id, at=at),
        may_invite=standing.may(Capability.INVITE),
        may_manage=may_manage,
    )


def family_of(person: User, member_id: UUID) -> UUID:
    """The family of a member whom this person can see. Raises NotVisible."""
    standing, _ = visibility.member(person, member_id)
    return standing.family_id


def has_left(person: User, family_id: UUID) -> bool:
    return not visibility.families(person).filter(pk=family_id).exists()


@dataclass(frozen=True, slots=True)
class Offer:
    """What stands on the card that somebody was handed."""

    family_name: str
    role: str
    invited_by: str
    email: str


def offer(secret: str, *, at: datetime) -> Offer:
    """For whoever holds the secret, signed in or not. Raises NotVisible: unknown, used and expired look the same."""
    # unscoped: whoever holds the secret may, and is no member yet
    found = (
        Invitation.objects.open(at)
        .filter(token_hash=tokens.hash_of(secret))
        .select_related("family", "invited_by__user")
        .first()
    )
    if found is None:
        raise NotVisible(say("This invitation is not valid any more."))
    role = names.role_name(found.role).lower()
    return Offer(found.family.name, role, found.invited_by.user.first_name, found.email)


def still_open(person: User, family_id: UUID, *, at: datetime) -> list[OpenInvitation]:
    """Those of a family that nobody accepted yet, newest first, for who may invite. Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.INVITE):
        return []
    formatter = Formatter.of(person)
    # A mail that is on its way has the outcome "".
    # unscoped: the mails of invitations at hand
    mails = Delivery.objects.filter(invitation=OuterRef("pk")).values("outcome")
    rows = visibility.invitations(person).filter(family_id=family_id).open(at).annotate(mail=Subquery(mails))
    return [
        OpenInvitation(
            row.id,
            row.email,
            names.role_name(row.role),
            formatter.day(local_time.local_date(row.expires_at, family.time_zone)),
            _mail(row.mail),
        )
        for row in rows.order_by("-created_at", "-id")
    ]


def _mail(outcome: str | None) -> str:
    match outcome:
        case None | Outcome.OBSOLETE:
            return ""
        case "":
            return gettext("on its way by mail")
        case Outcome.SENT:
            return gettext("mailed")
        case _:
            return gettext("could not be mailed")


def family_of_invitation(person: User, invitation_id: UUID) -> UUID:
    """The family of an invitation whom this person can see. Raises NotVisible."""
    standing, _ = visibility.invitation(person, invitation_id)
    return standing.family_id

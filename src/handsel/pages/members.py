"""Who belongs to a family, for the page where people are invited, given roles and removed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext

from handsel.access import phones, tokens, visibility
from handsel.formatting import names
from handsel.formatting.dates import Formatter
from handsel.models import Delivery, Family, Invitation, User
from handsel.rules import local_time
from handsel.rules.notices import Outcome
from handsel.rules.refusals import NotAllowed, NotVisible
from handsel.rules.roles import Capability, Role
from handsel.rules.sentences import say


def page(person: User, family_id: UUID, *, at: datetime) -> dict[str, Any]:
    """Return the page's context, with members' addresses only for who manages them. Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    formatter, zone = person.formatter, family.time_zone
    may_manage, may_invite = standing.may(Capability.MANAGE_MEMBERS), standing.may(Capability.INVITE)
    members = visibility.members(person).filter(family_id=family_id).select_related("user")
    numbers = {phone.member_id: phone for phone in phones.of_family(standing, at=at)}
    return {
        "family_id": family.id,
        "family_name": family.name,
        "members": [
            {
                "id": member.id,
                "name": formatter.names.whole(member, member.name),
                "email": member.user.email if may_manage else "",
                "role": Role(member.role),
                "role_name": names.role_name(member.role),
                "since": formatter.full_at(member.joined_at, zone),
                "is_me": member.id == standing.member_id,
                "phone": numbers.get(member.id),
            }
            for member in members.order_by("joined_at", "id")
        ],
        "invitations": _open_invitations(person, family, formatter, at) if may_invite else [],
        "may_give_phone": standing.role is Role.PARENT,
        "may_invite": may_invite,
        "may_manage": may_manage,
    }


def own_phone(person: User, family_id: UUID) -> tuple[Family, str]:
    """Return a family and a parent's own number there. Raises NotVisible, or NotAllowed for who is no parent of it."""
    standing, family = visibility.family(person, family_id)
    if standing.role is not Role.PARENT:
        raise NotAllowed
    return family, visibility.members(person).values_list("phone", flat=True).get(pk=standing.member_id)


def _open_invitations(person: User, family: Family, formatter: Formatter, at: datetime) -> list[dict[str, Any]]:
    """Return the invitations of a family that nobody accepted yet, newest first; `mail` says how its mail stands, empty
    where none was written.
    """
    # unscoped: the mails of invitations at hand
    mails = Delivery.objects.filter(invitation=OuterRef("pk")).values("outcome")
    rows: QuerySet[Any] = visibility.invitations(person).filter(family=family).open(at).annotate(mail=Subquery(mails))
    return [
        {
            "id": row.id,
            "email": row.email,
            "role": names.role_name(row.role),
            "until": formatter.day(local_time.local_date(row.expires_at, family.time_zone)),
            "mail": _mail(row.mail),
        }
        for row in rows.order_by("-created_at", "-id")
    ]


def _mail(outcome: str | None) -> str:
    match outcome:  # of one that is on its way it is empty
        case None | Outcome.OBSOLETE:
            return ""
        case "":
            return gettext("on its way by e-mail")
        case Outcome.SENT:
            return gettext("e-mailed")
        case _:
            return gettext("could not be e-mailed")


def last_invitation(person: User, family_id: UUID, email: str, *, at: datetime) -> tuple[Invitation, str] | None:
    """Return the newest open invitation that this person sent to an address, and its secret once more."""
    sent = visibility.invitations(person).open(at).filter(family_id=family_id, email=email, invited_by__user=person)
    for invitation in sent.order_by("-created_at", "-id")[:1]:
        return invitation, tokens.invitation_secret(invitation.id)
    return None


def family_of_invitation(person: User, invitation_id: UUID) -> UUID:
    """Return the family of an invitation whom this person can see. Raises NotVisible."""
    return visibility.invitation(person, invitation_id)[0].family_id


def family_of(person: User, member_id: UUID) -> UUID:
    """Return the family of a member whom this person can see. Raises NotVisible."""
    return visibility.member(person, member_id)[0].family_id


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
    """Return what is offered to whoever holds the secret, signed in or not. Raises NotVisible: unknown, used and
    expired look the same.
    """
    # unscoped: whoever holds the secret may, and is no member yet
    invitation = (
        Invitation.objects.open(at)
        .filter(token_hash=tokens.hash_of(secret))
        .select_related("family", "invited_by__user")
        .first()
    )
    if invitation is None:
        raise NotVisible(say("This invitation is no longer valid."))
    role = names.role_name(invitation.role).lower()
    return Offer(invitation.family.name, role, invitation.invited_by.first_name, invitation.email)

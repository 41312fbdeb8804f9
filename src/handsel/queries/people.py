"""A person: who she is, and her families."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import F

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


def who_reads_mail(people: Iterable[UUID]) -> set[UUID]:
    """Those with an address that was proved: an unproved one may be a stranger's. Nobody where no mail is set up."""
    if not settings.MAIL_IS_SET_UP:
        return set()
    proved = EmailAddress.objects.filter(user__in=people, verified=True, email=F("user__email"))
    return set(proved.values_list("user_id", flat=True))

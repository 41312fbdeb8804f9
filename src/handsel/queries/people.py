"""People: who they are, in their families and to their families."""

from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, Min, OuterRef, Q

from handsel.access import encryption, visibility
from handsel.access.checks import Standing
from handsel.access.encryption import Secret
from handsel.models import CareSession, Member, User
from handsel.models.families import MemberQuerySet
from handsel.queries import paging
from handsel.queries.paging import Order, Page, Row
from handsel.rules import fields
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import Status
from handsel.rules.moves import UNDO_RECORD
from handsel.rules.roles import Capability


def me(person: User) -> Row:
    """Return the person, with their `memberships` by the families' names."""
    members = visibility.members(person).filter(user=person).select_related("family").order_by("family__name", "id")
    return Row(person, memberships=list(members))


def members(person: User, family_id: UUID, parameters: Draft) -> Page[Row]:
    """Return a page of who is in a family now. parameters: cursor, limit. Raises NotVisible or Invalid. Two queries."""
    standing = visibility.standing(person, family_id)
    rows = visibility.members(person).filter(family_id=family_id).select_related("user")
    members, following = paging.paginate(rows, parameters, Order(f"members:{family_id}"))
    return Page([_member(member, standing) for member in members], following)


def member(person: User, member: Member) -> Row:
    """Return a member just as an action left it. Raises NotVisible."""
    return _member(member, visibility.standing(person, member.family_id))


def _member(member: Member, standing: Standing) -> Row:
    """Return a member; `email` is None for who may not manage members."""
    email = member.user.email if standing.may(Capability.MANAGE_MEMBERS) else None
    return Row(member, name=member.name, email=email)


def on_record(members: MemberQuerySet, *, at: datetime) -> MemberQuerySet:
    """Return those whom a record of care that somebody else can read names as its nanny: of care that is completed, or
    is over and may still be recorded.
    """
    may_be_recorded = Q(status=Status.SCHEDULED, scheduled_start__lte=at)
    may_be_undone = Q(status=Status.CANCELLED, scheduled_start__lte=at, cancelled_at__gt=at - UNDO_RECORD)
    care = CareSession.objects.filter(
        Q(status__in=(Status.IN_PROGRESS, Status.COMPLETED)) | may_be_recorded | may_be_undone, nanny=OuterRef("pk")
    )
    readers = Member.objects.active().filter(family_id=OuterRef("family_id")).exclude(pk=OuterRef("pk"))
    return members.filter(Exists(care), Exists(readers))


def is_second_step_lost(person: User) -> bool:
    """Say whether the person has set up an authenticator app, and no key opens what it was set up with."""
    apps = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).values_list(
        "data__secret", flat=True
    )
    return any(encryption.decrypt(secret, Secret.SECOND_STEP, person.id) is None for secret in apps)


def is_last_way_in(person: User, passkey_id: int) -> bool:
    """Say whether nothing else opens the person's account: no password, no code by mail, no other passkey."""
    if settings.MAIL_IS_SET_UP or person.has_usable_password():
        return False
    passkeys = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
    return not passkeys.exclude(pk=passkey_id).exists()


def staff() -> list[User]:
    """Return who runs the server: those who see the operator's pages."""
    return list(User.objects.filter(is_staff=True, is_active=True).order_by("email"))


def first_joined_at() -> datetime | None:
    """Return when the first person came into the book."""
    first: datetime | None = User.objects.aggregate(first=Min("date_joined"))["first"]
    return first


def language_of(email: str) -> str:
    """Return the language in which to write to this address: empty where nobody has it."""
    return User.objects.filter(email=fields.known_address(email)).values_list("language", flat=True).first() or ""

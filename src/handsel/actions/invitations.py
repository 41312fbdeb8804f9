"""The way into a family: a secret address, for one person, once."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from handsel.access import checks, tokens, visibility
from handsel.access.checks import Standing
from handsel.actions import history, idempotency, limits
from handsel.actions.rate_limits import RateLimit
from handsel.models import Delivery, Invitation, Member, User
from handsel.notices import audience, outbox
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.notices import NoticeKind
from handsel.rules.refusals import NotVisible, WrongState
from handsel.rules.roles import Capability, Role
from handsel.rules.sentences import say

LASTS = timedelta(days=14)
# At the secret of one, by a person, or by the network of who is not signed in.
GUESSES = RateLimit("unknown invitations", 30, timedelta(minutes=10))
# How many invitations of one person, and how many to one address, are mailed in a day: nobody is to write to strangers
# through us, nor many together to one.
MOST_MAILED, MOST_TO_ONE = 20, 3


@transaction.atomic
def invite(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> tuple[Invitation, str]:
    """Open the door to one person (draft: email, role) for 14 days: the invitation and its secret, shown this once.

    It is mailed too where mail is set up, unless many were lately for this person or to this address.
    Raises NotVisible, NotAllowed or Invalid.
    """
    standing, family = visibility.family(by, family_id)
    checks.may(standing, Capability.INVITE)
    Problems(draft, ["email", "role"]).raise_if_any()
    invitation = Invitation(
        family=family,
        email=draft["email"],
        role=draft["role"],
        invited_by_id=standing.member_id,
        created_at=at,
        expires_at=at + LASTS,
    )
    secret = tokens.invitation_secret(invitation.id)
    invitation.token_hash = tokens.hash_of(secret)
    invitation.save(force_insert=True)
    if settings.MAIL_IS_SET_UP and _may_be_mailed(invitation, by, at):
        Delivery.objects.create(invitation=invitation, due_at=at, next_at=at)
    # The address stays out of history: it is for those who manage members, and history is for all of them.
    history.record(
        EventKind.MEMBER_INVITED,
        by=standing,
        at=at,
        source=source,
        changes={"invitation_id": (None, invitation.id), "role": (None, invitation.role)},
    )
    return invitation, secret


@transaction.atomic
def accept(draft: Draft, *, by: User, at: datetime, source: Source) -> Member:
    """Come in (draft: token). Of two persons who hold the secret the first comes in; who was here before gets the
    same membership back, with the role of the invitation.

    A member cannot accept: nobody raises their own role. Raises NotVisible (unknown, used, revoked or expired: all
    the same; or who accepts has no account any more), Invalid, LimitReached or WrongState.
    """
    Problems(draft, ["token"] if draft.get("token") is None else []).raise_if_any()
    # unscoped: whoever holds the secret may, and is no member yet
    open_ones = Invitation.objects.open(at)
    # The lock makes a second person wait, and then find that the invitation is no longer open.
    invitation = open_ones.select_for_update(of=("self",)).filter(token_hash=tokens.hash_of(draft["token"])).first()
    if invitation is None:
        raise NotVisible(say("This invitation is no longer valid."))
    visibility.lock_active_person(by)
    limits.check_members(invitation.family_id, by)
    member = _join(invitation, by, at)
    if not open_ones.filter(pk=invitation.pk).update(accepted_by=member, accepted_at=at):
        raise NotVisible(say("This invitation is no longer valid."))
    idempotency.redact_stored_answers(invitation.family_id, invitation.id)
    history.record(
        EventKind.MEMBER_JOINED,
        by=Standing(by, member.family_id, member.id, Role(member.role)),
        at=at,
        source=source,
        changes={"member_id": (None, member.id), "role": (None, member.role)},
    )
    # A nanny who keeps the book alone manages nobody, but waits for whom they invited.
    people = {*audience.managers(member.family_id), *audience.persons([invitation.invited_by_id])}
    facts = {"role": str(member.role)}
    outbox.notify(NoticeKind.MEMBER_JOINED, sorted(people), by=by, at=at, family_id=member.family_id, facts=facts)
    return member


@transaction.atomic
def revoke(invitation_id: UUID, *, by: User, at: datetime, source: Source) -> None:
    """Shut the door again. Raises NotVisible, NotAllowed or WrongState (accepted or revoked already)."""
    standing, invitation = visibility.invitation(by, invitation_id, lock=True)
    checks.may(standing, Capability.INVITE)
    still_open = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True)
    if not still_open.update(revoked_at=at):
        raise WrongState(say("This invitation was already accepted or cancelled."))
    idempotency.redact_stored_answers(invitation.family_id, invitation.id)
    history.record(
        EventKind.MEMBER_INVITATION_REVOKED,
        by=standing,
        at=at,
        source=source,
        changes={"invitation_id": (invitation.id, None), "role": (invitation.role, None)},
    )


def _may_be_mailed(invitation: Invitation, by: User, at: datetime) -> bool:
    """Say whether it may be mailed, by what was mailed in a day for any family. Under the lock of the person."""
    visibility.lock_active_person(by)
    # unscoped: counts alone, of what goes to one address or from one person
    lately = Delivery.objects.filter(invitation__isnull=False, due_at__gt=at - timedelta(days=1))
    to_them = lately.filter(invitation__email=invitation.email)
    return lately.filter(invitation__invited_by__user=by).count() < MOST_MAILED and to_them.count() < MOST_TO_ONE


def _join(invitation: Invitation, person: User, at: datetime) -> Member:
    """Return the person's one membership of the family: a new row, or the old one again.

    Two invitations accepted at once by one person meet in the promise one_membership_per_person, and in the WHERE.
    """
    member, is_new = Member.objects.get_or_create(
        family_id=invitation.family_id, user=person, defaults={"role": invitation.role, "joined_at": at}
    )
    if is_new:
        return member
    again = {"role": invitation.role, "joined_at": at, "removed_at": None, "is_founder": False}
    if not Member.objects.filter(pk=member.pk, removed_at__isnull=False).update(**again):
        raise WrongState(say("You are a member of this family already."))
    for column, value in again.items():
        setattr(member, column, value)
    return member

"""Actions on the members of a family. Somebody who can manage it always stays."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from handsel.access import checks, visibility
from handsel.access.checks import Standing
from handsel.actions import history
from handsel.actions.care_sessions import leaving
from handsel.models import Family, Invitation, Member, User
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.refusals import NotAllowed, VersionConflict, WrongState
from handsel.rules.roles import MANAGERS, Capability, Role
from handsel.rules.sentences import say


@transaction.atomic
def change_role(member_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source, seen: str = "") -> Member:
    """Give a member another role (draft: role). Nobody raises their own; the last who manages a family stays one.

    seen: the role that they had where this one was chosen, if that is known. Who is a nanny no more leaves their
    sessions and schedules (care_sessions.leaving). Raises NotVisible, NotAllowed, Invalid, VersionConflict or
    WrongState.
    """
    standing, member = _open(by, member_id)
    checks.may(standing, Capability.MANAGE_MEMBERS)
    Problems(draft, ["role"]).raise_if_any()
    role: Role = draft["role"]
    if role == member.role:
        return member
    if seen and seen != member.role:
        raise VersionConflict
    if role in MANAGERS:
        if member.id == standing.member_id:
            raise NotAllowed(say("You can’t give yourself another role of the same rank or a higher one."))
    else:
        _ensure_manager_remains(standing, without=member)
    changes: dict[str, tuple[Any, Any]] = {"member_id": (member.id, member.id), "role": (member.role, role)}
    was_nanny = member.role == Role.NANNY
    leaving.lock_assignments(member)
    member.role, member.phone = role, ""
    member.save(update_fields=["role", "phone"])
    if was_nanny:
        leaving.release_assignments(member, standing=standing, at=at, source=source)
    history.record(EventKind.MEMBER_ROLE_CHANGED, by=standing, at=at, source=source, changes=changes)
    return member


@transaction.atomic
def remove(member_id: UUID, *, by: User, at: datetime, source: Source, closing: bool = False) -> None:
    """End somebody's membership, or one's own. From this moment the person is a stranger; history stays.

    A nanny's running session ends, and what is to come waits for another nanny (care_sessions.leaving).
    Open invitations that the member sent, or that were sent to the member, end too: they are no way back in.
    With closing, who is alone in a family may go too: it is then visible to nobody, and keeps nobody's name.
    Raises NotVisible, NotAllowed or WrongState.
    """
    standing, member = _open(by, member_id)
    if member.id != standing.member_id:
        checks.may(standing, Capability.MANAGE_MEMBERS)
    alone = not Member.objects.active().filter(family_id=member.family_id).exclude(pk=member.pk).exists()
    if not (closing and alone):
        _ensure_manager_remains(standing, without=member)
    leaving.lock_assignments(member)
    member.removed_at, member.phone = at, ""
    member.save(update_fields=["removed_at", "phone"])
    leaving.release_assignments(member, standing=standing, at=at, source=source)
    if alone:
        Member.objects.filter(family_id=member.family_id).exclude(name_on_record="").update(name_on_record="")
    ways_back = Q(invited_by=member) | Q(family_id=member.family_id, email=member.user.email)
    # unscoped: of the member's family, or sent by the member: said by a Q
    Invitation.objects.filter(ways_back, accepted_at__isnull=True, revoked_at__isnull=True).update(revoked_at=at)
    history.record(
        EventKind.MEMBER_REMOVED,
        by=standing,
        at=at,
        source=source,
        changes={"member_id": (member.id, None), "role": (member.role, None)},
    )


@transaction.atomic
def change_phone(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> None:
    """Give a parent's own number for this family, or take it away (draft: phone). The event tells that, and no number.

    Raises NotVisible, NotAllowed or Invalid.
    """
    standing = visibility.standing(by, family_id)
    if standing.role is not Role.PARENT:
        raise NotAllowed
    Problems(draft, ["phone"] if draft.get("phone") is None else []).raise_if_any()
    own = Member.objects.active().filter(pk=standing.member_id, role=Role.PARENT).exclude(phone=draft["phone"])
    if own.update(phone=draft["phone"]):
        changes = {"member_id": (standing.member_id, standing.member_id)}
        history.record(EventKind.MEMBER_PHONE_CHANGED, by=standing, at=at, source=source, changes=changes)


def _open(by: User, member_id: UUID) -> tuple[Standing, Member]:
    """Return the member, and where the person stands, both read after the family is locked.

    Two managers who remove each other at once wait for each other here; the second one finds that they are a stranger.
    """
    _, member = visibility.member(by, member_id)
    Family.objects.select_for_update(no_key=True).get(pk=member.family_id)
    return visibility.member(by, member_id)


def _ensure_manager_remains(standing: Standing, *, without: Member) -> None:
    """Raise WrongState when the family could be managed by nobody any more."""
    founder_alone = standing.in_charge and without.id == standing.member_id
    managers = Member.objects.managers_of(without.family_id).exclude(pk=without.pk)
    if founder_alone or (without.role in MANAGERS and not managers.exists()):
        raise WrongState(say("This family would have nobody left who can manage it."))

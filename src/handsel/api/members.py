"""Who is in a family, and the way in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from handsel.actions import invitations
from handsel.actions import members as actions
from handsel.api import forms
from handsel.api.operations import Asked
from handsel.api.parameters import PAGING
from handsel.api.routes import Routes
from handsel.api.schemas import Invitation, Member, Members
from handsel.queries import members as queries
from handsel.queries.members import MemberRow
from handsel.queries.paging import Page

routes = Routes("Members")


@dataclass(frozen=True, slots=True)
class Invited:
    id: UUID
    family_id: UUID
    accept_url: str
    expires_at: datetime


@routes.get("/families/{familyId}/members", "getMembers", Members, PAGING)
def get_members(asked: Asked, family_id: UUID) -> Page[MemberRow]:
    """Who is in the family now"""
    return queries.listed(asked.person, family_id, asked.draft)


@routes.patch("/members/{memberId}", "updateMember", Member, forms.MEMBER_CHANGES)
def update_member(asked: Asked, member_id: UUID) -> MemberRow:
    """Give a member another role; nobody raises their own"""
    return queries.shown(asked.person, actions.change_role(member_id, asked.draft, **asked.by))


@routes.delete("/members/{memberId}", "removeMember")
def remove_member(asked: Asked, member_id: UUID) -> None:
    """End a membership: from now on the person is a stranger, while history stays"""
    actions.remove(member_id, **asked.by)


@routes.post("/families/{familyId}/invitations", "inviteMember", Invitation, form=forms.NEW_INVITATION, status=201)
def invite_member(asked: Asked, family_id: UUID) -> Invited:
    """Invite somebody: whoever signs in and holds the address may accept it, once, within 14 days"""
    invitation, secret = invitations.invite(family_id, asked.draft, **asked.by)
    # It ends in the secret itself, for whoever types or scans it; the page answers without its last slash too.
    address = asked.request.build_absolute_uri(reverse("web:invitation", args=[secret])).rstrip("/")
    return Invited(invitation.id, family_id, address, invitation.expires_at)


@routes.post("/invitations/accept", "acceptInvitation", Member, form=forms.INVITATION_ANSWER)
def accept_invitation(asked: Asked) -> MemberRow:
    """Join the family that invited you"""
    return queries.shown(asked.person, invitations.accept(asked.draft, **asked.by))

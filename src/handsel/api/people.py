"""People: who asks, who is in a family, and the way in."""

from typing import Annotated
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from pydantic import AliasPath, Field, WithJsonSchema

from handsel.actions import invitations, rate_limits
from handsel.actions import members as actions
from handsel.api import inputs, schemas
from handsel.api.parsing import Body, Paging
from handsel.api.routes import Id, Request, Router, actor
from handsel.api.schemas import Instant, Resource, words
from handsel.queries import people as queries
from handsel.queries.paging import Page, Row
from handsel.rules.roles import Role

people_router = Router("People", "You, as whom your token knows you.")
member_router = Router("Members", "Who belongs to a family, in which role, and how one joins and leaves.")

EmailAddress = Annotated[str, WithJsonSchema({"type": "string", "format": "email"})]


class Membership(Resource):
    member_id: UUID = Field(validation_alias="id")
    family_id: UUID
    family_name: str = Field(validation_alias=AliasPath("family", "name"))
    role: Annotated[str, words(Role)]


class Me(Resource):
    id: UUID
    name: str
    email: EmailAddress
    memberships: list[Membership]


class Member(Resource):
    id: UUID
    family_id: UUID
    name: str
    role: Annotated[str, words(Role)]
    joined_at: Instant
    email: EmailAddress | None = Field(exclude_if=lambda email: email is None)


Members = schemas.list_of(Member, "Members")


class MemberChanges(Body):
    needed = ("role",)
    role: inputs.Role


class NewInvitation(Body):
    needed = ("email", "role")
    email: inputs.Email
    role: inputs.Role


class Invitation(Resource):
    id: UUID
    accept_url: Annotated[str, WithJsonSchema({"type": "string", "format": "uri"})]
    expires_at: Instant


class InvitationAnswer(Body):
    needed = ("token",)
    token: inputs.Token


@people_router.get("/me", operation_id="getMe", response=Me)
def get_me(request: Request) -> Row:
    """Who is asking, and her families"""
    return queries.me(request.auth)


@member_router.get("/families/{family_id}/members", operation_id="getMembers", response=Members)
def get_members(request: Request, family_id: Id, query: Paging) -> Page[Row]:
    """Who is in the family now"""
    return queries.members(request.auth, family_id, query.draft)


@member_router.patch("/members/{member_id}", operation_id="updateMember", response=Member)
def update_member(request: Request, member_id: Id, body: MemberChanges) -> Row:
    """Give a member another role; nobody raises their own"""
    return queries.member(request.auth, actions.change_role(member_id, body.draft, **actor(request)))


@member_router.delete("/members/{member_id}", operation_id="removeMember", response={204: None})
def remove_member(request: Request, member_id: Id) -> None:
    """End a membership: from now on the person is a stranger, while history stays"""
    actions.remove(member_id, **actor(request))


@member_router.post("/families/{family_id}/invitations", operation_id="inviteMember", response={201: Invitation})
def invite_member(request: Request, family_id: Id, body: NewInvitation) -> Row:
    """Invite somebody: whoever signs in and holds the address may accept it, once, within 14 days"""
    invitation, secret = invitations.invite(family_id, body.draft, **actor(request))
    # It ends in the secret itself, for whoever types or scans it; the page answers without its last slash too.
    address = request.build_absolute_uri(reverse("web:invitation", args=[secret])).rstrip("/")
    return Row(invitation, accept_url=address)


@member_router.post("/invitations/accept", operation_id="acceptInvitation", response=Member)
def accept_invitation(request: Request, body: InvitationAnswer) -> Row:
    """Join the family that invited you"""
    with rate_limits.guess(invitations.GUESSES, str(request.auth.pk), at=timezone.now()):
        member = invitations.accept(body.draft, **actor(request))
    return queries.member(request.auth, member)

"""Who belongs to a family: invite, accept an invitation, give another role, remove."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from handsel.access import client_address
from handsel.actions import invitations, members, rate_limits
from handsel.formatting import names
from handsel.pages import members as member_pages
from handsel.rules.drafts import Draft
from handsel.rules.refusals import LimitReached, NotVisible, Refusal, TooManyRequests, VersionConflict, WrongState
from handsel.rules.roles import Role
from handsel.web import refusals, responses
from handsel.web.forms.people import InvitationForm, PhoneForm, RoleForm
from handsel.web.requests import Request


@responses.form_page
def page(request: Request, family_id: UUID) -> HttpResponse:
    """Show the members; a POST invites, and its answer is the only page that ever shows the address."""
    form = InvitationForm(responses.form_data(request), initial={"role": Role.PARENT})
    link, new = "", None
    try:
        made = responses.submit(request, form, invitations.invite, family_id, duplicate_route="web:members")
    except responses.AlreadySubmitted:  # the answer to a second press shows the address that the first one made
        made = member_pages.last_invitation(request.user, family_id, form.draft().get("email"), at=timezone.now())
        if made is None:
            raise
    if made:
        invitation, secret = made
        new = invitation.id
        link = request.build_absolute_uri(reverse("web:invitation", args=[secret]))
        form = InvitationForm(initial={"role": invitation.role})
    return _page(request, family_id, form=form, link=link, new=new)


@responses.form_page
def phone(request: Request, family_id: UUID) -> HttpResponse:
    """A parent's own number, for this family alone."""
    family, number = member_pages.own_phone(request.user, family_id)
    form = PhoneForm(responses.form_data(request), initial={"phone": number})
    responses.submit(request, form, members.change_phone, family_id)
    if request.method == "POST" and form.status == 200:
        return responses.redirect_with_message(request, gettext("Saved."), "web:members", family_id)
    return responses.answer(request, "members/phone.html", form=form, family=family)


@responses.press
def change_role(request: Request, member_id: UUID) -> HttpResponse:
    family_id, form = member_pages.family_of(request.user, member_id), RoleForm(request.POST)
    try:
        seen = request.POST.get("seen_role", "")
        members.change_role(member_id, form.draft(), seen=seen, **responses.actor(request))
    except NotVisible:
        raise
    except VersionConflict as conflict:
        sentence = gettext("Somebody gave this person another role meanwhile. You had chosen: %(role)s.")
        chosen = sentence % {"role": names.role_name(form.cleaned_data["role"])}
        return _page(request, family_id, form=_invitation(), status=refusals.status(conflict), refusal=chosen)
    except Refusal as refusal:
        return _refused(request, family_id, refusal)
    return responses.redirect_with_message(request, gettext("Role changed."), "web:members", family_id)


@responses.press
def remove(request: Request, member_id: UUID) -> HttpResponse:
    """End somebody's membership, or one's own: then the family is no longer there to go back to."""
    family_id = member_pages.family_of(request.user, member_id)
    try:
        members.remove(member_id, **responses.actor(request))
    except NotVisible:
        raise
    except Refusal as refusal:
        return _refused(request, family_id, refusal)
    has_left = member_pages.has_left(request.user, family_id)
    to = ("web:index",) if has_left else ("web:members", family_id)
    return responses.redirect_with_message(
        request, gettext("No longer a member. Past sessions stay in the record."), *to
    )


def _refused(request: Request, family_id: UUID, refusal: Refusal) -> HttpResponse:
    status = refusals.status(refusal)
    return _page(request, family_id, form=_invitation(), status=status, refusal=refusals.message(refusal))


def _invitation() -> InvitationForm:
    return InvitationForm(initial={"role": Role.PARENT})


def _page(request: Request, family_id: UUID, **context: Any) -> HttpResponse:
    family = member_pages.page(request.user, family_id, at=timezone.now())
    roles = [(role.value, name) for role, name in names.ROLES.items()]
    return responses.answer(request, "members/page.html", family=family, roles=roles, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is offered, to the signed-out too: they sign up or in first and come back here.

    A try is counted before it is looked up, and given back when the invitation is there.
    """
    at, person = timezone.now(), request.user
    subject = str(person.pk) if person.is_authenticated else client_address.network(request.META)
    try:
        with rate_limits.guess(invitations.GUESSES, subject, at=at):
            return _offer(request, token, at)
    except TooManyRequests as reached:
        cast("Request", request).retry_after = reached.seconds
        return refusals.too_many(request)
    except NotVisible:
        response = render(request, "invitations/over.html", status=404)
        add_never_cache_headers(response)
        return response


def _offer(request: HttpRequest, token: str, at: datetime) -> HttpResponse:
    """Accept it, or show it. Raises NotVisible."""
    if request.method == "POST" and request.user.is_authenticated:
        return _accept(cast("Request", request), token)
    offer = member_pages.offer(token, at=at)
    response = render(request, "invitations/accept.html", {"offer": offer, "here": request.path})
    add_never_cache_headers(response)
    return response


def _accept(request: Request, token: str) -> HttpResponse:
    try:
        member = invitations.accept(Draft.of(token=token), **responses.actor(request))
    except (LimitReached, WrongState) as refusal:
        return refusals.page(request, refusal)
    return responses.redirect_with_message(
        request, gettext("Welcome to the family’s page."), "web:family", member.family_id
    )


@responses.press
def revoke_invitation(request: Request, invitation_id: UUID) -> HttpResponse:
    family_id = member_pages.family_of_invitation(request.user, invitation_id)
    invitations.revoke(invitation_id, **responses.actor(request))
    return responses.redirect_with_message(request, gettext("Invitation cancelled."), "web:members", family_id)

"""The way into a family, for whoever holds its address."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from handsel.actions import invitations
from handsel.pages import members
from handsel.rules.drafts import Draft
from handsel.rules.refusals import NotVisible, WrongState
from handsel.web import refusals, responses
from handsel.web.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what is offered, to the signed-out too: they sign up or in first and come back here."""
    try:
        if request.method == "POST" and request.user.is_authenticated:
            return _accept(cast("Request", request), token)
        offer = members.offer(token, at=timezone.now())
    except NotVisible:
        response = render(request, "invitations/over.html", status=404)
    else:
        response = render(request, "invitations/accept.html", {"offer": offer, "here": request.path})
    add_never_cache_headers(response)
    return response


def _accept(request: Request, token: str) -> HttpResponse:
    try:
        member = invitations.accept(Draft.of(token=token), **responses.actor(request))
    except WrongState as refusal:
        return refusals.page(request, refusal)
    responses.flash(request, gettext("Welcome. This is the family’s page."))
    return redirect("web:family", member.family_id)


@require_POST
@responses.signed_in
def revoke(request: Request, invitation_id: UUID) -> HttpResponse:
    family_id = members.family_of_invitation(request.user, invitation_id)
    invitations.revoke(invitation_id, **responses.actor(request))
    responses.flash(request, gettext("The invitation opens nothing any more."))
    return redirect("web:members", family_id)

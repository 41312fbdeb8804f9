"""Who belongs to a family: invite, give another role, remove."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from handsel.actions import invitations, members
from handsel.formatting import names
from handsel.pages import members as member_pages
from handsel.rules.refusals import NotVisible, Refusal
from handsel.web import refusals, responses
from handsel.web.forms.people import InvitationForm, RoleForm
from handsel.web.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
@responses.signed_in
def page(request: Request, family_id: UUID) -> HttpResponse:
    """The members; a POST invites, and its answer is the only page that ever shows the address."""
    form = InvitationForm(responses.form_data(request), initial={"role": "PARENT"})
    link, new = "", None
    if request.method == "POST":
        made = form.send(invitations.invite, family_id, **responses.actor(request))
        if made:
            invitation, secret = made
            new = invitation.id
            link = request.build_absolute_uri(reverse("web:invitation", args=[secret]))
            form = InvitationForm(initial={"role": invitation.role})
    return _page(request, family_id, form=form, status=form.status, link=link, new=new)


@require_POST
@responses.signed_in
def change_role(request: Request, member_id: UUID) -> HttpResponse:
    family_id = member_pages.family_of(request.user, member_id)
    form = RoleForm(request.POST)
    try:
        members.change_role(member_id, form.draft(), **responses.actor(request))
    except NotVisible:
        raise
    except Refusal as refusal:
        return _refused(request, family_id, refusal)
    responses.flash(request, gettext("The role is changed."))
    return redirect("web:members", family_id)


@require_POST
@responses.signed_in
def remove(request: Request, member_id: UUID) -> HttpResponse:
    """End somebody's membership, or one's own: then the family is no longer there to go back to."""
    family_id = member_pages.family_of(request.user, member_id)
    try:
        members.remove(member_id, **responses.actor(request))
    except NotVisible:
        raise
    except Refusal as refusal:
        return _refused(request, family_id, refusal)
    responses.flash(request, gettext("The membership has ended. What was stays in the record."))
    left = member_pages.has_left(request.user, family_id)
    return redirect("web:index") if left else redirect("web:members", family_id)


def _refused(request: Request, family_id: UUID, refusal: Refusal) -> HttpResponse:
    status, form = refusals.status(refusal), InvitationForm(initial={"role": "PARENT"})
    return _page(request, family_id, form=form, status=status, refusal=refusals.said(refusal))


def _page(request: Request, family_id: UUID, *, status: int, **context) -> HttpResponse:
    found = member_pages.page(request.user, family_id, at=timezone.now())
    return responses.answer(
        request,
        "members/page.html",
        status=status,
        family=found,
        roles=[(role.value, name) for role, name in names.ROLES.items()],
        **context,
    )

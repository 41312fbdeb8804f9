"""Families: the ones I belong to, founding one, its page, its home, its settings."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from handsel.actions import families
from handsel.pages import families as family_pages
from handsel.pages import family_home, shell
from handsel.web import live, responses
from handsel.web.forms.families import FamilySettingsForm, NewFamilyForm
from handsel.web.requests import Request


@require_safe
@responses.signed_in
def listed(request: Request) -> HttpResponse:
    return responses.answer(request, "families/list.html", families=shell.belongings(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@responses.signed_in
def found(request: Request) -> HttpResponse:
    """The first step of the first run."""
    initial = {"role": "PARENT", "time_zone": request.user.time_zone, "currency": "USD"}
    form = NewFamilyForm(responses.form_data(request), initial=initial)
    if request.method == "POST":
        if responses.is_duplicate_submission(request):
            return responses.already_submitted(request, "web:families")
        family = form.send(families.create, **responses.actor(request))
        if family:
            responses.flash(request, gettext("%(family)s is founded. Next: a child.") % {"family": family.name})
            return redirect("web:new_child", family.id)
    mine = shell.belongings(request.user)
    return responses.answer(request, "families/new.html", status=form.status, form=form, is_first=not mine)


@require_safe
@responses.signed_in
def page(request: Request, family_id: UUID) -> HttpResponse:
    found = family_pages.page(request.user, family_id, at=timezone.now())
    return responses.answer(request, "families/page.html", family=found)


@require_safe
@responses.signed_in
def home(request: Request, family_id: UUID) -> HttpResponse:
    """For those who answer for the family; everybody else has the family's page."""
    tag = live.tag(request)
    found = family_home.page(request.user, family_id, at=timezone.now(), opened=request.GET.get("week", ""))
    if not found["may_answer"]:
        return redirect("web:family", family_id)
    return responses.answer(request, "families/home.html", home=found, live=tag)


@require_http_methods(["GET", "HEAD", "POST"])
@responses.signed_in
def edit(request: Request, family_id: UUID) -> HttpResponse:
    family, values = family_pages.family_form(request.user, family_id)
    form = FamilySettingsForm(responses.form_data(request), initial=values, current_zone=family.time_zone)
    if request.method == "POST":
        saved = form.send(
            families.update,
            family_id,
            changes=True,
            version=responses.seen_version(request),
            **responses.actor(request),
        )
        if saved:
            responses.flash(request, gettext("Saved."))
            return redirect("web:family", family_id)
    return responses.answer(request, "families/edit.html", status=form.status, form=form, family=family)

"""The children of a family."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handsel.actions import children
from handsel.pages import children as children_pages
from handsel.rules.refusals import NotAllowed
from handsel.web import responses
from handsel.web.forms.children import CareNotesForm, ChildForm
from handsel.web.requests import Request


@require_safe
@responses.signed_in
def listed(request: Request, family_id: UUID) -> HttpResponse:
    found = children_pages.page(request.user, family_id, at=timezone.now())
    return responses.answer(request, "children/list.html", family=found)


@require_http_methods(["GET", "HEAD", "POST"])
@responses.signed_in
def add(request: Request, family_id: UUID) -> HttpResponse:
    found = children_pages.page(request.user, family_id, at=timezone.now())
    if not found.may_add:
        raise NotAllowed
    form = ChildForm(responses.form_data(request))
    if request.method == "POST":
        if responses.is_duplicate_submission(request):
            return responses.already_submitted(request, "web:children", family_id)
        child = form.send(children.create, family_id, **responses.actor(request))
        if child:
            responses.flash(request, gettext("%(child)s is added.") % {"child": child.first_name})
            return redirect("web:new_schedule" if not found.children else "web:children", family_id)
    return responses.answer(request, "children/form.html", status=form.status, form=form, family=found)


@require_http_methods(["GET", "HEAD", "POST"])
@responses.signed_in
def edit(request: Request, child_id: UUID) -> HttpResponse:
    """All of a child for the family, the care notes for a nanny."""
    child, values, may_manage = children_pages.child_form(request.user, child_id)
    form = (ChildForm if may_manage else CareNotesForm)(responses.form_data(request), initial=values)
    if request.method == "POST":
        saved = form.send(children.update, child_id, changes=True, **responses.actor(request))
        if saved:
            responses.flash(request, gettext("Saved."))
            return redirect("web:children", child.family_id)
    return responses.answer(
        request, "children/form.html", status=form.status, form=form, child=child, may_manage=may_manage
    )


@require_POST
@responses.signed_in
def archive(request: Request, child_id: UUID) -> HttpResponse:
    child, _, _ = children_pages.child_form(request.user, child_id)
    children.delete(child_id, **responses.actor(request))
    responses.flash(
        request,
        gettext("%(child)s is no longer planned for. What was stays in the record.") % {"child": child.first_name},
    )
    return redirect("web:children", child.family_id)

"""The children of a family."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handsel.actions import children
from handsel.queries.pages import children_page
from handsel.rules.refusals import NotAllowed
from handsel.web import pages
from handsel.web.forms.children import CareNotesForm, ChildForm


@require_safe
@pages.signed_in
def listed(request: HttpRequest, family_id: UUID) -> HttpResponse:
    found = children_page.page(request.user, family_id, at=timezone.now())
    return pages.answer(request, "children/list.html", family=found)


@require_http_methods(["GET", "HEAD", "POST"])
@pages.signed_in
def add(request: HttpRequest, family_id: UUID) -> HttpResponse:
    found = children_page.page(request.user, family_id, at=timezone.now())
    if not found.may_add:
        raise NotAllowed
    form = ChildForm(pages.form_data(request))
    if request.method == "POST":
        if pages.is_repeated(request):
            return pages.sent_before(request, "web:children", family_id)
        child = form.send(children.create, family_id, **pages.actor(request))
        if child:
            pages.tell(request, gettext("%(child)s is added.") % {"child": child.first_name})
            return redirect("web:new_schedule" if not found.children else "web:children", family_id)
    return pages.answer(request, "children/form.html", status=form.status, form=form, family=found)


@require_http_methods(["GET", "HEAD", "POST"])
@pages.signed_in
def edit(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """All of a child for the family, the care notes for a nanny."""
    child = children_page.as_it_is(request.user, child_id)
    form = (ChildForm if child.may_manage else CareNotesForm)(pages.form_data(request), initial=child.values)
    if request.method == "POST":
        saved = form.send(children.update, child_id, changes=True, **pages.actor(request))
        if saved:
            pages.tell(request, gettext("Saved."))
            return redirect("web:children", child.family_id)
    return pages.answer(request, "children/form.html", status=form.status, form=form, child=child)


@require_POST
@pages.signed_in
def archive(request: HttpRequest, child_id: UUID) -> HttpResponse:
    child = children_page.as_it_is(request.user, child_id)
    children.delete(child_id, **pages.actor(request))
    pages.tell(
        request, gettext("%(child)s is no longer planned for. What was stays in the record.") % {"child": child.name}
    )
    return redirect("web:children", child.family_id)

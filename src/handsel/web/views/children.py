"""The children of a family."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions import children
from handsel.pages import children as children_pages
from handsel.rules.refusals import NotAllowed
from handsel.web import responses
from handsel.web.forms.families import CareNotesForm, ChildForm
from handsel.web.requests import Request


@responses.page
def listed(request: Request, family_id: UUID) -> HttpResponse:
    family = children_pages.page(request.user, family_id, at=timezone.now())
    return responses.answer(request, "children/list.html", family=family)


@responses.form_page
def add(request: Request, family_id: UUID) -> HttpResponse:
    family = children_pages.page(request.user, family_id, at=timezone.now())
    if not family.may_add:
        raise NotAllowed
    form = ChildForm(responses.form_data(request))
    child = responses.submit(request, form, children.create, family_id, once="web:children")
    if child:
        sentence = gettext("%(child)s is added.") % {"child": child.first_name}
        return responses.done(request, sentence, "web:children" if family.children else "web:new_schedule", family_id)
    return responses.answer(request, "children/form.html", form=form, family=family)


@responses.form_page
def edit(request: Request, child_id: UUID) -> HttpResponse:
    """All of a child for the family, the care notes for a nanny."""
    child, values, may_manage = children_pages.child_form(request.user, child_id)
    form = (ChildForm if may_manage else CareNotesForm)(responses.form_data(request), initial=values)
    if responses.submit(request, form, children.update, child_id, changes=True):
        return responses.done(request, gettext("Saved."), "web:children", child.family_id)
    return responses.answer(request, "children/form.html", form=form, child=child, may_manage=may_manage)


@responses.press
def archive(request: Request, child_id: UUID) -> HttpResponse:
    child, _, _ = children_pages.child_form(request.user, child_id)
    children.delete(child_id, **responses.actor(request))
    name = {"child": child.first_name}
    sentence = gettext("%(child)s is no longer planned for. What was stays in the record.") % name
    return responses.done(request, sentence, "web:children", child.family_id)

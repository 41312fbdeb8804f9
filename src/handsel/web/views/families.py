"""Families: those of a person, founding one, its page, its home, its settings, children, time off and records."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions import children, families
from handsel.documents import sessions_csv
from handsel.documents.rows import YearRecord
from handsel.pages import children as children_pages
from handsel.pages import families as family_pages
from handsel.pages import family_home, shell
from handsel.pages import records as record_pages
from handsel.queries import records
from handsel.rules.roles import Role
from handsel.web import middleware, query_ids, responses
from handsel.web.forms.families import CareNotesForm, ChildForm, FamilySettingsForm, NewFamilyForm
from handsel.web.requests import Request


@responses.page
def listed(request: Request) -> HttpResponse:
    return responses.answer(request, "families/list.html", families=shell.memberships(request.user))


@responses.form_page
def new(request: Request) -> HttpResponse:
    """Found a family, the first step of the first run."""
    initial = {"role": Role.PARENT, "time_zone": request.user.time_zone, "currency": "USD"}
    form = NewFamilyForm(responses.form_data(request), initial=initial)
    family = responses.submit(request, form, families.create, duplicate_route="web:families")
    if family:
        sentence = gettext("The %(family)s are set up. Next: add a child.") % {"family": family.name}
        return responses.redirect_with_message(request, sentence, "web:new_child", family.id)
    is_first = not shell.memberships(request.user)
    return responses.answer(request, "families/new.html", form=form, is_first=is_first)


@responses.page
def page(request: Request, family_id: UUID) -> HttpResponse:
    family = family_pages.page(request.user, family_id, at=timezone.now())
    return responses.answer(request, "families/page.html", family=family)


@responses.page
def home(request: Request, family_id: UUID) -> HttpResponse:
    """Show Home to those who answer for the family; redirect everybody else to the family's page."""
    tag = middleware.page_tag(request)
    family = family_home.page(request.user, family_id, at=timezone.now(), opened=request.GET.get("week", ""))
    if family is None:
        return redirect("web:family", family_id)
    return responses.answer(request, "families/home.html", home=family, live=tag)


@responses.page
def to_record(request: Request, family_id: UUID) -> HttpResponse:
    """Redirect to where a person records what happened: a nanny on Today, the others on the family's Home."""
    if family_pages.is_nanny(request.user, family_id):
        return redirect("web:today")
    return redirect("web:family_home", family_id)


@responses.form_page
def edit(request: Request, family_id: UUID) -> HttpResponse:
    family, values = family_pages.family_form(request.user, family_id)
    form = FamilySettingsForm(responses.form_data(request), initial=values, current_zone=family.time_zone)
    version = responses.compared_version(request, form, family.version)
    if responses.submit(request, form, families.update, family_id, changes=True, version=version):
        return responses.redirect_with_message(request, gettext("Saved."), "web:family", family_id)
    return responses.answer(request, "families/edit.html", form=form, family=family)


@responses.page
def choose_records(request: Request) -> HttpResponse:
    """Ask whose record to show, but not who has only one family."""
    families = shell.memberships(request.user)
    if not families:
        return redirect("web:index")
    if len(families) == 1:
        [family] = families
        return redirect("web:family_records_now" if family.role is Role.VIEWER else "web:pay", family.family_id)
    is_nanny = any(family.role is Role.NANNY for family in families)
    return responses.answer(request, "records/chooser.html", families=families, is_nanny=is_nanny)


@responses.page
def records_now(request: Request, family_id: UUID) -> HttpResponse:
    return redirect("web:family_records", family_id, record_pages.this_year(request.user, family_id, at=timezone.now()))


@responses.page
def records_of_year(request: Request, family_id: UUID, year: int) -> HttpResponse:
    record = record_pages.page(
        request.user, family_id, year, at=timezone.now(), month=_month(request), nanny_id=query_ids.nanny(request)
    )
    return responses.answer(request, "records/page.html", record=record)


@responses.page
def records_csv(request: Request, family_id: UUID, year: int) -> HttpResponse:
    """Return the same year for a spreadsheet."""
    return _csv(records.year(request.user, family_id, year))


@responses.page
def my_records_now(request: Request) -> HttpResponse:
    return redirect("web:my_records", record_pages.this_year_of_mine(request.user, at=timezone.now()))


@responses.page
def my_records(request: Request, year: int) -> HttpResponse:
    """Show a nanny's own year, of all families together."""
    record = record_pages.mine(request.user, year, at=timezone.now(), month=_month(request))
    return responses.answer(request, "records/page.html", record=record)


@responses.page
def my_records_csv(request: Request, year: int) -> HttpResponse:
    return _csv(records.mine(request.user, year))


def _month(request: Request) -> int | None:
    text = request.GET.get("month", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else None


def _csv(record: YearRecord) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="care-{record.year}.csv"'}
    return HttpResponse(sessions_csv.render(record), content_type="text/csv; charset=utf-8", headers=headers)


@responses.page
def list_children(request: Request, family_id: UUID) -> HttpResponse:
    family = children_pages.page(request.user, family_id, at=timezone.now())
    return responses.answer(request, "children/list.html", family=family)


@responses.form_page
def add_child(request: Request, family_id: UUID) -> HttpResponse:
    family, has_children = children_pages.family_of_new_child(request.user, family_id)
    form = ChildForm(responses.form_data(request))
    child = responses.submit(request, form, children.create, family_id, duplicate_route="web:children")
    if child:
        sentence = gettext("%(child)s is added.") % {"child": request.user.known_names.of(child)}
        return responses.redirect_with_message(
            request, sentence, "web:children" if has_children else "web:new_schedule", family_id
        )
    return responses.answer(request, "children/form.html", form=form, family=family)


@responses.form_page
def edit_child(request: Request, child_id: UUID) -> HttpResponse:
    """Edit all of a child for the family, the care notes for a nanny."""
    child, values, may_manage = children_pages.child_form(request.user, child_id)
    form = (ChildForm if may_manage else CareNotesForm)(responses.form_data(request), initial=values)
    version = responses.compared_version(request, form, child.version)
    if responses.submit(request, form, children.update, child_id, changes=True, version=version):
        return responses.redirect_with_message(request, gettext("Saved."), "web:children", child.family_id)
    name = request.user.known_names.of(child)
    return responses.answer(request, "children/form.html", form=form, child=child, name=name, may_manage=may_manage)


@responses.press
def archive_child(request: Request, child_id: UUID) -> HttpResponse:
    name, family_id = children_pages.name_and_family(request.user, child_id)
    children.delete(child_id, **responses.actor(request))
    sentence = gettext("%(child)s is archived. Past sessions stay in the record.") % {"child": name}
    return responses.redirect_with_message(request, sentence, "web:children", family_id)

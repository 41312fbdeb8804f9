"""The terms of pay of a family: all versions in words, a new one from a preset, changing and removing one."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions import pay_policies as actions
from handsel.pages import pay_policies as pages
from handsel.pages import terms_comparison
from handsel.pages.pay_policies import TermsForm
from handsel.web import responses
from handsel.web.forms.pay_terms import PayTermsForm, initial
from handsel.web.requests import Request

# What a form is sent with that is not to be saved: buttons' names, and what the script says while it is filled in.
_LOOKS = {"preview", "compare", "live"}


@responses.page
def page(request: Request, family_id: UUID) -> HttpResponse:
    terms = pages.page(request.user, family_id, at=timezone.now())
    return responses.answer(request, "pay_terms/page.html", terms=terms, presets=pages.presets())


@responses.form_page
def add(request: Request, family_id: UUID) -> HttpResponse:
    terms = pages.new(request.user, family_id, request.GET.get("preset", ""))
    form = _form(request, terms)
    if _wants_saving(request, form):
        saved = responses.submit(request, form, actions.create, family_id, duplicate_route="web:pay_terms")
        if saved:
            return responses.redirect_with_message(request, gettext("Saved."), "web:pay_terms", family_id)
    return _form_page(request, form, terms)


@responses.form_page
def edit(request: Request, policy_id: UUID) -> HttpResponse:
    terms = pages.existing(request.user, policy_id)
    form = _form(request, terms)
    if _wants_saving(request, form):
        version = responses.compared_version(request, form, terms.version)
        if responses.submit(request, form, actions.update, policy_id, changes=True, version=version):
            return responses.redirect_with_message(request, gettext("Saved."), "web:pay_terms", terms.family_id)
    return _form_page(request, form, terms)


@responses.press
def delete(request: Request, policy_id: UUID) -> HttpResponse:
    terms = pages.existing(request.user, policy_id)
    actions.delete(policy_id, **responses.actor(request))
    return responses.redirect_with_message(request, gettext("Removed."), "web:pay_terms", terms.family_id)


def _form(request: Request, terms: TermsForm) -> PayTermsForm:
    return PayTermsForm(
        responses.form_data(request), initial=initial(terms.values), nannies=terms.nannies, currency=terms.currency
    )


def _wants_saving(request: Request, form: PayTermsForm) -> bool:
    """Say whether saving is pressed, of just what was looked at; a form with something wrong is handed on all the same,
    so that the action's findings come with its own.
    """
    if request.method != "POST" or _LOOKS & request.POST.keys():
        return False
    return not form.is_valid() or request.POST.get("seen") == form.meaning


def _form_page(request: Request, form: PayTermsForm, terms: TermsForm) -> HttpResponse:
    """Show the form beside what it means."""
    rehearsal = None
    if form.is_bound and form.is_valid() and form.refusal is None:
        rehearse = partial(actions.rehearse, policy_id=terms.policy_id, nanny_id=_compared(request, terms))
        rehearsal = form.send(rehearse, terms.family_id, by=request.user, at=timezone.now())
    means = rehearsal and terms_comparison.comparison(request.user, rehearsal, terms.nannies)
    context: dict[str, Any] = {
        "terms": terms,
        "means": means,
        "seen": form.meaning if means else "",
        # Saving was pressed on something that nobody had looked at yet.
        "unseen": bool(means) and request.method == "POST" and not _LOOKS & request.POST.keys(),
    }
    if "live" in request.POST:
        problems = [] if means else [*form.wrong_in_words, *filter(None, [form.refused])]
        return responses.render_partial(request, "pay_terms/_means.html", problems=problems, live=True, **context)
    return responses.answer(request, "pay_terms/form.html", form=form, **context)


def _compared(request: Request, terms: TermsForm) -> UUID | None:
    """Return whose month is looked at: who was pressed, else who was there, else the first."""
    ids = {str(nanny_id): nanny_id for nanny_id, _ in terms.nannies}
    named = (request.POST.get("compare", ""), request.POST.get("compared", ""))
    return next(iter([*(ids[raw] for raw in named if raw in ids), *ids.values()]), None)

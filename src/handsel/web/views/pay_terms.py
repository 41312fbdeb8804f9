"""The terms of pay of a family: all versions in words, a new one from a preset, changing and removing one."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions import pay_policies as actions
from handsel.pages import pay_policies as pages
from handsel.web import responses
from handsel.web.forms.pay_terms import PayTermsForm, initial
from handsel.web.requests import Request


@responses.page
def page(request: Request, family_id: UUID) -> HttpResponse:
    terms = pages.page(request.user, family_id, at=timezone.now())
    return responses.answer(request, "pay_terms/page.html", terms=terms, presets=pages.presets())


@responses.form_page
def add(request: Request, family_id: UUID) -> HttpResponse:
    standing, family, values = pages.new(request.user, family_id, request.GET.get("preset", ""))
    form = PayTermsForm(
        responses.form_data(request),
        initial=initial(values),
        nannies=pages.nannies(request.user, standing),
        currency=family.currency,
    )
    if responses.submit(request, form, actions.create, family_id, duplicate_route="web:pay_terms"):
        return responses.redirect_with_message(request, gettext("Saved."), "web:pay_terms", family_id)
    return responses.answer(request, "pay_terms/form.html", form=form, family=family, presets=pages.presets())


@responses.form_page
def edit(request: Request, policy_id: UUID) -> HttpResponse:
    standing, policy, values = pages.existing(request.user, policy_id)
    form = PayTermsForm(
        responses.form_data(request),
        initial=initial(values),
        nannies=pages.nannies(request.user, standing),
        currency=policy.family.currency,
    )
    version = responses.compared_version(request, form, policy.version)
    if responses.submit(request, form, actions.update, policy_id, changes=True, version=version):
        return responses.redirect_with_message(request, gettext("Saved."), "web:pay_terms", policy.family_id)
    return responses.answer(request, "pay_terms/form.html", form=form, family=policy.family, policy=policy)


@responses.press
def delete(request: Request, policy_id: UUID) -> HttpResponse:
    _standing, policy, _values = pages.existing(request.user, policy_id)
    actions.delete(policy_id, **responses.actor(request))
    return responses.redirect_with_message(request, gettext("Removed."), "web:pay_terms", policy.family_id)

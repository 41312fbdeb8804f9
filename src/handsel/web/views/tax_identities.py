"""One's own tax number: entered, shown on demand, shared with a family, and forgotten."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext

from handsel.actions import tax_identities as actions
from handsel.pages import tax_identities as pages
from handsel.web import responses
from handsel.web.forms.tax_identities import TaxIdentityForm
from handsel.web.requests import Request


@responses.form_page
def page(request: Request) -> HttpResponse:
    tax_number = pages.page(request.user)
    form = TaxIdentityForm(
        responses.form_data(request), initial=tax_number.initial, has_number=tax_number.own is not None
    )
    if responses.submit(request, form, actions.put) is not None:
        return responses.redirect_with_message(request, gettext("Saved."), "web:tax_number")
    return responses.answer(request, "people/tax_number.html", form=form, tax_number=tax_number)


@responses.press
def reveal(request: Request) -> HttpResponse:
    """Show the whole number, on this answer alone."""
    tax_number = pages.page(request.user, reveal=True)
    form = TaxIdentityForm(initial=tax_number.initial, has_number=tax_number.own is not None)
    return responses.answer(request, "people/tax_number.html", form=form, tax_number=tax_number)


@responses.press
def share(request: Request, family_id: UUID) -> HttpResponse:
    actions.share(family_id, **responses.actor(request))
    return responses.redirect_with_message(request, gettext("The family may print your number."), "web:tax_number")


@responses.press
def unshare(request: Request, family_id: UUID) -> HttpResponse:
    actions.unshare(family_id, **responses.actor(request))
    sentence = gettext("The family cannot print your number any more.")
    return responses.redirect_with_message(request, sentence, "web:tax_number")


@responses.press
def delete(request: Request) -> HttpResponse:
    actions.delete(**responses.actor(request))
    return responses.redirect_with_message(request, gettext("Your tax number is deleted."), "web:tax_number")

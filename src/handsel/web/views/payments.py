"""Payments: looked at, recorded, voided, acknowledged."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from handsel.actions import payments as actions
from handsel.pages import payments as pages
from handsel.rules import fields
from handsel.web import responses
from handsel.web.forms.payments import PaymentForm, VoidForm
from handsel.web.requests import Request


@responses.page
def page(request: Request, family_id: UUID) -> HttpResponse:
    context = pages.page(request.user, family_id, at=timezone.now(), nanny_id=_id(request.GET.get("nanny")))
    return responses.answer(request, "payments/page.html", payments=context)


@responses.form_page
def new(request: Request, family_id: UUID) -> HttpResponse:
    page = pages.new(request.user, family_id, at=timezone.now())
    nanny = _id(request.GET.get("nanny"))
    form = PaymentForm(
        responses.form_data(request),
        initial={"nanny_id": nanny or "", "date": page["today"]},
        **{name: page[name] for name in ("nannies", "periods", "currency")},
    )
    payment = responses.submit(request, form, actions.record, family_id, duplicate_route="web:payments")
    if payment:
        return _listed(payment.family_id, payment.nanny_id)
    return responses.answer(request, "payments/new.html", form=form, page=page)


@responses.form_page
def void(request: Request, payment_id: UUID) -> HttpResponse:
    page = pages.voiding(request.user, payment_id)
    form = VoidForm(responses.form_data(request))
    voiding = responses.submit(request, form, actions.void, payment_id)
    if voiding:
        return _listed(voiding.family_id, voiding.nanny_id)
    return responses.answer(request, "payments/void.html", form=form, page=page)


@responses.press
def acknowledge(request: Request, payment_id: UUID) -> HttpResponse:
    payment = actions.acknowledge(payment_id, **responses.actor(request))
    return _listed(payment.family_id, payment.nanny_id)


def _listed(family_id: UUID, nanny_id: UUID | None) -> HttpResponse:
    query = {"nanny": str(nanny_id)} if nanny_id else {}
    return redirect(reverse("web:payments", args=[family_id], query=query))


def _id(raw: str | None) -> UUID | None:
    """Return the id that an address names; nothing where it makes no sense."""
    try:
        return fields.identity(raw)
    except fields.Wrong:
        return None

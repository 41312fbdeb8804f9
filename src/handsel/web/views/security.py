"""How one signs in, and where one is signed in."""

from allauth.account import app_settings
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handsel.actions import people, sign_ins
from handsel.pages import security
from handsel.rules.refusals import WrongState
from handsel.web import refusals, responses
from handsel.web.requests import Request


@require_safe
@responses.signed_in
def page(request: Request) -> HttpResponse:
    found = security.security(request.user, at=timezone.now())
    return responses.answer(request, "people/security.html", security=found)


@require_safe
@responses.signed_in
def devices(request: Request) -> HttpResponse:
    found = security.signed_in_at(request.user, at=timezone.now(), here=request.session.session_key or "")
    others = sum(not device.is_this for device in found)
    return responses.answer(request, "people/devices.html", devices=found, others=others)


@require_POST
@responses.signed_in
def sign_out_one(request: Request, sign_in_id: int) -> HttpResponse:
    sign_ins.end(sign_in_id, by=request.user)
    responses.flash(request, gettext("That one is signed out."))
    return redirect("web:devices")


@require_POST
@responses.signed_in
def sign_out_others(request: Request) -> HttpResponse:
    count = sign_ins.end_others(
        by=request.user, here=request.session.session_key or "", device_id=request.session.get(sign_ins.SESSION_DEVICE)
    )
    said = ngettext("%(count)s other is signed out.", "%(count)s others are signed out.", count) % {"count": count}
    responses.flash(request, said)
    return redirect("web:devices")


@require_http_methods(["GET", "HEAD", "POST"])
@responses.signed_in
@reauthentication_required(app="allauth.account")
def delete_account(request: Request) -> HttpResponse:
    """Says first what stays. Who has neither password nor passkey has to have come in a moment ago."""
    may = _has_just_signed_in(request)
    refused = None
    if request.method == "POST" and may:
        try:
            people.delete(**responses.actor(request))
        except WrongState as refusal:
            refused = refusal
        else:
            logout(request)
            responses.flash(request, gettext("Your account is deleted."))
            return redirect("account_login")
    return responses.answer(
        request,
        "people/delete.html",
        status=409 if refused else 200,
        refusal=refused and refusals.said(refused),
        leaving=security.leaving(request.user),
        may=may,
    )


def _has_just_signed_in(request: Request) -> bool:
    if request.user.has_usable_password() or get_reauthentication_flows(request.user):  # asked by the decorator
        return True
    records = get_authentication_records(request, request.user)
    ago = timezone.now().timestamp() - records[-1]["at"] if records else None
    return ago is not None and ago < app_settings.REAUTHENTICATION_TIMEOUT

"""What is a person's own: settings, how and where they sign in, keys to the API, and the end of their account."""

from uuid import UUID

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import (
    get_reauthentication_flows,
    raise_if_reauthentication_required,
)
from django.contrib.auth import logout
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from handsel.actions import people, sign_ins, tokens
from handsel.pages import security as security_pages
from handsel.pages import shell
from handsel.rules.refusals import WrongState
from handsel.rules.roles import Role
from handsel.web import refusals, responses
from handsel.web.forms.people import SettingsForm, TokenForm
from handsel.web.requests import Request


@responses.form_page
def page(request: Request) -> HttpResponse:
    person = request.user
    names = ("name", "language", "time_zone", "hour_cycle", "week_starts_on")
    initial = {name: str(getattr(person, name)) for name in names}
    form = SettingsForm(responses.form_data(request), initial=initial, current_zone=person.time_zone)
    if form.is_bound and form.send(people.update, changes=True, by=person) is not None:
        return responses.redirect_with_message(request, gettext("Saved."), "web:settings")
    families = shell.memberships(person)
    takes_outside = any(family.role is Role.NANNY for family in families)
    return responses.answer(request, "people/settings.html", form=form, families=families, takes_outside=takes_outside)


@responses.form_page
def api_keys(request: Request) -> HttpResponse:
    """Show the keys; a POST makes one, and its answer is the only page that ever shows the secret.

    A key opens as much as signing in does, and for longer: who finds a phone unlocked makes none.
    """
    form = TokenForm(responses.form_data(request))
    secret = ""
    if request.method == "POST" and form.is_valid():
        raise_if_reauthentication_required(request, app="allauth.account")
    made = responses.submit(request, form, tokens.issue, duplicate_route="web:tokens")
    if made:
        _, secret = made
        form = TokenForm()
    keys = security_pages.keys(request.user, at=timezone.now())
    return responses.answer(request, "people/keys.html", form=form, keys=keys, secret=secret)


@responses.press
def revoke_api_key(request: Request, token_id: UUID) -> HttpResponse:
    tokens.revoke(token_id, **responses.actor(request))
    return responses.redirect_with_message(request, gettext("The key no longer works."), "web:tokens")


@responses.page
def security(request: Request) -> HttpResponse:
    overview = security_pages.security(request.user, at=timezone.now())
    return responses.answer(request, "people/security.html", security=overview)


@responses.page
def sign_in_list(request: Request) -> HttpResponse:
    devices = security_pages.signed_in_at(request.user, at=timezone.now(), here=request.session.session_key or "")
    other_count = sum(not device.is_this for device in devices)
    return responses.answer(request, "people/devices.html", devices=devices, others=other_count)


@responses.press
def sign_out_one(request: Request, sign_in_id: int) -> HttpResponse:
    sign_ins.end(sign_in_id, by=request.user)
    return responses.redirect_with_message(request, gettext("That device is signed out."), "web:devices")


@responses.press
def sign_out_others(request: Request) -> HttpResponse:
    count = sign_ins.end_others(
        by=request.user, here=request.session.session_key or "", device_id=request.session.get(sign_ins.SESSION_DEVICE)
    )
    sentence = ngettext("Signed out on %(count)s other device.", "Signed out on %(count)s other devices.", count) % {
        "count": count
    }
    return responses.redirect_with_message(request, sentence, "web:devices")


@responses.form_page
def delete_account(request: Request) -> HttpResponse:
    """Delete the account, and say first what stays. Who has neither password nor passkey has to have come in a moment
    ago.
    """
    raise_if_reauthentication_required(request, app="allauth.account")
    may = _has_just_signed_in(request)
    refused = None
    if request.method == "POST" and may:
        try:
            people.delete(**responses.actor(request))
        except WrongState as refusal:
            refused = refusal
        else:
            logout(request)
            return responses.redirect_with_message(request, gettext("Your account is deleted."), "account_login")
    return responses.answer(
        request,
        "people/delete.html",
        status=409 if refused else 200,
        refusal=refused and refusals.message(refused),
        leaving=security_pages.leaving(request.user, at=timezone.now()),
        may=may,
    )


def _has_just_signed_in(request: Request) -> bool:
    if request.user.has_usable_password() or get_reauthentication_flows(request.user):  # asked already
        return True
    records = get_authentication_records(request, request.user)
    return bool(records) and timezone.now().timestamp() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT

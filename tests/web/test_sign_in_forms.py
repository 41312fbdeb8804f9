"""Every way of signing in refuses what is wrong at its field, in the person's language, and keeps what was typed."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from handsel.access import encryption
from handsel.access.encryption import Secret
from handsel.models import User
from handsel.web import accounts
from tests.sent_letters import sent_letters
from tests.web.invalid_input import TO_A_STRANGER, Form, Reads, try_all
from tests.web.visitor import Page, lift_limits, mailed_code
from tests.world import PASSWORD

pytestmark = pytest.mark.any_database

NEW = {"password1": "a kite over the sea", "password2": "a kite over the sea"}
SAM = "sam@example.com"
# Route -> what it says when nothing is wrong.
WAYS = {
    "account_login": {"login": SAM, "password": PASSWORD},
    "account_signup": {"name": "Newcomer", "email": "newcomer@example.com", "password1": PASSWORD},
    "account_request_login_code": {"email": SAM},
    "account_confirm_login_code": {"code": "ABCD-2345"},
    "account_email_verification_sent": {"code": "ABCD-2345"},
    "account_email": {"email": "sam@new.example", "action_add": "1"},
    "account_reset_password": {"email": SAM},
    "account_reset_password_from_key": NEW,
    "account_change_password": {"oldpassword": PASSWORD, **NEW},
    "account_set_password": NEW,
    "account_reauthenticate": {"password": PASSWORD},
    "mfa_authenticate": {"code": "123456"},
    "mfa_reauthenticate": {"code": "123456"},
    "mfa_activate_totp": {"code": "123456"},
    "mfa_edit_webauthn": {"name": "Phone"},
    "mfa_add_webauthn": {"name": "Phone", "credential": "{}", "passwordless": "on"},
}
NOTHING_TO_FILL_IN = {
    "account_logout",
    "account_inactive",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "mfa_index",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_login_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
}


def test_every_way_of_signing_in_is_tried():
    assert WAYS.keys() | NOTHING_TO_FILL_IN == {pattern.name for pattern in accounts.urlpatterns}


@pytest.mark.parametrize("route", WAYS)
def test_a_way_of_signing_in_refuses_at_its_field(world, settings, route):
    settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 9
    settings.ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 9
    english, spanish = [on_the_way(Reads(language), world.sam, route) for language in ("en", "es")]
    address = english.sent_to or reverse(route, args=_args(route))
    in_all = "password" if route == "account_login" else ""
    # A password that is wrong hides that the other one is.
    try_all(Form(english, spanish, address, WAYS[route]), {}, in_all=in_all, at_once=False)


def _args(route: str) -> list[int]:
    return [Authenticator.objects.get().pk] if route == "mfa_edit_webauthn" else []


def on_the_way(browser: Reads, sam: User, route: str) -> Reads:
    """What comes before the form."""
    lift_limits()
    match route:
        case "account_confirm_login_code":
            browser.post("/accounts/login/code/", {"email": SAM})
        case "account_email_verification_sent":
            browser.post(
                "/accounts/signup/",
                {"name": "Newcomer", "email": f"{browser.language}@example.com", "password1": PASSWORD},
            )
        case "account_reset_password_from_key":
            browser.post("/accounts/password/reset/", {"email": SAM})
            [link] = re.findall(r"http://testserver(/accounts/password/reset/key/\S+)", sent_letters()[-1].body)
            browser.sent_to = browser.get(link)["Location"]
        case "account_set_password":
            User.objects.filter(pk=sam.pk).update(password="!")
            browser.post("/accounts/login/code/", {"email": SAM})
            browser.post("/accounts/login/code/confirm/", {"code": mailed_code()})
            browser.person = sam
        case "mfa_authenticate":
            app_of(sam)
            browser.post("/accounts/login/", {"login": SAM, "password": PASSWORD})
        case "mfa_reauthenticate":
            app_of(sam)
            browser.person = sam
            browser.force_login(sam)
        case "mfa_edit_webauthn" | "mfa_add_webauthn" | "mfa_activate_totp" | "account_email":
            browser.person = sam
            browser.force_login(sam)
            browser.post("/accounts/again/", {"password": PASSWORD})
            if route == "mfa_edit_webauthn":
                Authenticator.objects.get_or_create(user=sam, type="webauthn", defaults={"data": {"name": "Phone"}})
            browser.get(reverse(route, args=_args(route)))
        case "account_change_password" | "account_reauthenticate":
            browser.person = sam
            browser.force_login(sam)
    return browser


def app_of(person: User) -> None:
    if not Authenticator.objects.exists():
        encrypted = encryption.encrypt("A" * 32, Secret.SECOND_STEP, person.id)
        Authenticator.objects.create(user=person, type="totp", data={"secret": encrypted})


@pytest.mark.parametrize(
    "address",
    ["login/code/", "password/reset/", "password/reset/done/", "password/reset/key/done/", "password/reset/key/1-x/"],
)
def test_pages_that_are_not_ours_speak_to_somebody_they_know(world, address):
    page = Page(Reads("es").get(f"/accounts/{address}", follow=True))
    assert page.text
    assert not TO_A_STRANGER.search(page.text)

"""Every page of allauth's that is shown is valid, ours by its words, and has its hints read aloud."""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import allauth
import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as django_settings
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData
from justhtml import JustHTML

from tests.web.controls import Controls
from tests.web.invalid_input import TO_A_STRANGER, Reads
from tests.web.test_sign_in_forms import NOTHING_TO_FILL_IN, WAYS, app_of, on_the_way
from tests.world import PASSWORD

pytestmark = pytest.mark.any_database

# They lead on, or answer a script.
NO_PAGE = {"mfa_index", "mfa_login_webauthn"}
SIGNED_IN = NOTHING_TO_FILL_IN - {
    "account_inactive",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
}
# Words that stand small in a sentence: "New Password" is another house's.
TITLE_CASE = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)+\b")


# One address a person, no telephone numbers; new recovery codes have a page of their own.
NEVER_SAID = {
    "account/messages/cannot_delete_primary_email.txt",
    "account/messages/email_deleted.txt",
    "account/messages/phone_verification_sent.txt",
    "account/messages/phone_verified.txt",
    "account/messages/primary_email_set.txt",
    "account/messages/unverified_primary_email.txt",
    "mfa/messages/recovery_codes_generated.txt",
}


def test_what_allauth_says_above_a_page_is_in_our_words():
    templates = Path(allauth.__file__).parent / "templates"
    said = {
        str(path.relative_to(templates)) for app in ("account", "mfa") for path in templates.glob(f"{app}/messages/*")
    }
    assert said >= NEVER_SAID
    assert [name for name in sorted(said - NEVER_SAID) if "handsel" not in get_template(name).origin.name] == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("route", sorted((WAYS.keys() | NOTHING_TO_FILL_IN) - NO_PAGE))
def test_a_page_of_signing_in_is_valid_and_in_our_words(world, route, language):
    browser = _at(world, route, language)
    args = [Authenticator.objects.get(type="webauthn").pk] if "edit" in route or "remove" in route else []
    address = browser.sent_to or reverse(route, args=args)
    response = browser.get(address)
    assert response.status_code == 200, response.headers
    assert response.templates
    for template in response.templates:
        assert "handsel" in str(template.origin) or "django/forms" in str(template.origin), template.origin
    page = response.text
    assert JustHTML(page, collect_errors=True).errors == []
    main = re.search(r"<main.*</main>", page, re.DOTALL)[0]
    words = re.sub(r"<(script|svg).*?</\1>", "", main, flags=re.DOTALL)
    assert not TO_A_STRANGER.search(re.sub(r"<[^>]+>", " ", words))
    for said in re.findall(r"<(?:h1|h2|label|button)\b[^>]*>([^<]+)", words):
        assert not TITLE_CASE.search(said), said
    controls = Controls(page)
    for name in re.findall(r'<p class="hint" id="([^"]+)"', page):
        assert controls.texts[name].strip(), name
        assert any(name in control.described_by for control in controls.by_id.values()), f"nothing leads to {name}"


def _at(world, route: str, language: str) -> Client:
    """A browser that has come as far as this page."""
    browser = on_the_way(Reads(language), world.sam, route)
    if route in SIGNED_IN:
        browser.person = world.sam
        browser.force_login(world.sam)
        browser.post("/accounts/again/", {"password": PASSWORD})
        if "webauthn" in route:
            Authenticator.objects.create(user=world.sam, type="webauthn", data=_passkey())
        elif route != "account_logout":
            app_of(world.sam)
            Authenticator.objects.create(
                user=world.sam, type="recovery_codes", data={"seed": "A" * 32, "used_mask": 0, "migrated_codes": []}
            )
    browser.begin()
    browser.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
    return browser


def _passkey() -> dict[str, Any]:
    """What is kept of a passkey."""
    public_key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(bytes(16), b"phone", public_key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    made = AuthenticatorData.create(sha256(b"testserver").digest(), flags, 0, credential)
    client_data = {"type": "webauthn.create", "challenge": "AAAA", "origin": "http://testserver"}
    response = {
        "clientDataJSON": websafe_encode(json.dumps(client_data).encode()),
        "attestationObject": websafe_encode(AttestationObject.create("none", made, {})),
    }
    name = websafe_encode(b"phone")
    answer = {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}, "response": response}
    return {"name": "Phone", "passwordless": True, "credential": answer}


def test_a_letter_whose_link_is_used_up_leads_to_a_new_one(db):
    page = Client().get("/accounts/password/reset/key/1-x/").text
    assert JustHTML(page, collect_errors=True).errors == []
    assert "This link no longer works" in page
    assert reverse("account_reset_password") in page

"""Somebody signs up with a newcomer's address before the newcomer does, and waits for them."""

import re

import pytest
from django.test import Client, override_settings

from handsel.models import ApiToken, User
from tests.sent_letters import sent_letters
from tests.world import PASSWORD

pytestmark = pytest.mark.any_database

NEWCOMER = "newcomer@example.com"
STRANGERS_PASSWORD, NEW_PASSWORD = "a kite over the sea", "two kites over the sea"


@pytest.fixture
def stranger(db) -> Client:
    """In, with a session, a password and a key to the API: from before mail was set up, when nobody was asked."""
    browser = Client()
    sent = {"name": "You won! http://evil.example", "email": NEWCOMER, "password1": STRANGERS_PASSWORD}
    with override_settings(ACCOUNT_EMAIL_VERIFICATION="none"):
        assert browser.post("/accounts/signup/", sent).status_code == 302
    browser.post("/accounts/again/", {"password": STRANGERS_PASSWORD})
    assert browser.post("/settings/keys/", {"name": "Later", "scope": "write", "last_day": ""}).status_code == 200
    return browser


def assert_out(stranger: Client) -> None:
    assert stranger.get("/families/").status_code == 302
    assert not Client().login(email=NEWCOMER, password=STRANGERS_PASSWORD)
    assert not ApiToken.objects.filter(revoked_at__isnull=True).exists()


def by_code() -> Client:
    browser = Client()
    browser.post("/accounts/login/code/", {"email": NEWCOMER})
    [code] = re.findall(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", sent_letters()[-1].body, re.MULTILINE)
    # Asking for another code proves nothing.
    browser.post("/accounts/login/code/confirm/", {"action": "resend"})
    assert User.objects.get().has_usable_password()
    [code] = re.findall(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", sent_letters()[-1].body, re.MULTILINE)
    browser.post("/accounts/login/code/confirm/", {"code": code})
    return browser


def test_who_has_the_mailbox_is_alone_in_after_a_code(stranger):
    newcomer = by_code()
    assert newcomer.get("/families/").status_code == 200
    assert_out(stranger)


def test_what_is_made_after_the_address_is_proved_stays(stranger):
    newcomer = by_code()
    newcomer.post("/accounts/password/set/", {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    newcomer.post("/accounts/logout/")
    assert by_code().get("/families/").status_code == 200
    assert Client().login(email=NEWCOMER, password=NEW_PASSWORD)


def test_who_has_the_mailbox_is_alone_in_after_a_new_password(stranger):
    Client().post("/accounts/password/reset/", {"email": NEWCOMER})
    [address] = re.findall(r"http://testserver(/accounts/password/reset/key/\S+)", sent_letters()[-1].body)
    newcomer = Client()
    form = newcomer.get(address)["Location"]
    newcomer.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert_out(stranger)
    assert Client().login(email=NEWCOMER, password=NEW_PASSWORD)


@pytest.mark.django_db
def test_who_does_not_read_the_mail_gets_neither_in_nor_a_word_into_the_letter():
    browser = Client()
    browser.post(
        "/accounts/signup/",
        {"name": "You won! http://evil.example", "email": NEWCOMER, "password1": STRANGERS_PASSWORD},
    )
    assert sent_letters()[0].to == [NEWCOMER]
    assert "evil.example" not in sent_letters()[0].body
    assert browser.get("/families/").status_code == 302
    again = Client()
    again.post("/accounts/login/", {"login": NEWCOMER, "password": STRANGERS_PASSWORD})
    assert again.get("/families/").status_code == 302


def test_signing_up_tells_nobody_who_has_an_account(world):
    pages = []
    for email in (world.ana.email, NEWCOMER):
        browser = Client()
        answer = browser.post(
            "/accounts/signup/", {"name": "Sam", "email": email, "password1": STRANGERS_PASSWORD}, follow=True
        )
        text = answer.content.decode().replace(email, "ADDRESS")
        pages.append((answer.redirect_chain, re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text)))
        wrong = browser.post("/accounts/confirm-email/", {"code": "WRONG1"}).content.decode().replace(email, "ADDRESS")
        pages[-1] += (re.sub(r'csrfmiddlewaretoken" value="\w+"', "", wrong),)
    assert pages[0] == pages[1]
    assert [letter.to for letter in sent_letters()] == [[world.ana.email], [NEWCOMER]]
    assert "http://testserver/accounts/login/code/" in sent_letters()[0].body
    assert User.objects.get(email=world.ana.email).check_password(PASSWORD)

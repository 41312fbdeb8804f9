"""Addresses that allauth takes, and two who sign up with one at once."""

import pytest
from allauth.account.internal import flows
from django.contrib.auth.hashers import get_hasher
from django.db import connection
from django.test import Client

from handsel.actions import people
from handsel.models import User
from tests.sent_letters import sent_letters
from tests.world import NOW, PASSWORD

pytestmark = pytest.mark.any_database

SENT = {"name": "Newcomer Somebody", "email": "newcomer@example.com", "password1": "a kite over the sea"}


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["İ@example.org", "m" * 300 + "@example.org", "newcomer@localhost", "a@[::1]"])
def test_an_address_is_one_that_letters_reach(email):
    answer = Client().post("/accounts/signup/", SENT | {"email": email})
    assert "id_email_error" in answer.content.decode()
    assert not User.objects.exists()


def test_of_two_presses_at_once_the_second_is_told_by_letter(world, monkeypatch):
    monkeypatch.setattr(flows.manage_email, "email_already_exists", lambda email: (email, False))
    answer = Client().post("/accounts/signup/", SENT | {"email": world.ana.email}, follow=True)
    # The page that everybody gets who signs up; the letter alone says more.
    assert answer.redirect_chain == [("/accounts/confirm-email/", 302)]
    assert "which already has an account" in sent_letters()[-1].body
    assert not User.objects.filter(name="Newcomer Somebody").exists()


@pytest.mark.django_db
def test_who_mistyped_their_address_can_still_sign_in_or_up_with_another(world):
    browser = Client()
    browser.post("/accounts/signup/", SENT | {"email": "newcomer@exmaple.com"})
    for address in ("login", "signup", "login/code"):
        page = browser.get(f"/accounts/{address}/")
        assert page.status_code == 200
        assert 'href="/accounts/confirm-email/"' in page.content.decode()
    assert browser.post("/accounts/signup/", SENT)["Location"] == "/accounts/confirm-email/"
    assert SENT["email"] in browser.get("/accounts/confirm-email/").content.decode()
    browser.post("/accounts/login/", {"login": world.ana.email, "password": PASSWORD})
    assert browser.get("/families/").status_code == 200
    # The code that the newcomer was asked for is nobody's any more.
    assert browser.get("/accounts/confirm-email/")["Location"] == "/accounts/email/"


@pytest.mark.parametrize("email", [SENT["email"], "ana@example.com"])
def test_no_password_is_hashed_while_every_other_writer_waits(world, monkeypatch, email):
    """64 who signed up at once kept /healthz waiting for 19 s: in a transaction SQLite lets nobody else write."""
    depths = []

    def hash_slowly(_hasher, password, salt, *_):
        depths.append(len(connection.savepoint_ids))
        return f"slow${salt}${password}"

    monkeypatch.setattr(get_hasher().__class__, "encode", hash_slowly)
    depth = len(connection.savepoint_ids)
    assert Client().post("/accounts/signup/", SENT | {"email": email}).status_code == 302
    people.create("guest@example.com", "Guest", "a kite over the sea", at=NOW)
    assert depths == [depth] * 2

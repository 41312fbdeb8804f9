"""No letter is sent inside a request: who has an account and who has not get the same answer, and as soon."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handsel.actions import duties
from handsel.management import delivery
from handsel.models import Delivery, User
from handsel.rules.notices import Lane
from tests.sent_letters import sent_letters

pytestmark = pytest.mark.django_db

PATHS = ["/accounts/login/code/", "/accounts/password/reset/"]
WAITING = "We can’t send e-mails right now."


@pytest.fixture(autouse=True)
def nothing_is_sent_by_a_request(monkeypatch):
    def send(*_):
        raise AssertionError("a letter was sent inside a request")

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", send)
        yield patch


@pytest.mark.parametrize("path", PATHS)
def test_nobody_learns_who_has_an_account(world, path):
    costs, answers = [], []
    for email in (world.luis.email, world.ana.email, "nobody@example.com"):
        with CaptureQueriesContext(connection) as queries:
            answers.append(Client().post(path, {"email": email}))
        costs.append(len(queries))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert costs[1] == costs[2], [query["sql"][:150] for query in queries]
    assert Delivery.objects.filter(expires_at__isnull=False).count() == 3


def test_what_is_written_for_nobody_is_sent_to_nobody_and_gone(world, nothing_is_sent_by_a_request):
    Client().post(PATHS[0], {"email": "nobody@example.com"})
    nothing_is_sent_by_a_request.undo()
    assert sent_letters() == []
    assert not Delivery.objects.exists()


def test_who_signs_up_waits_at_the_code_and_nobody_is_half_made():
    browser = Client()
    sent = {"name": "Newcomer Somebody", "email": "newcomer@example.com", "password1": "a kite over the sea"}
    answer = browser.post("/accounts/signup/", sent)
    assert answer["Location"] == "/accounts/confirm-email/"
    assert browser.get(answer["Location"]).status_code == 200
    assert browser.get("/families/").status_code == 302
    assert User.objects.get().name == "Newcomer Somebody"


@pytest.mark.parametrize("path", PATHS)
def test_no_link_and_no_code_lies_in_a_row(world, path, nothing_is_sent_by_a_request):
    """Not while the letter waits, not in the session, and no letter at all once it was sent."""
    browser = Client()
    browser.post(path, {"email": world.ana.email})
    row = Delivery.objects.get()
    nothing_is_sent_by_a_request.undo()
    [letter] = sent_letters()
    secrets = re.findall(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", letter.body, re.MULTILINE)
    for link in re.findall(r"http://testserver(/accounts/password/reset/key/\S+)", letter.body):
        assert browser.get(link).status_code == 302
        secrets += [link, link.strip("/").rpartition("-")[2], link.strip("/").partition("key/")[2].partition("-")[2]]
    assert secrets
    session = str(browser.session.items())
    for secret in secrets:
        assert secret not in row.letter
        assert secret not in session
        assert secret.replace("-", "") not in session
    assert world.ana.email not in row.letter
    assert Session.objects.exists()
    row.refresh_from_db()
    assert (row.outcome, row.letter) == ("sent", "")


def test_what_expires_before_it_is_sent_is_wiped_and_told(world, caplog):
    Client().post(PATHS[0], {"email": world.ana.email})
    row = Delivery.objects.get()
    at = row.due_at + timedelta(minutes=3)
    delivery.deliver(at, lambda: at, Lane.SIGN_IN)
    row.refresh_from_db()
    assert (row.outcome, row.letter, row.last_error) == ("gave up", "", "expired")
    assert "Given up" in caplog.text


@pytest.mark.parametrize("email", ["ana@example.com", "nobody@example.com"])
def test_where_no_worker_runs_the_page_says_so(world, email):
    browser = Client()
    browser.post(PATHS[1], {"email": email})
    assert WAITING in browser.get("/accounts/password/reset/done/").text
    duties.announce({"send sign-in letters": timedelta(minutes=5)}, at=timezone.now())
    browser = Client()
    browser.post(PATHS[1], {"email": email})
    assert WAITING not in browser.get("/accounts/password/reset/done/").text

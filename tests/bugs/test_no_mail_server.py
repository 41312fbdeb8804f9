"""The mail server is away: who has an account and who has not get the same answer, and no account is half-made."""

import smtplib

import pytest
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client

from handsel.models import User

pytestmark = pytest.mark.any_database


@pytest.fixture(autouse=True, params=[ConnectionRefusedError, TimeoutError, smtplib.SMTPServerDisconnected])
def no_server(request, monkeypatch):
    def send(*_):
        raise request.param("ana@example.com cannot be reached")

    monkeypatch.setattr(EmailMessage, "send", send)


@pytest.mark.parametrize("path", ["/accounts/login/code/", "/accounts/password/reset/"])
def test_nobody_learns_who_has_an_account(world, path, caplog):
    answers = [Client().post(path, {"email": email}) for email in (world.ana.email, "nobody@example.com")]
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert "No mail could be sent" in caplog.text
    assert "ana@" not in caplog.text


@pytest.mark.django_db
def test_who_signs_up_waits_at_the_code_and_nobody_is_half_made(caplog):
    browser = Client()
    sent = {"name": "Newcomer Somebody", "email": "newcomer@example.com", "password1": "a kite over the sea"}
    answer = browser.post("/accounts/signup/", sent)
    assert answer["Location"] == "/accounts/confirm-email/"
    assert browser.get(answer["Location"]).status_code == 200
    assert browser.get("/families/").status_code == 302
    assert User.objects.get().name == "Newcomer Somebody"


@pytest.mark.parametrize("path", ["/accounts/login/code/", "/accounts/password/reset/"])
def test_nobody_waits_for_it(world, path, monkeypatch):
    """How long it takes would say as much as what it says."""
    order = []
    close = HttpResponse.close

    def answered(response):
        order.append("answered")
        close(response)

    monkeypatch.setattr(EmailMessage, "send", lambda _: order.append("sent"))
    monkeypatch.setattr(HttpResponse, "close", answered)
    Client().post(path, {"email": world.ana.email})
    assert order == ["answered", "sent"]

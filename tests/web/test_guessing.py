"""Guesses are counted by who makes them: at invitations, at keys to the API, at calendars, and behind proxies."""

from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.test import Client
from django.utils import timezone

from handsel.access.client_address import client_address
from handsel.actions import calendar_addresses, invitations
from handsel.actions.rate_limits import RateLimit
from handsel.api import auth
from handsel.feeds import calendar
from handsel.models import RateLimitCounter
from handsel.rules.drafts import Draft
from handsel.rules.roles import Role
from tests.world import ON_THE_WEB, PASSWORD

pytestmark = pytest.mark.any_database

A_FEW = RateLimit("a few", 3, timedelta(minutes=1))
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(auth, "_UNKNOWN_TOKENS", A_FEW)
    monkeypatch.setattr(calendar, "_UNKNOWN_ADDRESSES", A_FEW)
    monkeypatch.setattr(invitations, "GUESSES", A_FEW)


def statuses(ask, count: int = 5) -> list[int]:
    return [ask(number).status_code for number in range(count)]


def test_keys_that_nobody_has_are_refused_a_few_times_and_a_living_one_never(world):
    client = Client()

    def guess(number, **environ):
        return client.get("/api/v1/me", headers={"Authorization": f"Bearer a-guess-{number}"}, **environ)

    assert statuses(guess) == [401, 401, 401, 429, 429]
    refused = guess(9)
    assert (refused.json()["code"], refused["Retry-After"]) == ("too_many_requests", "60")
    assert guess(9, **ELSEWHERE).status_code == 401
    assert client.get("/api/v1/me").status_code == 401  # who sends none guesses none
    known = {"Authorization": f"Bearer {world.secret(world.ana)}"}
    assert client.get("/api/v1/me", headers=known).status_code == 200


def test_calendars_that_are_none_are_looked_for_a_few_times_and_a_real_one_always(world):
    _, secret = calendar_addresses.make(
        Draft.of(name="Phone", detail="full", shows_children=True, shows_notes=True), by=world.ana, **ON_THE_WEB
    )
    assert statuses(lambda number: Client().get(f"/feeds/a-guess-{number}.ics")) == [404, 404, 404, 429, 429]
    assert Client().get("/feeds/another.ics")["Retry-After"] == "60"
    assert Client().get("/feeds/another.ics", **ELSEWHERE).status_code == 404
    assert Client().get(f"/feeds/{secret}.ics").status_code == 200


def test_a_try_at_an_invitation_counts_before_it_is_looked_up_and_not_when_it_is_there(world, sam):
    invited = {"by": world.ana, "at": timezone.now(), "source": ON_THE_WEB["source"]}
    _, secret = invitations.invite(world.riveras.id, Draft.of(email="sam@example.com", role=Role.VIEWER), **invited)
    stranger = Client()
    assert statuses(lambda _: stranger.get(f"/invitations/{secret}/")) == [200] * 5
    assert set(RateLimitCounter.objects.values_list("used", flat=True)) == {0}
    assert statuses(lambda number: stranger.get(f"/invitations/a-guess-{number}/")) == [404, 404, 404, 429, 429]
    assert stranger.get(f"/invitations/{secret}/").status_code == 429
    # Who is signed in is counted by themselves, on the page and by the API together.
    assert statuses(lambda number: sam.client.post(f"/invitations/a-guess-{number}/"), 2) == [404, 404]
    key = {"Authorization": f"Bearer {world.secret(world.sam)}"}

    def accept(token):
        sent = {"token": token}
        return stranger.post("/api/v1/invitations/accept", sent, content_type="application/json", headers=key)

    assert statuses(lambda number: accept(f"a-guess-{number}"), 2) == [404, 429]
    assert accept(secret).status_code == 429
    RateLimitCounter.objects.all().delete()
    assert accept(secret).status_code == 200


@pytest.mark.parametrize("proxies", [1, (ip_network("10.0.0.0/16"),)])
def test_a_forged_hop_is_no_other_network(world, settings, proxies):
    settings.PROXIES = proxies

    def guess(number, forwarded):
        form = {"login": f"nobody-{number}@example.com", "password": PASSWORD}
        return (
            Client()
            .post("/accounts/login/", form, headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1")
            .status_code
        )

    # Ten passwords a minute from one network, whatever hops it makes up and wherever in its /64 it is.
    forged = [guess(number, f"192.0.2.{number}, 2001:db8:1:2::{number}") for number in range(12)]
    assert forged == [422] * 10 + [429] * 2
    assert guess(20, "192.0.2.1, 2001:db8:1:3::1") == 422


def test_a_request_past_the_proxies_is_answered_and_counted_by_its_connection(world, settings):
    settings.PROXIES = 2
    form = {"login": "ana@example.com", "password": PASSWORD}
    phone = Client(headers={"X-Forwarded-For": "nonsense"}, **ELSEWHERE)
    assert phone.post("/accounts/login/", form).status_code == 302
    [sign_in] = world.ana.usersession_set.all()
    assert sign_in.ip == ELSEWHERE["REMOTE_ADDR"]


def test_who_asks_through_a_socket_of_this_machine_has_its_address(settings):
    settings.PROXIES = 0
    assert client_address({"REMOTE_ADDR": ""}) == "127.0.0.1"

"""Who is asking: tokens, browsers, limits."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from handsel.models import ApiToken
from tests.api.contract import Api
from tests.world import NOW


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic YW5hOmFuYQ==", "bearer a b", "é", "Bearer \ud800", "x" * 5_000],
)
def test_a_header_that_is_no_token_of_ours(world, header):
    nobody = Api(world)
    nobody.headers = {"Authorization": header}
    assert nobody.get("/me").json()["code"] == "not_authenticated"


def test_a_token_that_ended_opens_nothing(world, ana):
    tokens = ApiToken.objects.filter(person=world.ana)
    for change in (
        {"expires_at": NOW},
        {"expires_at": None, "revoked_at": NOW},
    ):
        tokens.update(**change)
        assert ana.get("/me").status_code == 401
    tokens.update(revoked_at=None)
    assert ana.get("/me").status_code == 200
    world.ana.is_active = False
    world.ana.save()
    assert ana.get("/me").status_code == 401


def test_a_browser_that_sends_a_token_is_judged_by_the_token(world, client):
    client.force_login(world.ana)
    both = Api(world, client=client)
    assert both.get("/me").status_code == 200
    both.headers = {"Authorization": "Bearer nonsense"}
    assert both.get("/me").status_code == 401


def test_a_token_for_reading_writes_nothing_and_learns_nothing(world):
    reader = Api(world, world.ana, scope="read")
    assert reader.get(f"/families/{world.riveras.id}").status_code == 200
    for answer in (
        reader.post("/families", b"{"),
        reader.patch(f"/families/{world.okafors.id}", {}),
        reader.delete("/children/nonsense"),
    ):
        assert answer.json()["code"] == "not_allowed"


def test_use_is_noted_once_a_minute(world, ana, monkeypatch, django_assert_num_queries):
    token = ApiToken.objects.get(person=world.ana)
    ana.get("/me")
    token.refresh_from_db()
    assert token.last_used_at == NOW
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(seconds=59))
    with django_assert_num_queries(2):
        ana.get("/me")
    token.refresh_from_db()
    assert token.last_used_at == NOW
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(seconds=61))
    ana.get("/me")
    token.refresh_from_db()
    assert token.last_used_at == NOW + timedelta(seconds=61)


def test_a_browser_writes_with_its_csrf_token_alone(world):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.ana)
    ana = Api(world, client=browser)
    path = f"/families/{world.riveras.id}"
    assert ana.get(path).status_code == 200
    assert ana.patch(path, {"notes": "x"}).json()["code"] == "not_allowed"
    browser.cookies["csrftoken"] = "a" * 32
    assert ana.patch(path, {"notes": "x"}, X_CSRFToken="b" * 32).status_code == 403
    assert ana.patch(path, {"notes": "x"}, X_CSRFToken="a" * 32).json()["notes"] == "x"
    # A token is sent by a program, never by a browser on its own.
    assert Api(world, world.ana, client=Client(enforce_csrf_checks=True)).patch(path, {"notes": "y"}).status_code == 200


def test_a_removed_member_is_a_stranger_at_her_next_request(world, noor, client):
    client.force_login(world.noor)
    browser = Api(world, client=client)
    path = f"/families/{world.riveras.id}"
    assert noor.get(path).status_code == browser.get(path).status_code == 200
    world.leave(world.noor_of_riveras)
    assert noor.get(path).status_code == browser.get(path).status_code == 404
    assert noor.get("/me").json()["memberships"][0]["familyName"] == "Okafors"


def test_limits_are_per_token_and_off_by_default(world, ana, noor, settings):
    for _ in range(5):
        assert ana.get("/me").status_code == 200
    settings.API_RATE = "2/m"
    assert [ana.get("/me").status_code for _ in range(3)] == [200, 200, 429]
    answer = ana.get("/me")
    assert answer.json()["code"] == "too_many_requests"
    assert answer["Retry-After"] == "60"  # the minute has just begun
    assert noor.get("/me").status_code == 200


def test_the_next_window_begins_anew(world, ana, settings, monkeypatch):
    settings.API_RATE = "1/h"
    ana.get("/me")
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=50))
    assert ana.get("/me")["Retry-After"] == "600"
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(hours=1))
    assert ana.get("/me").status_code == 200

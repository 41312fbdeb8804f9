"""Signed in stays signed in while it is used: sixty days count from the last use."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from tests.web.visitor import Visitor
from tests.world import NOW, PASSWORD

pytestmark = pytest.mark.any_database


@pytest.fixture
def it_is(monkeypatch):
    """Say on which day, of those that follow the world's now, the next page is asked for."""

    def set_clock(at: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: at)

    return set_clock


def test_who_comes_now_and_then_stays_signed_in(world, it_is):
    noor = Visitor()
    noor.client.post("/accounts/login/", {"login": world.noor.email, "password": PASSWORD})
    for day in (23, 48, 59, 61, 120, 179, 238):
        it_is(NOW + timedelta(days=day))
        assert noor.get("today").says("Emma") or noor.get("today").says("Riveras"), day
    it_is(NOW + timedelta(days=238 + 61))
    assert noor.get("today", status=302).response["Location"] == "/accounts/login/?next=/today/"


def test_the_cookie_lasts_as_long_as_the_session(world, noor, it_is):
    it_is(NOW + timedelta(days=30))
    cookie = noor.get("more").response.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == settings.SESSION_COOKIE_AGE
    assert Session.objects.get().expire_date == NOW + timedelta(days=90)


def test_no_page_writes_but_the_first_of_a_day(world, noor, it_is, django_assert_num_queries):
    it_is(NOW + timedelta(hours=23))
    before = Session.objects.get().expire_date
    noor.get("more")
    assert Session.objects.get().expire_date == before
    it_is(NOW + timedelta(hours=25))
    noor.get("more")
    assert Session.objects.get().expire_date == NOW + timedelta(days=60, hours=25)
    noor.get("more")
    it_is(NOW + timedelta(hours=40))
    assert settings.SESSION_COOKIE_NAME not in noor.get("more").response.cookies

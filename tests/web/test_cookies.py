"""Where https is, cookies are of this very host, and who was signed in by the names of before stays so."""

from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from handsel.web import cookies, sessions
from tests.world import PASSWORD

pytestmark = pytest.mark.any_database

AT_HOME = {"secure": True}


@pytest.fixture
def https(settings, monkeypatch):
    """As in production, as far as cookies go."""
    settings.COOKIE_PREFIX = "__Host-"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = True
    for name in ("SESSION", "CSRF", "LANGUAGE"):
        setattr(settings, f"{name}_COOKIE_NAME", f"__Host-{getattr(configured, f'{name}_COOKIE_NAME')}")
    monkeypatch.setattr(cookies._MessagesInCookie, "cookie_name", "__Host-messages")


def is_in(browser: Client) -> bool:
    return browser.get("/families/", **AT_HOME).status_code == 200


def test_each_cookie_is_one_of_this_host(world, https):
    browser = Client()
    browser.get("/accounts/login/", **AT_HOME)
    browser.post("/accounts/login/", {"login": world.noor.email, "password": PASSWORD}, **AT_HOME)
    browser.post("/language/", {"language": "es"}, **AT_HOME)
    set_here = browser.cookies
    assert {"__Host-sessionid", "__Host-csrftoken", "__Host-language", "__Host-known_browser"} <= set_here.keys()
    for name, cookie in set_here.items():
        assert name.startswith("__Host-")
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", ""), name
    assert is_in(browser)


def test_who_was_signed_in_by_the_old_name_stays_so_and_has_the_new_cookie(world, https, monkeypatch):
    key = "k" * 32  # as they were made
    browser = Client()
    browser.force_login(world.noor)
    Session.objects.update(session_key=key)
    browser.cookies.clear()
    browser.cookies["sessionid"] = key
    asked_beside = Client()
    asked_beside.cookies["sessionid"] = key
    assert is_in(browser)
    assert browser.cookies["__Host-sessionid"].value == key
    assert is_in(asked_beside)
    del browser.cookies["sessionid"]
    assert is_in(browser)
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr(sessions.timezone, "now", lambda: later)
    planted = Client()
    planted.cookies["sessionid"] = key
    assert not is_in(planted)
    assert is_in(browser)


def test_a_session_that_was_made_since_is_believed_by_its_new_name_alone(world, https):
    browser, planted = Client(), Client()
    browser.force_login(world.noor)
    [session] = Session.objects.all()
    planted.cookies["sessionid"] = session.session_key
    assert not is_in(planted)
    assert is_in(browser)


def test_where_no_https_is_they_are_as_they_were(world):
    browser = Client()
    browser.force_login(world.noor)
    assert browser.cookies.keys() == {"sessionid"}

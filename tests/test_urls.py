"""Who says no, and how: problem+json below /api/, a page everywhere else; and what is written down of it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.test import Client

from handsel.apps import RouteOnly

pytestmark = pytest.mark.any_database

PROBLEM = "application/problem+json"


@pytest.fixture
def careful():
    """A browser that lets an exception become the answer that people get, and checks the sign of forms."""
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.mark.parametrize(("path", "kind"), [("/api/v1/nowhere", PROBLEM), ("/nowhere", "text/html; charset=utf-8")])
def test_what_is_not_there(careful, path, kind):
    response = careful.get(path)
    assert (response.status_code, response["Content-Type"]) == (404, kind)


@pytest.mark.parametrize(("path", "kind"), [("/api/v1/me", PROBLEM), ("/", "text/html; charset=utf-8")])
def test_a_host_that_is_not_ours(careful, path, kind):
    response = careful.get(path, headers={"Host": "elsewhere.example.org"})
    assert (response.status_code, response["Content-Type"]) == (400, kind)


def test_a_form_that_is_not_ours(careful, world):
    careful.force_login(world.ana)
    page = careful.post("/inbox/read/")
    assert (page.status_code, page["Content-Type"]) == (403, "text/html; charset=utf-8")
    api = careful.post("/api/v1/families", {"name": "The Riveras"}, content_type="application/json")
    assert (api.status_code, api["Content-Type"]) == (403, PROBLEM)


@pytest.mark.django_db
def test_a_form_that_is_too_large(settings, careful):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    careful.get("/accounts/login/")
    form = {"csrfmiddlewaretoken": careful.cookies["csrftoken"].value, "login": "a" * 100}
    assert careful.post("/accounts/login/", form, headers={"Origin": "http://testserver"}).status_code == 413


@pytest.mark.parametrize(
    ("path", "kind", "breaks", "written"),
    [
        (
            "/invitations/s3cret/?c=blue",
            "text/html; charset=utf-8",
            "pages.members.offer",
            "/invitations/<str:token>/",
        ),
        (
            "/feeds/s3cret.ics?c=blue",
            "text/html; charset=utf-8",
            "queries.calendar_feed.find",
            "/feeds/<str:secret>.ics",
        ),
        ("/api/v1/me", PROBLEM, "queries.people.me", "The API broke"),
    ],
)
def test_what_breaks_is_written_down_without_the_address(careful, world, monkeypatch, path, kind, breaks, written):
    monkeypatch.setattr(f"handsel.{breaks}", broken)
    careful.force_login(world.ana)
    with written_down() as log:
        response = careful.get(path)
    assert (response.status_code, response["Content-Type"]) == (500, kind)
    assert "the database is on fire" not in response.text
    assert "RuntimeError: the database is on fire" in log.getvalue()
    assert written in log.getvalue()
    assert "s3cret" not in log.getvalue()
    assert "blue" not in log.getvalue()


def broken(*args, **kwargs):
    raise RuntimeError("the database is on fire")


@contextmanager
def written_down() -> Iterator[StringIO]:
    """What the program's own handler writes meanwhile."""
    [handler] = [handler for handler in logging.getLogger().handlers if any(map(is_ours, handler.filters))]
    stream = StringIO()
    before = handler.setStream(stream)
    try:
        yield stream
    finally:
        handler.setStream(before)


def is_ours(each: logging.Filter) -> bool:
    return isinstance(each, RouteOnly)

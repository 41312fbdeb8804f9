"""Where one goes after signing in: to a page of ours, whatever the address says that somebody was sent."""

import pytest
from django.test import Client

from tests.web.visitor import Visitor
from tests.world import PASSWORD

pytestmark = pytest.mark.any_database

ELSEWHERE = [
    "http://localhost/",
    "https://localhost:8443/x",
    "//127.0.0.1/",
    "//[::1]/",
    "http://testserver/today/",
    "https://families.example/",
    "//families.example/",
    "/\\families.example",
    "javascript:alert(1)",
    "http://[",
    "//[",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_signing_in_leads_to_our_own_pages_alone(world, address):
    browser = Client()
    assert browser.get("/accounts/login/", {"next": address}).status_code == 200
    sent = browser.post("/accounts/login/", {"login": world.noor.email, "password": PASSWORD, "next": address})
    assert (sent.status_code, sent.headers["Location"]) == (302, "/")
    again = browser.post("/accounts/again/", {"password": PASSWORD, "next": address})
    assert (again.status_code, again.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_press_leads_back_to_our_own_pages_alone(world, address):
    ana, session = Visitor(world.ana), world.session()
    sent = ana.post("confirm_session", session.id, next=address, version=str(session.version))
    assert sent.response.headers["Location"] == f"/sessions/{session.id}/"


@pytest.mark.parametrize(
    "here", ["http://[", "//[", "https://families.example/", "\\", "%ff%00", "http://testserver:x/"]
)
def test_a_page_that_htmx_says_it_is_on_need_be_no_address(db, here):
    answer = Client().get("/today/", headers={"HX-Request": "true", "HX-Current-URL": here})
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=/today/"

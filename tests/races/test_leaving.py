"""A nanny who is removed is a stranger at their next request, by whatever way they came in."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.races.concurrency import invitation, join, json_of
from tests.server import Person, hold_to_the_contract

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

PASSWORD = "emma-naps-at-noon"


@pytest.fixture
def noor(client_pool) -> Person:
    (person,) = client_pool.server.people("Noor", password=PASSWORD)
    return person


@pytest.fixture
def browser(client_pool, noor) -> Iterator[httpx.Client]:
    """Signed in through the page, as people do."""
    here = {"Referer": client_pool.server.base_url}
    hooks = {"response": [hold_to_the_contract]}
    with httpx.Client(base_url=client_pool.server.base_url, headers=here, timeout=60, event_hooks=hooks) as client:
        page = client.get("/accounts/login/")
        form = {"login": noor.email, "password": PASSWORD, "csrfmiddlewaretoken": _form_token(page)}
        assert client.post("/accounts/login/", data=form).status_code == 302
        yield client


def _form_token(page: httpx.Response) -> str:
    match = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert match
    return match[1]


def test_token_browser_and_open_page_of_who_is_removed_stop(client_pool, noor, browser):
    family = client_pool.family()
    api = client_pool.client_of(noor)
    member_id = json_of(join(api, invitation(family.parent, family.id, "NANNY")))["id"]
    session_id = family.session(nannyId=member_id, isConfirmed=True)
    pages = [f"/families/{family.id}/", f"/sessions/{session_id}/"]
    for page in pages:
        assert browser.get(page).status_code == 200
    open_page = browser.get(pages[1])
    start = f"/sessions/{session_id}/start/"
    assert start in open_page.text

    assert family.parent.delete(f"/members/{member_id}").status_code == 204

    assert api.get(f"/families/{family.id}").status_code == 404
    assert api.post(f"/care-sessions/{session_id}/start").status_code == 404
    assert api.get("/me").json()["memberships"] == []
    for page in pages:
        assert browser.get(page).status_code == 404
    assert browser.post(start, data={"csrfmiddlewaretoken": _form_token(open_page)}).status_code == 404
    assert family.id not in browser.get("/").text
    assert family.session_now(session_id)["status"] == "SCHEDULED"

"""What is compressed, and what is not: answers that repeat something of the request beside a secret."""

import gzip
import json

import pytest
from django.test import Client

from handsel.rules.lifecycle import State
from tests.api.contract import Api

pytestmark = pytest.mark.any_database

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def encoding_of(client: Client, address: str) -> str:
    response = client.get(address, headers=GZIP)
    assert response.status_code == 200, address
    return response.headers.get("Content-Encoding", "")


@pytest.fixture
def browser(world) -> Client:
    client = Client()
    client.force_login(world.ana)
    return client


def test_pages_that_repeat_nothing_are_compressed(browser, world):
    family = f"/families/{world.riveras.id}/"
    for address in ("/families/", family, "/calendar/", "/calendar/?view=month&date=2026-06-01", "/inbox/"):
        assert encoding_of(browser, address) == "gzip", address
    for address in ("/accounts/login/", "/manifest.webmanifest", "/service-worker.js"):
        assert encoding_of(Client(), address) == "gzip", address


def test_a_compressed_page_is_the_page_and_says_on_what_it_depends(browser):
    plain = browser.get("/calendar/")
    compressed = browser.get("/calendar/", headers=GZIP)
    assert "<h1" in gzip.decompress(compressed.content).decode()
    assert len(compressed.content) < len(plain.content) / 3
    for response in (plain, compressed):
        assert "Accept-Encoding" in response["Vary"]


def test_of_a_page_that_refreshes_itself_the_tag_is_weak_and_good_for_both(browser, world):
    home = f"/families/{world.riveras.id}/home/"
    plain, compressed = browser.get(home), browser.get(home, headers=GZIP)
    assert (compressed["ETag"], compressed["Content-Encoding"]) == (plain["ETag"], "gzip")
    assert browser.get(home, headers={**GZIP, "If-None-Match": plain["ETag"]}).status_code == 304


def test_pages_with_a_query_and_answers_to_forms_are_not(browser, world):
    sessions = f"/families/{world.riveras.id}/sessions/"
    for address in (f"{sessions}?after=secret", f"{sessions}?past=1", "/accounts/signup/?email=ana@example.com"):
        assert encoding_of(Client() if "signup" in address else browser, address) == "", address
    refused = browser.post(f"{sessions}new/", {"notes": "x" * 1000}, headers=GZIP)
    assert (refused.status_code, refused.headers.get("Content-Encoding")) == (422, None)
    missing = browser.get("/nothing/here/", headers=GZIP)
    assert (missing.status_code, missing.headers.get("Content-Encoding")) == (404, None)


def test_lists_of_the_api_are_compressed_and_single_things_keep_their_tags(world):
    for day in range(1, 20):
        world.session(f"2026-06-{day:02} 09:00", state=State.CONFIRMED)
    ana = Api(world, world.ana)
    listed = ana.get(f"/families/{world.riveras.id}/care-sessions", "limit=20")
    compressed = ana.client.get(listed.wsgi_request.get_full_path(), headers={**ana.headers, **GZIP})
    assert compressed["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(compressed.content)) == listed.json()
    session = ana.client.get(
        f"/api/v1/care-sessions/{listed.json()['items'][0]['id']}", headers={**ana.headers, **GZIP}
    )
    assert (session["ETag"], "Content-Encoding" in session) == ('"1"', False)
    assert encoding_of(Client(), "/api/v1/openapi.json") == "gzip"

"""Handsel without a network: a page that says so, and nothing kept of what somebody signed in has seen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found;
}"""


@pytest.fixture
def noor(browser: Browser, example: DatedServer) -> Iterator[Page]:
    """Noor's phone, on which Handsel has been opened."""
    with browser.new_context(base_url=example.base_url, viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto("/accounts/login/")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.get_by_role("button", name="Noor").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Wednesday, 9 December")
        yield page


def test_a_page_without_a_network_says_so_and_comes_back_by_itself(noor: Page):
    noor.context.set_offline(True)
    noor.goto("/inbox/")
    expect(noor.get_by_role("heading", level=1)).to_have_text("No network")
    assert noor.evaluate("getComputedStyle(document.querySelector('.button')).minHeight") == "44px"  # with its looks
    noor.get_by_role("button", name="Try again").click()
    expect(noor.get_by_role("heading", level=1)).to_have_text("No network")
    noor.context.set_offline(False)
    expect(noor.get_by_role("heading", level=1)).to_have_text("Inbox")
    assert noor.url.endswith("/inbox/")


@pytest.mark.nightly
def test_a_form_without_a_network_is_not_sent_and_not_lost(noor: Page):
    noor.goto("/settings/")
    noor.get_by_label("Name").fill("Noor by the sea")
    noor.context.set_offline(True)
    noor.get_by_role("button", name="Save").click()
    expect(noor.get_by_role("heading", level=1)).to_have_text("Nothing was sent")
    noor.context.set_offline(False)
    noor.get_by_role("button", name="Back").click()
    expect(noor.get_by_label("Name")).to_have_value("Noor by the sea")
    noor.reload()
    expect(noor.get_by_label("Name")).not_to_have_value("Noor by the sea")


@pytest.mark.nightly
def test_nothing_of_who_is_signed_in_is_kept(noor: Page):
    for address in ("/today/", "/inbox/", "/families/", "/records/", "/settings/"):
        noor.goto(address)
    kept = noor.evaluate(KEPT)
    assert "/offline/" in kept
    assert [address for address in kept if not address.startswith(("/static/", "/offline/"))] == []
    noor.goto("/settings/")
    noor.get_by_role("button", name="Sign out").click()
    noor.wait_for_url("**/accounts/login/")
    assert sorted(noor.evaluate(KEPT)) == sorted(kept)
    noor.context.set_offline(True)
    noor.goto("/today/")
    assert "Noor" not in noor.content()
    noor.goto(noor.url, wait_until="load")
    noor.go_back(wait_until="load")
    noor.wait_for_load_state()
    assert "Emma" not in noor.content()

"""What a phone has to fetch for Today, and that nothing on a page moves once it is there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import SCREENS
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database

KILOBYTE = 1000
# Layout shifts since the page began, those after a tap included.
_SHIFTED = """() => new Promise(done => {
    let shifted = 0;
    new PerformanceObserver(list => { for (const one of list.getEntries()) shifted += one.value })
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(shifted), 300);
})"""


@pytest.fixture(scope="module")
def signed_in(browser: Browser, example: DatedServer) -> Iterator[Page]:
    with browser.new_context(base_url=example.base_url, **SCREENS["phone"]) as context:
        # What the service worker puts by for a day without network is fetched once, after the page is there.
        context.add_init_script("delete Navigator.prototype.serviceWorker")
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_role("button", name="Noor").click()
        page.wait_for_url("**/today/")
        yield page


def fetched(page: Page, cache: bool) -> dict[str, int]:
    """Bytes of markup, styles and scripts that came over the wire for Today, as they are when unpacked."""
    bytes_by_kind: dict[str, int] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": not cache})
    held: set[str] = set()
    session.on("Network.requestServedFromCache", lambda event: held.add(event["requestId"]))
    sizes: dict[str, int] = {}
    kinds: dict[str, str] = {}
    session.on("Network.responseReceived", lambda event: kinds.__setitem__(event["requestId"], event["type"]))

    def add(event: dict) -> None:
        sizes[event["requestId"]] = sizes.get(event["requestId"], 0) + event["dataLength"]

    session.on("Network.dataReceived", add)
    page.goto("/today/")
    page.wait_for_load_state("networkidle")
    for request, size in sizes.items():
        kind = kinds.get(request, "")
        if kind in ("Document", "Stylesheet", "Script") and request not in held:
            bytes_by_kind[kind] = bytes_by_kind.get(kind, 0) + size
    session.detach()
    return bytes_by_kind


def test_today_is_light(signed_in: Page):
    first = fetched(signed_in, cache=False)
    assert first.keys() == {"Document", "Stylesheet", "Script"}
    # 122.4 as the example is loaded, 2.5 of it for what asks to be answered; up to 0.5 of what others did there.
    assert sum(first.values()) < 123.5 * KILOBYTE, first
    again = fetched(signed_in, cache=True)
    assert again.keys() == {"Document"}
    assert sum(again.values()) < 30 * KILOBYTE, again


@pytest.mark.parametrize(
    "path", ["/today/", "/calendar/", "/calendar/?view=month", "/records/", "/inbox/", "/settings/"]
)
def test_nothing_moves_once_it_is_there(signed_in: Page, path: str):
    signed_in.goto(path)
    assert signed_in.evaluate(_SHIFTED) == 0

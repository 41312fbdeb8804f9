import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Playwright, Response, sync_playwright

from tests.browser.browser_user import BrowserUser
from tests.browser.household import SampleFamily, create_sample_family
from tests.browser.page_objects import WITHOUT_SERVICE_WORKER
from tests.workflows.dated import DatedServer

FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SCREENS = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "phone without scripts": {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False},
}


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started, pytest.MonkeyPatch.context() as environment:
        # Its loop counts as running in this thread, and Django would refuse the tests that come after.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium's headless shell if script/test found one, which takes half the time; else all of Chromium."""
    with _started(playwright, _headless(playwright)) as browser:
        yield browser


@pytest.fixture
def chromium_tried(playwright: Playwright, browser: Browser, tried_with) -> Callable[[str, str], None]:
    """Note what was tried in Chromium, and the figures."""
    source = "Debian" if _headless(playwright).is_relative_to("/usr/bin") else "Playwright"

    def note(tried: str, figures: str) -> None:
        tried_with(program="Chromium", version=browser.version, source=source, tried=tried, figures=figures)

    return note


@pytest.fixture(scope="session")
def whole_browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium with what the headless shell has not: notifications."""
    with _started(playwright, _chromium(playwright)) as browser:
        yield browser


def _headless(playwright: Playwright) -> Path:
    shell = os.environ.get("HANDSEL_TEST_HEADLESS_SHELL")
    return Path(shell) if shell else _chromium(playwright)


def _chromium(playwright: Playwright) -> Path:
    """The one script/test found, else an installed one, else Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    installed = (shutil.which(name) for name in (os.environ.get("HANDSEL_TEST_CHROMIUM", ""), *names) if name)
    return Path(next(filter(None, installed), playwright.chromium.executable_path))


@contextmanager
def _started(playwright: Playwright, program: Path) -> Iterator[Browser]:
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    try:
        started = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *as_root])
    except Error as error:
        without = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        without(f"NO BROWSER: pages go untested. script/test fetches Chromium. ({error.message.splitlines()[0]})")
    yield started
    started.close()


@pytest.fixture(scope="session")
def example() -> Iterator[DatedServer]:
    """The example families, as script/serve loads them, on Wednesday, 9 December 2026, at 08:18 in New York."""
    server = DatedServer("sqlite", HANDSEL_EXAMPLE="1")
    server.it_is("2026-12-09 08:18")
    with server as started:
        yield started


@pytest.fixture(scope="session")
def dated() -> Iterator[DatedServer]:
    """A book that all these tests share, each with people of its own. It is whatever time a test says."""
    with DatedServer("sqlite") as started:
        yield started


@pytest.fixture(scope="session")
def server(dated: DatedServer) -> DatedServer:
    """The one at whose door a page begins."""
    return dated


@pytest.fixture
def family(dated: DatedServer) -> Iterator[SampleFamily]:
    with create_sample_family(dated) as sample:
        yield sample


@pytest.fixture
def new_user(request, browser: Browser, dated: DatedServer) -> Iterator[Callable[[], BrowserUser]]:
    """Somebody with an empty browser, on the screen that the test names."""
    contexts = []
    with failing_on_complaints() as listen:

        def new() -> BrowserUser:
            screen = SCREENS[getattr(request, "param", "phone")]
            contexts.append(browser.new_context(base_url=dated.base_url, **WITHOUT_SERVICE_WORKER, **screen))
            page = contexts[-1].new_page()
            listen(page)
            return BrowserUser(page, scripts=screen.get("java_script_enabled", True))

        yield new
        for context in contexts:
            context.close()


@pytest.fixture
def page(browser, server) -> Iterator[Page]:
    """An empty browser at the server's door."""
    empty = browser.new_context(base_url=server.base_url, **WITHOUT_SERVICE_WORKER)
    with failing_on_complaints() as listen, empty as context:
        opened = context.new_page()
        listen(opened)
        yield opened


@contextmanager
def failing_on_complaints() -> Iterator[Callable[[Page], None]]:
    """What the browser complains of on the pages that are listened to (a script, a style that the CSP forbids, a file
    that is not there) fails the test; a page that says no is none of these.
    """
    complaints = []

    def hear(line: ConsoleMessage) -> None:
        if line.type == "error" and not line.text.startswith("Failed to load resource"):
            complaints.append(line.text)

    def look(response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            complaints.append(f"{response.status} {response.url}")

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", hear)
        page.on("response", look)

    yield listen
    assert complaints == []

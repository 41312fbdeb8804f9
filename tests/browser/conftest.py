import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Response, sync_playwright

from tests.workflows.dated import DatedServer

FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the one script/test found, else an installed one, else Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    installed = (shutil.which(name) for name in (os.environ.get("HANDSEL_TEST_CHROMIUM", ""), *names) if name)
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as environment:
        # Playwright's loop counts as running in this thread, and Django would refuse the tests that come after.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        path = next(filter(None, installed), playwright.chromium.executable_path)
        try:
            started = playwright.chromium.launch(executable_path=Path(path), args=[*FLAGS, *as_root])
        except Error as error:
            without = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            without(f"NO BROWSER: pages go untested. script/test fetches Chromium. ({error.message.splitlines()[0]})")
        yield started
        started.close()


@pytest.fixture(scope="session")
def example() -> Iterator[DatedServer]:
    """The example families, as script/serve loads them, on Wednesday, 9 December 2026, at 08:18 in New York."""
    started = DatedServer("sqlite", HANDSEL_EXAMPLE="1")
    started.it_is("2026-12-09 08:18")
    started.start()
    yield started
    started.stop()


@pytest.fixture
def page(browser, server) -> Iterator[Page]:
    """An empty browser at the server's door. What the browser complains of (a script, a style that the CSP forbids, a
    file that is not there) fails the test; a page that says no is none of these.
    """
    complaints = []

    def hear(line: ConsoleMessage) -> None:
        if line.type == "error" and not line.text.startswith("Failed to load resource"):
            complaints.append(line.text)

    def look(response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            complaints.append(f"{response.status} {response.url}")

    with browser.new_context(base_url=server.base_url) as context:
        opened = context.new_page()
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("console", hear)
        opened.on("response", look)
        yield opened
    assert complaints == []

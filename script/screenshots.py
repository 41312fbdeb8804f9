"""Take the pictures of docs/screenshots anew: those that are there, or those named, as in family-wide-dark; `--all`.

The example families are photographed on Wednesday, 9 December 2026, at 08:18 in New York, in a book of their own.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.workflows.dated import DatedServer

PICTURES = Path(__file__).parents[1] / "docs" / "screenshots"
SCREENS = {
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
    "wide": {"viewport": {"width": 1280, "height": 860}},
}


def to_family(page: Page) -> None:
    page.goto("/families/")
    page.get_by_role("main").get_by_role("link", name=re.compile("Riveras")).first.click()


def to_session(page: Page) -> None:
    """The one with the most to tell: moved, noted and corrected."""
    to_family(page)
    page.get_by_role("link", name="Past sessions").click()
    page.get_by_role("link", name=re.compile("Mon 30 Nov")).first.click()


def to_schedule_form(page: Page) -> None:
    to_family(page)
    page.get_by_role("link", name="Regular Mon/Wed/Fri care").first.click()
    page.get_by_role("link", name="Edit", exact=True).click()


def to_generate(page: Page) -> None:
    page.goto("/today/")
    page.get_by_role("link", name=re.compile("Generate sessions of Regular")).click()


# A picture's name, who looks, and how they get there from the page where they begin.
SIGHTS: dict[str, tuple[str, Callable[[Page], object]]] = {
    "sign-in": ("", lambda page: page.goto("/accounts/login/")),
    "today": ("noor", lambda page: page.goto("/today/")),
    "calendar-week": ("noor", lambda page: page.goto("/calendar/?date=2026-12-18")),
    "calendar-month": ("noor", lambda page: page.goto("/calendar/?view=month&date=2026-12-18")),
    "family": ("noor", to_family),
    "generate": ("noor", to_generate),
    "home": ("ana", lambda page: page.goto("/")),
    "session": ("noor", to_session),
    "schedule-form": ("noor", to_schedule_form),
    "records": ("ana", lambda page: page.goto("/records/")),
    "inbox": ("noor", lambda page: page.goto("/inbox/")),
    "settings": ("ana", lambda page: page.goto("/settings/")),
}


def main(names: list[str]) -> None:
    every = [f"{sight}-{screen}-{light}" for sight in SIGHTS for screen in SCREENS for light in ("light", "dark")]
    if not names:
        names = sorted(picture.stem for picture in PICTURES.glob("*.png"))
    elif names == ["--all"]:
        names = every
    if unknown := set(names) - set(every):
        sys.exit(f"No such picture: {', '.join(sorted(unknown))}. There are: {', '.join(every)}")
    PICTURES.mkdir(exist_ok=True)
    server = DatedServer("sqlite")
    server.it_is("2026-12-09 08:18")
    server.command("load_example_families")  # not `serve --example`, whose pages say that they are one
    server.start()
    try:
        with chromium() as browser:
            for name in names:
                server.forget_limits()  # on signing in, since every picture does
                take(browser, server.base_url, name)
    finally:
        server.stop()


def take(browser: Browser, address: str, name: str) -> None:
    sight, screen, light = name.rsplit("-", 2)
    who, go = SIGHTS[sight]
    with browser.new_context(
        base_url=address, color_scheme=light, reduced_motion="reduce", **SCREENS[screen]
    ) as context:
        page = context.new_page()
        page.goto("/accounts/login/")
        if who:
            page.get_by_label("E-mail").fill(f"{who}@example.org")
            page.get_by_label("Password").fill("handsel-example")
            page.get_by_role("button", name="Sign in", exact=True).click()
        go(page)
        page.screenshot(path=PICTURES / f"{name}.png")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = os.environ.get("HANDSEL_TEST_CHROMIUM") or None
        # Chromium refuses to lock itself in when it runs as root, as in a container.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])

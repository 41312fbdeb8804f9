"""The two ways of who uses neither a pointer nor scripts, and what is looked at wherever they come."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.page_objects import wait_until_settled
from tests.browser.test_every_page import flaws
from tests.browser.test_keyboard import IS_SEEN

_STOPS = 150
_IS_FOCUSED = "control => control === document.activeElement"

# How a control is used, and whether the page has scripts.
Use = Callable[[Page, Locator], None]


def by_keys(page: Page, control: Locator) -> None:
    """Tab to it, see that it shows, and press Enter."""
    expect(control).to_be_visible()
    element = control.element_handle()
    for _ in range(_STOPS):
        page.keyboard.press("Tab")
        if element.evaluate(_IS_FOCUSED):
            assert element.evaluate(IS_SEEN), f"{control} has the focus and does not show it"
            page.keyboard.press("Enter")
            wait_until_settled(page)
            return
    pytest.fail(f"Tab never reaches {control}")


def by_thumb(page: Page, control: Locator) -> None:
    control.click()


WAYS = [
    pytest.param((by_keys, True), id="by keys"),
    pytest.param((by_thumb, False), id="without scripts"),
]


def named(page: Page, words: str) -> Locator:
    """A button, a link or what unfolds, by the words that it begins with."""
    main = page.locator("main")
    control = main.get_by_role("button", name=words).or_(main.get_by_role("link", name=words))
    return control.or_(main.locator("summary", has_text=words)).first


def reads(page: Page, text: str) -> None:
    """It stands there; where the page has scripts, axe looks at it too."""
    expect(page.locator("main").get_by_text(text).first).to_be_visible()
    if page.evaluate("'htmx' in window"):
        assert list(flaws(page, page.viewport_size, closely=True)) == []

"""The next thing to do is in view when a page opens: nothing covers it, and nobody has to scroll to it."""

import pytest
from playwright.sync_api import Browser, Locator

from tests.browser.conftest import SCREENS
from tests.browser.page_objects import WITHOUT_SERVICE_WORKER
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database

_IS_ON_TOP = """button => {
    const box = button.getBoundingClientRect();
    return [box.top + 2, (box.top + box.bottom) / 2, box.bottom - 2].every(y =>
        button.contains(document.elementFromPoint((box.left + box.right) / 2, y)));
}"""


@pytest.mark.parametrize("screen", ["phone", pytest.param("wide", marks=pytest.mark.nightly)])
@pytest.mark.parametrize(("person", "button"), [("Noor", "Complete session"), ("Ana", "Confirm all 6")])
def test_the_next_thing_to_do_is_in_view(browser: Browser, example: DatedServer, screen, person, button):
    with browser.new_context(base_url=example.base_url, **SCREENS[screen], **WITHOUT_SERVICE_WORKER) as context:
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_role("button", name=person).click()
        wanted: Locator = page.get_by_role("button", name=button)
        wanted.wait_for()
        assert wanted.evaluate(_IS_ON_TOP)

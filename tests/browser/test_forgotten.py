"""What was forgotten is put right by keys alone and without scripts, wherever it asks, and axe finds nothing there.

It is June 2026 in New York, which starts on a Monday.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.page_objects import FamilyPages, family_pages, wait_until_settled
from tests.browser.test_every_page import flaws
from tests.browser.test_keyboard import IS_SEEN
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database

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


@pytest.fixture(scope="module")
def open_pages(dated: DatedServer, browser) -> Iterator[FamilyPages]:
    with family_pages(dated, browser) as pages:
        yield pages


@pytest.fixture
def pages(open_pages: FamilyPages) -> FamilyPages:
    open_pages.server.it_is("2026-06-01 05:00")
    open_pages.clear()
    return open_pages


def named(page: Page, words: str) -> Locator:
    """A button, a link or what unfolds, by the words that it begins with."""
    main = page.locator("main")
    control = main.get_by_role("button", name=words).or_(main.get_by_role("link", name=words))
    return control.or_(main.locator("summary", has_text=words)).first


def reads(page: Page, text: str) -> None:
    """It stands there; where the page has scripts, axe looks at it too."""
    expect(page.locator("main").get_by_text(text).first).to_be_visible()
    if page.evaluate("'htmx' in window"):
        assert list(flaws(page, page.viewport_size, by_axe=True)) == []


@pytest.mark.nightly
@pytest.mark.parametrize("way", WAYS)
def test_a_forgotten_day_is_recorded_taken_back_and_called_off(pages: FamilyPages, way):
    use, scripts = way
    pages.session("2026-06-01T06:00", "2026-06-01T14:30", confirmed=True)
    pages.server.it_is("2026-06-02 08:00")
    with pages.at(pages.ana, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(pages.home)
        use(page, named(page, "As planned"))
        reads(page, "Recorded: Mon 1 Jun, 06:00–14:30, 8 h 30 min.")
        use(page, named(page, "Undo"))
        page.goto(pages.home)
        use(page, named(page, "Other times"))
        page.locator("main input[name=starts]").fill("06:10")
        use(page, named(page, "Save"))
        reads(page, "Recorded: Mon 1 Jun, 06:10–14:30, 8 h 20 min.")
        use(page, named(page, "Undo"))
        page.goto(pages.home)
        use(page, named(page, "Didn’t happen"))
        use(page, named(page, "We called it off"))
        reads(page, "Cancelled:")


@pytest.mark.nightly
@pytest.mark.parametrize("way", WAYS)
def test_a_forgotten_end_is_asked_for(pages: FamilyPages, way):
    use, scripts = way
    session = pages.session("2026-06-01T06:00", "2026-06-01T14:30", confirmed=True)
    pages.server.it_is("2026-06-01 06:02")
    pages.ask(pages.noor, "POST", f"/care-sessions/{session}/start")
    pages.server.it_is("2026-06-01 15:10")
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto("/today/")
        use(page, named(page, "14:30 as planned"))
        reads(page, "Completed: Mon 1 Jun, 06:02–14:30, 8 h 28 min.")
        use(page, named(page, "Undo"))
        reads(page, "When did it end?")
        use(page, named(page, "14:30 as planned"))
        reads(page, "Completed: Mon 1 Jun, 06:02–14:30, 8 h 28 min.")


@pytest.mark.nightly
@pytest.mark.parametrize("way", WAYS)
def test_that_one_is_late_is_told_with_a_note(pages: FamilyPages, way):
    use, scripts = way
    session = pages.session("2026-06-01T06:00", "2026-06-01T14:30", confirmed=True)
    pages.server.it_is("2026-06-01 05:40")
    with pages.at(pages.noor, java_script_enabled=scripts, reduced_motion="reduce") as page:
        page.goto(f"/sessions/{session}/")
        use(page, named(page, "Running late"))
        page.get_by_label("Minutes late").fill("a while")
        page.get_by_label("Add a note").fill("The bus.")
        use(page, named(page, "Send"))
        reads(page, "Enter a whole number from 1 to 240.")
        expect(page.get_by_label("Add a note")).to_have_value("The bus.")
        page.get_by_label("Minutes late").fill("25")
        use(page, named(page, "Send"))
        reads(page, "Sent: 25 min late.")

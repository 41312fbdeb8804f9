"""Today and Home keep themselves up to date, and disturb nobody."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page_objects import FamilyPages, family_pages, page_snapshot
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database

HALF_A_MINUTE = 31_000  # milliseconds


@pytest.fixture(scope="module")
def open_pages(dated: DatedServer, browser) -> Iterator[FamilyPages]:
    with family_pages(dated, browser) as pages:
        yield pages


@pytest.fixture
def pages(open_pages: FamilyPages) -> FamilyPages:
    open_pages.server.it_is("2026-06-01 08:00")
    open_pages.clear()
    return open_pages


class Asked:
    """What a page asks for by itself, with what it was answered."""

    def __init__(self, page: Page) -> None:
        self.statuses: list[int] = []
        page.on("response", self._note)

    def _note(self, response) -> None:
        if response.request.resource_type == "xhr":
            self.statuses.append(response.status)


def pass_time(page: Page, milliseconds: int = HALF_A_MINUTE) -> None:
    page.clock.run_for(milliseconds)


def become(page: Page, state: str) -> None:
    """Put the tab into the background, or look at it again."""
    page.evaluate(
        """(state) => {
          Object.defineProperty(document, "hidden", { value: state === "hidden", configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )


def test_home_shows_what_was_planned_meanwhile(pages: FamilyPages):
    with pages.at(pages.ana) as page:
        page.clock.install()
        page.goto(pages.home)
        requests = Asked(page)
        with page.expect_response(lambda response: response.status == 304):
            pass_time(page)
        pages.session("2026-06-09T09:00", "2026-06-09T12:00")
        page.get_by_role("link", name="Add a session").focus()
        pass_time(page)
        expect(page.get_by_label("Select Tue 9 Jun")).to_be_visible()
        expect(page.get_by_role("link", name="Add a session")).to_be_focused()
        assert requests.statuses == [304, 200]
        shown = page_snapshot(page)
        page.reload()
        assert page_snapshot(page) == shown


@pytest.mark.nightly
def test_what_is_ticked_stays_until_its_owner_looks(pages: FamilyPages):
    pages.session("2026-06-09T09:00", "2026-06-09T12:00")
    with pages.at(pages.ana) as page:
        page.clock.install()
        page.goto(pages.home)
        box = page.get_by_label("Select Tue 9 Jun")
        box.check()
        pages.session("2026-06-10T09:00", "2026-06-10T12:00")
        pass_time(page)
        expect(page.get_by_text("There is something new on this page.")).to_be_visible()
        expect(box).to_be_checked()
        expect(page.get_by_label("Select Wed 10 Jun")).to_have_count(0)
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_label("Select Wed 10 Jun")).to_be_visible()
        expect(page.get_by_text("There is something new on this page.")).to_be_hidden()


@pytest.mark.nightly
def test_a_hidden_tab_asks_nothing_and_one_shown_again_asks_at_once(pages: FamilyPages):
    with pages.at(pages.noor) as page:
        page.clock.install()
        page.goto("/today/")
        requests = Asked(page)
        become(page, "hidden")
        pass_time(page, 10 * HALF_A_MINUTE)
        assert requests.statuses == []
        pages.session("2026-06-01T09:00", "2026-06-01T12:00", confirmed=True)
        become(page, "visible")
        expect(page.get_by_role("button", name="Start session")).to_be_visible()
        assert requests.statuses == [200]


def test_start_opens_when_its_time_comes(pages: FamilyPages):
    pages.session("2026-06-01T12:05", "2026-06-01T15:00", confirmed=True)
    with pages.at(pages.noor) as page:
        page.clock.install()
        page.goto("/today/")
        expect(page.get_by_text("You can start from 08:05")).to_be_visible()
        pages.server.it_is("2026-06-01 08:05")
        pass_time(page)
        expect(page.get_by_role("button", name="Start session")).to_be_enabled()
        expect(page.get_by_text("You can start from 08:05")).to_have_count(0)


@pytest.mark.parametrize("where", ["/today/", "/sessions/{session}/"])
def test_the_running_time_ticks(pages: FamilyPages, where: str):
    session = pages.session("2026-06-01T08:00", "2026-06-01T12:00", confirmed=True)
    pages.ask(pages.noor, "POST", f"/care-sessions/{session}/start")
    pages.server.it_is("2026-06-01 08:58")
    with pages.at(pages.noor) as page:
        page.clock.install()
        page.goto(where.format(session=session))
        clock = page.locator(".hero-clock time")
        expect(clock).to_have_text("0h58min")
        pass_time(page, 60_500)
        expect(clock).to_have_text("0h59min")
        pass_time(page, 60_500)
        expect(clock).to_have_text("1h0min")
        expect(clock).to_have_attribute("datetime", "PT1H0M")
        if where == "/today/":
            expect(page.locator(".hero-bar rect").last).to_have_attribute("width", "25%")


def test_without_a_network_the_page_waits_quietly_and_goes_on(pages: FamilyPages):
    with pages.at(pages.ana, in_trouble=True) as page:
        page.clock.install()
        page.goto(pages.home)
        page.context.set_offline(True)
        pass_time(page, 3 * HALF_A_MINUTE)
        expect(page.locator("#trouble")).to_be_empty()
        pages.session("2026-06-09T09:00", "2026-06-09T12:00")
        page.context.set_offline(False)
        pass_time(page)
        expect(page.get_by_label("Select Tue 9 Jun")).to_be_visible()


def test_who_is_signed_out_elsewhere_comes_to_the_sign_in_page(pages: FamilyPages):
    with pages.at(pages.ana) as page:
        page.clock.install()
        page.goto(pages.home)
        page.context.clear_cookies(name="sessionid")
        pass_time(page)
        page.wait_for_url(lambda url: url.endswith(f"/accounts/login/?next={pages.home}"))


@pytest.mark.nightly
def test_without_scripts_the_day_is_all_there(pages: FamilyPages):
    pages.session("2026-06-01T08:30", "2026-06-01T12:00", confirmed=True)
    with pages.at(pages.noor, java_script_enabled=False) as page:
        page.goto("/today/")
        page.get_by_role("button", name="Start session").click()
        expect(page.get_by_text("Started 08:00")).to_be_visible()
        pages.server.it_is("2026-06-01 08:31")
        page.reload()
        expect(page.locator(".hero-clock time")).to_have_text("0h31min")
        page.get_by_role("button", name="Complete session").click()
        expect(page.get_by_text("Completed: Mon 1 Jun, 08:00–08:31, 31 min.")).to_be_visible()
        expect(page.locator("#news")).to_be_hidden()

"""A press swaps the page in place, and leaves what a reload would show."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.page_objects import FamilyPages, family_pages, page_snapshot, wait_until_settled
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database


@pytest.fixture(scope="module")
def open_pages(dated: DatedServer, browser) -> Iterator[FamilyPages]:
    with family_pages(dated, browser) as pages:
        yield pages


@pytest.fixture
def pages(open_pages: FamilyPages) -> FamilyPages:
    open_pages.server.it_is("2026-06-01 08:00")
    open_pages.clear()
    return open_pages


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def swapped(page: Page, act: Callable[[], None]) -> list[str]:
    """What stands after the act, which must not have loaded a page."""
    page.evaluate("() => { window.stayed = true }")
    with page.expect_response(lambda response: response.request.method in ("GET", "POST")):
        act()
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-settling, [aria-busy]')")
    assert page.evaluate("() => window.stayed"), "the page was loaded, not swapped"
    return page_snapshot(page)


def same_after_a_reload(page: Page, act: Callable[[], None]) -> None:
    before = swapped(page, act)
    page.reload()
    assert page_snapshot(page) == before


def test_answering_on_home(pages: FamilyPages):
    for day in ("08", "10", "12", "15"):
        pages.session(f"2026-06-{day}T06:00", f"2026-06-{day}T14:30")
    with pages.at(pages.ana) as page:
        page.goto(pages.home)
        same_after_a_reload(page, lambda: press(page, "Confirm : Mon 8 Jun"))
        page.get_by_label("Select Wed 10 Jun").check()
        same_after_a_reload(page, lambda: press(page, "Confirm selected"))
        page.get_by_label("Select Fri 12 Jun").check()
        swapped(page, lambda: press(page, "Cancel selected"))
        page.get_by_label("Why").fill("We are away.")
        same_after_a_reload(page, lambda: press(page, "Cancel 1 session, Fri 12 Jun"))
        same_after_a_reload(page, lambda: press(page, "Confirm it"))
        expect(page.get_by_text("Nothing is waiting.")).to_be_visible()


@pytest.mark.nightly  # by day the workflows press the same
def test_a_session_from_confirming_to_its_end(pages: FamilyPages):
    session = pages.session("2026-06-01T09:00", "2026-06-01T12:00")
    with pages.at(pages.ana) as ana, pages.at(pages.noor) as noor:
        ana.goto(f"/sessions/{session}/")
        same_after_a_reload(ana, lambda: press(ana, "Confirm"))
        ana.locator("summary", has_text="Cancel").click()
        same_after_a_reload(ana, lambda: press(ana, "Cancel Mon 1 Jun"))
        same_after_a_reload(ana, lambda: press(ana, "Restore"))
        same_after_a_reload(ana, lambda: press(ana, "Confirm"))
        noor.goto("/today/")
        same_after_a_reload(noor, lambda: press(noor, "Start session"))
        same_after_a_reload(noor, lambda: press(noor, "Complete session"))


@pytest.mark.nightly
def test_undo_stands_where_it_was_done(pages: FamilyPages):
    session = pages.session("2026-06-09T09:00", "2026-06-09T12:00")
    with pages.at(pages.ana) as page:
        page.goto(f"/sessions/{session}/")
        page.locator("summary", has_text="Cancel").click()
        swapped(page, lambda: press(page, "Cancel Tue 9 Jun"))
        expect(page.locator("#said")).to_have_text("Cancelled: Tue 9 Jun, 09:00–12:00.")
        same_after_a_reload(page, lambda: press(page, "Undo"))
        expect(page.locator("main .state").first).to_have_text("To confirm")


@pytest.mark.nightly
def test_filters_and_pages_of_lists(pages: FamilyPages):
    for day in range(2, 24):
        for hour in (8, 12):
            pages.session(f"2026-06-{day:02}T{hour:02}:00", f"2026-06-{day:02}T{hour + 2:02}:00")
    with pages.at(pages.noor) as page:
        page.goto(f"/families/{pages.family_id}/sessions/")
        first = page_snapshot(page)
        same_after_a_reload(page, lambda: page.get_by_role("link", name="Show more").click())
        assert "after=" in page.url
        same_after_a_reload(page, lambda: page.get_by_role("link", name="Past").click())
        assert page.url.endswith("?past")
        page.evaluate("() => history.go(-2)")
        page.wait_for_function("() => location.search === ''")
        expect(page.get_by_role("link", name="Show more")).to_be_visible()
        assert page_snapshot(page) == first


@pytest.mark.nightly
def test_a_form_that_is_refused_keeps_what_was_typed_and_one_that_is_taken_leads_on(pages: FamilyPages):
    with pages.at(pages.noor) as page:
        page.goto(f"/families/{pages.family_id}/sessions/new/")
        page.get_by_label("From").fill("15:00")
        page.get_by_label("To").fill("")
        page.get_by_label("Notes").fill("Library.")
        swapped(page, lambda: press(page, "Add this session"))
        expect(page.locator("[aria-invalid]").first).to_be_focused()
        expect(page.get_by_label("Notes")).to_have_value("Library.")
        page.get_by_label("To").fill("18:00")
        same_after_a_reload(page, lambda: press(page, "Add this session"))
        assert "/sessions/" in page.url
        assert not page.url.endswith("/new/")


def test_the_focus_goes_on_to_what_comes_next(pages: FamilyPages):
    for day in ("08", "10", "12"):
        pages.session(f"2026-06-{day}T06:00", f"2026-06-{day}T14:30")
    with pages.at(pages.ana) as page:
        page.goto(pages.home)
        button = page.get_by_role("button", name="Confirm : Mon 8 Jun")
        button.focus()
        swapped(page, lambda: button.press("Enter"))
        expect(page.get_by_label("Select Wed 10 Jun")).to_be_focused()
        expect(page.locator("#said")).to_have_text("Confirmed: Mon 8 Jun, 06:00–14:30.")


def test_a_button_says_that_it_works_and_takes_no_second_press(pages: FamilyPages):
    session = pages.session("2026-06-09T09:00", "2026-06-09T12:00")
    sent = []
    with pages.at(pages.ana) as page:
        page.goto(f"/sessions/{session}/")
        page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/confirm/", hold)
        button = page.get_by_role("button", name="Confirm")
        button.dblclick()
        working = page.get_by_role("button", name="One moment …")
        expect(working).to_have_attribute("aria-busy", "true")
        working.click()
        assert len(held) == len(sent) == 1
        held[0].continue_()
        expect(page.locator("main .state").first).to_have_text("Confirmed")


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("offline", "Look at your connection"),
        (429, "Too much at once"),
        (500, "it’s our fault"),
        (503, "The book cannot be changed"),
    ],
)
def test_what_was_typed_stays_when_there_is_no_answer(pages: FamilyPages, what, says):
    with pages.at(pages.noor, in_trouble=True) as page:
        page.goto(f"/families/{pages.family_id}/sessions/new/")
        page.get_by_label("Notes").fill("Library card in the drawer.")
        if what == "offline":
            page.context.set_offline(True)
        else:
            page.route("**/sessions/new/", lambda route: route.fulfill(status=what, body="no"))
        button = page.get_by_role("button", name="Add this session")
        button.click()
        expect(page.locator("#trouble")).to_contain_text(says)
        expect(page.get_by_label("Notes")).to_have_value("Library card in the drawer.")
        expect(button).not_to_have_attribute("aria-busy", "true")
        page.context.set_offline(False)
        page.unroute_all()
        button.click()
        expect(page.get_by_text("Library card in the drawer.")).to_be_visible()
        expect(page.locator("#trouble")).to_be_empty()


def test_who_is_signed_out_meanwhile_comes_to_the_sign_in_page(pages: FamilyPages):
    session = pages.session("2026-06-09T09:00", "2026-06-09T12:00")
    with pages.at(pages.ana) as page:
        page.goto(f"/sessions/{session}/")
        page.context.clear_cookies(name="sessionid")
        press(page, "Confirm")
        page.wait_for_url(re.compile(r"/accounts/login/\?next=/unsent/[0-9a-f-]{36}/$"))
        assert page.locator("#rail").count() == 0
        expect(page.get_by_label("E-mail").first).to_be_visible()


def test_who_pressed_first_wins_and_the_other_is_told(pages: FamilyPages):
    session = pages.session("2026-06-09T09:00", "2026-06-09T12:00")
    with pages.at(pages.ana) as page:
        page.goto(pages.home)
        pages.ask(pages.ana, "POST", f"/care-sessions/{session}/cancel")
        press(page, "Confirm : Tue 9 Jun")
        wait_until_settled(page)
        expect(page.get_by_role("alert").first).to_contain_text("This has changed meanwhile")
        page.reload()
        expect(page.get_by_text("To confirm")).to_be_visible()


@pytest.mark.nightly
def test_going_back_to_a_pressed_page_shows_how_things_stand(pages: FamilyPages):
    session = pages.session("2026-06-09T09:00", "2026-06-09T12:00")
    with pages.at(pages.ana) as page:
        page.goto(pages.home)
        page.goto(f"/sessions/{session}/")
        swapped(page, lambda: press(page, "Confirm"))
        page.evaluate("() => { setTimeout(() => history.back()); }")  # answered before the page goes
        expect(page.get_by_text("Nothing is waiting.")).to_be_visible()
        page.evaluate("() => { setTimeout(() => history.forward()); }")
        expect(page.locator("main .state").first).to_have_text("Confirmed")

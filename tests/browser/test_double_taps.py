"""Whoever taps twice sends once: every button of every form that changes something, found on the pages themselves."""

import re
from collections.abc import Iterator

import pytest
from django.urls import resolve
from playwright.sync_api import Page, Route, expect

from tests.access.routes.pages import PAGES
from tests.browser.page_objects import FamilyPages, family_pages, wait_until_settled
from tests.run import NIGHTLY
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database

BUTTONS = "form[method=post] button[type=submit]:not(.visually-hidden)"
WHERE_TO = """buttons => buttons.map(button =>
  button.hasAttribute("formaction") ? button.formAction : button.form.action)"""

# What is pressed elsewhere: by who is new or not signed in, in an example, on the pages of signing in, in a toast; in
# test_push.
ELSEWHERE = {
    "enter_example",
    "language",
    "delete_account",
    "sign_out_one",
    "sign_out_others",
    "undo_generation",
    "add_device",
    "remove_device",
    "try_device",
}


@pytest.fixture(scope="module")
def pages(dated: DatedServer, browser) -> Iterator[FamilyPages]:
    dated.it_is("2026-06-01 08:00")
    with family_pages(dated, browser) as pages:
        yield pages


# One script holds every form; by day it is asked on a page of many sessions, of one, and of one that runs.
PAGES_BY_DAY = 2


def pages_of(pages: FamilyPages) -> Iterator[tuple[str, list[str]]]:
    """Everybody's pages, with something in every state on them."""
    family = f"/families/{pages.family_id}"
    running = pages.session("2026-06-01T08:00", "2026-06-01T10:00", confirmed=True)
    pages.ask(pages.noor, "POST", f"/care-sessions/{running}/start")
    confirmed = pages.session("2026-06-01T11:00", "2026-06-01T12:00", confirmed=True)
    tentative = pages.session("2026-06-09T09:00", "2026-06-09T12:00")
    cancelled = pages.session("2026-06-10T09:00", "2026-06-10T12:00", confirmed=True)
    pages.ask(pages.ana, "POST", f"/care-sessions/{cancelled}/cancel")
    with_request = pages.session("2026-06-11T09:00", "2026-06-11T12:00", confirmed=True)
    pages.ask(pages.ana, "POST", f"/care-sessions/{with_request}/change-requests", {"message": "Later?"})
    schedule = pages.ask(pages.noor, "GET", f"{family}/care-schedules")["items"][0]["id"]
    pages.ask(pages.ana, "POST", f"{family}/invitations", {"email": "guest@example.com", "role": "PARENT"})
    pages.ask(pages.noor, "POST", f"{family}/time-off", {"from": "2026-07-01", "to": "2026-07-02"})
    sessions = [f"/sessions/{session_id}/" for session_id in (tentative, confirmed, cancelled, with_request)]
    forms = [f"{sessions[0]}edit/", f"{sessions[1]}request-changes/"]
    in_family = [f"{family}/{page}/" for page in ("members", "phone", "settings", "children/new")]
    own = [
        "/settings/",
        "/settings/keys/",
        "/settings/calendars/",
        "/settings/notices/",
        "/more/",
        "/inbox/",
        "/families/new/",
        f"/children/{pages.emma}/",
    ]
    yield "Ana", [pages.home, *sessions, *forms, *in_family, *own]
    of_schedule = [f"/schedules/{schedule}/{page}" for page in ("", "edit/", "generate/")]
    in_family = [f"{family}/{page}/" for page in ("sessions/new", "time-off", "schedules/new")]
    own = [
        "/today/",
        "/settings/calendars/",
        *(f"/sessions/{session_id}/" for session_id in (running, confirmed, with_request)),
    ]
    yield "Noor", [*own, *in_family, *of_schedule]


@pytest.mark.parametrize("new_user", ["phone", "wide"], indirect=True)
@pytest.mark.parametrize("pause", [150, 300, 450] if NIGHTLY else [300])
def test_a_second_tap_meets_nothing_that_came_under_the_finger(family, new_user, pause):
    family.generate("2026-06-01", "2026-06-30")
    ana = new_user()
    ana.sign_in(family.parent.email)
    button = ana.sessions("needs-answer").nth(1).get_by_role("button", name="Confirm")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page = ana.page.url
    ana.page.mouse.click(*at)
    ana.page.wait_for_timeout(pause)
    ana.page.mouse.click(*at)
    expect(ana.sessions("needs-answer")).to_have_count(12)
    ana.page.wait_for_timeout(500)
    assert ana.page.url == page
    expect(ana.sessions("needs-answer")).to_have_count(12)


class Held:
    """What is sent, and kept from arriving."""

    def __init__(self, page: Page) -> None:
        self.routes: list[Route] = []
        page.route(re.compile("^(?!.*/static/)"), self._hold)

    def _hold(self, route: Route) -> None:
        if route.request.method == "POST" and "live=yes" not in (route.request.post_data or ""):
            self.routes.append(route)
        else:
            route.continue_()

    def release(self) -> list[str]:
        """The addresses that were sent to."""
        sent = [route.request.url for route in self.routes]
        for route in self.routes:
            route.fulfill(status=204)  # nothing comes, and the page stays
        self.routes.clear()
        return sent


def tap_twice(page: Page, number: int, held: Held) -> str:
    """The address that the button sends to, once."""
    button = page.locator(BUTTONS).nth(number)
    button.evaluate("(button) => { for (let up = button; up; up = up.closest('details:not([open])')) up.open = true }")
    button.evaluate("(button) => { button.click(); button.click() }")
    for _ in range(100):
        page.wait_for_timeout(30)
        if held.routes:
            break
    sent = held.release()
    assert len(sent) == 1, f"{button.text_content()} on {page.url} sent {sent}"
    return sent[0]


def route_of(address: str) -> str:
    return resolve("/" + address.split("/", 3)[3].partition("?")[0]).url_name


def _number_of(page: Page, where: str) -> int:
    """Which of the buttons is the first that sends to such an address, once there is one."""
    page.locator(f"[action*='/{where}/'], [formaction*='/{where}/']").first.wait_for(state="attached")
    addresses = page.locator(BUTTONS).evaluate_all(WHERE_TO)
    return next(number for number, address in enumerate(addresses) if f"/{where}/" in address)


def test_every_button_sends_once(pages: FamilyPages):
    sent_to = set()
    people = {"Ana": pages.ana, "Noor": pages.noor}
    for name, addresses in pages_of(pages):
        with pages.at(people[name], in_trouble=True, service_workers="block") as page:
            held = Held(page)
            for address in addresses if NIGHTLY else addresses[:PAGES_BY_DAY]:
                page.goto(address)
                buttons, is_pressed = page.locator(BUTTONS).evaluate_all(WHERE_TO), False
                for number, where in enumerate(buttons):
                    if NIGHTLY or route_of(where) not in sent_to:  # else one button of each kind
                        if is_pressed:
                            page.goto(address)
                        sent_to.add(route_of(tap_twice(page, number, held)))
                        is_pressed = True
    assert sent_to >= {"confirm_session", "cancel_session", "confirm_sessions", "complete_session"}
    if NIGHTLY:
        sent_to |= routes_sent_to_by_what_is_new(pages)
        changing = {row.route.partition("web:")[2] for row in PAGES if row.route.startswith("POST web:")}
        assert changing - sent_to <= ELSEWHERE


def routes_sent_to_by_what_is_new(pages: FamilyPages) -> set[str]:
    """Buttons of what was just made, asked or done."""
    sent_to = set()
    with pages.at(pages.ana, in_trouble=True, service_workers="block") as page:
        page.goto("/settings/calendars/")
        page.get_by_label("Name", exact=True).fill("Kitchen tablet")
        page.get_by_role("button", name="Create address").click()
        held = Held(page)
        sent_to.add(route_of(tap_twice(page, _number_of(page, "revoke"), held)))
        page.unroute_all()
        page.goto(pages.home)
        page.get_by_label("Select Tue 9 Jun").check()
        page.get_by_role("button", name="Cancel selected").click()
        page.get_by_role("button", name="Cancel 1 session").dblclick()
        wait_until_settled(page)
        expect(page.locator("main .toast")).to_contain_text("1 session cancelled.")
        held = Held(page)
        undo = page.locator("main .toast button")
        undo.evaluate("(button) => { button.click(); button.click() }")
        page.wait_for_timeout(50)
        (undone,) = held.release()
        sent_to |= {"cancel_sessions", route_of(undone)}
    with pages.at(pages.noor, in_trouble=True, service_workers="block") as page:
        page.goto("/settings/calendars/")
        page.locator("#id_outside_name").fill("Private")
        page.get_by_label("Address of the calendar").fill("https://calendar.example.com/noor.ics")
        page.get_by_role("button", name="Add calendar").click()
        wait_until_settled(page)
        held = Held(page)
        sent_to.add(route_of(tap_twice(page, _number_of(page, "remove"), held)))
    return sent_to

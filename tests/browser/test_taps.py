"""How many taps it takes on a phone to put right what was forgotten, from the page on which one begins.

It is June 2026 in New York, which starts on a Monday.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page_objects import FamilyPages, family_pages, wait_until_settled
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database


@pytest.fixture(scope="module")
def open_pages(dated: DatedServer, browser) -> Iterator[FamilyPages]:
    with family_pages(dated, browser) as pages:
        yield pages


@pytest.fixture
def pages(open_pages: FamilyPages) -> FamilyPages:
    open_pages.server.it_is("2026-06-01 05:00")
    for session in open_pages.ask(open_pages.ana, "GET", f"/families/{open_pages.family_id}/care-sessions")["items"]:
        if session["status"] == "IN_PROGRESS":
            open_pages.ask(open_pages.noor, "POST", f"/care-sessions/{session['id']}/undo")
    open_pages.clear()
    return open_pages


@dataclass
class Thumb:
    """Taps on a page, and counts."""

    page: Page
    taps: int = 0

    def tap(self, words: str) -> None:
        """On a button, a link or what unfolds, by the words that it begins with."""
        page = self.page
        target = page.get_by_role("button", name=words).or_(page.get_by_role("link", name=words))
        target.or_(page.locator("summary", has_text=words)).first.click()
        self.taps += 1
        wait_until_settled(page)

    def reads(self, text: str) -> None:
        expect(self.page.locator("main").get_by_text(text).first).to_be_visible()


def started(pages: FamilyPages, start: str, end: str, at: str) -> str:
    """A session that Noor started at this time of its day."""
    session = pages.session(start, end, confirmed=True)
    pages.server.it_is(f"{start[:10]} {at}")
    pages.ask(pages.noor, "POST", f"/care-sessions/{session}/start")
    return session


def status(pages: FamilyPages, session: str) -> dict[str, Any]:
    return pages.ask(pages.noor, "GET", f"/care-sessions/{session}")


def test_a_forgotten_end_takes_two(pages: FamilyPages):
    session = started(pages, "2026-06-01T06:00", "2026-06-01T14:30", "06:02")
    pages.server.it_is("2026-06-01 14:50")
    with pages.at(pages.noor) as page:
        thumb = Thumb(page)
        page.goto("/today/")
        thumb.tap("Complete session")
        thumb.tap("14:30 as planned")
        thumb.reads("Completed: Mon 1 Jun, 06:02–14:30, 8 h 28 min.")
        assert thumb.taps == 2
    assert status(pages, session)["actualEnd"] == "2026-06-01T18:30:00Z"


@pytest.mark.nightly
def test_an_end_forgotten_over_night_takes_one(pages: FamilyPages):
    started(pages, "2026-06-01T06:00", "2026-06-01T14:30", "06:02")
    pages.server.it_is("2026-06-02 09:00")
    with pages.at(pages.noor) as page:
        thumb = Thumb(page)
        page.goto("/today/")
        thumb.reads("It’s past 14:30. When did it end?")
        thumb.tap("14:30 as planned")
        thumb.reads("Completed: Mon 1 Jun, 06:02–14:30, 8 h 28 min.")


@pytest.mark.nightly
def test_a_forgotten_start_and_end_take_at_most_two(pages: FamilyPages):
    session = pages.session("2026-06-01T06:00", "2026-06-01T14:30", confirmed=True)
    pages.server.it_is("2026-06-02 09:00")
    with pages.at(pages.noor) as page:
        thumb = Thumb(page)
        page.goto("/today/")
        thumb.reads("Did this happen?")
        thumb.tap("As planned")
        thumb.reads("Recorded: Mon 1 Jun, 06:00–14:30, 8 h 30 min.")
        assert thumb.taps <= 2
        thumb.tap("Undo")
        thumb.reads("Did this happen?")
        thumb.tap("Didn’t happen")
        thumb.tap("I did")
        thumb.reads("Cancelled: Mon 1 Jun, 06:00–14:30.")
    assert status(pages, session)["status"] == "CANCELLED"


@pytest.mark.nightly
def test_start_and_end_pressed_together_are_put_right_by_one_more(pages: FamilyPages):
    session = pages.session("2026-06-01T06:00", "2026-06-01T14:30", confirmed=True)
    pages.server.it_is("2026-06-01 14:28")
    with pages.at(pages.noor) as page:
        thumb = Thumb(page)
        page.goto("/today/")
        thumb.tap("Start session")
        thumb.tap("Now")
        pages.server.it_is("2026-06-01 14:31")
        thumb.tap("Complete session")
        thumb.reads("It was planned 06:00–14:30.")
        thumb.tap("Record as planned")
        thumb.reads("Recorded: Mon 1 Jun, 06:00–14:30, 8 h 30 min.")
    assert status(pages, session)["actualStart"] == "2026-06-01T10:00:00Z"


@pytest.mark.nightly
def test_three_unrecorded_days_take_at_most_two(pages: FamilyPages):
    for day in ("01", "02", "03"):
        pages.session(f"2026-06-{day}T06:00", f"2026-06-{day}T14:30", confirmed=True)
    pages.server.it_is("2026-06-04 09:00")
    with pages.at(pages.ana) as page:
        thumb = Thumb(page)
        page.goto(pages.home)
        thumb.tap("All 3 as planned")
        thumb.reads("3 sessions recorded.")
        assert thumb.taps <= 2


@pytest.mark.nightly
def test_a_wrong_start_is_undone_by_one(pages: FamilyPages):
    session = pages.session("2026-06-01T06:00", "2026-06-01T14:30", confirmed=True)
    pages.server.it_is("2026-06-01 05:50")
    with pages.at(pages.noor) as page:
        page.goto("/today/")
        Thumb(page).tap("Start session")
        thumb = Thumb(page)
        thumb.tap("Undo")
        thumb.reads("Start session")
        assert thumb.taps == 1
    assert status(pages, session)["status"] == "SCHEDULED"


@pytest.mark.nightly
def test_the_start_of_what_runs_is_put_right_by_two(pages: FamilyPages):
    session = started(pages, "2026-06-01T06:00", "2026-06-01T14:30", "06:40")
    with pages.at(pages.noor) as page:
        thumb = Thumb(page)
        page.goto("/today/")
        thumb.tap("Change")
        thumb.tap("06:00 as planned")
        thumb.reads("Started at 06:00: Mon 1 Jun, 06:00–14:30.")
        assert thumb.taps == 2
    assert status(pages, session)["actualStart"] == "2026-06-01T10:00:00Z"


def test_friday_forgotten_and_monday_started_at_another_family_take_at_most_three(pages: FamilyPages):
    friday = started(pages, "2026-06-05T12:00", "2026-06-05T18:30", "12:00")
    monday = at_the_okafors(pages, "2026-06-08T08:00", "2026-06-08T16:00")
    pages.server.it_is("2026-06-08 07:58")
    with pages.at(pages.noor) as page:
        thumb = Thumb(page)
        page.goto("/today/")
        thumb.tap("Start session")
        thumb.tap("Emma until 18:30 as planned, and start here")
        thumb.reads("Completed: Fri 5 Jun, 12:00–18:30, 6 h 30 min.")
        thumb.reads("Started at 07:58: Mon 8 Jun, 08:00–16:00.")
        assert thumb.taps <= 3
    assert status(pages, friday)["actualEnd"] == "2026-06-05T22:30:00Z"
    assert status(pages, monday)["status"] == "IN_PROGRESS"
    pages.ask(pages.noor, "POST", f"/care-sessions/{monday}/complete")


@pytest.mark.nightly
def test_a_week_is_confirmed_by_at_most_two(pages: FamilyPages):
    for day in ("08", "10", "12"):
        pages.session(f"2026-06-{day}T06:00", f"2026-06-{day}T14:30")
    with pages.at(pages.ana) as page:
        thumb = Thumb(page)
        page.goto(pages.home)
        thumb.tap("Confirm all 3")
        thumb.reads("3 sessions confirmed.")
        assert thumb.taps <= 2


def at_the_okafors(pages: FamilyPages, start: str, end: str) -> str:
    """A confirmed session of Noor with Zuri, in another family."""
    fields = {"name": "Okafors", "timeZone": "America/New_York", "currency": "USD", "role": "NANNY"}
    family = pages.ask(pages.noor, "POST", "/families", fields)["id"]
    zuri = pages.ask(pages.noor, "POST", f"/families/{family}/children", {"firstName": "Zuri"})["id"]
    body = {"scheduledStart": f"{start}:00-04:00", "scheduledEnd": f"{end}:00-04:00", "childIds": [zuri]}
    body["isConfirmed"] = True
    return pages.ask(pages.noor, "POST", f"/families/{family}/care-sessions", body)["id"]


@pytest.mark.nightly
def test_that_one_is_late_takes_two_on_today_and_home(pages: FamilyPages):
    pages.session("2026-06-01T06:00", "2026-06-01T14:30", confirmed=True)
    pages.server.it_is("2026-06-01 05:40")
    for person, address in ((pages.noor, "/today/"), (pages.ana, pages.home)):
        with pages.at(person) as page:
            thumb = Thumb(page)
            page.goto(address)
            thumb.tap("Running late")
            thumb.tap("10 min late")
            thumb.reads("Sent: 10 min late.")
            assert thumb.taps == 2

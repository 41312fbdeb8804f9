"""How many taps it takes on a phone to submit a week of pay and to settle it, and the same without a script.

It is June 2026 in New York, which starts on a Monday.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.page_objects import FamilyPages, family_pages, wait_until_settled
from tests.browser.test_every_page import AXE, TOO_SMALL, TOO_WIDE, UNSEEN, VIOLATIONS
from tests.browser.test_taps import Thumb
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database


@pytest.fixture
def pages(dated: DatedServer, browser) -> Iterator[FamilyPages]:
    with family_pages(dated, browser) as pages:
        yield pages


def worked(pages: FamilyPages, start: str, end: str, ended: str = "") -> str:
    """A session that was confirmed, and recorded the morning after."""
    pages.server.it_is(f"{start[:10]} 00:30")
    session = pages.session(start, end, confirmed=True)
    tomorrow = date.fromisoformat(start[:10]) + timedelta(days=1)
    pages.server.it_is(f"{tomorrow} 09:00")
    times = {"actualStart": f"{start}:00-04:00", "actualEnd": f"{ended or end}:00-04:00"}
    pages.ask(pages.noor, "POST", f"/care-sessions/{session}/record", times)
    return session


def a_week(pages: FamilyPages) -> str:
    """The id of a pay period with two sessions, of which the second took longer."""
    worked(pages, "2026-06-01T06:00", "2026-06-01T14:30")
    worked(pages, "2026-06-03T06:00", "2026-06-03T14:30", "2026-06-03T15:30")
    week = {"nannyId": pages.noor_id, "from": "2026-06-01", "to": "2026-06-07"}
    pages.server.it_is("2026-06-08 09:00")
    return pages.ask(pages.noor, "POST", f"/families/{pages.family_id}/pay-periods", week)["id"]


def test_a_week_is_submitted_by_two_and_settled_by_three(pages: FamilyPages):
    period = a_week(pages)
    with pages.at(pages.noor) as page:
        thumb = Thumb(page)
        page.goto("/today/")
        thumb.reads("It is over. Submit it to be paid.")
        thumb.tap("Pay period 1–7 Jun")
        thumb.tap("Submit")
        thumb.reads("Submitted.")
        assert thumb.taps == 2
    with pages.at(pages.ana) as page:
        thumb = Thumb(page)
        page.goto(pages.home)
        thumb.tap("Noor: pay period")
        page.locator("summary", has_text="9 h 30 min").click()
        thumb.taps += 1
        thumb.reads("9:30 h x 25.00 = 237.50")
        thumb.tap("Approve")
        expect(page.get_by_role("status").first).to_contain_text("Approved")
        assert thumb.taps == 3
    approved = pages.ask(pages.ana, "GET", f"/pay-periods/{period}")
    assert (approved["status"], approved["totals"]["due"]) == ("APPROVED", "450.00")


@pytest.mark.nightly
@pytest.mark.parametrize("scripts", [True, False])
def test_on_pay_one_tap_submits_and_begins_the_next(pages: FamilyPages, scripts):
    period = a_week(pages)
    with pages.at(pages.noor, java_script_enabled=scripts) as page:
        page.goto(f"/families/{pages.family_id}/pay/")
        page.get_by_role("button", name="Submit").click()
        expect(page.get_by_role("status").first).to_contain_text("Submitted")
        page.goto(f"/families/{pages.family_id}/pay/")
        page.get_by_role("button", name="Begin 8–14 Jun").click()
        expect(page.get_by_role("status").first).to_contain_text("Begun")
    listed = pages.ask(pages.noor, "GET", f"/families/{pages.family_id}/pay-periods")["items"]
    assert [row["status"] for row in listed] == ["OPEN", "SUBMITTED"]
    assert listed[1]["id"] == period


@pytest.mark.nightly
def test_a_week_is_submitted_by_keys_alone(pages: FamilyPages):
    a_week(pages)
    with pages.at(pages.noor) as page:
        page.goto(f"/families/{pages.family_id}/pay/")
        submit = page.get_by_role("button", name="Submit").element_handle()
        for _ in range(60):
            page.keyboard.press("Tab")
            if submit.evaluate("control => control === document.activeElement"):
                break
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("Submitted")


@pytest.mark.nightly
@pytest.mark.parametrize("scripts", [True, False])
def test_an_entry_is_made_removed_and_brought_back(pages: FamilyPages, scripts):
    pages.server.it_is("2026-06-08 09:00")
    with pages.at(pages.ana, java_script_enabled=scripts) as page:
        page.goto(f"/families/{pages.family_id}/pay-items/new/")
        page.get_by_role("link", name="Gift").click()
        page.get_by_label("Amount").fill("30")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("$30.00")).to_be_visible()
        page.get_by_role("link", name="Gift").click()
        page.get_by_role("button", name="Remove this entry").click()
        expect(page.get_by_text("Nothing is entered yet.")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("$30.00")).to_be_visible()


@pytest.mark.nightly
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_of_pay_shuts_anybody_out(pages: FamilyPages, width, scheme):
    a_week(pages)
    gift = {"nannyId": pages.noor_id, "kind": "GIFT", "date": "2026-06-04", "amount": "30.00"}
    item = pages.ask(pages.ana, "POST", f"/families/{pages.family_id}/pay-items", gift)["id"]
    family = f"/families/{pages.family_id}"
    addresses = [f"{family}/pay/", f"{family}/pay-items/", f"/pay-items/{item}/"]
    addresses += [f"{family}/pay-items/new/?kind={kind}" for kind in ("SICK", "ADJUSTMENT")]
    screen = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme, "reduced_motion": "reduce"}
    for person in (pages.noor, pages.ana):
        with pages.at(person, bypass_csp=True, **screen) as page:
            for address in addresses:
                page.goto(address)
                wait_until_settled(page)
                page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
                page.evaluate(AXE)
                for wrong in (VIOLATIONS, TOO_WIDE, TOO_SMALL, UNSEEN):
                    assert page.evaluate(wrong, {} if wrong == VIOLATIONS else None) == [], address

"""A nanny of two families who is ill tomorrow: four taps on a phone, one to undo it, and what it looks like by keys.

It is June 2026 in New York, which starts on a Monday.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page_objects import FamilyPages, family_pages, wait_until_settled
from tests.workflows.dated import DatedServer

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]

# Where pictures are kept for who wants to look at them.
PICTURES = os.environ.get("HANDSEL_TEST_PICTURES", "")
WIDE = {"width": 1280, "height": 900}


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def two_families(pages: FamilyPages) -> list[str]:
    """The Okafors, whose nanny Noor is too; a session with each family tomorrow."""
    okafors = pages.ask(
        pages.ana, "POST", "/families", {"name": "Okafors", "timeZone": "America/New_York", "currency": "USD"}
    )["id"]
    invited = pages.ask(
        pages.ana, "POST", f"/families/{okafors}/invitations", {"email": pages.noor.email, "role": "NANNY"}
    )
    secret = invited["acceptUrl"].rstrip("/").rpartition("/")[2]
    noor_id = pages.ask(pages.noor, "POST", "/invitations/accept", {"token": secret})["id"]
    zuri = pages.ask(pages.ana, "POST", f"/families/{okafors}/children", {"firstName": "Zuri"})["id"]
    evening = {
        "scheduledStart": "2026-06-02T15:00:00-04:00",
        "scheduledEnd": "2026-06-02T19:00:00-04:00",
        "childIds": [zuri],
        "nannyId": noor_id,
        "isConfirmed": True,
    }
    mornings = pages.session("2026-06-02T06:00", "2026-06-02T14:30", confirmed=True)
    return [mornings, pages.ask(pages.ana, "POST", f"/families/{okafors}/care-sessions", evening)["id"]]


def nannies(pages: FamilyPages, sessions: list[str]) -> list[object]:
    return [pages.ask(pages.noor, "GET", f"/care-sessions/{session}")["nannyId"] for session in sessions]


def tap(page: Page, words: str) -> int:
    target = page.get_by_role("button", name=words).or_(page.get_by_role("link", name=words))
    target.or_(page.get_by_role("radio", name=words)).first.click()
    wait_until_settled(page)
    return 1


def test_ill_tomorrow_with_two_families_takes_four_taps(dated: DatedServer, browser):
    with family_pages(dated, browser) as pages:
        pages.server.it_is("2026-06-01 20:00")
        sessions = two_families(pages)
        for light in ("light", "dark"):
            with pages.at(pages.noor, color_scheme=light) as page:
                page.goto("/today/")
                picture(page, f"phone-{light}-1-today")
                taps = tap(page, "I can’t come")
                picture(page, f"phone-{light}-2-which-day")
                taps += tap(page, "Tomorrow")
                expect(page.get_by_text("Okafors").first).to_be_visible()
                picture(page, f"phone-{light}-3-sessions")
                taps += tap(page, "Give back")
                taps += tap(page, "Tell the families")
                expect(page.locator("main .toast")).to_contain_text("2 sessions need a nanny")
                picture(page, f"phone-{light}-4-told")
                assert taps == 4
                assert nannies(pages, sessions) == [None, None]
            for size, viewport in (("phone", {"width": 390, "height": 844}), ("wide", WIDE)):
                with pages.at(pages.ana, color_scheme=light, viewport=viewport) as page:
                    for name, address in (
                        ("home", pages.home),
                        ("session", f"/sessions/{sessions[0]}/"),
                        ("calendar", "/calendar/?view=week&date=2026-06-02"),
                        ("time-off", f"/families/{pages.family_id}/time-off/"),
                    ):
                        page.goto(address)
                        picture(page, f"{size}-{light}-ana-{name}")
            with pages.at(pages.noor, color_scheme=light, viewport=WIDE) as page:
                page.goto("/cant-come/?from=2026-06-02&to=2026-06-02&start=10:00&end=12:00")
                picture(page, f"wide-{light}-hours")
                page.goto(f"/families/{pages.family_id}/time-off/")
                page.get_by_role("link", name="Tue 2 Jun").click()
                picture(page, f"wide-{light}-entry")
                tap(page, "Undo")
                expect(page.locator("main .toast")).to_contain_text("All sessions are as they were.")
            assert None not in nannies(pages, sessions)


def test_without_a_mouse_and_without_a_script_it_is_the_same(dated: DatedServer, browser):
    with family_pages(dated, browser) as pages:
        pages.server.it_is("2026-06-01 20:00")
        sessions = two_families(pages)
        with pages.at(pages.noor, java_script_enabled=False) as page:
            page.goto("/today/")
            for words in ("I can’t come", "Tomorrow"):
                page.get_by_role("link", name=words).first.focus()
                page.keyboard.press("Enter")
                page.wait_for_load_state()
            page.get_by_role("radio", name="Keep for now").focus()
            page.keyboard.press("ArrowRight")
            expect(page.get_by_role("radio", name="Give back")).to_be_checked()
            page.get_by_role("button", name="Tell the families").focus()
            page.keyboard.press("Enter")
            expect(page.locator("main .toast")).to_contain_text("2 sessions need a nanny")
        assert nannies(pages, sessions) == [None, None]

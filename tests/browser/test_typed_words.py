"""What somebody typed comes back after Back, after a refusal and after signing in again, and what they had seen too."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browser_user import BrowserUser
from tests.browser.household import SampleFamily
from tests.browser.page_objects import wait_until_settled

pytestmark = pytest.mark.no_database

SCREENS = ["phone", pytest.param("phone without scripts", marks=pytest.mark.nightly)]


@pytest.fixture
def ana(new_user, family: SampleFamily) -> BrowserUser:
    ana = new_user()
    ana.sign_in(family.parent.email)
    return ana


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    wait_until_settled(page)


def test_after_back_a_form_still_knows_what_its_person_had_seen(ana: BrowserUser, family: SampleFamily):
    """The page comes anew, with the note that Noor wrote meanwhile among its hidden values; the browser lays over it
    what Ana had typed, who has never seen that note.
    """
    page, schedule = ana.page, f"/care-schedules/{family.schedule}"
    page.goto(f"/schedules/{family.schedule}/edit/")
    page.get_by_label("Notes").fill("Ring twice.")
    page.get_by_label("Name").fill("")
    save(page)
    expect(page.get_by_text("Fill this in.")).to_be_visible()
    family.noor.patch(schedule, json={"notes": "The back door is open."}).raise_for_status()
    page.go_back()
    expect(page.get_by_label("Notes")).to_have_value("Ring twice.")
    page.get_by_label("Name").fill("Mornings")
    expect(page.locator("#preview")).to_contain_text("Every Monday")
    save(page)
    ana.read("Somebody else changed this meanwhile. Choose which to keep.")
    ana.read("The back door is open.")
    assert family.ana.get(schedule).json()["notes"] == "The back door is open."
    page.get_by_label("Your version:").check()
    save(page)
    expect(page.get_by_role("status")).to_contain_text("Mornings is saved.")
    assert family.ana.get(schedule).json()["notes"] == "Ring twice."


@pytest.mark.nightly
def test_after_back_from_what_was_made_it_is_not_made_again(ana: BrowserUser, family: SampleFamily):
    page = ana.page
    page.goto(f"/families/{family.id}/schedules/new/")
    page.get_by_label("Name").fill("Tuesdays")
    page.get_by_label("Tuesday").check(force=True)
    page.get_by_label("From", exact=True).fill("15:00")
    page.get_by_label("To", exact=True).fill("19:00")
    expect(page.locator("#preview")).to_contain_text("Every Tuesday")
    save(page)
    expect(page.get_by_role("status")).to_contain_text("Tuesdays is saved.")
    page.go_back()
    expect(page.get_by_label("Name")).to_have_value("Tuesdays")
    ana.press("Preview")
    save(page)
    ana.read("This was already sent.")
    schedules = family.ana.get(f"/families/{family.id}/care-schedules").json()["items"]
    assert sorted(schedule["name"] for schedule in schedules) == ["Mornings", "Tuesdays"]


@pytest.mark.nightly
def test_a_refused_form_that_was_left_by_back_comes_filled_in_again(ana: BrowserUser, family: SampleFamily):
    """Whether Back leads to the form or past it."""
    [session, *_] = family.generate("2026-06-01", "2026-06-05")
    page, form = ana.page, f"/sessions/{session}/edit/"
    page.goto(f"/sessions/{session}/")
    page.goto(form)
    page.get_by_label("Notes").fill("Boots.")
    page.get_by_label("To", exact=True).fill("")
    save(page)
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    page.go_back()
    if not page.url.endswith(form):
        page.go_forward()
    expect(page.get_by_label("Notes")).to_have_value("Boots.")
    page.get_by_label("To", exact=True).fill("13:00")
    save(page)
    expect(page).to_have_url(re.compile(f"/sessions/{session}/$"))
    assert family.ana.get(f"/care-sessions/{session}").json()["notes"] == "Boots."


@pytest.mark.parametrize("new_user", SCREENS, indirect=True)
def test_a_form_comes_back_filled_in_when_its_person_has_signed_in_again(ana: BrowserUser, family: SampleFamily):
    page = ana.page
    page.goto(f"/families/{family.id}/children/new/")
    ana.fill("First name", "Theo")
    ana.fill("Allergies", "Bees.")
    page.context.clear_cookies(name="sessionid")
    ana.press("Add this child")
    ana.read("You were signed out before this was sent. Sign in, and it is still there.")
    ana.sign_in(family.parent.email, here=True)
    ana.read("This has not been sent yet. Check it, then send it.")
    expect(page.get_by_label("Allergies")).to_have_value("Bees.")
    ana.press("Add this child")
    ana.read("Theo is added.")
    children = family.ana.get(f"/families/{family.id}/children").json()["items"]
    assert [(child["firstName"], child["allergies"]) for child in children][1:] == [("Theo", "Bees.")]


@pytest.mark.parametrize("new_user", SCREENS, indirect=True)
def test_a_press_takes_one_more_tap_after_signing_in(ana: BrowserUser, family: SampleFamily):
    [session, *_] = family.generate("2026-06-01", "2026-06-01")
    ana.page.goto(f"/sessions/{session}/")
    ana.page.context.clear_cookies(name="sessionid")
    ana.press("Confirm")
    ana.sign_in(family.parent.email, here=True)
    ana.read("Nothing has happened yet.")
    assert not family.ana.get(f"/care-sessions/{session}").json()["isConfirmed"]
    ana.press("Confirm")
    expect(ana.page.locator("main .toast")).to_contain_text("Confirmed")
    assert family.ana.get(f"/care-sessions/{session}").json()["isConfirmed"]


def test_a_long_name_breaks_inside_its_choice(ana: BrowserUser, family: SampleFamily):
    body = {"firstName": "Maximiliana" * 3 + "xx"}
    family.ana.post(f"/families/{family.id}/children", json=body).raise_for_status()
    ana.page.set_viewport_size({"width": 360, "height": 800})
    ana.page.goto(f"/families/{family.id}/schedules/new/")
    assert ana.page.evaluate("document.documentElement.scrollWidth") <= 360

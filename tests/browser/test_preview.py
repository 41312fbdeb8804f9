"""What a form means is said while it is filled in: a schedule's days, and the rate of another nanny."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.browser_user import BrowserUser
from tests.browser.household import SampleFamily
from tests.browser.page_objects import WITHOUT_SERVICE_WORKER
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database


@pytest.fixture
def form(browser: Browser, example: DatedServer) -> Iterator[Page]:
    """Ana at an empty form."""
    with browser.new_context(base_url=example.base_url, **WITHOUT_SERVICE_WORKER) as context:
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_role("button", name="Ana").click()
        page.goto(page.url.replace("/home/", "/schedules/new/"))
        yield page


@pytest.mark.nightly
def test_what_is_generated_stands_beside_the_dates_as_they_are_chosen(family: SampleFamily, new_user):
    family.generate("2026-06-01", "2026-06-05")
    noor = new_user()
    noor.sign_in(family.nanny.email)
    noor.open(f"/schedules/{family.schedule}/generate/")
    page, total, day = noor.page, noor.page.locator("#total"), noor.page.get_by_label("To", exact=True)
    expect(page.get_by_role("button", name="Show")).to_have_count(0)
    noor.tick("Next 2 weeks")
    expect(total).to_contain_text("3 new, 3 already planned")
    expect(day).to_have_value("2026-06-14")
    day.fill("2026-06-08")
    expect(page.get_by_role("radio", name="Choose dates")).to_be_checked()
    expect(total).to_contain_text("1 new, 3 already planned")
    page.reload()
    expect(total).to_contain_text("1 new, 3 already planned")
    noor.press("Generate 1 session")
    noor.read("1 session generated.")


def test_a_schedule_is_saved_by_one_press_once_its_meaning_stands_beside_it(form: Page):
    means = form.locator("#preview")
    form.get_by_label("Monthly").check(force=True)
    form.get_by_label("From", exact=True).fill("21:00")
    form.get_by_label("To", exact=True).fill("06:30")
    form.get_by_label("First day").fill("2027-01-31")
    expect(means.get_by_role("heading")).to_have_text("The last day of every month")
    expect(means).to_contain_text("Ends the next day, 9 h 30 min.")
    form.get_by_role("checkbox", name="Sunday").check(force=True)
    expect(means.get_by_role("heading")).to_have_text("The last Sunday of every month")
    form.get_by_label("To", exact=True).fill("21:00")
    expect(means).to_contain_text("Start and end are the same.")
    form.get_by_label("To", exact=True).fill("22:00")
    expect(means).to_contain_text("9:00 PM – 10:00 PM")
    form.get_by_label("To", exact=True).fill("23:00")
    save = form.get_by_role("button", name="Save", exact=True)
    save.focus()
    expect(means).to_contain_text("9:00 PM – 11:00 PM")
    expect(save).to_be_focused()
    form.get_by_label("Name").fill("Sunday nights")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form.get_by_role("status")).to_contain_text("Sunday nights is saved.")


@pytest.mark.nightly
def test_what_the_preview_could_not_be_asked_is_asked_when_it_is_saved(form: Page):
    form.get_by_label("Name").fill("Tuesdays")
    form.get_by_label("Tuesday").check(force=True)
    form.get_by_label("From", exact=True).fill("15:00")
    form.get_by_label("To", exact=True).fill("19:00")
    expect(form.locator("#preview")).to_contain_text("Every Tuesday")
    form.context.set_offline(True)
    form.get_by_label("Thursday").check(force=True)
    form.wait_for_timeout(600)
    expect(form.locator("#preview")).to_contain_text("Every Tuesday")
    form.context.set_offline(False)
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form.locator("#preview")).to_contain_text("Not saved yet.")
    expect(form.locator("#preview")).to_contain_text("Every Tuesday and Thursday")


@pytest.mark.nightly
def test_the_rate_that_another_nanny_then_has_is_shown_at_once(new_user, family: SampleFamily):
    [session_id, *_] = family.generate("2026-06-01", "2026-06-05")
    family.ana.patch(f"/care-sessions/{session_id}", json={"hourlyRate": "31.00"}).raise_for_status()
    ana: BrowserUser = new_user()
    ana.sign_in(family.parent.email)
    page = ana.page
    page.goto(f"/sessions/{session_id}/edit/")
    rate, nanny = page.get_by_label("Rate"), page.get_by_label("Nanny")
    nanny.select_option("No nanny yet")
    expect(rate).to_have_value("25.00")
    nanny.select_option("Noor")
    expect(rate).to_have_value("31.00")
    rate.fill("33.00")
    nanny.select_option("No nanny yet")
    expect(rate).to_have_value("33.00")

"""Pay as somebody new to it walks through it: terms from a preset, a first week, a question and its answer, approval,
payment, the year and a receipt; by keys alone and without scripts.

It is June 2026 in New York, which starts on a Monday. With HANDSEL_TEST_PICTURES every step is left there as pictures,
phone and wide, light and dark.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page_objects import PHONE, FamilyPages, family_pages
from tests.browser.test_pay_taps import worked
from tests.browser.ways import WAYS, named, reads
from tests.workflows.dated import DatedServer

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]

PICTURES = os.environ.get("HANDSEL_TEST_PICTURES", "")
WIDE = {"width": 1280, "height": 900}


@pytest.fixture
def pages(dated: DatedServer, browser) -> Iterator[FamilyPages]:
    with family_pages(dated, browser) as pages:
        yield pages


def picture(page: Page, name: str) -> None:
    """Leave the page as pictures where they are asked for."""
    if not PICTURES:
        return
    for screen, size in (("phone", PHONE), ("wide", WIDE)):
        for scheme in ("light", "dark"):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=Path(PICTURES) / f"{name}-{screen}-{scheme}.png", full_page=True)
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("way", WAYS)
def test_a_first_week_of_pay_until_its_receipt(pages: FamilyPages, way):
    use, scripts = way
    options = {"java_script_enabled": scripts, "reduced_motion": "reduce"}
    family = f"/families/{pages.family_id}"
    pages.server.it_is("2026-05-31 09:00")
    with pages.at(pages.ana, **options) as page:
        page.goto(f"{family}/pay/")
        picture(page, "01-nothing-yet")
        page.goto(f"{family}/pay-terms/")
        picture(page, "02-no-terms")
        use(page, named(page, "United States"))
        page.locator("input[name=effective_from]").fill("2026-06-01")
        picture(page, "03-terms-from-a-preset")
        if not scripts:  # a script asks what they mean while they are written
            use(page, named(page, "Preview"))
        picture(page, "04-what-they-mean")
        use(page, page.get_by_role("button", name="Save", exact=True))
        reads(page, "After 40 h a week")
        picture(page, "05-terms")
    for day in range(1, 6):
        worked(pages, f"2026-06-{day:02}T06:00", f"2026-06-{day:02}T14:30")
    pages.server.it_is("2026-06-08 09:00")
    with pages.at(pages.noor, **options) as page:
        page.goto(f"{family}/pay/")
        use(page, named(page, "Begin your first pay period"))
        picture(page, "06-a-first-period")
        use(page, page.get_by_role("button", name="Begin this pay period"))
        page.goto(f"{family}/pay/")
        picture(page, "07-a-first-week")
        use(page, named(page, "Submit"))
        reads(page, "Submitted")
    with pages.at(pages.ana, **options) as page:
        page.goto(f"{family}/pay/")
        picture(page, "07-waiting-for-ana")
        use(page, named(page, "Noor: pay period"))
        picture(page, "08-to-be-approved")
        use(page, named(page, "Ask about it"))
        page.get_by_label("What is to be said").fill("Was Tuesday not shorter?")
        use(page, page.get_by_role("button", name="Ask about it"))
        reads(page, "Was Tuesday not shorter?")
    with pages.at(pages.noor, **options) as page:
        page.goto(f"{family}/pay/")
        picture(page, "09-asked-about")
        use(page, named(page, "1–7 Jun"))
        page.locator("summary.pay-line").nth(1).click()
        use(page, named(page, "Open the session"))
        use(page, named(page, "Correct"))
        page.locator("input[name=actual_end]").fill("2026-06-02T13:30")
        page.get_by_label("Why").fill("The neighbours took her at half past one.")
        use(page, named(page, "Save"))
        reads(page, "13:30")
        picture(page, "10-corrected")
        page.goto(f"{family}/pay/")
        use(page, named(page, "Submit"))
        reads(page, "Submitted")
    with pages.at(pages.ana, **options) as page:
        page.goto(f"{family}/pay/")
        use(page, named(page, "Noor: pay period"))
        reads(page, "corrected")
        use(page, named(page, "Approve"))
        reads(page, "Approved")
        picture(page, "11-approved")
        page.goto(f"{family}/payments/")
        use(page, named(page, "Record a payment"))
        page.get_by_label("Amount").fill("600")
        picture(page, "12-a-payment")
        use(page, named(page, "Record"))
        reads(page, "$600.00")
        picture(page, "13-payments")
        page.goto(f"{family}/records/2026/")
        reads(page, "Wages paid per quarter")
        picture(page, "14-the-year")
        page.goto(f"{family}/documents/?kind=CARE_RECEIPT")
        page.locator("input[name=from_date]").fill("2026-06-01")
        page.locator("input[name=to_date]").fill("2026-06-07")
        page.get_by_label("Emma").check()
        picture(page, "15-a-receipt")
        use(page, named(page, "Issue"))
        expect(page.get_by_role("link", name="PDF").first).to_be_visible()
        picture(page, "16-documents")
    listed = pages.ask(pages.ana, "GET", f"{family}/documents")["items"]
    assert [document["kind"] for document in listed][:2] == ["CARE_RECEIPT", "PAY_STATEMENT"]

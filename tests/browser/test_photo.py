"""A photo of a receipt is made smaller before it is sent, also on a form that was refused once."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.page_objects import FamilyPages, family_pages
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database

# The file that would be sent: its bytes, type and longest side.
CHOSEN = """async () => {
  const [file] = document.querySelector("input[type=file]").files;
  const picture = await createImageBitmap(file);
  return [file.size, file.type, Math.max(picture.width, picture.height)];
}"""


@pytest.fixture(scope="module")
def pages(dated: DatedServer, browser) -> Iterator[FamilyPages]:
    with family_pages(dated, browser) as pages:
        yield pages


@pytest.fixture(scope="module")
def photo() -> dict[str, object]:
    """As a phone takes it: 3,000 by 2,000 points, no two alike."""
    taken = io.BytesIO()
    Image.effect_noise((3000, 2000), 80).convert("RGB").save(taken, "JPEG", quality=95)
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": taken.getvalue()}


def choose(page: Page, photo: dict[str, object]) -> tuple[int, str, int]:
    page.locator("input[type=file]").set_input_files([photo])
    page.wait_for_function(
        "size => document.querySelector('input[type=file]').files[0].size !== size", arg=len(photo["buffer"])
    )
    return tuple(page.evaluate(CHOSEN))


@pytest.mark.nightly
def test_a_photo_is_made_smaller(pages: FamilyPages, photo):
    with pages.at(pages.noor) as page:
        page.goto(f"/families/{pages.family_id}/expenses/new/")
        size, kind, side = choose(page, photo)
        assert (kind, side) == ("image/jpeg", 2400)
        assert size < len(photo["buffer"])


@pytest.mark.nightly
def test_also_where_the_page_was_swapped(pages: FamilyPages, photo):
    lunch = {"nannyId": pages.noor_id, "category": "MEALS", "date": "2026-05-29", "amount": "12.50"}
    pages.server.it_is("2026-06-01 09:00")
    expense = pages.ask(pages.noor, "POST", f"/families/{pages.family_id}/expenses", lunch)["id"]
    with pages.at(pages.noor) as page:
        page.goto(f"/expenses/{expense}/edit/")
        page.get_by_label("Amount").fill("nonsense")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("[aria-invalid]").first).to_be_visible()
        assert choose(page, photo)[2] == 2400


@pytest.mark.nightly
def test_without_a_script_it_is_sent_as_it_is(pages: FamilyPages, photo):
    pages.server.it_is("2026-06-01 09:00")
    with pages.at(pages.noor, java_script_enabled=False) as page:
        page.goto(f"/families/{pages.family_id}/expenses/new/")
        page.locator("input[type=file]").set_input_files([photo])
        page.get_by_label("Amount").fill("12.50")
        page.get_by_role("button", name="Enter an expense").click()
        expect(page.get_by_text("Mon 1 Jun · Waits for an answer")).to_be_visible()

"""From a mail to the answer in two taps, in a real browser: the link, and the button. And no more mails by one more."""

import sqlite3
from contextlib import closing
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from handsel.access import mail_links
from handsel.rules.notices import Topic
from tests.browser.household import SampleFamily
from tests.browser.test_every_page import PHONE, WIDE, flaws

pytestmark = pytest.mark.no_database


def notice_of(family: SampleFamily) -> UUID:
    """The parent's newest, as the mail would have it."""
    [book] = (family.server.home / "data").glob("*.sqlite3")
    with closing(sqlite3.connect(book)) as connection:
        row = connection.execute(
            "SELECT id FROM handsel_notice WHERE person_id = ? ORDER BY at DESC, id DESC", [family.parent.id.hex]
        )
        return UUID(row.fetchone()[0])


@pytest.fixture(autouse=True)
def signed_as_the_server_does(family: SampleFamily, settings) -> None:
    settings.SECRET_KEY = (family.server.home / "data" / "secret_key").read_text().strip()


@pytest.mark.parametrize(
    "new_user", [pytest.param("phone", marks=pytest.mark.nightly), "phone without scripts"], indirect=True
)
def test_two_taps_from_the_mail_to_the_answer(family, new_user):
    family.generate("2026-06-01", "2026-06-12")
    ana = new_user()
    ana.open(f"{family.server.base_url}/mail/answer/{mail_links.answer_token(notice_of(family))}/")
    ana.press("Confirm all 6")
    expect(ana.page.locator("main .toast")).to_contain_text("6 sessions confirmed.")
    ana.read("Nothing to confirm")
    assert family.ana.get(f"/families/{family.id}/care-sessions/unconfirmed").json()["items"] == []
    ana.follow("See all of it in Handsel")
    ana.arrived("/accounts/login/")
    stop = mail_links.unsubscribe_token(family.parent.id, Topic.TO_ANSWER)
    ana.open(f"{family.server.base_url}/mail/stop/{stop}/")
    ana.press("Stop these e-mails")
    ana.read("You get no more e-mails about “Sessions to confirm”.")
    ana.press("Undo")
    ana.read("You will get no more e-mails about “Sessions to confirm”.")


@pytest.mark.parametrize("screen", [PHONE, WIDE], ids=["phone", "wide"])
@pytest.mark.nightly
def test_the_pages_behind_the_links_are_for_everybody(family, browser: Browser, screen):
    family.generate("2026-06-15", "2026-06-26")
    answer = mail_links.answer_token(notice_of(family))
    places = [
        f"/mail/answer/{answer}/",
        f"/mail/stop/{mail_links.unsubscribe_token(family.parent.id, Topic.CONFIRMED)}/",
    ]
    with browser.new_context(base_url=family.server.base_url, reduced_motion="reduce") as context:
        page = context.new_page()
        for place in places:
            page.goto(place)
            assert list(flaws(page, screen, closely=True)) == [], place

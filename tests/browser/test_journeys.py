"""What people come for, from beginning to end, on a phone and at a desk. It is June 2026, a month of 30 days."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.browser_user import PASSWORD, BrowserUser
from tests.browser.household import SampleFamily
from tests.workflows.dated import DatedServer

pytestmark = [
    pytest.mark.no_database,
    # On a phone the workflows go the same ways by day.
    pytest.mark.parametrize("new_user", [pytest.param("phone", marks=pytest.mark.nightly), "wide"], indirect=True),
]

LAST_WEEK = ("Mon 22 Jun", "Wed 24 Jun", "Fri 26 Jun")


@pytest.mark.nightly  # by day the workflows go the same way
def test_a_nannys_day(family: SampleFamily, new_user: Callable[[], BrowserUser]):
    """What comes, started and completed with one button each; what the day was stays on its page."""
    today, *_ = family.generate("2026-06-01", "2026-06-05")
    family.ana.post(f"/care-sessions/{today}/confirm")
    family.server.it_is("2026-06-01 05:40")
    noor = new_user()
    noor.sign_in(family.nanny.email)
    noor.arrived(r"/today/$")
    noor.read("Emma: Peanuts.")
    noor.read("in 20 min, until 14:30")
    expect(noor.sessions("needs-answer")).to_have_count(2)  # of Wednesday and Friday: the family has not answered
    noor.press("Start session")
    noor.read("Started 05:40")
    family.server.it_is("2026-06-01 14:47")
    noor.open("/today/")
    noor.read("9h7min")
    noor.press("Complete session")
    noor.press("Now")
    noor.read("Nothing more today.")
    noor.open(f"/sessions/{today}/")
    for text in ("05:40", "14:47", "9 h 7 min", "$227.92"):
        noor.read(text)


@pytest.mark.nightly  # by day it goes by keys alone: test_keyboard.py
def test_a_parents_month(family: SampleFamily, new_user: Callable[[], BrowserUser]):
    """All but a week is confirmed, the week is cancelled, and for one session other hours are asked and had."""
    family.generate("2026-06-01", "2026-06-30")
    ana, noor = new_user(), new_user()
    ana.sign_in(family.parent.email)
    expect(ana.sessions("needs-answer")).to_have_count(13)
    ana.tick(*(f"Select {day}" for day in LAST_WEEK))
    ana.press("Cancel selected")
    ana.fill("Why", "We are at the lake.")
    ana.press("Cancel 3 sessions, 22–26 Jun")
    ana.read("3 sessions cancelled.")
    ana.press("Confirm all 10")
    ana.read("Nothing is waiting.")

    ana.open(f"/families/{family.id}/sessions/")
    ana.sessions("confirmed").nth(1).get_by_role("link").click()
    session = ana.arrived(r"/sessions/[0-9a-f-]{36}/$")
    ana.follow("Request changes")
    ana.fill("What would suit you better?", "The dentist opens at seven.")
    ana.fill("From", "07:30")
    ana.press("Send")
    ana.read("Withdraw request")

    noor.sign_in(family.nanny.email)
    noor.open("/inbox/")
    noor.press("Unread: Ana asks to change a session")
    noor.arrived(session)
    noor.read("The dentist opens at seven.")
    noor.page.get_by_role("button", name=re.compile("Accept .*07:30–14:30")).click()
    noor.read("Noor accepted")
    ana.open(session)
    ana.read("Wednesday, 3 June")
    ana.read("07:30")
    expect(ana.page.locator(".state[data-state=confirmed]").first).to_be_visible()


@pytest.mark.nightly  # by day the first workflow begins as new
def test_from_signing_up_to_the_first_month(dated: DatedServer, new_user: Callable[[], BrowserUser]):
    """Each page leads to the next; nothing has to be looked for."""
    dated.it_is("2026-05-29 18:00")
    ana = new_user()
    ana.open("/")
    ana.follow("Create account")
    ana.sign_up("Ana")
    ana.tick("a parent")
    ana.fill("Name of the family", "Riveras")
    ana.choose("Time zone", "America/New_York")
    ana.choose("Currency", "USD")
    ana.fill("Usual rate an hour", "25.00")
    ana.press("Create family")
    ana.fill("First name", "Emma")
    ana.press("Add this child")
    ana.fill("Name", "Mornings")
    ana.tick("Emma", "Weekly", "Monday", "Wednesday", "Friday")
    ana.fill("From", "06:00")
    ana.fill("To", "14:30")
    ana.fill("First day", "2026-06-01")
    ana.preview("Preview", "25.5 h")
    ana.press("Save and plan sessions")
    ana.tick("Choose dates")
    ana.fill("From", "2026-06-01")
    ana.fill("To", "2026-06-30")
    ana.press("Generate 13 sessions")
    ana.read("13 sessions generated.")
    ana.press("Undo")
    ana.read("13 sessions removed.")


def test_an_invitation_is_accepted_by_a_second_person(family: SampleFamily, new_user: Callable[[], BrowserUser]):
    """By somebody who has an account already, after signing in with it; then it lets nobody else in."""
    luis, sam = family.server.people("Luis", "Sam", password=PASSWORD)
    ana, second, third = new_user(), new_user(), new_user()
    ana.sign_in(family.parent.email)
    ana.open(f"/families/{family.id}/members/")
    ana.fill("E-mail", luis.email)
    ana.choose("Role", "PARENT")
    ana.press("Create invitation")
    link = ana.page.get_by_label("Invitation link").input_value()
    second.open(link)
    second.follow("I have an account")
    second.sign_in(luis.email, here=True)
    second.press("Accept the invitation")
    second.read("Welcome to the family’s page.")
    third.sign_in(sam.email)
    third.open(link)
    third.read("This invitation no longer works")
    ana.open(f"/families/{family.id}/members/")
    ana.read("Luis")

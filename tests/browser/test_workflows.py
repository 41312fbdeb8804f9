"""The three workflows of the care book on a phone, the first from an empty browser to a finished session.

The server's clock stands in June 2026, which has 30 days and starts on a Monday.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.browser.browser_user import BrowserUser
from tests.browser.household import SampleFamily
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database

WITHOUT_SCRIPTS = "phone without scripts"
BY_DAY_WITH_SCRIPTS = pytest.mark.parametrize(
    "new_user", ["phone", pytest.param(WITHOUT_SCRIPTS, marks=pytest.mark.nightly)], indirect=True
)

VACATION = ("Mon 15 Jun", "Wed 17 Jun", "Fri 19 Jun")


@dataclass
class Screens:
    """Those of Ana and of Noor."""

    server: DatedServer
    ana: BrowserUser
    noor: BrowserUser
    address: str  # of the family's page

    def generate_june(self) -> None:
        """From the page that asks for which time, up to the dry run."""
        self.noor.tick("Choose dates")
        self.noor.fill("From", "2026-06-01")
        self.noor.fill("To", "2026-06-30")
        if not self.noor.scripts:
            self.noor.press("Show")


@pytest.fixture
def new_screens(dated: DatedServer, new_user: Callable[[], BrowserUser]) -> Screens:
    """Ana founds the family, with two children; Noor follows her invitation and makes the schedule."""
    dated.it_is("2026-05-30 18:00")
    ana, noor = new_user(), new_user()
    ana.open("/accounts/signup/")
    ana.sign_up("Ana")
    ana.tick("a parent")
    ana.fill("Name of the family", "Riveras")
    ana.choose("Time zone", "America/New_York")
    ana.choose("Currency", "USD")
    ana.fill("Usual rate an hour", "25.00")
    ana.press("Create family")
    ana.read("Next: add a child.")
    family = "/".join(ana.page.url.split("/")[:5])
    ana.fill("First name", "Emma")
    ana.fill("Allergies", "Peanuts. EpiPen in the blue bag by the door.")
    ana.press("Add this child")
    ana.open(f"{family}/children/new/")
    ana.fill("First name", "Theo")
    ana.press("Add this child")
    ana.open(f"{family}/members/")
    ana.fill("E-mail", "noor@example.org")
    ana.choose("Role", "NANNY")
    ana.press("Create invitation")
    invitation = ana.page.get_by_label("Invitation link").input_value()

    noor.open(invitation)
    noor.follow("I am new here")
    noor.sign_up("Noor")
    noor.press("Accept the invitation")
    noor.read("Welcome to the family’s page.")
    noor.follow("New schedule")
    noor.fill("Name", "Mon/Wed/Fri Morning Care")
    noor.tick("Emma", "Theo", "Weekly", "Monday", "Wednesday", "Friday")
    noor.fill("From", "06:00")
    noor.fill("To", "14:30")
    noor.fill("First day", "2026-06-01")
    noor.fill("Rate, USD an hour", "25.00")
    noor.press("Preview")
    noor.read("25.5 h")
    return Screens(dated, ana, noor, family)


@pytest.fixture
def screens(family: SampleFamily, new_user: Callable[[], BrowserUser]) -> Screens:
    """Family and schedule are there, and both have signed in."""
    ana, noor = new_user(), new_user()
    ana.sign_in(family.parent.email)
    noor.sign_in(family.nanny.email)
    return Screens(family.server, ana, noor, f"/families/{family.id}")


@BY_DAY_WITH_SCRIPTS
def test_workflow_1_regular_weekly_care(new_screens: Screens, chromium_tried):
    screens, ana, noor = new_screens, new_screens.ana, new_screens.noor
    noor.press("Save and plan sessions")
    screens.generate_june()
    noor.press("Generate 13 sessions")
    noor.read("13 sessions generated.")

    ana.open("/inbox/")
    ana.press("Unread: 13 sessions to confirm")
    expect(ana.sessions("needs-answer")).to_have_count(13)
    ana.tick(*(f"Select {day}" for day in VACATION))
    ana.press("Cancel selected")
    ana.fill("Why", "We are at the lake.")
    ana.press("Cancel 3 sessions, 15–19 Jun")
    ana.read("3 sessions cancelled.")
    ana.press("Confirm all 10")
    ana.read("10 sessions confirmed.")
    ana.read("Nothing is waiting.")

    screens.server.it_is("2026-06-01 06:04")
    noor.open("/today/")
    noor.read("Emma: Peanuts. EpiPen in the blue bag by the door.")
    noor.press("Start session")
    noor.read("Started 06:04")
    screens.server.it_is("2026-06-01 14:41")
    noor.open("/today/")
    noor.press("Complete session")

    noor.open(f"{screens.address}/sessions/")
    expect(noor.sessions("confirmed")).to_have_count(9)
    expect(noor.sessions("cancelled")).to_have_count(3)
    noor.open(f"{screens.address}/sessions/?past")
    expect(noor.sessions("done")).to_have_count(1)
    noor.sessions("done").get_by_role("link").click()
    for text in ("06:00", "14:30", "06:04", "14:41"):
        noor.read(text)
    chromium_tried(
        "workflow 1: sign up, generate, cancel, confirm, start, complete", "13 sessions, with and without scripts"
    )


@pytest.mark.parametrize("new_user", [pytest.param("phone", marks=pytest.mark.nightly), WITHOUT_SCRIPTS], indirect=True)
def test_workflow_2_impromptu_care(screens: Screens, chromium_tried):
    ana, noor = screens.ana, screens.noor
    screens.server.it_is("2026-06-08 19:30")
    noor.open(f"{screens.address}/")
    noor.follow("Add a session")
    noor.tick("Emma")
    noor.fill("Day", "2026-06-09")
    noor.fill("From", "15:00")
    noor.fill("To", "19:00")
    noor.fill("Rate, USD an hour", "28.00")
    noor.tick("The family has agreed")
    noor.press("Add this session")
    noor.read("Confirmed")
    session = noor.arrived(r"/sessions/[0-9a-f-]{36}/$")
    noor.open("/today/")
    noor.read("The next one is Tuesday, 9 June at 15:00.")
    ana.open("/inbox/")
    ana.press("Unread: Noor confirmed a session for you")
    ana.arrived(session)
    ana.read("for the family, by phone")

    screens.server.it_is("2026-06-09 14:52")
    noor.open(session)
    noor.press("Start session")
    screens.server.it_is("2026-06-09 19:17")
    noor.open(session)
    noor.press("Complete session")
    noor.read("When did it end?")
    noor.press("Now")
    for text in ("15:00", "19:00", "14:52", "19:17"):
        noor.read(text)
    chromium_tried("workflow 2: add, start, complete", "1 session, with and without scripts")


@pytest.mark.nightly
@pytest.mark.parametrize("new_user", ["phone", WITHOUT_SCRIPTS], indirect=True)
def test_workflow_3_schedule_changes(screens: Screens, chromium_tried):
    ana, noor = screens.ana, screens.noor
    noor.open(f"{screens.address}/")
    noor.follow("Mornings")
    schedule = noor.arrived(r"/schedules/[0-9a-f-]{36}/$")
    noor.follow("Generate sessions")
    screens.generate_june()
    noor.press("Generate 13 sessions")
    ana.open("/")
    ana.sessions("needs-answer").first.get_by_role("button", name="Confirm").click()
    ana.read("Confirmed")
    expect(ana.sessions("needs-answer")).to_have_count(12)

    noor.open(f"{schedule}edit/")
    noor.tick("Tuesday")
    noor.preview("Preview again", "Every Monday, Tuesday, Wednesday and Friday")
    noor.press("Save and plan sessions")
    screens.generate_june()
    for result, count in (("New", 5), ("Already planned", 13)):
        expect(noor.page.locator(".result", has_text=result)).to_have_count(count)
    new = noor.page.locator("li.day").filter(has=noor.page.locator(".result[data-result=new]"))
    expect(new.locator(".day-date")).to_have_text([re.compile(rf"Tue\s*{day}\b") for day in (2, 9, 16, 23, 30)])
    noor.press("Generate 5 sessions")
    noor.read("5 sessions generated.")
    ana.open("/inbox/")
    ana.press("Unread: 5 sessions to confirm")
    expect(ana.sessions("needs-answer")).to_have_count(17)
    ana.press("Confirm all 17")
    ana.read("17 sessions confirmed.")
    chromium_tried(
        "workflow 3: change a schedule, generate again, confirm", "13 and 5 sessions, with and without scripts"
    )

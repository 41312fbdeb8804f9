"""The Riveras' pages in a browser, on a server whose clock a test sets."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.run import NIGHTLY
from tests.server import Person
from tests.workflows.dated import DatedServer

# What it puts by for a day without network is fetched anew into each empty browser; test_offline and test_push have it.
WITHOUT_SERVICE_WORKER: Any = {} if NIGHTLY else {"service_workers": "block"}
PHONE: Any = {"width": 390, "height": 844}
PASSWORD = "three-blue-bags"

# The page as it stands, without what is told once and what is new in each answer.
STANDS = """() => {
  const page = document.documentElement.cloneNode(true);
  page.querySelectorAll("main > .toast, main > .alert").forEach((told) => told.remove());
  const tokens = page.querySelectorAll("[name=csrfmiddlewaretoken], [name=form_token], [name=shown]");
  tokens.forEach((token) => token.removeAttribute("value"));
  const part = (id) => page.querySelector(id).outerHTML.replace(/>\\s+/g, ">").replace(/\\s+</g, "<");
  return [location.pathname + location.search, document.title, part("#rail"), part("#main")];
}"""


@dataclass
class FamilyPages:
    """Ana answers for the family, Noor is its nanny, Emma its child."""

    server: DatedServer
    browser: Browser
    family_id: str
    emma: str
    noor_id: str
    ana: Person
    noor: Person
    doors: dict[str, httpx.Client]
    signed_in: dict[str, Any] = field(default_factory=dict)

    @property
    def home(self) -> str:
        return f"/families/{self.family_id}/home/"

    def ask(self, person: Person, method: str, path: str, body: Any = None) -> Any:
        """Through the API, as this person."""
        response = self.doors[person.name].request(method, path, json=body)
        assert response.is_success, response.text
        return response.json() if response.content else None

    def session(self, start: str, end: str, *, confirmed: bool = False, **fields: Any) -> str:
        """A session of Noor with Emma, by New York's clocks: session("2026-06-02T09:00", "2026-06-02T12:00")."""
        zone = "-04:00"
        body = {
            "scheduledStart": f"{start}:00{zone}",
            "scheduledEnd": f"{end}:00{zone}",
            "childIds": [self.emma],
            "nannyId": self.noor_id,
            **fields,
        }
        made = self.ask(self.noor, "POST", f"/families/{self.family_id}/care-sessions", body)["id"]
        if confirmed:
            self.ask(self.ana, "POST", f"/care-sessions/{made}/confirm")
        return made

    def clear(self) -> None:
        """What is still planned or runs goes away."""
        listed = self.ask(self.ana, "GET", f"/families/{self.family_id}/care-sessions?limit=200")["items"]
        for session in listed:
            if session["status"] == "IN_PROGRESS":
                self.ask(self.noor, "POST", f"/care-sessions/{session['id']}/complete")
            elif session["status"] in ("SCHEDULED", "CANCELLED"):
                self.ask(self.ana, "DELETE", f"/care-sessions/{session['id']}")

    @contextmanager
    def at(self, person: Person, *, in_trouble: bool = False, **options: Any) -> Iterator[Page]:
        """A phone on which this person is signed in. What its browser complains of fails the test, without trouble."""
        if person.name not in self.signed_in:
            with self.browser.new_context(base_url=self.server.base_url, **WITHOUT_SERVICE_WORKER) as context:
                self.signed_in[person.name] = _sign_in(context, person)
        options = {"viewport": PHONE, "storage_state": self.signed_in[person.name], **WITHOUT_SERVICE_WORKER, **options}
        complaints: list[str] = []
        with self.browser.new_context(base_url=self.server.base_url, **options) as context:
            page = context.new_page()
            page.set_default_timeout(8000)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "console",
                lambda line: (
                    complaints.append(line.text)
                    if line.type == "error" and not line.text.startswith("Failed to load resource")
                    else None
                ),
            )
            yield page
        assert in_trouble or complaints == []


def _sign_in(context: BrowserContext, person: Person) -> Any:
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page.locator("#rail")).to_be_visible()
    return context.storage_state()


@contextmanager
def family_pages(server: DatedServer, browser: Browser) -> Iterator[FamilyPages]:
    """A new family on this server."""
    with ExitStack() as stack:
        ana, noor = server.people("Ana", "Noor", password=PASSWORD)
        doors = {person.name: stack.enter_context(server.client(person)) for person in (ana, noor)}
        pages = FamilyPages(server, browser, "", "", "", ana, noor, doors)
        fields = {"name": "Riveras", "timeZone": "America/New_York", "currency": "USD", "defaultHourlyRate": "25.00"}
        pages.family_id = pages.ask(ana, "POST", "/families", fields)["id"]
        invited = pages.ask(
            ana, "POST", f"/families/{pages.family_id}/invitations", {"email": noor.email, "role": "NANNY"}
        )
        secret = invited["acceptUrl"].rstrip("/").rpartition("/")[2]
        pages.noor_id = pages.ask(noor, "POST", "/invitations/accept", {"token": secret})["id"]
        pages.emma = pages.ask(ana, "POST", f"/families/{pages.family_id}/children", {"firstName": "Emma"})["id"]
        mornings = {
            "name": "Mornings",
            "recurrence": "WEEKLY",
            "daysOfWeek": ["MONDAY"],
            "startTime": "06:00",
            "endTime": "14:30",
            "startDate": "2026-06-01",
            "childIds": [pages.emma],
        }
        pages.ask(noor, "POST", f"/families/{pages.family_id}/care-schedules", mornings)
        yield pages


def page_snapshot(page: Page) -> list[str]:
    """Address, title, rail and main of the page."""
    return page.evaluate(STANDS)


def wait_until_settled(page: Page) -> None:
    """What was pressed is answered, and its answer stands."""
    expect(page.locator("[aria-busy], .htmx-request, .htmx-settling, .htmx-swapping")).to_have_count(0, timeout=30_000)

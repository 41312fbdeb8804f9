"""Visit every page that a person can reach, each form also sent back with its errors, and record complaints.

Each kind of page is visited once, and each state of a session. Recorded is what the browser says meanwhile, and what it
asks of other hosts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.browser.page_objects import WITHOUT_SERVICE_WORKER

PHONE = {"width": 390, "height": 844}
_IDENTITY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LEFT_OUT = re.compile(r"/accounts/logout/|\.csv|\.ics|/static/|/api/v1/|^/$")
_LINKS = """() => [...document.querySelectorAll("a[href]")].map(link => [
  link.pathname + link.search,
  link.origin === location.origin ? (link.closest("[data-state]")?.dataset.state ?? "") : "elsewhere",
])"""
# Of what stands in a query these are pages of their own.
_VIEWS = {"view=week", "view=month", "view=day"}
# Forms that refuse to be sent like this: where they are, and what is left empty.
_REFUSED = {
    "/settings/": "name",
    "/settings/keys/": "name",
    "/families/new/": "name",
    "/families/#/settings/": "name",
    "/families/#/children/new/": "first_name",
    "/families/#/members/": "email",
    "/families/#/time-off/": "from_date",
    "/families/#/sessions/new/": "starts",
    "/families/#/schedules/new/": "name",
    "/schedules/#/edit/": "name",
    "/sessions/#/edit/": "starts",
    "/children/#/": "first_name",
    "/accounts/login/": "login",
    "/accounts/signup/": "email",
}

# Where a family that was just founded shows that there is nothing yet.
_EMPTY = (
    "",
    "home/",
    "children/",
    "members/",
    "schedules/",
    "schedules/?off",
    "sessions/",
    "sessions/?past",
    "records/",
    "time-off/",
    "time-off/?past",
)


@dataclass
class Walk:
    """`who` is noor, ana or ada of the example; "newcomer", who has just signed up; or "nobody"."""

    page: Page
    who: str
    language: str
    complaints: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)  # of the pages that a link led to
    passed: set[str] = field(default_factory=set)  # kinds of pages that need not be opened
    here: str = ""  # the kind of the page that stands there

    def stops(self) -> Iterator[str]:
        """The name of each stop; the page stands there until the next is asked for."""
        waiting = [(address, kind(address)) for address in self._begin()]
        self.kinds = {sort for _, sort in waiting}
        while waiting:
            address, self.here = waiting.pop(0)
            if self.here in self.passed:
                continue
            self.page.goto(address)
            for linked, state in self.page.evaluate(_LINKS):
                sort = kind(linked, state)
                if state != "elsewhere" and sort not in self.kinds and not _LEFT_OUT.search(linked):
                    self.kinds.add(sort)
                    waiting.append((linked, sort))
            self.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            yield address
            empty = _REFUSED.get(self.here)
            box = self.page.locator(f"main [name={empty}]").first
            if empty and box.count():
                box.fill("")
                box.locator("xpath=ancestor::form").locator("button[type=submit]").first.click()
                self.page.locator("[aria-invalid]").first.wait_for()
                self.here += ", refused"
                yield f"{address}, refused"
        for stop in self._beyond_links():
            self.here = stop
            yield stop

    def _begin(self) -> list[str]:
        self.page.goto("/accounts/login/")
        if self.who == "nobody":
            return ["/accounts/login/", "/nowhere/", "/offline/", "/offline/unsent/", "/api/docs"]
        if self.who == "newcomer":
            self._sign_up()
            return ["/families/new/", "/families/", "/inbox/", "/more/", "/settings/"]
        # By password, so that nothing about signing in asks once more who this is.
        self.page.locator("[name=login]").fill(f"{self.who}@example.org")
        self.page.locator("[name=password]").fill("handsel-example")
        self.page.locator("[name=password]").press("Enter")
        self.page.locator("#rail").wait_for()
        start = self.page.url
        self.speak(self.language)
        return ["/settings/security/", re.sub(r"^https?://[^/]+", "", start), "/more/", "/families/", "/settings/"]

    def speak(self, language: str) -> None:
        """Who is of the example is answered in this language from now on."""
        self.page.goto("/settings/")
        if self.page.locator("html").get_attribute("lang") != language:
            self.page.locator(f"main [name=language][value={language}]").check(force=True)
            self.page.locator("main form:has([name=language]) button[type=submit]").click()
            self.page.locator(f"html[lang={language}]").wait_for()
            self.page.goto("/settings/")

    def _sign_up(self) -> None:
        self.page.goto("/accounts/signup/")
        for name, text in (("name", "Sam"), ("email", f"sam.{uuid4().hex}@example.org"), ("password1", "blue-bags-3")):
            self.page.locator(f"[name={name}]").fill(text)
        self.page.locator("main form [data-kind=primary]").click()
        self.page.locator("[name=role]").first.wait_for(state="attached")

    def _beyond_links(self) -> Iterator[str]:
        """What no link leads to: the bulk bar and the page before cancelling; a family with nothing in it yet."""
        if self.who == "nobody":
            self.page.goto("/styleguide/")
            yield "the style guide"
        if self.who == "ana":
            self.page.goto("/")
            self.page.locator(".tick [type=checkbox]").first.check()
            yield "Home, some ticked"
            self.page.locator(".bulk-bar [formaction$='cancel/']").click()
            self.page.locator("[name=sure]").wait_for(state="attached")
            yield "before cancelling"
        if self.who == "newcomer":
            self.page.goto("/families/new/")
            self.page.locator("[name=role][value=PARENT]").check(force=True)
            self.page.locator("[name=name]").fill("Donaudampfschifffahrtsgesellschaftskapitän")
            self.page.locator("[name=time_zone]").select_option("Europe/Berlin")
            self.page.locator("[name=currency]").select_option("EUR")
            self.page.locator("main form:not(.banner) button[type=submit]").click()
            self.page.locator("[name=first_name]").wait_for()
            family = re.search(r"/families/[^/]+/", self.page.url)[0]
            yield "the first child"
            for address in _EMPTY:
                self.page.goto(family + address)
                yield f"{address or 'family'}, empty"


def begin(browser: Browser, base_url: str, who: str, language: str) -> Walk:
    """Somebody with an empty browser, who wants nothing to move (a colour that fades has no contrast of its own)."""
    still = {"viewport": PHONE, "reduced_motion": "reduce", **WITHOUT_SERVICE_WORKER}
    context = browser.new_context(base_url=base_url, locale=language, **still)
    walk = Walk(context.new_page(), who, language)

    def hear(line: ConsoleMessage) -> None:
        # A page that says no counts as a failed load; what else is missing is heard below. "[DOM]" begins advice.
        if not line.text.startswith(("Failed to load resource", "[DOM]", "Service Worker registration blocked by")):
            walk.complaints.append(f"{walk.page.url}: {line.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((base_url, "data:")):
            walk.complaints.append(f"{walk.page.url}: asks {request.url}")

    walk.page.on("console", hear)
    walk.page.on("pageerror", lambda error: walk.complaints.append(f"{walk.page.url}: {error}"))
    walk.page.on("request", asked)
    walk.page.on(
        "response",
        lambda answer: (
            walk.complaints.append(f"{answer.status} {answer.url}")
            if answer.status >= 400 and answer.request.resource_type not in {"document", "xhr"}
            else None
        ),
    )
    return walk


def kind(address: str, state: str = "") -> str:
    """Addresses of one kind differ only in whose they are; a session in another state is another kind."""
    path, _, query = address.partition("?")
    name = _IDENTITY.sub("#", re.sub(r"/\d{4}/", "/year/", path))
    if query:
        name += "?" + "&".join(part if part in _VIEWS else part.partition("=")[0] for part in query.split("&"))
    return f"{name} {state}" if state and name == "/sessions/#/" else name

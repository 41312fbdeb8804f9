"""Firefox and WebKit by night: the three workflows, forms, what is swapped in, what opens, keys and print."""

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser import page_objects, printing, webdriver
from tests.browser.household import SampleFamily
from tests.browser.test_keyboard import IS_SEEN
from tests.browser.webdriver import Driver
from tests.workflows.dated import DatedServer

pytestmark = [pytest.mark.nightly, pytest.mark.no_database]

PATIENCE = 30.0
JUNE = {"from": "2026-06-01", "to": "2026-06-30"}
# What a person would press or fill in, by the words that it shows.
_FIND = """const [kind, words] = arguments;
const says = (part) => (part.getAttribute("aria-label") ?? part.textContent).replace(/\\s+/g, " ").trim();
const isSeen = (part) => part.getClientRects().length > 0;
if (kind === "field") {
  const label = [...document.querySelectorAll("label")].find((one) => isSeen(one) &&
    [words, `${words} optional`].includes(says(one)));
  return label?.control ?? document.querySelector(`input[aria-label="${words}"]`);
}
const parts = [...document.querySelectorAll(kind === "button" ? "button, summary" : "a[href]")];
return parts.find((one) => isSeen(one) && says(one) === words) ?? null;"""
_TAB, _ENTER, _SPACE, _RIGHT = "\ue004", "\ue007", " ", "\ue014"
_STOPS = 150  # no page has more controls before the one that is looked for
_QUIET = "return !document.querySelector('[aria-busy], .htmx-request, .htmx-settling, .htmx-swapping')"


class Person:
    """Somebody at this browser. One window: who comes next signs the other out."""

    def __init__(self, driver: Driver, base_url: str) -> None:
        self.driver, self.base_url = driver, base_url

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.command("ExecuteScript", script=script, args=list(arguments))

    def until(self, what: str, answer: Callable[[], Any]) -> Any:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if found := answer():
                    return found
            except webdriver.CommandError:  # the page is just being replaced
                pass
            time.sleep(0.1)
        raise AssertionError(f"{what}: not at {self.url()}: {self.text()[:1500]}")

    def url(self) -> str:
        return str(self.driver.command("GetCurrentURL"))

    def text(self) -> str:
        return str(self.run("return document.body.innerText"))

    def open(self, address: str) -> None:
        self.driver.command("Navigate", url=self.base_url + address)

    def find(self, kind: str, words: str) -> str:
        return webdriver.element(self.until(f"{kind} {words!r}", lambda: self.run(_FIND, kind, words)))

    def press(self, words: str, kind: str = "button") -> None:
        self.run("document.documentElement.dataset.seen = 'yes'")
        part = self.find(kind, words)
        self.run("arguments[0].scrollIntoView({block: 'center'})", webdriver.reference(part))
        self.driver.command("ElementClick", id=part)
        self.until("an answer", lambda: self.run(_QUIET))

    def follow(self, words: str) -> None:
        self.press(words, "link")

    def fill(self, label: str, text: str) -> None:
        """As typed; fields of days and hours take what a picker gives, which no two browsers type alike."""
        part = self.find("field", label)
        if self.run("return ['date', 'time'].includes(arguments[0].type)", webdriver.reference(part)):
            script = """arguments[0].value = arguments[1];
              for (const kind of ['input', 'change']) arguments[0].dispatchEvent(new Event(kind, {bubbles: true}))"""
            self.run(script, webdriver.reference(part), text)
        else:
            self.driver.command("ElementClear", id=part)
            self.driver.command("ElementSendKeys", id=part, text=text)

    def tick(self, *labels: str) -> None:
        for label in labels:
            part = webdriver.reference(self.find("field", label))
            self.run("if (!arguments[0].checked) arguments[0].click()", part)

    def read(self, words: str) -> None:
        self.until(repr(words), lambda: words in re.sub(r"\s+", " ", self.text()).replace("\N{NO-BREAK SPACE}", " "))

    def count(self, selector: str, number: int) -> None:
        count = "return document.querySelectorAll(arguments[0]).length"
        self.until(f"{number} of {selector}", lambda: self.run(count, selector) == number)

    def type(self, keys: str) -> None:
        """On the keyboard, to whatever has the focus."""
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.driver.command("PerformActions", actions=[{"type": "key", "id": "keyboard", "actions": strokes}])

    def reach(self, kind: str, words: str) -> None:
        """Tab until it has the focus, and see that it shows."""
        control = webdriver.reference(self.find(kind, words))
        for _ in range(_STOPS):
            self.type(_TAB)
            if self.run("return arguments[0] === document.activeElement", control):
                assert self.run(f"return ({IS_SEEN})(arguments[0])", control), f"{words!r} does not show its focus"
                return
        raise AssertionError(f"Tab never reaches {words!r}")

    def snapshot(self) -> Any:
        """What stands on the page."""
        return self.run(f"return ({page_objects.STANDS})()")

    def press_in_place(self, words: str) -> None:
        """Press what must be answered without loading a page, and leave what a reload would show."""
        self.run("window.sameDocument = true")
        self.press(words)
        assert self.run("return window.sameDocument"), "the page was loaded anew"
        before = self.snapshot()
        self.driver.command("Refresh")
        assert self.snapshot() == before

    def sign_in(self, email: str, password: str) -> None:
        self.open("/accounts/login/")
        self.driver.command("DeleteAllCookies")
        self.open("/accounts/login/")
        self.fill("E-mail", email)
        self.fill("Password", password)
        self.press("Sign in")
        self.until("signed in", lambda: "/accounts/login/" not in self.url())


@pytest.fixture(scope="module", params=sorted(webdriver.BROWSERS))
def driver(request, tmp_path_factory) -> Iterator[Driver]:
    if missing := webdriver.missing(request.param):
        pytest.skip(f"NO {request.param.upper()}: {', '.join(missing)} is not here. script/test --nightly fetches it.")
    with webdriver.started(request.param, tmp_path_factory.mktemp(request.param)) as driver:
        yield driver


@pytest.fixture
def noor(driver: Driver, example: DatedServer) -> Person:
    person = Person(driver, example.base_url)
    person.sign_in("noor@example.org", "handsel-example")
    return person


@pytest.fixture
def somebody(driver: Driver, dated: DatedServer) -> Person:
    return Person(driver, dated.base_url)


def report(tried_with, driver: Driver, tried: str, figures: str) -> None:
    name, _, version = driver.version.rpartition(" ")
    tried_with(program=name, version=version, source="Debian", tried=tried, figures=figures)


def as_noor(person: Person, family: SampleFamily) -> None:
    person.sign_in(family.nanny.email, family.password)


def as_ana(person: Person, family: SampleFamily) -> None:
    person.sign_in(family.parent.email, family.password)


def test_workflow_1_regular_weekly_care(somebody: Person, family: SampleFamily, tried_with):
    as_noor(somebody, family)
    somebody.open(f"/schedules/{family.schedule}/generate/")
    somebody.tick("Choose dates")
    somebody.fill("From", JUNE["from"])
    somebody.fill("To", JUNE["to"])
    somebody.press("Generate 13 sessions")
    somebody.read("13 sessions generated.")
    as_ana(somebody, family)
    somebody.open("/inbox/")
    somebody.press("Unread: 13 sessions to confirm")
    somebody.count(".session[data-state=needs-answer]", 13)
    somebody.press("Confirm all 13")
    somebody.read("13 sessions confirmed.")
    family.server.it_is("2026-06-01 06:04")
    as_noor(somebody, family)
    somebody.open("/today/")
    somebody.press("Start session")
    somebody.read("Started 06:04")
    family.server.it_is("2026-06-01 14:41")
    as_noor(somebody, family)
    somebody.open("/today/")
    somebody.press("Complete session")
    somebody.open(f"/families/{family.id}/sessions/?past")
    somebody.count(".session[data-state=done]", 1)
    report(tried_with, somebody.driver, "workflow 1: generate, confirm, start, complete", "13 sessions")


def test_workflow_2_impromptu_care(somebody: Person, family: SampleFamily, tried_with):
    family.server.it_is("2026-06-08 19:30")
    as_noor(somebody, family)
    somebody.open(f"/families/{family.id}/sessions/new/")
    somebody.tick("Emma")
    somebody.fill("Day", "2026-06-09")
    somebody.fill("From", "15:00")
    somebody.fill("To", "19:00")
    somebody.tick("The family has agreed")
    somebody.press("Add this session")
    somebody.read("Confirmed")
    session = somebody.until("its page", lambda: re.search(r"/sessions/[0-9a-f-]{36}/$", somebody.url()))[0]
    family.server.it_is("2026-06-09 14:52")
    as_noor(somebody, family)
    somebody.open(session)
    somebody.press("Start session")
    family.server.it_is("2026-06-09 19:17")
    as_noor(somebody, family)
    somebody.open(session)
    somebody.press("Complete session")
    somebody.press("Now")
    somebody.read("19:17")
    report(tried_with, somebody.driver, "workflow 2: add, start, complete", "1 session")


def test_workflow_3_schedule_changes(somebody: Person, family: SampleFamily, tried_with):
    family.generate(*JUNE.values())
    as_noor(somebody, family)
    somebody.open(f"/schedules/{family.schedule}/edit/")
    somebody.tick("Tuesday")
    somebody.read("Every Monday, Tuesday, Wednesday and Friday")  # what it means, which is looked at before it is saved
    somebody.press("Save and plan sessions")
    somebody.tick("Choose dates")
    somebody.fill("From", JUNE["from"])
    somebody.fill("To", JUNE["to"])
    somebody.press("Generate 5 sessions")
    somebody.read("5 sessions generated.")
    as_ana(somebody, family)
    somebody.open("/inbox/")
    somebody.press("Unread: 5 sessions to confirm")
    somebody.count(".session[data-state=needs-answer]", 18)
    somebody.press("Confirm all 18")
    somebody.read("18 sessions confirmed.")
    report(tried_with, somebody.driver, "workflow 3: change a schedule, generate again, confirm", "13 and 5 sessions")


def test_a_press_is_answered_in_place_as_a_reload_would_show_it(somebody: Person, family: SampleFamily, tried_with):
    session = family.generate(JUNE["from"], "2026-06-02")[0]
    as_ana(somebody, family)
    somebody.open(f"/families/{family.id}/home/")
    somebody.open(f"/sessions/{session}/")
    somebody.press_in_place("Confirm")
    somebody.read("Confirmed")
    somebody.press("Cancel")
    somebody.fill("Why", "We are away.")
    somebody.press("Cancel Mon 1 Jun, 06:00–14:30")
    somebody.read("Cancelled: Mon 1 Jun, 06:00–14:30.")
    somebody.press_in_place("Undo")
    somebody.driver.command("Back")
    somebody.until("Home", lambda: somebody.url().endswith("/home/"))
    somebody.read("To confirm")
    report(tried_with, somebody.driver, "answers in place as a reload shows them, undo, back", "3 presses")


def test_a_wrong_form_says_so_at_its_field_and_keeps_what_was_typed(somebody: Person, family: SampleFamily, tried_with):
    as_noor(somebody, family)
    somebody.open(f"/families/{family.id}/sessions/new/")
    for label, text in (("Day", "2026-06-09"), ("From", "15:00"), ("To", ""), ("Notes", "Library.")):
        somebody.fill(label, text)
    somebody.tick("Emma")
    somebody.press("Add this session")
    wrong = "return document.activeElement.matches('[aria-invalid=true]')"
    somebody.until("the wrong field", lambda: somebody.run(wrong))
    notes = webdriver.reference(somebody.find("field", "Notes"))
    assert somebody.run("return arguments[0].value", notes) == "Library."
    somebody.fill("To", "18:00")
    somebody.press("Add this session")
    somebody.until("its page", lambda: re.search(r"/sessions/[0-9a-f-]{36}/$", somebody.url()))
    somebody.read("Library.")
    report(tried_with, somebody.driver, "a form refused at its field, mended and taken", "4 fields kept")


def test_what_cannot_be_taken_back_is_asked_for_first(somebody: Person, family: SampleFamily, tried_with):
    session = family.generate(*JUNE.values())[0]
    as_ana(somebody, family)
    somebody.open(f"/families/{family.id}/home/")
    somebody.tick("Select Wed 10 Jun", "Select Fri 12 Jun")
    somebody.press("Cancel selected")
    somebody.fill("Why", "We are at the lake.")
    somebody.press("Cancel 2 sessions, 10–12 Jun")
    somebody.read("2 sessions cancelled.")
    somebody.open(f"/sessions/{session}/")
    somebody.reach("button", "Delete")
    somebody.type(_ENTER)
    somebody.reach("button", "Delete Mon 1 Jun, 06:00–14:30")
    somebody.type(_ENTER)
    somebody.until("another page", lambda: session not in somebody.url())
    somebody.read("Deleted")
    report(tried_with, somebody.driver, "asks before many are cancelled, and before one is deleted", "2 questions")


def test_a_parents_answers_by_keys_alone(somebody: Person, family: SampleFamily, tried_with):
    family.generate(*JUNE.values())
    somebody.open("/accounts/login/")
    somebody.driver.command("DeleteAllCookies")
    somebody.open("/accounts/login/")
    somebody.reach("field", "E-mail")
    somebody.type(family.parent.email)
    somebody.reach("field", "Password")
    somebody.type(family.password + _ENTER)
    somebody.count(".session[data-state=needs-answer]", 13)
    somebody.reach("field", "Select Mon 22 Jun")
    somebody.type(_SPACE)
    somebody.reach("button", "Confirm selected")
    somebody.type(_ENTER)
    somebody.read("1 session confirmed.")
    somebody.reach("button", "Confirm all 12")
    somebody.type(_ENTER)
    somebody.read("Nothing is waiting.")
    report(tried_with, somebody.driver, "sign in and answer by keys alone", "6 controls reached, each seen")


def test_the_week_goes_by_keys(noor: Person, tried_with):
    noor.open("/calendar/?date=2026-12-09")
    day = "return document.activeElement.id"
    noor.until("the script", lambda: (noor.type(_RIGHT), noor.run(day) == "day-2026-12-09")[1])
    noor.type(_RIGHT)
    assert noor.run(day) == "day-2026-12-10"
    noor.type("m")
    noor.read("December 2026")
    report(tried_with, noor.driver, "the calendar by keys", "3 keys")


def test_the_planner_prints_with_every_name(noor: Person, tried_with):
    if "firefox" not in noor.driver.version:
        report(tried_with, noor.driver, "print day, week and month", "")
        pytest.skip("WebKitGTK's driver has no command to print.")
    total = 0
    for view, on_screen in printing.VIEWS.items():
        noor.open(f"/calendar/?view={view}&date=2026-12-18")
        names = noor.run(f"return ({printing.NAMES})([...document.querySelectorAll({json.dumps(on_screen)})])")
        total += printing.check_sheet(webdriver.printed(noor.driver), names)
    report(tried_with, noor.driver, "print day, week and month", f"{total} names on 3 sheets")

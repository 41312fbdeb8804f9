"""Every page, in each of its states: nothing that shuts anybody out, nothing off the screen, nothing too small to
press, and no word from the browser.
"""

from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser import walking
from tests.browser.walking import PHONE, Walk
from tests.run import NIGHTLY
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database

# For who writes programs.
IN_ENGLISH = {"/api/docs", "the style guide"}

# https://github.com/dequelabs/axe-core
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
VIOLATIONS = """async rules => {
  const {violations} = await axe.run(document, {resultTypes: ["violations"], ...rules});
  return violations.flatMap(rule => rule.nodes.map(node =>
    `${rule.id}: ${node.html.slice(0, 160)} (${node.failureSummary.slice(0, 240)})`));
}"""

# What the dark changes; everything else was looked at in the light. Most of the time goes there.
OF_COLOURS = ["color-contrast", "link-in-text-block"]

WIDE: ViewportSize = {"width": 1280, "height": 800}
# The narrowest phone; by night a wide screen too, at 200 % zoom and as it is.
WIDTHS = (320, 640, 1280) if NIGHTLY else (320,)
TOO_WIDE = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
  [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > innerWidth + 1 &&
    !one.closest(".scroll, .visually-hidden, [data-scrolls]")).slice(0, 3).map(one => one.outerHTML.slice(0, 120))
    .concat("the page scrolls sideways")"""
# What a thumb meets: 44 pixels high, or all that a label of that height belongs to. A link in a sentence is text.
TOO_SMALL = """() => [...document.querySelectorAll("a[href], button, select, input, textarea, summary")]
  .flatMap(one => {
  const box = (one.closest("label") ?? one).getBoundingClientRect();
  const style = getComputedStyle(one);
  const inText = style.display === "inline" && one.closest("p, li, td, th, h1, h2, h3, dd");
  const stretched = getComputedStyle(one, "::after").position === "absolute";
  if (!one.checkVisibility({visibilityProperty: true}) || inText || stretched || box.height >= 43.5 || !box.height)
    return [];
  return [`${Math.round(box.width)}x${Math.round(box.height)} ${one.outerHTML.slice(0, 120)}`];
})"""
# Whatever the keyboard reaches shows that it is there: by an outline of its own, or of what it stands for.
UNSEEN = """() => [...document.querySelectorAll("a[href], button, select, input, textarea, summary, [tabindex='0']")]
  .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.type !== "hidden")
  .flatMap(one => {
    one.focus({focusVisible: true, preventScroll: true});
    if (document.activeElement !== one) return [];
    const near = [one, one.nextElementSibling, one.closest(".session"), one.closest(".notice")];
    const isSeen = near.some(some => some && getComputedStyle(some).outlineStyle !== "none");
    return isSeen ? [] : [one.outerHTML.slice(0, 120)];
  })"""

# What a script hides, or has not shown yet, is not there.
HIDDEN_YET_SEEN = """() => [...document.querySelectorAll("[hidden]")].filter(one => one.checkVisibility())
  .map(one => one.outerHTML.slice(0, 120))"""

# A word that has no room stands there letter by letter, one below the other.
LETTER_BY_LETTER = """() => [...document.querySelectorAll("main *")].filter(one => {
  const words = [...one.childNodes].filter(part => part.nodeType === 3).map(part => part.textContent.trim()).join(" ");
  if (words.length < 4 || !one.checkVisibility({visibilityProperty: true})) return false;
  const box = one.getBoundingClientRect();
  const size = parseFloat(getComputedStyle(one).fontSize);
  return box.width > 1 && box.width < 1.5 * size && box.height > 3 * size;
}).map(one => one.outerHTML.slice(0, 120))"""


_OF_ALL = {
    "/settings/",
    "/settings/notices/",
    "/settings/security/",
    "/settings/keys/",
    "/inbox/",
    "/more/",
    "/families/",
    "/families/#/",
}
_OF_THE_BOOK = {
    "/calendar/",
    "/records/",
    "/families/#/records/year/",
    "/families/#/sessions/",
    "/families/#/time-off/",
}
_OF_SESSIONS = {f"/sessions/#/ {state}" for state in ("needs-answer", "confirmed", "in-progress", "done", "cancelled")}
_OF_SIGNING_IN = {f"/accounts/{page}/" for page in ("second-step/app", "passkeys/add", "password/change")}
MUST_REACH = {
    "noor": _OF_ALL | _OF_THE_BOOK | _OF_SESSIONS | _OF_SIGNING_IN | {"/today/", "/schedules/#/generate/"},
    "ana": _OF_ALL | _OF_THE_BOOK | _OF_SIGNING_IN | {"/families/#/home/", "Home, some ticked", "before cancelling"},
    "newcomer": {"/families/new/", "/families/new/, refused", "home/, empty"},
    "nobody": {"/accounts/login/", "/accounts/signup/", "/nowhere/", "the style guide"},
}


# Most of the time goes to axe and to each step of the keyboard. The style guide shows all that pages are made of; the
# others are what becomes of it: a list, a table, a form that says no, a chart, a calendar.
CLOSELY_BY_DAY = {
    "the style guide",
    "/accounts/login/",
    "/today/",
    "/sessions/#/ in-progress",
    "/settings/notices/",
    "/calendar/",
    "/schedules/#/edit/, refused",
    "/families/#/records/year/",
    "Home, some ticked",
}


IN_A_FULL_BOOK = {"noor", "ana"}
# The ordinary run goes each person's way once and looks closely at each kind of page once, whoever comes to it first,
# and more closely at one of each make; the nightly one looks at every page of everybody in every language.
# By day these are opened by Noor, whose walk is the first, and again only where they lead on; that each is there in
# Spanish is seen in tests/web/test_language.py, and what a parent may press on them in test_swaps and test_workflows.
# What is there before there is anything, a newcomer walks by night.
_ALIKE_FOR_MEMBERS = ("/sessions/", "/schedules/", "/calendar/", "/settings/", "/inbox/", "/families/#/records/year/")
ALIKE = {"noor": (), "ana": (*_ALIKE_FOR_MEMBERS, "/accounts/"), "nobody": ()}
LEAD_ON = {"/settings/", "/settings/security/"}
WALKS = [("noor", "en"), ("ana", "es"), ("nobody", "es")]
OTHERS = [(who, code) for code, _ in settings.LANGUAGES for who in MUST_REACH if (who, code) not in WALKS]


@pytest.fixture(scope="session")
def looked_at() -> set[tuple[str, bool]]:
    """Kinds of pages, with something on them or not, by all walks so far."""
    return set()


@pytest.fixture
def walk(
    browser: Browser, example: DatedServer, who: str, language: str, looked_at: set[tuple[str, bool]]
) -> Iterator[Walk]:
    walk = walking.begin(browser, example.base_url, who, language)
    if not NIGHTLY:
        walk.passed = {kind for kind, is_full in looked_at if is_full and kind.startswith(ALIKE[who])} - LEAD_ON
    yield walk
    if who in IN_A_FULL_BOOK:
        walk.speak("en")
    walk.page.context.close()


@pytest.mark.parametrize(("who", "language"), [*WALKS, *(OTHERS if NIGHTLY else [])])
def test_every_page_is_for_everybody(walk: Walk, language: str, looked_at: set[tuple[str, bool]], tried_with):
    stops_by_flaw: dict[str, list[str]] = {}
    stops = []
    # Each page is seen narrow in the one language, and wide in the other.
    screen = PHONE if language == "en" else WIDE
    for stop in walk.stops():
        stops.append(stop)
        sort = walk.here, walk.who in IN_A_FULL_BOOK
        if NIGHTLY or sort not in looked_at:
            looked_at.add(sort)
            for flaw in flaws(walk.page, screen, closely=NIGHTLY or walk.here in CLOSELY_BY_DAY):
                stops_by_flaw.setdefault(flaw, []).append(stop)
        spoken = walk.page.evaluate("document.documentElement.lang")
        if spoken != language and stop not in IN_ENGLISH:
            stops_by_flaw.setdefault(f"speaks {spoken}", []).append(stop)
    assert not MUST_REACH[walk.who] - walk.kinds - set(stops)
    assert CLOSELY_BY_DAY & (walk.kinds | set(stops))
    assert not stops_by_flaw, "\n".join(f"{flaw}\n    at {', '.join(at[:3])}" for flaw, at in stops_by_flaw.items())
    assert walk.complaints == []
    tried_with(
        program="axe",
        version=AXE[:100].split()[2].removeprefix("v"),
        source="PyPI",
        tried=f"every page that {walk.who} comes to, in {language}, light and dark",
        figures=f"{len(stops)} pages, 0 violations",
    )


def flaws(page: Page, screen: ViewportSize, *, closely: bool) -> Iterator[str]:
    page.set_viewport_size(screen)
    if closely:
        yield from _violations(page)
        for unseen in page.evaluate(UNSEEN):
            yield f"focus not seen: {unseen}"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for wide in page.evaluate(TOO_WIDE):
            yield f"too wide at {width}: {wide}"
        for narrow in page.evaluate(LETTER_BY_LETTER):
            yield f"letter by letter at {width}: {narrow}"
    page.set_viewport_size(screen)
    for small in page.evaluate(TOO_SMALL):
        yield f"too small: {small}"
    for shown in page.evaluate(HIDDEN_YET_SEEN):
        yield f"hidden and yet seen: {shown}"


def _violations(page: Page) -> Iterator[str]:
    # Evaluated by the debugger, which no CSP concerns: the page is looked at under the policy that people get.
    page.evaluate(AXE)
    for light, rules in (("light", {}), ("dark", {"runOnly": OF_COLOURS})):
        page.emulate_media(color_scheme=light)
        for violation in page.evaluate(VIOLATIONS, rules):
            yield f"{light}: {violation}"

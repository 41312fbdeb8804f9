"""A parent's month without a pointer: every control is reached by Tab, seen to be reached, and pressed by a key."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.browser_user import BrowserUser
from tests.browser.household import SampleFamily

pytestmark = [
    pytest.mark.no_database,
    pytest.mark.parametrize("new_user", [pytest.param("phone", marks=pytest.mark.nightly), "wide"], indirect=True),
]

# No page has more controls before the one that is looked for.
_STOPS = 150
_IS_FOCUSED = "control => control === document.activeElement"
IS_SEEN = """control => {
    // A link that fills a session shows it around all of that.
    const ringed = [control, control.closest(".session")].filter(part => part).map(part => getComputedStyle(part));
    const ring = ringed.some(shown => shown.outlineStyle !== "none" && parseFloat(shown.outlineWidth) > 0);
    const box = control.getBoundingClientRect();
    return ring && box.top >= 0 && box.bottom <= innerHeight;
}"""


def reach(user: BrowserUser, control: Locator) -> None:
    """Tab until the control has the focus, and see that it shows."""
    expect(control).to_be_visible()
    element = control.element_handle()  # looked for once: to look through the names of a page takes long
    for _ in range(_STOPS):
        user.page.keyboard.press("Tab")
        if element.evaluate(_IS_FOCUSED):
            assert element.evaluate(IS_SEEN), f"{control} has the focus and does not show it"
            return
    pytest.fail(f"Tab never reaches {control}")


def press(user: BrowserUser, name: str | re.Pattern) -> None:
    reach(user, user.page.get_by_role("button", name=name, exact=True).first)
    user.page.keyboard.press("Enter")


def write(user: BrowserUser, label: str, text: str) -> None:
    reach(user, user.page.get_by_label(re.compile(rf"^\s*{label}")).first)
    user.page.keyboard.press("Control+A")
    user.page.keyboard.type(text)


def test_a_parents_month_by_keys_alone(family: SampleFamily, new_user: Callable[[], BrowserUser]):
    family.generate("2026-06-01", "2026-06-30")
    ana = new_user()
    ana.open("/accounts/login/")
    write(ana, "E-mail", family.parent.email)
    write(ana, "Password", family.password)
    ana.page.keyboard.press("Enter")
    expect(ana.sessions("needs-answer")).to_have_count(13)
    for day in ("Mon 22 Jun", "Wed 24 Jun", "Fri 26 Jun"):
        reach(ana, ana.page.get_by_label(f"Select {day}"))
        ana.page.keyboard.press("Space")
    press(ana, "Cancel selected")
    write(ana, "Why", "We are at the lake.")
    press(ana, "Cancel 3 sessions, 22–26 Jun")
    ana.read("3 sessions cancelled.")
    press(ana, "Confirm all 10")
    ana.read("Nothing is waiting.")
    reach(ana, ana.page.get_by_role("link", name="All sessions"))
    ana.page.keyboard.press("Enter")
    expect(ana.sessions("confirmed")).to_have_count(10)
    reach(ana, ana.sessions("confirmed").nth(1).get_by_role("link"))
    ana.page.keyboard.press("Enter")
    reach(ana, ana.page.get_by_role("link", name="Request changes"))
    ana.page.keyboard.press("Enter")
    write(ana, "What would suit you better", "The dentist opens at seven.")
    press(ana, "Send")
    ana.read("Withdraw request")

"""Let a person use a page in a browser by the words that it shows: press, follow, fill in."""

import re
from dataclasses import dataclass
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from tests.browser.page_objects import wait_until_settled

PASSWORD = "three-blue-bags"


@dataclass
class BrowserUser:
    """A person at a screen."""

    page: Page
    scripts: bool = True

    def open(self, address: str) -> None:
        self.page.goto(address)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()
        wait_until_settled(self.page)

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def fill(self, label: str, text: str) -> None:
        self._labelled(label).fill(text)

    def tick(self, *labels: str) -> None:
        for label in labels:
            self._labelled(label).check()

    def choose(self, label: str, option: str) -> None:
        self._labelled(label).select_option(option)

    def _labelled(self, label: str) -> Locator:
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}( optional)?\s*$")).filter(visible=True)

    def read(self, text: str) -> None:
        """It stands on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def preview(self, button: str, text: str) -> None:
        """What the schedule means: beside the form as it is filled in, or for a press."""
        if not self.scripts:
            self.press(button)
        expect(self.page.locator("#preview")).to_contain_text(text)

    def arrived(self, place: str) -> str:
        """Where a press led, once it did: `place` is a pattern of it."""
        expect(self.page).to_have_url(re.compile(place))
        return self.page.url

    def sessions(self, mark: str) -> Locator:
        return self.page.locator(f".session[data-state={mark}]")

    def sign_up(self, name: str) -> None:
        self.fill("Your name", name)
        self.fill("E-mail", f"{name.lower()}.{uuid4().hex[:8]}@example.org")
        self.fill("Password", PASSWORD)
        self.press("Create account")

    def sign_in(self, email: str, *, here: bool = False) -> None:
        """By password; `here`: the page already asks for it."""
        if not here:
            self.open("/accounts/login/")
        self.fill("E-mail", email)
        self.fill("Password", PASSWORD)
        self.press("Sign in")
        self.page.wait_for_load_state()

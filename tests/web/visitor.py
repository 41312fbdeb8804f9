"""A person with a browser that knows no JavaScript."""

import re
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from handsel.models import RateLimitCounter
from tests.sent_letters import sent_letters


def lift_limits() -> None:
    """Let who tried again and again try once more."""
    RateLimitCounter.objects.all().delete()


def mailed_code() -> str:
    """The code in the last letter."""
    [code] = re.findall(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", sent_letters()[-1].body, re.MULTILINE)
    return code


class Page:
    """What came back: its status, its text without the markup, and what stands at a field."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.content.decode()

    @property
    def text(self) -> str:
        """The words of the page proper, each run of white space as one space."""
        main = self.html.partition("<main")[2] or self.html
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", main))).replace("\N{NO-BREAK SPACE}", " ").strip()

    def says(self, sentence: str) -> bool:
        return sentence in self.text

    def error_at(self, field: str) -> str:
        """The message at a field, which must be marked as wrong and be tied to its message."""
        match = re.search(rf'id="id_{field}_error">(.*?)</p>', self.html, re.DOTALL)
        if match is None:
            return ""
        assert re.search(rf'aria-describedby="[^"]*id_{field}_error', self.html), (
            f"{field}: nothing leads to its message"
        )
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", match[1]))).strip()

    def value_of(self, field: str) -> str:
        """What an input or a text box holds."""
        match = re.search(rf'<textarea name="{field}"[^>]*>\s*(.*?)</textarea>', self.html, re.DOTALL)
        match = match or re.search(rf'<input[^>]*name="{field}"[^>]*value="([^"]*)"', self.html)
        return unescape(match[1]) if match else ""

    @property
    def inline(self) -> list[str]:
        """Scripts and styles that stand in the page itself, where the CSP forbids them; data is not run."""
        return re.findall(
            r"<script(?![^>]*(?:\ssrc=|application/json))[^>]*>|<style[^>]*>|\sstyle=|\son\w+=", self.html
        )

    def offers(self, route: str, *args: Any) -> bool:
        """Whether a link, a form or a button leads there."""
        address = reverse(f"web:{route}", args=args)
        return bool(re.search(rf'(?:href|action)="{re.escape(address)}["?]', self.html))


class Visitor:
    """Follows no redirect by itself: where a press leads is part of what is tested."""

    def __init__(self, person: Any = None, **options: Any) -> None:
        self.client = Client(**options)
        if person is not None:
            self.client.force_login(person)

    def get(self, route: str, *args: Any, status: int = 200, **query: str) -> Page:
        return self._page(self.client.get(reverse(f"web:{route}", args=args), query), status)

    def post(self, route: str, *args: Any, status: int = 302, **fields: Any) -> Page:
        return self._page(self.client.post(reverse(f"web:{route}", args=args), fields), status)

    def press(self, route: str, *args: Any, **fields: Any) -> Page:
        """Post, and look at the page it leads to."""
        leads_to = self.post(route, *args, **fields).response["Location"]
        response = self.client.get(leads_to, follow=True)
        return self._page(response, 200)

    def open(self, address: str) -> Page:
        """Follow a link, by its address."""
        return self._page(self.client.get(address), 200)

    def follow(self, address: str) -> Page:
        """Press a button whose form has this address, as it stands in the page, and look where it leads."""
        return self._page(self.client.post(unescape(address), follow=True), 200)

    def _page(self, response: HttpResponse, status: int) -> Page:
        page = Page(response)
        assert page.status == status, f"{page.status}, not {status}: {page.text[:400]}"
        return page

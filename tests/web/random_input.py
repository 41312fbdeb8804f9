"""Random requests to pages, and a browser that sends them and rolls back what they change."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.tables import everything, rows_written
from tests.world import PASSWORD, World

# No field takes these. A dozen such fields are still less than the megabyte that a form may be.
NEVER = ["Emma\x00", "x" * 75_000]
# Each is like something, but only a field for text may take it.
WRONG = [
    "\ud800",
    "24:00",
    "06:00:30",
    "2026-02-31",
    "9999-12-31",
    "9999-12-31T23:59",
    "NaN",
    "Infinity",
    "1e999",
    "-1.00",
    "9" * 40,
    "٢٥",
    "../../etc/passwd",
    "Mars/Olympus",
    "{}",
]
TOO_MUCH = "x" * 1_000_001


class Sender:
    """Somebody who sends anything: whatever was written is taken back."""

    def __init__(self, world: World, person: str) -> None:
        self.client = Client()
        if person:
            self.client.force_login(getattr(world, person))
            self.client.post("/accounts/again/", {"password": PASSWORD})  # as who makes a key has to
        self.before = everything()
        self.cookies = dict(self.client.cookies)

    def get(self, address: str, query: Mapping[str, Any]) -> HttpResponse:
        """Whoever looks at a page writes nothing."""
        response = self._send(lambda: self.client.get(f"{address}?{_encoded(query)}"))
        assert response.wrote_nothing, f"{address} {str(query)[:100]}"
        return response

    def post(self, address: str, form: Mapping[str, Any]) -> HttpResponse:
        """Who is refused has written nothing."""
        form_type = "application/x-www-form-urlencoded"
        response = self._send(lambda: self.client.post(address, _encoded(form), content_type=form_type))
        assert response.status_code < 400 or response.wrote_nothing, f"{address} {str(form)[:100]}"
        return response

    def _send(self, ask: Any) -> Any:
        self.client.cookies.clear()  # what the last answer set went with what it wrote
        self.client.cookies.update(self.cookies)
        with transaction.atomic():
            rows = rows_written()
            response = ask()
            response.wrote_nothing = rows_written() == rows or everything() == self.before
            transaction.set_rollback(True)
        assert response.status_code < 500
        return response


def _encoded(form: Mapping[str, Any]) -> str:
    """As a browser would, if browsers had lone surrogates."""
    pairs = [
        (name, str(value).encode("utf-8", "surrogatepass"))
        for name, values in form.items()
        for value in (values if isinstance(values, Sequence) and not isinstance(values, str) else [values])
    ]
    return urlencode(pairs)

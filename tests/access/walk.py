"""Ask every route as one person, and compare with the table in routes/."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import URLResolver, get_resolver

from handsel.api.openapi import BASE
from handsel.api.v1 import document
from handsel.models import Event, Notice
from tests.access.furniture import CanaryFamily
from tests.access.neighbours import Actor
from tests.access.pay_furniture import RATES
from tests.access.routes.row import ROLES, Row
from tests.api import contract
from tests.tables import rows_written

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_FRESH = re.compile(r'("(?:csrfmiddlewaretoken|form_token|shown|whose)" value=|nonce=|"X-CSRFToken": )"[^"]*"')


def _resolved(resolver: URLResolver, prefix: str = "/", namespace: str = "") -> Iterator[tuple[str, str]]:
    """Every route: its name, and its address with {holes}."""
    for pattern in resolver.url_patterns:
        route = str(pattern.pattern).removeprefix("^").removesuffix("$")
        address = prefix + re.sub(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", r"{\1\2}", route)
        if isinstance(pattern, URLResolver):
            yield from _resolved(pattern, address, f"{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}", address


@cache
def addresses() -> dict[str, str]:
    """The name of each route -> its address."""
    return dict(_resolved(get_resolver()))


@cache
def operations() -> dict[str, tuple[str, str]]:
    """The id of each operation of the API -> its method and address."""
    return {
        operation["operationId"]: (method.upper(), path)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if method.upper() in METHODS
    }


class Walk:
    """One person's way along every row: what was found wrong is gathered, so that one run tells it all."""

    def __init__(self, world, role: str, somebody: Actor) -> None:
        self.role = role
        self.somebody = somebody
        self.api_headers = {"Authorization": f"Bearer {world.secret(somebody.user)}"} if somebody.user else {}
        self.client = Client()
        if somebody.user:
            self.client.force_login(somebody.user)
        self.written = _written()  # and again after each row, whose changes are rolled back
        self.wrong: list[str] = []
        self.met: set[str] = set()

    def go(self, row: Row, *, also_elsewhere: bool = True) -> None:
        """At home; and, of what an address names, next door and where there is nothing."""
        own_id = self.id_of(row.about, "home") if row.about else ""
        home = self.ask(row, self.somebody.home, own_id)
        self.look(row, "at home", home, self._status_at_home(row))
        if not row.about or not also_elsewhere:
            return
        nothing = self.id_of(row.about, None)
        missing = self.ask(row, self.somebody.home, nothing)
        closed = 404 if self.somebody.user else self._status_at_home(row)
        self.look(row, "nowhere", missing, closed)
        if self.role in ROLES:
            theirs = self.id_of(row.about, "next_door")
            foreign = self.ask(row, self.somebody.next_door, theirs)
            self.look(row, "next door", foreign, closed)
            alike = without_ids(foreign, theirs) == without_ids(missing, nothing)
        else:  # who has no home is not let in anywhere
            alike = row.outsiders or without_ids(home, own_id) == without_ids(missing, nothing)
        if not alike:
            self.wrong.append(f"{row.route} ({row.about}): what one may not see is told unlike what is missing")

    def ask(self, row: Row, house: CanaryFamily, name: str) -> HttpResponse:
        """Ask, note what was written all the same, and leave everything as it was."""
        self.client.cookies.pop("messages", None)  # what the last page did not say is no news of this one
        with transaction.atomic():
            rows = rows_written()
            response = self._send(row, house, name)
            if response.status_code >= 400 and rows_written() != rows and _written() != self.written:
                self.wrong.append(f"{row.route}: refused, but something was written")
            transaction.set_rollback(True)
        return response

    def _send(self, row: Row, house: CanaryFamily, name: str) -> HttpResponse:
        sent = _filled_in(row.send, house)
        if row.route in operations():
            method, template = operations()[row.route]
            how: dict[str, Any] = {"headers": self.api_headers}
            if method in ("POST", "PUT", "PATCH"):
                how["content_type"] = "application/json"
        else:
            method, template = row.route.split()[0], addresses()[row.route.split()[1]]
            how = {}
        if "$raw" in row.send:
            sent, how["content_type"] = row.send["$raw"], "text/csv"
        if "$file" in row.send:
            file = SimpleUploadedFile("receipt.jpg", row.send["$file"])
            sent, how["content_type"] = {"file": file}, MULTIPART_CONTENT
        address = address_of(template, name, house)
        response = getattr(self.client, method.lower())(address, sent, **how)
        if row.route in operations():
            contract.check(method, address.removeprefix(BASE), response)
        return response

    def id_of(self, about: str, where: str | None) -> str:
        """The id of what is asked for: one's own, the neighbours', or nobody's."""
        if about in self.somebody.own and where == "home":
            return str(self.somebody.own[about].id)
        house: CanaryFamily = getattr(self.somebody, where or "home")
        thing = house.things[about]
        if where is None:
            if isinstance(thing, str):
                return "no-such-thing"
            return str(2**40) if isinstance(thing.id, int) else str(uuid4())
        return thing if isinstance(thing, str) else str(thing.id)

    def _status_at_home(self, row: Row) -> int:
        if self.role in ROLES:
            return row.status_for(self.role)
        if self.role == "nobody":
            return row.nobody or (401 if row.route in operations() else 302)
        return row.outsiders or 404

    def look(self, row: Row, where: str, response: HttpResponse, expected: int) -> None:
        content = b"" if response.streaming else response.content  # a file holds no words
        text = f"{response.headers}{content.decode()}"
        if response.status_code != expected:
            self.wrong.append(f"{row.route} {where} ({row.about}): {response.status_code}, not {expected}")
        self.met |= {word for word in (*RATES, self.somebody.home.canary) if word in text}
        seen = {secret for secret in self.somebody.hidden if secret in text}
        if seen:
            self.wrong.append(f"{row.route} {where} ({row.about}): shows {sorted(seen)}")


def _written() -> tuple[int, int]:
    return Event.objects.count(), Notice.objects.count()


def without_ids(response: HttpResponse, *names: str) -> tuple[int, str]:
    """An answer without what differs each time: the ids that were asked for, and one-time values."""
    content = b"a file" if response.streaming else response.content
    text = response.headers.get("Location", "") + content.decode()
    for name in (*names, response["X-Request-ID"]):
        text = text.replace(name, "ID")
    return response.status_code, _FRESH.sub("", text)


def address_of(template: str, name: str, house: CanaryFamily) -> str:
    return re.sub(r"{\w+}", name, template.replace("{year}", str(house.things["year"])))


def _filled_in(value: Any, house: CanaryFamily) -> Any:
    match value:
        case dict():
            return {key: _filled_in(item, house) for key, item in value.items()}
        case list():
            return [_filled_in(item, house) for item in value]
        case "$canary":
            return house.canary
        case str() if value.startswith("$"):
            thing = house.things[value[1:]]
            return thing if isinstance(thing, str) else str(thing.id)
        case _:
            return value

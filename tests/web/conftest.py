import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from justhtml import JustHTML

from handsel.rules.roles import Role
from tests.run import NIGHTLY
from tests.web.visitor import Visitor
from tests.world import NOW, World, wall

# What a test fills into a form on purpose comes back on its page.
_PAGE = re.compile(rb"\s*<!doctype html", re.IGNORECASE)
_NOT_OURS = {"unexpected-null-character"}


@pytest.fixture(autouse=True, scope="session")
def every_page_is_valid() -> Iterator[None]:
    """By night: whatever page any of these tests asks for, a parser that is strict finds nothing to mend in it."""
    if not NIGHTLY:
        yield
        return
    ask = Client.request

    def request(client: Client, **environ: Any) -> Any:
        response = ask(client, **environ)
        if response.get("Content-Type", "").startswith("text/html") and re.match(
            rb"\s*<!doctype", response.content, re.IGNORECASE
        ):
            errors = JustHTML(response.content.decode(), collect_errors=True).errors
            assert not [error for error in errors if error.code not in _NOT_OURS], environ["PATH_INFO"]
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", request)
        yield


@pytest.fixture(autouse=True)
def eight_in_the_morning(monkeypatch):
    """It is the world's now on the door's clock too."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def it_is(monkeypatch) -> Callable[[str], datetime]:
    """It is another time, on the wall in New York: it_is("2026-06-02 19:00")."""

    def set_clock(text: str) -> datetime:
        at = wall(text)
        monkeypatch.setattr(timezone, "now", lambda: at)
        return at

    return set_clock


@pytest.fixture
def ana(world: World) -> Visitor:
    return Visitor(world.ana)


@pytest.fixture
def luis(world: World) -> Visitor:
    return Visitor(world.luis)


@pytest.fixture
def noor(world: World) -> Visitor:
    return Visitor(world.noor)


@pytest.fixture
def bea(world: World) -> Visitor:
    return Visitor(world.bea)


@pytest.fixture
def ada(world: World) -> Visitor:
    return Visitor(world.ada)


@pytest.fixture
def sam(world: World) -> Visitor:
    return Visitor(world.sam)


@pytest.fixture
def viewer(world: World) -> Visitor:
    """A viewer, who reads along at the Riveras'."""
    return Visitor(world.join(world.riveras, Role.VIEWER).user)


@pytest.fixture
def coordinator(world: World) -> Visitor:
    """Who coordinates for the agency."""
    return Visitor(world.join(world.riveras, Role.COORDINATOR).user)

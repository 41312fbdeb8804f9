from collections.abc import Iterator

import pytest

from tests.races.concurrency import ClientPool
from tests.server import ROOT, Server


@pytest.fixture(scope="session")
def client_pool(server) -> Iterator[ClientPool]:
    """The people of the server that all tests share."""
    with ClientPool(server) as people:
        yield people


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def unguarded(request) -> Iterator[ClientPool]:
    """A server without what keeps races apart; see unguarded.py."""
    yield from _variant(request.param, "unguarded")


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def slow(request) -> Iterator[ClientPool]:
    """A server that is as slow, and has all of it; see slow.py."""
    yield from _variant(request.param, "slow")


def _variant(database: str, name: str) -> Iterator[ClientPool]:
    variables = {"DJANGO_SETTINGS_MODULE": f"tests.races.{name}", "PYTHONPATH": str(ROOT)}
    with Server(database, **variables) as started, ClientPool(started) as people:
        yield people


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        for variant in {"unguarded", "slow"}.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(f"{variant}-{item.callspec.params[variant]}"))

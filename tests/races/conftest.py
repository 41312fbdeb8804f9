from collections.abc import Iterator

import pytest

from tests.races.crowd import Town
from tests.server import ROOT, Server


@pytest.fixture(scope="session")
def town(server) -> Iterator[Town]:
    """The people of the server that all tests share."""
    with Town(server) as people:
        yield people


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def unguarded(request) -> Iterator[Town]:
    """A server without what keeps races apart; see unguarded.py."""
    variables = {"DJANGO_SETTINGS_MODULE": "tests.races.unguarded", "PYTHONPATH": str(ROOT)}
    started = Server(request.param, **variables).start()
    with Town(started) as people:
        yield people
    started.stop()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if "unguarded" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group(f"unguarded-{item.callspec.params['unguarded']}"))

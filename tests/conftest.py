import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.test import Client

from tests.api import contract
from tests.server import Server
from tests.world import World, build

hypothesis.settings.register_profile("ordinary", deadline=None)
hypothesis.settings.register_profile("nightly", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ordinary"))

NIGHTLY = os.environ.get("HANDSEL_TEST_NIGHTLY") == "1"
ON_POSTGRESQL = os.environ.get("HANDSEL_TEST_DATABASE") == "postgresql"


@pytest.fixture(autouse=True)
def every_answer_keeps_the_contract(monkeypatch) -> None:
    """Whichever of Django's test clients asks; those that speak HTTP call the same (tests/server.py)."""
    ask = Client.request

    def request(client: Client, **environ: Any) -> Any:
        response = ask(client, **environ)
        contract.hold(environ.get("REQUEST_METHOD", "GET"), environ["PATH_INFO"], response)
        return response

    monkeypatch.setattr(Client, "request", request)


@pytest.fixture
def world(db) -> World:
    """The Riveras, the Okafors and Noor between them; see tests/world.py."""
    return build()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(request) -> Iterator[Server]:
    """`handsel serve`, once on each database; see tests/server.py."""
    started = Server(request.param).start()
    yield started
    started.stop()


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(config, items):
    """Tests that share a server run in one process. The run on PostgreSQL is for what needs a database of its own."""
    left_out = []
    for item in items:
        if "server" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group(f"server-{item.callspec.params['server']}"))
        if "example" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("example"))
        needs_a_database = {"db", "django_db_setup"} & {*item.fixturenames} or item.get_closest_marker("django_db")
        if (ON_POSTGRESQL and not needs_a_database) or (item.get_closest_marker("nightly") and not NIGHTLY):
            left_out.append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]

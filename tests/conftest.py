import gc
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests import measured
from tests.run import NIGHTLY, ON_POSTGRESQL
from tests.tried_with import pytest_runtest_makereport, tried_with  # noqa: F401 (pytest finds them here)

if TYPE_CHECKING:  # what only some tests need is imported when they do
    from tests.node_programs import NodePrograms
    from tests.server import Server
    from tests.world import World

# What is imported and collected stands until the end (pytest_collection_finish): thousands of tests and all that they
# need are not looked through for rubbish again and again.
gc.disable()

hypothesis.settings.register_profile("ordinary", deadline=None, max_examples=50)
hypothesis.settings.register_profile("nightly", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ordinary"))

MARK_OF_A_FILE = re.compile(r"^pytestmark = \[?\s*pytest\.mark\.(no|any)_database\b", re.MULTILINE)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(measured)


@pytest.fixture(autouse=True, scope="session")
def every_answer_keeps_the_contract() -> Iterator[None]:
    """Whichever of Django's test clients asks; those that speak HTTP call the same (tests/server.py)."""
    from django.test import Client

    ask = Client.request

    def request(client: Client, **environ: Any) -> Any:
        from tests import headers
        from tests.api import contract

        response = ask(client, **environ)
        contract.hold(environ.get("REQUEST_METHOD", "GET"), environ["PATH_INFO"], response)
        headers.hold(response)
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", request)
        yield


@pytest.fixture(autouse=True, scope="session")
def templates_are_not_noted(django_test_environment) -> Iterator[None]:
    from tests import templates_used

    with templates_used.unnoted():
        yield


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb) -> bool:
    """PgBouncer stays in a database when everybody has left, so that it cannot be dropped; it goes with the run."""
    return django_db_keepdb or os.environ.get("HANDSEL_TEST_PGBOUNCER") == "1"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings) -> Iterator[None]:
    """Before pytest-django makes the database; see tests/migrated.py."""
    from tests import migrated

    with migrated.once():
        yield


@pytest.fixture
def world(db) -> "World":
    """The Riveras, the Okafors and Noor between them; see tests/world.py."""
    from tests import world

    return world.build()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(request) -> Iterator["Server"]:
    """`handsel serve`, once on each database; see tests/server.py."""
    from tests.server import QUICK_PASSWORDS, Server

    with Server(request.param, **QUICK_PASSWORDS) as started:
        yield started


@pytest.fixture(scope="session")
def node_programs() -> "NodePrograms":
    """npm's programs, for nightly tests alone; see tests/node_programs.py."""
    from tests import node_programs

    return node_programs.install()


@pytest.fixture
def figures(request) -> Callable[[str], None]:
    """Say what a load measured, in the output of the run, also where the test passes."""

    def say(line: str) -> None:
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            sys.stderr.write(f"\n{line}\n")

    return say


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Files that their mark leaves out on PostgreSQL are not imported: looking for the mark in the text is quicker."""
    if ON_POSTGRESQL and collection_path.suffix == ".py":
        mark = MARK_OF_A_FILE.search(collection_path.read_text("utf-8"))
        if mark and (mark[1] == "no" or not NIGHTLY):
            return True
    return None


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(config, items):
    """Tests that share a server run in one process; the marks say what this run leaves out."""
    for item in items:
        if "example" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("example"))
        elif "dated" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("dated"))
        elif "server" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group(f"server-{item.callspec.params['server']}"))
    left_out = [item for item in items if not _is_of_this_run(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _is_of_this_run(item)]


def pytest_collection_finish():
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)


def _is_of_this_run(item: pytest.Item) -> bool:
    """By day on SQLite; on PostgreSQL what needs a database and is not the same on any; by night all that."""
    marks = {mark.name for mark in item.iter_markers()}
    needs_a_database = "django_db" in marks or not {"db", "django_db_setup"}.isdisjoint(item.fixturenames)
    if needs_a_database and "no_database" in marks:
        raise pytest.UsageError(f"{item.nodeid} is marked no_database, and uses one.")
    if ON_POSTGRESQL and not needs_a_database:
        return False
    if NIGHTLY:
        return True
    if "one_server" in marks and "server" in item.fixturenames and item.callspec.params["server"] == "sqlite":
        return False
    return not ("nightly" in marks or (ON_POSTGRESQL and "any_database" in marks))

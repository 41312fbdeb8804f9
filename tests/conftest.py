import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.test import Client

from tests.api import contract
from tests.run import NIGHTLY
from tests.server import Server
from tests.world import World, build

hypothesis.settings.register_profile("ordinary", deadline=None)
hypothesis.settings.register_profile("nightly", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ordinary"))

ON_POSTGRESQL = os.environ.get("HANDSEL_TEST_DATABASE") == "postgresql"
# What a door refuses or says before it comes to the database, and what walks by way of rooms that are tested on both:
# what pages show of many rows is asked for by test_numbers, what they send goes through the actions, and what the
# example and the letters are made of has been written and read by others.
# The ordinary run looks on one database, the nightly one on the other too.
ON_ANY_DATABASE = (
    "access/test_growth.py",
    "access/test_table.py",
    "access/test_walk.py",
    "actions/test_example_loading.py",
    "actions/test_reminding.py",
    "admin/",
    "api/test_bad_input.py",
    "api/test_errors.py",
    "api/test_kinds.py",
    "api/test_openapi.py",
    "api/test_schemathesis.py",
    "bugs/",
    "management/test_letters.py",
    "test_urls.py",
    "web/test_bad_forms.py",
    "web/test_bad_parameters.py",
    "web/test_busy_times.py",
    "web/test_calendar.py",
    "web/test_calendar_free_time.py",
    "web/test_devices.py",
    "web/test_entrance.py",
    "web/test_families.py",
    "web/test_forms.py",
    "web/test_installed.py",
    "web/test_language.py",
    "web/test_live.py",
    "web/test_mail_answers.py",
    "web/test_members.py",
    "web/test_notices.py",
    "web/test_own_pages.py",
    "web/test_planned_ahead.py",
    "web/test_schedules.py",
    "web/test_security.py",
    "web/test_session_changes.py",
    "web/test_sign_in_forms.py",
    "web/test_styleguide.py",
)
# Tests of what needs no database, or starts servers that have their own.
WITHOUT_DATABASE = ("browser/", "docs/", "documents/", "races/", "rules/", "shape/", "workflows/")


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
    with Server(request.param) as started:
        yield started


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """What the run on PostgreSQL leaves out by its place need not even be imported."""
    if ON_POSTGRESQL and not NIGHTLY and _is_in(collection_path, ON_ANY_DATABASE + WITHOUT_DATABASE):
        return True
    return None


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(config, items):
    """Tests that share a server run in one process. The run on PostgreSQL is for what needs a database of its own."""
    for item in items:
        if "example" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("example"))
        elif "dated" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("dated"))
        elif "server" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group(f"server-{item.callspec.params['server']}"))
        if _is_in(item.path, WITHOUT_DATABASE) and _needs_a_database(item):
            raise pytest.UsageError(f"{item.nodeid} would not be run on PostgreSQL; see WITHOUT_DATABASE.")
    left_out = {item for item in items if not _is_of_this_run(item)}
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish():
    """What stands now stands until the end: five thousand tests and all that they import need not be looked through for
    rubbish again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _is_of_this_run(item: pytest.Item) -> bool:
    if item.get_closest_marker("nightly") and not NIGHTLY:
        return False
    if not ON_POSTGRESQL:
        return True
    return _needs_a_database(item) and (NIGHTLY or not _is_in(item.path, ON_ANY_DATABASE))


def _needs_a_database(item: pytest.Item) -> bool:
    return bool({"db", "django_db_setup"} & {*item.fixturenames} or item.get_closest_marker("django_db"))


def _is_in(path: Path, places: tuple[str, ...]) -> bool:
    here = Path(__file__).parent
    return path.is_relative_to(here) and f"{path.relative_to(here)}/".startswith(places)

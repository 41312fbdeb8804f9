"""A database that cannot be used for a while: 503 and when to try again, and all goes on when it is over."""

import sqlite3
import time
from contextlib import closing

import httpx
import psycopg
import pytest

from tests.races.concurrency import ClientPool, FamilyClients
from tests.server import Server

pytestmark = pytest.mark.no_database

LINES = 2 * 3  # three processes, in less than two minutes


def new_child(family: FamilyClients) -> httpx.Response:
    return family.parent.post(f"/families/{family.id}/children", json={"firstName": "Theo"}, timeout=60)


def is_refused(answer: httpx.Response) -> bool:
    if answer.status_code != 503:
        return False
    assert answer.headers["Retry-After"] == "10"
    assert answer.json()["code"] == "unavailable"
    return True


def health(family: FamilyClients) -> dict[str, str]:
    began = time.monotonic()
    answer = httpx.get(f"{family.client_pool.server.base_url}/healthz", timeout=30)
    assert time.monotonic() - began < 20  # nothing waits until the lock is gone
    return answer.json()


@pytest.mark.nightly  # by day tests/access/test_outages.py knows the answer
def test_a_table_that_is_locked_holds_nobody_up_for_long():
    with Server("postgresql") as server, ClientPool(server) as client_pool:
        family = client_pool.family()
        with psycopg.connect(server.environment["DATABASE_URL"]) as maintenance:
            maintenance.execute("LOCK TABLE handsel_child")
            assert is_refused(new_child(family))
            assert health(family) == {"status": "ok"}
            assert family.parent.get("/me").status_code == 200
        assert new_child(family).status_code == 201
    assert server.logged.count("The database is busy. (OperationalError)") == 1
    assert "Traceback" not in server.logged


@pytest.mark.nightly
def test_a_writer_that_never_ends_holds_nobody_up_for_ever():
    with Server("sqlite") as server, ClientPool(server) as client_pool:
        family = client_pool.family()
        with closing(sqlite3.connect(server.home / "data" / "handsel.sqlite3", isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            assert health(family) == {"status": "unavailable", "reason": "The database is busy."}
            assert is_refused(new_child(family))
            assert family.parent.get(f"/families/{family.id}/children").status_code == 200
            writer.execute("ROLLBACK")
        assert new_child(family).status_code == 201
        time.sleep(1.1)
        assert health(family) == {"status": "ok"}
    assert "Traceback" not in server.logged

"""A database that cannot be used for a while: 503 and when to try again, and all goes on when it is over."""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import psycopg
import pytest

from tests import run
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


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 16 MB of its own."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("NO SMALL DISK: only root mounts one")
    place = Path(run.directory()) / "small-disk"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", place], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"NO SMALL DISK: {done.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


@pytest.mark.nightly
def test_a_full_disk_keeps_nothing_and_says_so(small_disk):
    server = Server("sqlite", HANDSEL_DATA_DIR=str(small_disk / "data"))
    shutil.copytree(server.home / "data", small_disk / "data", symlinks=True)
    with server, ClientPool(server) as client_pool:
        family = client_pool.family()
        fill(small_disk / "rubbish")
        answers = [new_child(family) for _ in range(400)]
        kept = [answer for answer in answers if answer.status_code == 201]
        assert all(map(is_refused, [answer for answer in answers if answer not in kept]))
        assert len(kept) < len(answers)
        time.sleep(1.1)
        assert health(family) == {"status": "unavailable", "reason": "The disk is full."}
        (small_disk / "rubbish").unlink()
        assert new_child(family).status_code == 201
        time.sleep(1.1)
        assert health(family) == {"status": "ok"}
        stored = family.parent.get(f"/families/{family.id}/children", params={"limit": 500}).json()["items"]
        assert len(stored) == 1 + len(kept) + 1
    assert server.logged.count("The disk is full.") <= LINES
    assert "Traceback" not in server.logged


def fill(file: Path) -> None:
    with file.open("wb") as rubbish:
        try:
            while True:
                rubbish.write(b"x" * 4096)
                rubbish.flush()
        except OSError:
            pass

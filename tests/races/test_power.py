"""`kill -9` while people write: what was acknowledged is there after the restart."""

import threading
import time
from datetime import timedelta

import httpx
import pytest

from tests.races.concurrency import ClientPool, FamilyClients, now
from tests.server import Server

pytestmark = pytest.mark.no_database

WRITERS, ENOUGH = 8, 40


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.nightly)])
def test_every_acknowledged_write_outlives_the_server(database):
    with Server(database) as server, ClientPool(server) as client_pool:
        family = client_pool.family()
        made, confirmed = _write_until_killed(family)
        server.start()
        stored = {row["id"]: row for row in _all_sessions(family)}
        assert made <= stored.keys()
        assert all(stored[session_id]["isConfirmed"] for session_id in confirmed)
        # What was under way is there as a whole or not at all: a session with the line of what became of it.
        for session_id in (stored.keys() - confirmed) | set(list(confirmed)[:WRITERS]):
            line = ["care_session.confirmed"] if stored[session_id]["isConfirmed"] else []
            assert family.events(session_id) == ["care_session.created", *line]


def _write_until_killed(family: FamilyClients) -> tuple[set[str], set[str]]:
    """The ids of the sessions whose making, and whose confirmation, was acknowledged before the server died."""
    made: set[str] = set()
    confirmed: set[str] = set()

    def write(number: int) -> None:
        start = now() + timedelta(days=1000 * number)
        try:
            while True:
                start += timedelta(hours=3)
                session_id = family.session(start, nannyId=None)
                made.add(session_id)
                if family.parent.post(f"/care-sessions/{session_id}/confirm").is_success:
                    confirmed.add(session_id)
        except httpx.TransportError:
            return

    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    while len(confirmed) < ENOUGH:
        time.sleep(0.01)
    family.client_pool.server.kill()
    for writer in writers:
        writer.join()
    return made, confirmed


def _all_sessions(family: FamilyClients) -> list[dict]:
    rows, cursor = [], None
    while True:
        query = {"limit": "500"} | ({"cursor": cursor} if cursor else {})
        page = family.parent.get(f"/families/{family.id}/care-sessions", params=query).json()
        rows += page["items"]
        cursor = page["next"]
        if cursor is None:
            return rows

"""Lists, pages and feeds read from a streaming replica: nobody misses what they wrote or saw, and no right outlives its
end, while the replica lags, dies and comes back.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from tests import postgres
from tests.races.concurrency import ClientPool, FamilyClients
from tests.server import NO_TLS, Server
from tests.standby import Standby

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]


@pytest.fixture
def standby() -> Iterator[Standby]:
    with Standby() as started:
        yield started


@contextmanager
def served(standby: Standby, **variables: str) -> Iterator[tuple[Server, FamilyClients]]:
    server = Server("postgresql", HANDSEL_WORKERS="2", **variables)
    server.environment["DATABASE_REPLICA_URL"] = standby.url(server.environment["DATABASE_URL"])
    with server, ClientPool(server) as client_pool:
        yield server, client_pool.family()
    assert "Traceback" not in server.logged


def children(family: FamilyClients, client: httpx.Client | None = None) -> httpx.Response:
    return (client or family.parent).get(f"/families/{family.id}/children", params={"limit": 500})


def new_session(family: FamilyClients, number: int) -> None:
    start = time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime(time.time() + (number + 2) * 7200))
    end = time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime(time.time() + (number + 3) * 7200))
    body = {"scheduledStart": start, "scheduledEnd": end, "childIds": [family.child_id], "nannyId": family.nanny_id}
    answer = family.parent.post(f"/families/{family.id}/care-sessions", json=body)
    assert answer.status_code == 201, answer.text


def sessions(family: FamilyClients, client: httpx.Client | None = None) -> int:
    answer = (client or family.parent).get(f"/families/{family.id}/care-sessions", params={"limit": 500})
    assert answer.status_code == 200, answer.text
    return len(answer.json()["items"])


def read_there(standby: Standby, server: Server) -> int:
    """How many transactions the replica has served in this database. Its sessions say so once a second."""
    time.sleep(1.2)
    database = urlsplit(server.environment["DATABASE_URL"]).path.strip("/")
    sql = f"SELECT xact_commit FROM pg_stat_database WHERE datname = '{database}'"
    return standby.ask(sql, database)[0]


def test_own_writes_are_read_and_what_is_read_comes_from_the_replica(standby, measured):
    with served(standby) as (server, family):
        before = read_there(standby, server)
        for number in range(60):
            new_session(family, number)
            assert sessions(family) == number + 1
            assert sessions(family, family.nanny) == number + 1
        served_there = read_there(standby, server) - before
        assert served_there > 60
        standby.pause()
        for number in range(60, 80):
            new_session(family, number)
            assert sessions(family) == sessions(family, family.nanny) == number + 1
        assert server.logged.count("The replica lags; the primary is read.") <= 2
        standby.resume()
        measured(f"120 lists after 60 writes, {served_there} transactions of them at the replica")


def test_metrics_say_how_far_it_is_behind(standby):
    token = "a token of at least thirty-two characters"
    with served(standby, HANDSEL_METRICS_TOKEN=token) as (server, family):
        headers = {"Authorization": f"Bearer {token}"}

        def gauge(name: str) -> float | None:
            text = httpx.get(f"{server.base_url}/metrics", headers=headers, verify=NO_TLS, timeout=30).text
            value = re.search(rf"^handsel_replica_{name} (\S+)$", text, re.MULTILINE)
            return float(value[1]) if value else None

        def comes_to(name: str, is_so: Callable[[float | None], bool]) -> None:
            until = time.monotonic() + 20
            while not is_so(gauge(name)):
                assert time.monotonic() < until, gauge(name)
                time.sleep(0.2)

        comes_to("lag_seconds", lambda lag: lag == 0)
        standby.pause()
        new_session(family, 0)
        comes_to("lag_seconds", lambda lag: lag is not None and lag > 1)
        standby.resume()
        comes_to("lag_seconds", lambda lag: lag == 0)
        standby.kill()
        comes_to("up", lambda up: up == 0)
        assert gauge("lag_seconds") is None
        standby.start()
        comes_to("up", lambda up: up == 1)


def test_no_right_outlives_its_end_on_a_replica_that_lags(standby):
    with served(standby) as (server, family):
        assert children(family, family.nanny).status_code == 200
        standby.pause()
        members = family.parent.get(f"/families/{family.id}/members").json()["items"]
        assert family.nanny_id in {member["id"] for member in members}
        removed = family.parent.delete(f"/members/{family.nanny_id}")
        assert removed.status_code in (200, 204), removed.text
        assert children(family, family.nanny).status_code == 404
        with psycopg.connect(server.environment["DATABASE_URL"]) as book:
            book.execute("UPDATE handsel_apitoken SET revoked_at = now()")
        assert children(family).status_code == 401
        standby.resume()


def test_nobodys_view_goes_back_while_it_lags_dies_and_comes_back(standby, measured):
    with served(standby) as (server, family):
        over, seen, broken = threading.Event(), [0, 0], []

        def look(index: int, client: httpx.Client) -> None:
            while not over.is_set():
                now = sessions(family, client)
                if now < seen[index]:
                    broken.append((seen[index], now))
                seen[index] = now

        readers = [
            threading.Thread(target=look, args=(index, client))
            for index, client in enumerate([family.parent, family.nanny])
        ]
        for reader in readers:
            reader.start()
        for number in range(120):
            new_session(family, number)
            if number % 30 == 5:
                standby.pause()
            if number % 30 == 12:
                standby.resume()
            if number % 30 == 18:
                standby.kill()
            if number % 30 == 25:
                standby.start()
        over.set()
        for reader in readers:
            reader.join()
        assert broken == []
        assert sessions(family) == 120
        assert server.logged.count("the primary is read") <= 2 * 6
        time.sleep(5)  # for so long one that was broken is left alone
        before = read_there(standby, server)
        for _ in range(20):
            assert sessions(family) == 120
        assert read_there(standby, server) - before >= 10
        measured("120 writes beside two readers, the replica paused 4 times and killed 4 times: no view went back")


def test_without_the_replica_a_start_serves():
    server = Server("postgresql", HANDSEL_WORKERS="1")
    gone = postgres.address("gone").replace("postgresql%3A", "").partition("?")[0] + "?host=/nowhere"
    server.environment["DATABASE_REPLICA_URL"] = gone
    with server, ClientPool(server) as client_pool:
        family = client_pool.family()
        assert children(family).status_code == 200
    assert "The replica does not answer; the primary is read." in server.logged

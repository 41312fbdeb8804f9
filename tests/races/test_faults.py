"""Faults that are really made, with people at work: what they see, what health says, and that all goes on by itself."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import psycopg
import pytest

from tests import postgres
from tests.races.concurrency import ClientPool, FamilyClients, now, run_concurrently
from tests.races.database_proxy import DatabaseProxy
from tests.races.own_postgresql import HOLDER, OwnPostgreSQL
from tests.server import Server

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]

WRITERS = 8
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


def health(server: Server) -> httpx.Response:
    time.sleep(1.1)  # it tries once a second
    began = time.monotonic()
    answer = httpx.get(f"{server.base_url}/healthz", timeout=30)
    assert time.monotonic() - began < 4
    return answer


def is_well(server: Server) -> bool:
    return health(server).json()["status"] == "ok"


def wait_until(condition: Callable[[], object], *, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.3)


class Writers:
    """Eight who make sessions until they are told to stop; what was acknowledged, and every other answer."""

    def __init__(self, *families: FamilyClients) -> None:
        self.kept: set[str] = set()
        self.refused: list[httpx.Response] = []
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(families[number % len(families)], number))
            for number in range(WRITERS)
        ]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _write(self, family: FamilyClients, number: int) -> None:
        start = now() + timedelta(days=30 + 1000 * number)
        while not self._over.is_set():
            start += timedelta(hours=3)
            body = {
                "scheduledStart": start.isoformat(),
                "scheduledEnd": (start + timedelta(hours=2)).isoformat(),
                "childIds": [family.child_id],
            }
            answer = family.parent.post(f"/families/{family.id}/care-sessions", json=body, timeout=60)
            if answer.status_code == 201:
                self.kept.add(answer.json()["id"])
            else:
                self.refused.append(answer)
                time.sleep(0.05)

    def more(self) -> Callable[[], bool]:
        """Whether something was kept since now."""
        before = len(self.kept)
        return lambda: len(self.kept) > before

    def check(self, family: FamilyClients) -> None:
        """Nothing that was acknowledged is lost, and what was refused says when to come again."""
        assert all(answer.status_code == 503 and answer.headers["Retry-After"] for answer in self.refused)
        assert {answer.json()["code"] for answer in self.refused} <= {"unavailable"}
        stored, cursor = set(), None
        while True:
            query = {"limit": 500} | ({"cursor": cursor} if cursor else {})
            page = family.parent.get(f"/families/{family.id}/care-sessions", params=query).json()
            stored |= {row["id"] for row in page["items"]}
            cursor = page["next"]
            if cursor is None:
                break
        assert self.kept <= stored


# The database


@contextmanager
def proxied(**variables: str) -> Iterator[tuple[Server, DatabaseProxy]]:
    with DatabaseProxy(str(postgres.home())) as proxy:
        server = Server("postgresql", **variables)
        name = re.search(r"@/(\w+)\?", server.environment["DATABASE_URL"])
        assert name is not None
        server.environment["DATABASE_URL"] = f"postgresql://postgres@127.0.0.1:{proxy.port}/{name[1]}"
        with server:
            yield server, proxy


def test_answers_of_the_database_that_are_kept_back_hold_nobody_up_for_ever():
    with proxied() as (server, proxy), ClientPool(server) as client_pool:
        family = client_pool.family()
        with Writers(family) as writers:
            wait_until(writers.more())
            proxy.keep_answers_back()
            ill = health(server)
            assert (ill.status_code, ill.json()["reason"]) == (503, "The database does not answer.")
            wait_until(lambda: writers.refused, seconds=50)
            proxy.restore()
            wait_until(lambda: is_well(server))
            wait_until(writers.more())
        writers.check(family)
    assert "Traceback" not in server.logged


def test_a_database_that_is_gone_for_a_while_and_comes_back():
    with proxied() as (server, proxy), ClientPool(server) as client_pool:
        family = client_pool.family()
        with Writers(family) as writers:
            wait_until(writers.more())
            proxy.cut()
            wait_until(lambda: writers.refused)
            ill = health(server)
            assert (ill.status_code, ill.json()["reason"]) == (503, "The database does not answer.")
            proxy.restore()
            wait_until(lambda: is_well(server))
            wait_until(writers.more())
        writers.check(family)
    assert "Traceback" not in server.logged


def test_connections_that_are_cut_again_and_again_lose_nothing_and_show_to_no_reader():
    with proxied() as (server, proxy), ClientPool(server) as client_pool:
        family = client_pool.family()
        with Writers(family) as writers:
            for _ in range(20):
                wait_until(writers.more())
                proxy.end_connections()
            wait_until(writers.more())
        writers.check(family)
        reads = [family.parent.get("/me").status_code for _ in range(200)]
        for _ in range(5):
            with psycopg.connect(postgres.address()) as operator:
                operator.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    [server.environment["DATABASE_URL"].rpartition("/")[2]],
                )
            reads.append(family.parent.get("/me").status_code)
        assert set(reads) == {200}
    assert "Traceback" not in server.logged


def test_no_connection_that_is_free_is_said_and_passes():
    few = {"max_connections": "30", "superuser_reserved_connections": "0"}
    with OwnPostgreSQL(**few) as postgresql, ExitStack() as held:
        server = Server("postgresql", new=True, DATABASE_URL=postgresql.address)
        with server, ClientPool(server) as client_pool:
            family = client_pool.family()
            with Writers(family) as writers:
                wait_until(writers.more())
                operator = held.enter_context(postgresql.operator())
                wait_until(lambda: take_all(postgresql, operator, held))
                wait_until(lambda: len(writers.refused) > WRITERS)
                ill = health(server)
                assert (ill.status_code, ill.json()["reason"]) == (503, "The database has no connection free.")
                page = httpx.get(server.base_url, cookies={"sessionid": 32 * "a"}, timeout=30)
                assert "text/html" in page.headers["Content-Type"]
                assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
                held.close()
                wait_until(lambda: is_well(server))
                wait_until(writers.more())
            writers.check(family)
        assert "too many clients already" in server.logged
        assert "Traceback" not in server.logged


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_postgresql_that_does_not_wait_for_the_disk_is_refused_in_words(setting):
    with OwnPostgreSQL(**{setting: "off"}) as postgresql:
        server = Server("postgresql", new=True, DATABASE_URL=postgresql.address, HANDSEL_CARELESS_DATABASE="0")
        for command in (["serve", "--port", "0"], ["worker"]):
            refused = server.command(*command)
            assert refused.returncode == 1
            assert f"PostgreSQL keeps this book with {setting} switched off" in refused.stderr
            assert "Traceback" not in refused.stderr
        server.environment["HANDSEL_CARELESS_DATABASE"] = "1"
        with server:
            assert httpx.get(f"{server.base_url}/healthz").json() == {"status": "ok"}


def take_all(postgresql: OwnPostgreSQL, operator: psycopg.Connection, held: ExitStack) -> bool:
    """Take every connection that is free, and whether nobody else has one; whoever has loses it."""
    with suppress(psycopg.OperationalError):
        while True:
            held.enter_context(postgresql.operator())
    others = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> %s"
    operator.execute(f"SELECT pg_terminate_backend(pid) {others}", [HOLDER])
    with suppress(psycopg.OperationalError):
        while True:
            held.enter_context(postgresql.operator())
    return operator.execute(f"SELECT count(*) {others}", [HOLDER]).fetchone() == (0,)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_servers_on_one_book_keep_what_either_acknowledged(database):
    with Server(database) as first, ClientPool(first) as client_pool:
        second = Server(database)
        for name in {"HANDSEL_DATA_DIR", "DATABASE_URL"} & first.environment.keys():
            second.environment[name] = first.environment[name]
        with second, second.client() as parent:
            family = client_pool.family()
            parent.headers["Authorization"] = family.parent.headers["Authorization"]
            there = FamilyClients(client_pool, family.id, family.child_id, parent, parent, family.nanny_id)
            with Writers(family, there) as writers:
                wait_until(lambda: len(writers.kept) > 100)
            assert not writers.refused
            writers.check(family)
            # One move that both are asked for at once has one winner.
            address = f"/care-sessions/{family.session(now() + timedelta(days=9))}"
            asks = [partial(door.post, f"{address}/confirm") for door in (family.parent, parent)]
            answers = run_concurrently(asks * 8, threads=16)
            assert sorted({answer.status_code for answer in answers}) == [200, 409]
            assert family.events(address.rpartition("/")[2]).count("care_session.confirmed") == 1
    assert "Traceback" not in first.logged + second.logged


# The clock


@contextmanager
def with_a_clock(**variables: str) -> Iterator[tuple[Server, Callable[[str], None]]]:
    """A server and a function that sets its clock by so much ("-1h", "+365d") from the real one."""
    if FAKETIME is None:
        pytest.skip("NO FAKETIME: apt-get install faketime")
    server = Server("sqlite", HANDSEL_WORKER="inside", **variables)
    clock = server.home / "clock"
    clock.write_text("+0")
    server.environment |= {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
    }
    with server:
        yield server, lambda by: clock.write_text(by) and None


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("steps", [["-1h"], ["-1d"], ["+1d", "+0"], ["+365d", "+0"]], ids=" ".join)
def test_a_clock_that_is_really_put_holds_nothing_up_and_takes_nothing_away(steps, restart):
    with with_a_clock() as (server, set_clock), ClientPool(server) as client_pool:
        family = client_pool.family()
        wait_until(lambda: is_well(server))
        for step in steps:
            set_clock(step)
            if restart:
                assert server.stop() == 0
                server.start()
            wait_until(lambda: health(server).json().get("trouble"), seconds=90)
            wait_until(lambda: is_well(server))
        assert "The clock went" in server.logged
        session = family.session(now() + timedelta(days=3))
        assert family.parent.post(f"/care-sessions/{session}/confirm").status_code == 200
        assert family.events(session) == ["care_session.created", "care_session.confirmed"]
        time.sleep(5)
        assert is_well(server)
    assert "Traceback" not in server.logged

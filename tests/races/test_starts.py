"""Several processes start at once on one PostgreSQL: one brings up the tables, the others wait, and all serve."""

import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import psycopg
import pytest

from handsel.management import migrating
from tests import postgres
from tests.races.concurrency import ClientPool
from tests.server import Server

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]

STARTS = 3


def starts(address: str, **variables: str) -> list[Server]:
    return [Server("postgresql", new=True, DATABASE_URL=address, **variables) for _ in range(STARTS)]


def test_first_starts_at_once_serve_all_of_them(tmp_path):
    shared = {"HANDSEL_DATA_DIR": str(tmp_path / "data")}  # where the photos of the example are found by all
    servers = starts(postgres.new_database(), HANDSEL_WORKERS="1", HANDSEL_EXAMPLE="1", **shared)
    with ThreadPoolExecutor(STARTS) as pool, ExitStack() as stack:
        for server in pool.map(Server.start, servers):
            stack.callback(server.kill)
        for server in servers:
            assert httpx.get(f"{server.base_url}/healthz").json() == {"status": "ok"}
            assert "Traceback" not in server.logged
    with psycopg.connect(servers[0].environment["DATABASE_URL"]) as book:
        [(families,)] = book.execute("SELECT count(*) FROM handsel_user WHERE email = 'ana@example.org'").fetchall()
        assert families == 1


def test_who_finds_another_at_it_waits_and_says_so_and_who_finds_nothing_missing_serves():
    empty, made = postgres.new_database(), Server("postgresql", HANDSEL_WORKERS="1")
    with psycopg.connect(empty) as at_it, psycopg.connect(made.environment["DATABASE_URL"]) as beside:
        for connection in (at_it, beside):
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [migrating._LOCK])
        with made:
            assert httpx.get(f"{made.base_url}/healthz").json() == {"status": "ok"}
        waiting = Server("postgresql", new=True, DATABASE_URL=empty, HANDSEL_WORKERS="1")
        with ThreadPoolExecutor(1) as pool:
            starting = pool.submit(waiting.start)
            until = time.monotonic() + 60
            while "Bringing the tables up to date" not in (waiting.log.read_text() if waiting.log.exists() else ""):
                assert time.monotonic() < until
                time.sleep(0.1)
            assert not starting.done()
            at_it.rollback()
            starting.result()
            try:
                assert httpx.get(f"{waiting.base_url}/healthz").json() == {"status": "ok"}
            finally:
                waiting.kill()


def test_who_is_killed_while_it_migrates_leaves_it_to_the_next():
    server = Server("postgresql", new=True, HANDSEL_WORKERS="1")
    migrate = [sys.executable, "-m", "handsel", "migrate"]
    with subprocess.Popen(migrate, cwd=server.home, env=server.environment, stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        while b"0001_initial" not in first.stdout.readline():
            pass
        first.send_signal(signal.SIGKILL)
    with server:
        assert httpx.get(f"{server.base_url}/healthz").json() == {"status": "ok"}


def migrate(server: Server, *to: str) -> None:
    done = server.command("migrate", *to)
    assert done.returncode == 0, done.stderr


def test_a_migration_in_steps_goes_on_where_it_was_cut_off_and_goes_back():
    server = Server("postgresql", new=True, HANDSEL_WORKERS="1")
    migrate(server, "handsel", "0014")
    with psycopg.connect(server.environment["DATABASE_URL"], autocommit=True) as book:
        book.execute("ALTER TABLE handsel_caresession ADD COLUMN pay_date date")
        book.execute("CREATE INDEX events_of_a_pay_period ON handsel_event (id)")
        migrate(server)
        [(index,)] = book.execute("SELECT pg_get_indexdef('events_of_a_pay_period'::regclass)").fetchall()
        assert "pay_period_id" in index
        made = "SELECT is_nullable FROM information_schema.columns WHERE column_name = 'pay_date' AND table_name = %s"
        assert book.execute(made, ["handsel_caresession"]).fetchall() == [("NO",)]
        migrate(server, "handsel", "0014")
        migrate(server)
        of_promises = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
        [(before,)] = book.execute(of_promises).fetchall()
        fresh = Server("postgresql", new=True)
        migrate(fresh)
        with psycopg.connect(fresh.environment["DATABASE_URL"]) as other:
            assert other.execute(of_promises).fetchall() == [(before,)]


def test_this_version_serves_and_starts_on_the_tables_of_the_next():
    with Server("postgresql", HANDSEL_WORKER="inside") as server, ClientPool(server) as client_pool:
        family = client_pool.family()
        with psycopg.connect(server.environment["DATABASE_URL"], autocommit=True) as book:
            tables = book.execute(
                "SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_name LIKE 'handsel\\_%'"
            ).fetchall()
            for (table,) in tables:
                book.execute(f"ALTER TABLE {table} ADD COLUMN later text")
                book.execute(f"ALTER TABLE {table} ADD COLUMN later_too integer NOT NULL DEFAULT 1")
            book.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('handsel', '9999_later', now())")
        for _ in range(2):
            for answer in (
                family.parent.post(f"/families/{family.id}/children", json={"firstName": "Theo"}),
                family.parent.post(f"/care-sessions/{family.session()}/cancel", json={"reason": "rain"}),
                family.nanny.get(f"/families/{family.id}/care-sessions"),
            ):
                assert answer.status_code < 300, answer.text
            server.kill()
            server.start()
        assert httpx.get(f"{server.base_url}/healthz").json() == {"status": "ok"}
        assert "Traceback" not in server.logged


def test_a_table_that_the_server_clears_up_holds_up_a_migration_and_nobody_who_reads(tmp_path):
    address = postgres.new_database()
    slowly = "autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_threshold = 0"
    with psycopg.connect(address, autocommit=True) as operator:
        operator.execute("CREATE TABLE toys AS SELECT n, repeat('x', 500) AS name FROM generate_series(1, 20000) n")
        operator.execute("ALTER SYSTEM SET autovacuum_naptime = '1s'")
        operator.execute("SELECT pg_reload_conf()")
        try:
            operator.execute(f"ALTER TABLE toys SET ({slowly}, autovacuum_vacuum_scale_factor = 0)")
            operator.execute("DELETE FROM toys WHERE n % 2 = 0")
            of_toys = "SELECT 1 FROM pg_locks WHERE relation = 'toys'::regclass AND mode = 'ShareUpdateExclusiveLock'"
            until = time.monotonic() + 60
            while not operator.execute(of_toys).fetchall():
                assert time.monotonic() < until
                time.sleep(0.1)
            with Reader(address) as reader:
                run = subprocess.run(
                    [sys.executable, "-c", MIGRATE_TOYS],
                    env=Server("postgresql", new=True, DATABASE_URL=address).environment | DJANGO,
                    capture_output=True, text=True, check=False,
                )  # fmt: skip
            assert run.returncode == 0, run.stderr
            assert "A migration waits for a table that somebody holds." in run.stderr
            assert 0.3 < reader.worst < 1
        finally:
            operator.execute("ALTER SYSTEM RESET autovacuum_naptime")
            operator.execute("SELECT pg_reload_conf()")


DJANGO = {"DJANGO_SETTINGS_MODULE": "handsel.settings"}
MIGRATE_TOYS = """
import django
django.setup()
from django.db import connection, transaction
from handsel.management import migrating
def migrate():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE toys ADD COLUMN colour text")
migrating.patiently(migrate)
"""


class Reader(threading.Thread):
    """Somebody who reads the toys again and again, and how long they waited at most."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.over, self.worst = address, threading.Event(), 0.0

    def __enter__(self) -> "Reader":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.join()

    def run(self) -> None:
        with psycopg.connect(self.address, autocommit=True) as book:
            while not self.over.wait(0.01):
                began = time.monotonic()
                book.execute("SELECT count(*) FROM (SELECT * FROM toys LIMIT 1) toy", prepare=False)
                self.worst = max(self.worst, time.monotonic() - began)

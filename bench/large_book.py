"""A book of 10,000,000 sessions beside one of 100,000: how large the tables are, and how long lists, pages, moves and
the feed of one family take in either, and how much of it in the database.

By hand, since it takes half an hour and 15 GB: `PYTHONPATH=. .venv/bin/python bench/large_book.py 10000000`. It makes a
PostgreSQL of its own, and databases in it, whose rows are made in the server. Nothing stays.
"""

import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

if len(sys.argv) != 2:
    sys.exit(0)

from tests import postgres

SMALL, LARGE = 100_000, int(sys.argv[1])
ADDRESSES = {size: postgres.new_database() for size in (SMALL, LARGE)}
os.environ["DATABASE_URL"] = ADDRESSES[SMALL]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handsel.settings")

import django
from django.conf import settings

warnings.filterwarnings("ignore", "No directory at")  # nothing is collected here
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django.setup()

import psycopg
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from handsel.access import tokens as secrets
from handsel.actions import tokens
from handsel.models import CalendarAddress, User
from handsel.queries import calendar_feed

OF_A_FAMILY, FAMILIES_ASKED, ROUNDS = 1_000, 12, 2
TABLES = ("handsel_caresession", "handsel_caresessionchild", "handsel_event")
_ANY = {
    "timestamp with time zone": "now()",
    "boolean": "false",
    "integer": "1",
    "smallint": "12",
    "bigint": "1",
    "jsonb": "'{}'",
    "date": "current_date",
    "numeric": "25",
}


def say(line: str) -> None:
    sys.stdout.write(f"postgresql  {line}\n")
    sys.stdout.flush()


def identity(kind: int, number: str = "n") -> str:
    """The id of a row by its number, in SQL."""
    return f"('{kind:08x}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


def insert(database: psycopg.Connection[Any], table: str, count: int, **columns: str) -> None:
    """Insert so many rows, numbered by n from 0; a column that is not named has what its type begins with, or none."""
    usual = database.execute(
        "SELECT column_name, data_type, is_nullable = 'YES' FROM information_schema.columns "
        "WHERE table_name = %s AND is_identity = 'NO' ORDER BY ordinal_position",
        [table],
    ).fetchall()
    values = {name: "NULL" if may_be_null else _ANY.get(type_, "''") for name, type_, may_be_null in usual} | columns
    names, made = ", ".join(values), ", ".join(values.values())
    of_all = f"SELECT {made} FROM generate_series(0, {count - 1}) n"  # noqa: S608  what is written in this file
    database.execute(f"INSERT INTO {table} ({names}) {of_all}".encode())


def without_indexes(database: psycopg.Connection[Any]) -> list[str]:
    """Drop what would be written to at each row, and return the statements that make it again."""
    tables = [list(TABLES)]
    made = database.execute(
        "SELECT format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, "
        "pg_get_constraintdef(oid)), format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname) "
        "FROM pg_constraint WHERE contype IN ('u', 'x') AND conrelid = ANY(%s::regclass[])",
        tables,
    ).fetchall()
    for _, drop in made:
        database.execute(drop)
    made += database.execute(
        "SELECT pg_get_indexdef(indexrelid), format('DROP INDEX %%s', indexrelid::regclass) FROM pg_index "
        "WHERE NOT indisprimary AND indrelid = ANY(%s::regclass[])",
        tables,
    ).fetchall()
    for make, drop in made:
        if make.startswith("CREATE"):
            database.execute(drop)
    return [make for make, _ in made]


def fill(address: str, sessions: int) -> None:
    """Families with a parent, a nanny and a child, and a thousand sessions each around today, with an event of each."""
    families = sessions // OF_A_FAMILY
    family, of_member = f"n / {OF_A_FAMILY}", "n / 2"
    start = f"date_trunc('hour', now()) + (n % {OF_A_FAMILY} - {OF_A_FAMILY // 2}) * interval '6 hours'"
    zone = "'America/New_York'"
    with psycopg.connect(address, autocommit=True) as database:
        database.execute("SET session_replication_role = replica")  # what is made is in order
        database.execute("SET maintenance_work_mem = '1GB'")
        indexes = without_indexes(database)
        insert(database, "handsel_family", families, id=identity(1), name="'Riveras'", time_zone=zone, currency="'USD'")
        insert(
            database, "handsel_user", families * 2, id=identity(2), email="n || '@example.org'", name="'Ana'",
            is_active="true", hour_cycle="24", week_starts_on="0",
        )  # fmt: skip
        insert(
            database, "handsel_member", families * 2, id=identity(3), family_id=identity(1, of_member),
            user_id=identity(2), role="CASE n % 2 WHEN 0 THEN 'PARENT' ELSE 'NANNY' END",
        )  # fmt: skip
        insert(database, "handsel_child", families, id=identity(4), family_id=identity(1), first_name="'Emma'")
        insert(
            database, "handsel_caresession", sessions, id=identity(5), family_id=identity(1, family),
            scheduled_start=start, scheduled_end=f"{start} + interval '4 hours'", status="'SCHEDULED'",
            pay_date=f"(({start}) AT TIME ZONE {zone})::date", time_zone=zone,
            nanny_id=identity(3, f"{family} * 2 + 1"), nanny_person_id=identity(2, f"{family} * 2 + 1"),
        )  # fmt: skip
        insert(
            database, "handsel_caresessionchild", sessions,
            id=identity(6), session_id=identity(5), child_id=identity(4, family),
        )  # fmt: skip
        insert(
            database, "handsel_event", sessions, id=identity(7), family_id=identity(1, family), source="'API'",
            session_id=identity(5), kind="'care_session.created'", number=f"n % {OF_A_FAMILY} + 1", session_version="1",
            by_id=identity(3, f"{family} * 2"), at="now() - interval '300 days' + n * interval '1 second' / 400",
        )  # fmt: skip
        for make in indexes:
            database.execute(make)
        database.execute("VACUUM ANALYZE")


def sizes(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as database:
        for table in TABLES:
            [(rows, own, whole, depth)] = database.execute(
                "SELECT reltuples::bigint, pg_size_pretty(pg_table_size(oid)), "
                "pg_size_pretty(pg_total_relation_size(oid)), "
                "pg_total_relation_size(oid) / greatest(reltuples, 1)::bigint FROM pg_class WHERE oid = %s::regclass",
                [table],
            ).fetchall()
            say(f"{table:26} {rows:>11,} rows, {own} and {whole} with its indexes, {depth} bytes a row")


class Asked:
    """How long one kind of request took, and how long of that the database."""

    def __init__(self) -> None:
        self.all, self.database = [], []
        self._waited = 0.0

    def ask(self, request: Callable[[], Any]) -> None:
        self._waited = 0.0
        began = time.perf_counter()
        with connection.execute_wrapper(self._timed):
            answer = request()
        self.all.append(time.perf_counter() - began)
        self.database.append(self._waited)
        if answer.status_code >= 300:
            raise RuntimeError(answer.content.decode())

    def _timed(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self._waited += time.perf_counter() - began

    def __str__(self) -> str:
        whole, waited = (1000 * statistics.median(times) for times in (self.all, self.database))
        return f"{whole:7.1f} ms, {waited:6.1f} of it in the database (at most {1000 * max(self.database):6.1f})"


def measure(sessions: int, round_: int) -> dict[str, Asked]:
    """Ask as the parents of some families, which lie far from one another."""
    connection.close()
    connection.settings_dict["NAME"] = ADDRESSES[sessions].partition("@/")[2].partition("?")[0]
    families = sessions // OF_A_FAMILY
    asked: dict[str, Asked] = {}
    at = timezone.now()
    for chosen in range(0, families, max(families // FAMILIES_ASKED, 1)):
        family = UUID(f"00000001-0000-7000-8000-{chosen:012x}")
        parent = User.objects.get(email=f"{chosen * 2}@example.org")
        secret = secrets.new_secret()
        full = {"is_full": True, "shows_children": True, "shows_notes": True}
        CalendarAddress.objects.create(
            person=parent, name="Kitchen", secret_hash=secrets.hash_of(secret), created_at=at, **full
        )
        browser = Client(headers={"host": "localhost"})
        browser.force_login(parent)
        token = tokens.issue_for(parent.email, "write", at=at)
        api = Client(headers={"host": "localhost", "authorization": f"Bearer {token}"})
        soon = chosen * OF_A_FAMILY + OF_A_FAMILY // 2 + 8 + round_ * ROUNDS
        for number in range(ROUNDS):
            session = UUID(f"00000005-0000-7000-8000-{soon + number:012x}")
            of_family, of_session = f"/api/v1/families/{family}", f"/api/v1/care-sessions/{session}"
            for kind, ask, address in (
                ("Home", browser.get, f"/families/{family}/home/"),
                ("the calendar", browser.get, "/calendar/"),
                ("the session's page", browser.get, f"/sessions/{session}/"),
                ("list of 100, by the API", api.get, f"{of_family}/care-sessions?limit=100"),
                ("history of a session", api.get, f"{of_session}/events"),
                ("history of the family", api.get, f"{of_family}/events?limit=100"),
                ("confirm, by the API", partial(api.post, content_type="application/json"), f"{of_session}/confirm"),
                ("feed", browser.get, f"/feeds/{secret}.ics"),
            ):
                asked.setdefault(kind, Asked()).ask(partial(ask, address))
    return asked


def main() -> None:
    calendar_feed.MOST_AN_HOUR = 10_000  # who measures asks more often
    for size, address in ADDRESSES.items():
        connection.close()
        connection.settings_dict["NAME"] = address.partition("@/")[2].partition("?")[0]
        call_command("migrate", interactive=False, verbosity=0)
        began = time.monotonic()
        fill(address, size)
        say(f"{size:,} sessions made in {time.monotonic() - began:.0f} s")
        sizes(address)
    for round_ in range(2):  # the first one reads from the disk, and is not told
        for size in ADDRESSES:
            for kind, asked in measure(size, round_).items():
                if round_:
                    say(f"{size:>11,} sessions  {kind:24} {asked}")


main()

"""Each migration after the first release on a book of 1,000,000 sessions, which is made by COPY: how long it takes, and
how long somebody who reads or writes meanwhile waits at most. On PostgreSQL alone.

Run it through script/bench, or by itself with another number of sessions. It makes a database of its own.
"""

import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any, LiteralString
from uuid import UUID

if not os.environ.get("DATABASE_URL"):
    sys.exit(0)

from tests import postgres

os.environ["DATABASE_URL"] = postgres.new_database()

import django

django.setup()

import psycopg
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

SESSIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
OF_A_FAMILY = 1_000
AT, HOUR = datetime(2026, 6, 1, 8, tzinfo=UTC), timedelta(hours=1)
MOST_SECONDS, MOST_WAIT = 60.0, 1.0
_ANY = {
    "timestamp with time zone": AT,
    "boolean": False,
    "integer": 1,
    "smallint": 12,
    "jsonb": "{}",
    "date": AT.date(),
}


def say(line: str) -> None:
    sys.stdout.write(f"postgresql  {line}\n")
    sys.stdout.flush()


def identity(kind: int, number: int) -> UUID:
    return UUID(int=(kind << 100) + number)


def copy(cursor: Any, table: str, rows: Iterator[dict[str, Any]]) -> None:
    """Fill a table as it is by now; a column that a row does not name has what its type begins with, or nothing."""
    cursor.execute(
        "SELECT column_name, data_type, is_nullable = 'YES' FROM information_schema.columns "
        "WHERE table_name = %s AND is_identity = 'NO' ORDER BY ordinal_position",
        [table],
    )
    columns = {name: None if may_be_null else _ANY.get(type_, "") for name, type_, may_be_null in cursor.fetchall()}
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copying:
        for row in rows:
            copying.write_row([row.get(name, usual) for name, usual in columns.items()])


def fill() -> None:
    """Families with a parent and a nanny, a thousand sessions each, a tenth of them cancelled, and an event of each."""
    families, zone = range(SESSIONS // OF_A_FAMILY), "America/New_York"
    people = [(f, who) for f in families for who in ("PARENT", "NANNY")]
    member = {person: number for number, person in enumerate(people)}

    def session(n: int) -> dict[str, Any]:
        f, start = n // OF_A_FAMILY, AT + (n % OF_A_FAMILY) * 6 * HOUR
        nanny, parent = member[f, "NANNY"], member[f, "PARENT"]
        row = {
            "id": identity(3, n), "family_id": identity(0, f), "scheduled_start": start,
            "scheduled_end": start + 4 * HOUR, "nanny_id": identity(2, nanny), "nanny_person_id": identity(1, nanny),
            "time_zone": zone, "status": "SCHEDULED",
        }  # fmt: skip
        if n % 10 == 0:
            row |= {"status": "CANCELLED", "cancelled_at": AT, "cancelled_by_id": identity(2, parent)}
        return row

    with psycopg.connect(os.environ["DATABASE_URL"]) as database, database.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # what is copied is in order
        copy(
            cursor, "handsel_user",
            (
                {"id": identity(1, m), "email": f"{m}@example.org", "hour_cycle": 24, "week_starts_on": 0}
                for m in member.values()
            ),
        )  # fmt: skip
        names = {"name": "Riveras", "time_zone": zone, "currency": "USD"}
        copy(cursor, "handsel_family", ({"id": identity(0, f), **names} for f in families))
        copy(
            cursor, "handsel_member",
            (
                {"id": identity(2, m), "family_id": identity(0, f), "user_id": identity(1, m), "role": role}
                for (f, role), m in member.items()
            ),
        )  # fmt: skip
        copy(cursor, "handsel_caresession", map(session, range(SESSIONS)))
        copy(
            cursor, "handsel_event",
            (
                {
                    "id": identity(4, n), "family_id": identity(0, n // OF_A_FAMILY), "kind": "CREATED",
                    "source": "API", "at": AT, "session_id": identity(3, n), "changes": "{}",
                }
                for n in range(SESSIONS)
            ),
        )  # fmt: skip
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
        database.execute("VACUUM ANALYZE")


class Probe(Thread):
    """Somebody who does the same again and again, in the same moment's pause, and how long they waited at most."""

    def __init__(self, statement: LiteralString, of: UUID) -> None:
        super().__init__(daemon=True)
        self.statement, self.of, self.over, self.worst = statement, of, Event(), 0.0

    def run(self) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
            database.prepare_threshold = None  # a column that is added would make the plan another one
            while not self.over.wait(0.01):
                began = time.monotonic()
                database.execute(self.statement, [self.of])
                self.worst = max(self.worst, time.monotonic() - began)


def measure(name: str) -> tuple[float, float, float]:
    probes = [
        Probe(
            "SELECT * FROM handsel_caresession WHERE family_id = %s ORDER BY scheduled_start LIMIT 100", identity(0, 1)
        ),
        Probe("UPDATE handsel_caresession SET updated_at = now() WHERE id = %s", identity(3, 1_001)),
    ]
    for probe in probes:
        probe.start()
    began = time.monotonic()
    call_command("migrate", "handsel", name, interactive=False, verbosity=0)
    took = time.monotonic() - began
    for probe in probes:
        probe.over.set()
    for probe in probes:
        probe.join()
    reads, writes = (probe.worst for probe in probes)
    return took, reads, writes


def main() -> None:
    loader = MigrationExecutor(connection).loader
    [leaf] = loader.graph.leaf_nodes("handsel")
    first, *later = [name for app, name in loader.graph.forwards_plan(leaf) if app == "handsel"]
    call_command("migrate", "handsel", first, interactive=False, verbosity=0)
    for app in loader.migrated_apps - {"handsel"}:  # theirs are part of the first start too
        call_command("migrate", app, interactive=False, verbosity=0)
    began = time.monotonic()
    fill()
    say(f"{SESSIONS:,} sessions copied in {time.monotonic() - began:.0f} s")
    broken = 0
    for name in later:
        took, reads, writes = measure(name)
        is_kept = took < MOST_SECONDS and max(reads, writes) < MOST_WAIT
        broken += not is_kept
        say(
            f"{name:32} {took:7.2f} s, reads waited {reads:6.3f} s at most, writes {writes:6.3f} s"
            f"{'' if is_kept else '  TOO LONG'}"
        )
    say(f"{len(later)} migrations, {broken} too long (60 s, and 1 s of waiting)")


main()

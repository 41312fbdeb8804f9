"""Bringing the tables up to date, by one of several processes that start at once, while others read and write them."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from handsel.management.progress import Begin

log = logging.getLogger(__name__)

# Any number that nothing else takes: of all that bring up one database one does.
_LOCK = 5_472_091_331_846_127
_LOOK_EVERY = 0.5  # seconds
# While a migration waits for a table, whoever comes later waits behind it: so it lets them pass, and tries again.
LOCK_TIMEOUT = "500ms"
# The server has its own clearing up let go of a table for who waits longer than a second. A migration that was held up
# waits for that first, with a lock behind which nobody waits who reads or writes.
_CLEARED_WITHIN = "1500ms"
_CLEARED_UP = """SELECT DISTINCT format('%I', c.relname) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
    JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.mode = 'ShareUpdateExclusiveLock' AND l.granted AND a.usesysid IS NULL AND c.relkind = 'r'
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND c.relnamespace = current_schema()::regnamespace ORDER BY 1"""
_TRY_AGAIN_AFTER = 2.0  # seconds
_MOST_TRIES = 150
_LOCK_NOT_AVAILABLE, _DEADLOCK = "55P03", "40P01"


def is_needed() -> bool:
    """Say whether this version of the program has migrations that the database has not."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def bring_up_to_date(begin: Begin = lambda _step: None) -> None:
    """Apply what is missing. Whoever finds another process at it waits, and whoever finds nothing missing does not:
    a version before this one starts and serves while the next one migrates.
    """
    if is_needed():
        begin("Bringing the tables up to date")
        call_command("migrate", interactive=False, verbosity=0)


def refuse_unreleased_tables() -> None:
    """End the process where the tables were made by a state of the program before its first release: the steps that
    made them are gone, and nothing leads from them to the tables of today.
    """
    if ("handsel", "0002_promises") in MigrationRecorder(connection).applied_migrations():
        raise SystemExit(
            "handsel: This database was made before the first release, and cannot be brought up to date. Begin with a "
            "new one: set HANDSEL_DATA_DIR to an empty directory, or DATABASE_URL to an empty database."
        )


@contextmanager
def turn(*, pause: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Have one process at a time do what stands in this block, over all machines (SQLite: setup's lock of files does).

    The lock is a transaction's, on a connection of its own, so that it holds through a pooler of connections too. It
    is asked for again and again: who waits within a statement has a snapshot, for whose end an index that is made
    concurrently waits.
    """
    if connection.vendor != "postgresql":
        yield
        return
    holding = connection.copy()
    try:
        holding.set_autocommit(False)
        while not _is_ours(holding):
            holding.rollback()
            pause(_LOOK_EVERY)
        yield
    finally:
        holding.close()


def _is_ours(holding: Any) -> bool:
    with holding.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        [is_ours] = cursor.fetchone()
    return bool(is_ours)


def patiently(migrate: Callable[[], Any], *, pause: Callable[[float], None] = time.sleep) -> None:
    """Migrate, as often as it takes: what waits too long for a table gives up and comes again, so that nobody waits
    behind it. Each migration is a transaction, and those that were done stay.

    Raises OperationalError when a table is never free.
    """
    connection.ensure_connection()  # a new one adds a wrapper that counts, and the end of ours would take that off
    for tries in range(_MOST_TRIES):
        try:
            with connection.execute_wrapper(partial(_limited, tries > 0)):
                migrate()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in (_LOCK_NOT_AVAILABLE, _DEADLOCK):
                raise
            if tries == _MOST_TRIES - 1:
                raise
            if tries == 0:
                log.warning("A migration waits for a table that somebody holds.")
            pause(_TRY_AGAIN_AFTER)
        else:
            return


def _limited(
    was_held_up: bool, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Begin each transaction of a migration with its limits. What runs outside of one, an index that is made
    concurrently, is in nobody's way and has none.
    """
    database = context["connection"]
    if database.vendor == "postgresql" and database.in_atomic_block and _begins(database):
        with database.connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            if was_held_up:
                _stop_clearing_up(database, cursor)
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    return execute(sql, params, many, context)


def _stop_clearing_up(database: Any, cursor: Any) -> None:
    """Have the server's own clearing up let go of the tables that it is at, and keep it away till the transaction ends.
    What it will not let go of may be none of those that are altered.
    """
    from psycopg.errors import LockNotAvailable  # a book on SQLite does without

    cursor.execute(f"SET LOCAL lock_timeout = '{_CLEARED_WITHIN}'")
    cursor.execute(_CLEARED_UP)
    for (table,) in cursor.fetchall():
        with suppress(LockNotAvailable), database.connection.transaction():
            cursor.execute(f"LOCK TABLE {table} IN SHARE UPDATE EXCLUSIVE MODE")


def _begins(database: Any) -> bool:
    return bool(database.connection.info.transaction_status == 0)  # PQTRANS_IDLE

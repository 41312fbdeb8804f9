"""When the database cannot be used for a while: how that is told from a fault of ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, InternalError, OperationalError, connection, transaction

# When who was refused may try again, in seconds.
RETRY_AFTER = 10

BUSY, FULL, READ_ONLY = "The database is busy.", "The disk is full.", "The database can only be read."
SILENT, UNREADABLE = "The database does not answer.", "The disk cannot be read or written."

_OF_SQLITE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_IOERR: UNREADABLE,
    sqlite3.SQLITE_CANTOPEN: UNREADABLE,
}
# By SQLSTATE (PostgreSQL, appendix A): time-outs of locks and statements, deadlocks, a full disk, a standby.
_OF_POSTGRESQL = {
    "55P03": BUSY,
    "57014": BUSY,
    "40P01": BUSY,
    "40001": BUSY,
    "53100": FULL,
    "25006": READ_ONLY,
}


def reason(error: BaseException | None) -> str | None:
    """Return why the database cannot be used, for the operator; None for an error that is no such thing.

    A table that is missing is none: waiting does not bring it.
    """
    cause = error.__cause__ if error is not None else None
    if isinstance(cause, sqlite3.Error):
        return _OF_SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)  # the rest of the code tells more exactly
    state = getattr(cause, "sqlstate", None)
    if isinstance(error, InternalError):
        return _OF_POSTGRESQL.get(state or "")
    if isinstance(error, (OperationalError, InterfaceError)):
        return _OF_POSTGRESQL.get(state or "", SILENT)
    return None


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Have what is asked of the database meanwhile wait so long at most: on SQLite for its turn to write, on PostgreSQL
    for each statement, in one transaction.
    """
    milliseconds = int(seconds * 1000)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with transaction.atomic():
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
                yield
            return
        [(usual,)] = cursor.execute("PRAGMA busy_timeout").fetchall()
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")

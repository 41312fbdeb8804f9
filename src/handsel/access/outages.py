"""When the database or the disk cannot be used for a while: how that is told from a fault of ours."""

import errno
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile

from django.conf import settings
from django.db import (
    DEFAULT_DB_ALIAS,
    Error,
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
    connections,
    transaction,
)

# When who was refused may try again, in seconds.
RETRY_AFTER = 10

BUSY, FULL, READ_ONLY = "The database is busy.", "The disk is full.", "The database can only be read."
READ_ONLY_DISK = "The disk can only be read."
NO_CONNECTION = "The database has no connection free."
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
    "53300": NO_CONNECTION,
    "25006": READ_ONLY,
}
# Whom PostgreSQL does not let in has no SQLSTATE, but these words; the last ones are PgBouncer's.
_NOT_LET_IN = (
    *("too many clients", "too many connections", "remaining connection slots"),
    "no more connections allowed",
)

_OF_FILES = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: READ_ONLY_DISK,
    errno.EIO: UNREADABLE,
}


def reason(error: BaseException | None) -> str | None:
    """Return why nothing can be kept or read just now, for the operator; None for an error that is no such thing.

    A table that is missing is none: waiting does not bring it.
    """
    if isinstance(error, OSError):
        return _OF_FILES.get(error.errno or 0)
    cause = error.__cause__ if error is not None else None
    if isinstance(cause, sqlite3.Error):
        told = _OF_SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)  # the rest of the code tells more exactly
        return _of_the_disk() if told == UNREADABLE else told
    state = getattr(cause, "sqlstate", None)
    if isinstance(error, InternalError):
        return _OF_POSTGRESQL.get(state or "")
    if isinstance(error, (OperationalError, InterfaceError)):
        if any(words in str(error) for words in _NOT_LET_IN):
            return NO_CONNECTION
        return _OF_POSTGRESQL.get(state or "", SILENT)
    return None


def _of_the_disk() -> str:
    """Return why SQLite cannot read or write, which itself does not say that a disk was mounted read-only meanwhile."""
    try:
        with TemporaryFile(dir=settings.ENVIRONMENT.data_dir):
            return UNREADABLE
    except OSError as error:
        return _OF_FILES.get(error.errno or 0, UNREADABLE)


@contextmanager
def let_pass(log: logging.Logger, what: str) -> Iterator[None]:
    """Let an outage pass that hinders nothing but this, and say so in the log. Another error is raised."""
    try:
        yield
    except Error as error:
        if reason(error) is None:
            raise
        log.error(what, exc_info=error)  # noqa: TRY400  in one line a minute (apps.OutageOnce)


@contextmanager
def alone(connect_timeout: int) -> Iterator[None]:
    """Have this thread ask the database by a connection of its own, of no pool, which is closed afterwards.

    connect_timeout: seconds.
    """
    usual = connections[DEFAULT_DB_ALIAS]
    own = usual.copy()
    own.settings_dict["OPTIONS"].pop("pool", None)
    if own.vendor == "postgresql":
        own.settings_dict["OPTIONS"]["connect_timeout"] = connect_timeout
    connections[DEFAULT_DB_ALIAS] = own
    try:
        yield
    finally:
        own.close()
        connections[DEFAULT_DB_ALIAS] = usual


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

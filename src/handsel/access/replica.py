"""Reading from a replica (DATABASE_REPLICA_URL), as far as it is no older than the primary.

Before anything is read there, the primary says how far its log goes, and the replica that it has replayed as far. So
who reads sees their own writes, nothing that they saw before is gone again, and a membership or an address that ended
counts: these stand in the same queries as the lists that they open. A replica that does not come so far in a moment,
that is broken or gone, is left alone for a while, and the primary is read (docs/decisions/0066).
"""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, Error, connection, connections

from handsel.access import outages

log = logging.getLogger(__name__)

ALIAS = "replica"

# Seconds: how long a request waits for the replica, how often it looks, and how long one is left alone that lags or
# that does not answer. Each process finds out by itself.
_PATIENCE, _LOOK_EVERY = 0.05, 0.004
_LAGS_FOR, _BROKEN_FOR, _SAY_EVERY = 1.0, 5.0, 60.0

_POSITION = "SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_flush_lsn() END::text"
_HAS_REPLAYED = "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn"

_BEHIND = """
    SELECT CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= %s::pg_lsn THEN 0
    ELSE extract(epoch FROM clock_timestamp() - coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time()))
    END
"""

_is_read = ContextVar("is the replica read", default=False)


class _Alone:
    """Until when this process leaves the replica alone, and when it last said why (time.monotonic)."""

    until = 0.0
    said_at = -_SAY_EVERY


class Router:
    """Django's router: what is read while `read` runs comes from the replica, until something is written."""

    def db_for_read(self, _model: Any, **_hints: Any) -> str:
        return alias()

    def db_for_write(self, _model: Any, **_hints: Any) -> str:
        _is_read.set(False)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: Any, _other: Any, **_hints: Any) -> bool:
        return True

    def allow_migrate(self, database: str, _app: str, **_hints: Any) -> bool:
        return database == DEFAULT_DB_ALIAS


def alias() -> str:
    """Return which database is read just now. A transaction reads where it writes."""
    return ALIAS if _is_read.get() and not connection.in_atomic_block else DEFAULT_DB_ALIAS


def read[Answer](ask: Callable[[], Answer]) -> Answer:
    """Return what `ask` answers, which does nothing but read, by the replica where that can be. It may be called twice:
    when the replica breaks off, the primary is asked anew.
    """
    if ALIAS not in connections.settings or connection.in_atomic_block or not _is_as_new():
        return ask()
    token = _is_read.set(True)
    try:
        return ask()
    except Error as error:
        if not _is_read.get() or outages.reason(error) is None:
            raise
        _leave_alone(_BROKEN_FOR, error)
    finally:
        _is_read.reset(token)
    return ask()


def _is_as_new() -> bool:
    """Say whether the replica has all that the primary had when it was asked."""
    if time.monotonic() < _Alone.until:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_POSITION)
        [position] = cursor.fetchone()
    if position is None:  # DATABASE_URL leads to a standby
        return False
    try:
        try:
            is_as_new = _comes_to(position)
        except Error:
            if connections[ALIAS].connection is None:
                raise
            connections[ALIAS].close()  # of a replica that was started anew since
            is_as_new = _comes_to(position)
    except Error as error:
        _leave_alone(_BROKEN_FOR, error)
        return False
    if not is_as_new:
        _leave_alone(_LAGS_FOR)
    return is_as_new


def _comes_to(position: str) -> bool:
    """Say whether the replica has replayed the primary's log as far, or does so in a moment."""
    until = time.monotonic() + _PATIENCE
    with connections[ALIAS].cursor() as cursor:
        while True:
            cursor.execute(_HAS_REPLAYED, [position])
            if cursor.fetchone() == (True,):
                return True
            if time.monotonic() >= until:
                return False
            time.sleep(_LOOK_EVERY)


def is_named() -> bool:
    """Say whether a replica is meant to be there."""
    return ALIAS in connections.settings


def lag_seconds() -> float | None:
    """Return for how long the replica lacks what the primary has, 0 where it has it all; None where either does not
    answer. One query each.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(_POSITION)
            [position] = cursor.fetchone()
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(_BEHIND, [position])
            [seconds] = cursor.fetchone()
    except Error:
        connections[ALIAS].close()
        return None
    return float(seconds)


def _leave_alone(seconds: float, error: Error | None = None) -> None:
    now = time.monotonic()
    _Alone.until = now + seconds
    if error is not None:
        connections[ALIAS].close()
    if now - _Alone.said_at >= _SAY_EVERY:
        _Alone.said_at = now
        log.warning("The replica %s; the primary is read.", "lags" if error is None else "does not answer")

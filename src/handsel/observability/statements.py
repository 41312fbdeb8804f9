"""Each statement that goes to a database is counted and timed, and written down where it is slow."""

import logging
import re
from collections.abc import Callable
from threading import Lock
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from handsel.observability import metrics, work
from handsel.observability.work import Work

log = logging.getLogger(__name__)

_LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
_LONGEST = 1000  # characters of a statement that are written down


def watch(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Have the statements of a connection watched; a receiver of connection_created."""
    if timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(timed)


def timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    started = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        seconds = perf_counter() - started
        at_work = work.current()
        if at_work is not None:
            at_work.statements += 1
            at_work.waited += seconds
        if settings.SLOW_STATEMENT is not None and seconds >= settings.SLOW_STATEMENT:
            log.warning("A statement took %.3f s: %s", seconds, shape(sql), extra={"fields": {"seconds": seconds}})


def note(at_work: Work, *, route: str = "", duty: str = "") -> None:
    """Count what was asked of the database, for /metrics."""
    if at_work.statements:
        metrics.count("handsel_database_statements_total", route, duty, by=at_work.statements)
        metrics.count("handsel_database_wait_seconds_total", route, duty, by=at_work.waited)


class _PoolWaits:
    """How long this process has waited for a connection of its pool, as far as that is counted. In seconds."""

    counted = 0.0
    lock = Lock()


def note_pool_waits(pool: Any) -> None:
    """Count what was waited since for one of the connections of a process, which are few. pool: None on SQLite."""
    if pool is None:
        return
    waited = pool.get_stats().get("requests_wait_ms", 0) / 1000
    with _PoolWaits.lock:
        since, _PoolWaits.counted = waited - _PoolWaits.counted, waited
    if since > 0:
        metrics.count("handsel_database_pool_wait_seconds_total", by=since)


def shape(sql: str) -> str:
    """Return a statement without any value: those that were sent beside it are not in it, and those that stand in it
    become question marks.
    """
    text = " ".join(_LITERAL.sub("?", str(sql)).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"

"""The request that is being answered, or the worker's turn: its id, and what the database was asked in it.

It goes with the thread (a context variable), so that whatever is written down meanwhile can name it and no function
hands it on (docs/decisions/0062). Each statement that goes to a database is counted and timed, and written down where
it is slow.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from handsel.observability import metrics
from handsel.rules.access_log import Noun, Thing

log = logging.getLogger(__name__)

_LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
_LONGEST = 1000  # characters of a statement that are written down
HEADER = "X-Request-ID"
LENGTH = 32
# Of the many notices that leave in one letter, so many requests are named.
_MOST_IDS = 10
_UUID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(slots=True)
class Work:
    """One request, or one turn of a duty. waited: seconds for the database, in so many statements.

    request_id: where it is about things that came of several requests, all of theirs, with commas between.
    client_id: what the client calls the request.
    """

    request_id: str
    request: Any = None
    duty: str = ""
    client_id: str = ""
    statements: int = 0
    waited: float = 0.0
    # What was shown that is written down (rules.access_log), beside what the route tells; once each.
    looks: dict[tuple[Thing, Noun, UUID], None] = field(default_factory=dict)

    @property
    def route(self) -> str:
        """Return the name of the route, empty where none was found."""
        match = getattr(self.request, "resolver_match", None)
        return match.view_name if match else ""


_current: ContextVar[Work | None] = ContextVar("work", default=None)


def current() -> Work | None:
    return _current.get()


def request_id() -> str:
    """Return the id of what is at work just now; empty where nothing is, as in a command."""
    work = _current.get()
    return work.request_id if work is not None else ""


@contextmanager
def begun(*, request: Any = None, duty: str = "", client_id: str = "") -> Iterator[Work]:
    """Have what is done meanwhile be one request, or one turn of a duty, under a new id."""
    work = Work(uuid4().hex, request, duty, as_client_id(client_id))
    token = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(token)


def note_look(thing: Thing, noun: Noun, thing_id: UUID) -> None:
    """Note that this is shown to whoever asks. It is written down after the answer (actions.access_log)."""
    work = _current.get()
    if work is not None:
        work.looks[thing, noun, thing_id] = None


@contextmanager
def on_behalf_of(request_ids: Iterable[str]) -> Iterator[None]:
    """Have what is done meanwhile name the requests that it came of; where none is known, what is at work just now."""
    work, ids = _current.get(), ", ".join(list(dict.fromkeys(filter(None, request_ids)))[:_MOST_IDS])
    if work is None or not ids:
        yield
        return
    own, work.request_id = work.request_id, ids
    try:
        yield
    finally:
        work.request_id = own


def as_client_id(text: str) -> str:
    """Return what a client, or a proxy in front, calls its request, where it is a UUID: other text may say anything,
    and is not written down.
    """
    return text.lower() if _UUID.fullmatch(text) else ""


# What the database is asked


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
        at_work = _current.get()
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

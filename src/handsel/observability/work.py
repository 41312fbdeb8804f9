"""The request that is being answered, or the worker's turn: its id, and what the database was asked in it.

It goes with the thread (a context variable), so that whatever is written down meanwhile can name it and no function
hands it on (docs/decisions/0062).
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

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

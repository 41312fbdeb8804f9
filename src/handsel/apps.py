"""The app: what may stand in its logs and how often, and how it lets go of its database."""

import atexit
import logging
import mmap
import re
import struct
import time
import zlib
from http import HTTPStatus

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created

from handsel.access import outages
from handsel.observability import work

# Of what a client calls the host only a name and a port are written down.
_HOST = re.compile(r"[a-z0-9.\[\]:_-]{1,120}")
_MOMENT = struct.Struct("d")


class HandselConfig(AppConfig):
    name = "handsel"
    label = "handsel"
    verbose_name = "Handsel"

    def ready(self) -> None:
        # A connection pool left open holds the end of a process up for twenty seconds.
        atexit.register(close_connections)
        connection_created.connect(work.watch)


def close_connections() -> None:
    """Close what this process holds of the database, so that it can end, or those that it forks open their own."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


class RouteOnly(logging.Filter):
    """A log filter that puts the route in the place of a request's address.

    An address may hold a secret (an invitation's) or a query; the route says as well where something broke.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path is not None:
            match = getattr(request, "resolver_match", None)
            route = f"/{match.route}" if match else "(no route)"
            values = record.args if isinstance(record.args, tuple) else ()
            record.args = tuple(route if value == path else value for value in values)
        return True


class OutageOnce(logging.Filter):
    """A log filter that says in one line a minute that the database cannot be used, and not at each request."""

    _PAUSE = 60.0  # seconds

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else getattr(record, "error", None)
        reason = outages.reason(error)
        if reason is None:
            # Django's own line on the answer to what was said above.
            return getattr(record, "status_code", None) != HTTPStatus.SERVICE_UNAVAILABLE
        now = time.monotonic()
        if 0 <= now - self._said.get(reason, -self._PAUSE) < self._PAUSE:
            return False
        self._said[reason] = now
        record.msg, record.args = "%s (%s)", (reason, type(error).__name__)
        record.exc_info = record.exc_text = None
        return True


class HostOnce(logging.Filter):
    """A log filter that says in one line an hour that a host is not served, and not at each request.

    Who sends ever new names fills no log: what was said lies in so many places, which all processes share that are
    forked from the one that set this up. Two names that fall into one place are said as one.
    """

    _PAUSE = 60.0 * 60.0  # seconds
    _PLACES = 256

    def __init__(self) -> None:
        super().__init__()
        self._said = mmap.mmap(-1, self._PLACES * _MOMENT.size)

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        host = "" if request is None else str(request.META.get("HTTP_HOST", "")).lower()
        host = host if _HOST.fullmatch(host) else "(no host’s name)"
        place = zlib.crc32(host.encode()) % self._PLACES * _MOMENT.size
        (said,) = _MOMENT.unpack_from(self._said, place)
        now = time.monotonic()
        if said and now - said < self._PAUSE:
            return False
        _MOMENT.pack_into(self._said, place, now)
        record.msg, record.args = "The host %s is not served; HANDSEL_HOSTS says which are.", (host,)
        record.exc_info = record.exc_text = None
        return True

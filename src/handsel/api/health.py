"""/healthz: whether the program can do its work, for whoever watches the server: no version, no token."""

import math
import time
from datetime import datetime
from threading import Thread
from typing import Any

from django.conf import settings
from django.db import Error, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from handsel.access import outages
from handsel.actions import rate_limits
from handsel.queries import health

_FRESH = {"Cache-Control": "no-store"}
_LIMIT, _PATIENCE = 2.0, 1.5  # seconds: of all, and of each statement, which then says why


class _Last:
    """What the last try of this process came to, and when that was."""

    reason: str | None = None
    troubles: tuple[str, ...] = ()
    tried_at = -math.inf
    trying: Thread | None = None


def healthz(_request: HttpRequest) -> HttpResponse:
    now = time.monotonic()
    if not 0 <= now - _Last.tried_at < settings.TRY_HEALTH_EVERY:
        attempt = _try_apart if settings.TRY_HEALTH_APART else _try
        (_Last.reason, _Last.troubles), _Last.tried_at = attempt(timezone.now()), now
    answer: dict[str, Any] = {"status": "ok" if _Last.reason is None else "unavailable"}
    if _Last.reason is not None:
        answer["reason"] = _Last.reason
    if _Last.troubles:
        answer["trouble"] = _Last.troubles
    return JsonResponse(answer, status=200 if _Last.reason is None else 503, headers=_FRESH)


def _try_apart(at: datetime) -> tuple[str | None, tuple[str, ...]]:
    """Try it in a thread, on a connection of its own, and wait for it no longer than the limit."""
    if _Last.trying is not None and _Last.trying.is_alive():
        return outages.SILENT, ()
    answers: list[tuple[str | None, tuple[str, ...]]] = []

    def attempt() -> None:
        try:
            with outages.alone(connect_timeout=2):
                answers.append(_try(at))
        finally:
            connections.close_all()

    _Last.trying = Thread(target=attempt, name="health", daemon=True)
    _Last.trying.start()
    _Last.trying.join(_LIMIT)
    return answers[0] if answers else (outages.SILENT, ())


def _try(at: datetime) -> tuple[str | None, tuple[str, ...]]:
    """Return why the program cannot do its work, in a word for the operator, None when the database takes a write and
    the worker works; and what else is wrong, which stops nothing.
    """
    try:
        with outages.patience(_PATIENCE):
            rate_limits.try_write(at=at)
            return health.trouble(at), tuple(health.other_troubles(at))
    except Error as error:
        return outages.reason(error) or outages.SILENT, ()

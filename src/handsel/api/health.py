"""/healthz: whether the program can do its work, for whoever watches the server: no version, no token."""

import math
import time
from datetime import datetime

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from handsel.access import outages
from handsel.actions import rate_limits
from handsel.queries import health

_FRESH = {"Cache-Control": "no-store"}
_PATIENCE = 2.0  # seconds


class _Last:
    """What the last try of this process came to, and when that was."""

    reason: str | None = None
    tried_at = -math.inf


def healthz(_request: HttpRequest) -> HttpResponse:
    now = time.monotonic()
    if now - _Last.tried_at >= settings.TRY_HEALTH_EVERY:
        _Last.reason, _Last.tried_at = _try(timezone.now()), now
    if _Last.reason is not None:
        return JsonResponse({"status": "unavailable", "reason": _Last.reason}, status=503, headers=_FRESH)
    return JsonResponse({"status": "ok"}, headers=_FRESH)


def _try(at: datetime) -> str | None:
    """Return what is wrong, in a word for the operator; None when the database takes a write and the worker works."""
    try:
        with outages.patience(_PATIENCE):
            rate_limits.try_write(at=at)
            return health.trouble(at)
    except Error as error:
        return outages.reason(error) or outages.SILENT

"""Around every request, before all else: its id, and what it took."""

import logging
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from handsel.observability import metrics, work
from handsel.observability.work import Work

log = logging.getLogger("handsel.requests")

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give the request an id, and note how long it took and what it asked of the database."""

    def answer(request: HttpRequest) -> HttpResponse:
        with work.begun(request=request, client_id=request.headers.get(work.HEADER, "")) as at_work:
            started = perf_counter()
            response = get_response(request)
            response[work.HEADER] = at_work.request_id
            _note(at_work, response.status_code, perf_counter() - started)
            return response

    return answer


def _note(at_work: Work, status: int, seconds: float) -> None:
    method, route = _method(at_work), at_work.route or _without_route(at_work)
    if settings.METRICS_TOKEN:
        metrics.count("handsel_requests_total", route, method, str(status))
        metrics.observe("handsel_request_seconds", seconds, route)
        work.note(at_work, route=route)
        if at_work.statements:
            work.note_pool_waits(getattr(connection, "pool", None))
    if settings.LOG_REQUESTS:
        _write_line(at_work, method, route, status, seconds)


def _method(at_work: Work) -> str:
    """Return the method, or "other" for one that somebody made up."""
    return at_work.request.method if at_work.request.method in _METHODS else "other"


def _without_route(at_work: Work) -> str:
    """Return what stands for the route of a file, and of an address that is none."""
    return "static" if at_work.request.path.startswith(settings.STATIC_URL) else "none"


def _write_line(at_work: Work, method: str, route: str, status: int, seconds: float) -> None:
    fields = {
        "route": route,
        "method": method,
        "status": status,
        "seconds": round(seconds, 4),
        "statements": at_work.statements,
        "database_seconds": round(at_work.waited, 4),
    }
    log.info(
        "%s %s %s in %.3f s, %s statements in %.3f s",
        method,
        route,
        status,
        seconds,
        at_work.statements,
        at_work.waited,
        extra={"fields": fields},
    )

"""A person's sessions as a calendar, for whoever knows the secret address."""

import gzip
import re
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from handsel.access import client_address, replica, tokens
from handsel.actions import rate_limits
from handsel.actions.rate_limits import RateLimit
from handsel.documents import calendar_ics
from handsel.observability import work
from handsel.queries import calendar_feed
from handsel.queries.calendar_feed import Feed
from handsel.rules.access_log import Noun, Thing
from handsel.rules.refusals import TooManyRequests

# By the network that they are asked from; who has a real one is never refused for it.
_UNKNOWN_ADDRESSES = RateLimit("unknown calendar addresses", 60, timedelta(minutes=1))
_NOT_AT_ALL = re.compile(r"q=0(\.0*)?")


# A calendar app that tries CalDAV hears that there is none (405), and not that it may not (403): nothing is done here
# that somebody else's page could have a browser do.
@csrf_exempt
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Return the calendar at a secret address. It asks nobody who they are and reads no cookie. 304 costs one query, a
    calendar four, however long it is.
    """
    at = timezone.now()
    calendar = replica.read(lambda: calendar_feed.find(secret, at=at))
    response = _no_such_calendar(request, at) if calendar is None else _answer(request, calendar, at)
    if calendar is not None and response.status_code < 400:
        work.note_look(Thing.CALENDAR, Noun.ADDRESS, calendar.address.id)
    if response.status_code >= 400:
        response["Content-Type"] = "text/plain; charset=utf-8"
    # Kept by the app that asked and by nobody between, and asked for again each time.
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _no_such_calendar(request: HttpRequest, at: datetime) -> HttpResponse:
    try:
        rate_limits.count(_UNKNOWN_ADDRESSES, client_address.network(request.META), at=at)
    except TooManyRequests as reached:
        return _too_often(reached.seconds)
    return HttpResponse("There is no such calendar.\n", status=404)


def _too_often(seconds: int) -> HttpResponse:
    return HttpResponse("Too often. Ask again later.\n", status=429, headers={"Retry-After": str(seconds)})


def _answer(request: HttpRequest, calendar: Feed, at: datetime) -> HttpResponse:
    tag = f'W/"{calendar.tag}"'  # weak: the same as it is and compressed
    unchanged = get_conditional_response(request, etag=tag, response=HttpResponse(headers={"ETag": tag}))
    if unchanged is not None and unchanged.status_code == 304:
        tokens.record_feed_response(calendar.address, at=at, full=False)
        return unchanged
    if calendar.wait is not None:
        return _too_often(int(calendar.wait.total_seconds()) + 1)
    tokens.record_feed_response(calendar.address, at=at, full=True)
    page = request.build_absolute_uri(reverse("web:session", args=[calendar_feed.ANY_SESSION]))
    with translation.override(calendar.language):
        file = calendar_ics.render(
            replica.read(lambda: calendar_feed.appointments(calendar, page=page)),
            name=calendar.name,
            alarm=calendar.alarm,
        )
    headers = {"ETag": tag}
    # Nothing of the request stands in it, so that its length gives nothing away (docs/decisions/0030).
    if _takes_gzip(request):
        file, headers["Content-Encoding"] = gzip.compress(file, compresslevel=6, mtime=0), "gzip"
    return HttpResponse(file, content_type=calendar_ics.MEDIA_TYPE, headers=headers)


def _takes_gzip(request: HttpRequest) -> bool:
    """Say whether the app asked for gzip, or for whatever there is, and did not refuse it by a weight of nought."""
    weights = {}
    for entry in request.headers.get("Accept-Encoding", "").split(","):
        coding, _, weight = entry.partition(";")
        weights[coding.strip().lower()] = weight.replace(" ", "").lower()
    return not _NOT_AT_ALL.fullmatch(weights.get("gzip", weights.get("*", "q=0")))

"""A person's sessions as a calendar, for whoever knows the secret address."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from handsel.access import tokens
from handsel.documents import calendar_ics
from handsel.queries import calendar_feed
from handsel.queries.calendar_feed import Feed

_SOME_SESSION = UUID(int=0)


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Return the calendar at a secret address. It asks nobody who they are and reads no cookie. 304 costs one query, a
    calendar four, however long it is.
    """
    at = timezone.now()
    calendar = calendar_feed.find(secret, at=at)
    response = (
        HttpResponse("There is no such calendar.\n", status=404) if calendar is None else _answer(request, calendar, at)
    )
    if response.status_code >= 400:
        response["Content-Type"] = "text/plain; charset=utf-8"
    # Kept by the app that asked and by nobody between, and asked for again each time.
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


def _answer(request: HttpRequest, calendar: Feed, at: datetime) -> HttpResponse:
    tag = f'"{calendar.tag}"'
    unchanged = get_conditional_response(request, etag=tag, response=HttpResponse(headers={"ETag": tag}))
    if unchanged is not None and unchanged.status_code == 304:
        tokens.record_feed_response(calendar.address, at=at, full=False)
        return unchanged
    if calendar.wait is not None:
        wait = int(calendar.wait.total_seconds()) + 1
        return HttpResponse("Too often. Ask again later.\n", status=429, headers={"Retry-After": str(wait)})
    tokens.record_feed_response(calendar.address, at=at, full=True)
    page = request.build_absolute_uri(reverse("web:session", args=[_SOME_SESSION]))
    with translation.override(calendar.language):
        file = calendar_ics.render(
            calendar_feed.appointments(
                calendar, link=lambda session_id: page.replace(str(_SOME_SESSION), str(session_id))
            ),
            name=calendar.name,
            alarm=calendar.alarm,
        )
    return HttpResponse(file, content_type=calendar_ics.MEDIA_TYPE, headers={"ETag": tag})

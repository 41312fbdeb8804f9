"""The map of addresses: the API below /api/, calendars below /feeds/, the pages, and allauth's ways of signing in."""

import sys
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from handsel.access import outages
from handsel.admin.site import site
from handsel.api import errors
from handsel.feeds import calendar
from handsel.web import refusals, unsent

Refuse = Callable[..., HttpResponse]

urlpatterns = [
    path("admin/", site.urls),
    path("accounts/", include("handsel.web.accounts")),
    path("", include("handsel.api.urls")),
    # The secret is a part of the address, since calendar apps can send nothing else.
    path("", include(([path("feeds/<str:secret>.ics", calendar.feed, name="calendar")], "feeds"))),
    path("", include("handsel.web.urls")),
]


def _handler(for_programs: Refuse, for_people: Refuse) -> Refuse:
    """Return a view that refuses as the room of the address does; what Django gives beside the request adds nothing."""

    def handler(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
        return for_programs(request) if request.path.startswith("/api/") else for_people(request)

    return handler


_too_large = _handler(errors.too_large, refusals.too_large)
_bad_request = _handler(errors.bad_request, refusals.bad_request)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _too_large(request) if isinstance(exception, RequestDataTooBig) else _bad_request(request)


handler403 = _handler(errors.not_allowed, refusals.not_allowed)
handler404 = _handler(errors.not_found, refusals.not_found)
handler429 = refusals.too_many  # allauth looks for it here
_broken = _handler(errors.broken, refusals.broken)
_unavailable = _handler(errors.unavailable, refusals.unavailable)


def handler500(request: HttpRequest) -> HttpResponse:
    return _unavailable(request) if outages.reason(sys.exception()) else _broken(request)


# A form, or a script on one of our pages, without the sign that it is ours.
csrf_refused = _handler(errors.not_allowed, unsent.csrf_refused)

"""The map of addresses: the API below /api/, calendars below /feeds/, the pages, and allauth's ways of signing in."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from handsel.admin.tables import site
from handsel.api import errors
from handsel.web import refusals

urlpatterns = [
    path("admin/", site.urls),
    path("accounts/", include("handsel.web.accounts")),
    path("", include("handsel.api.urls")),
    path("", include("handsel.feeds.urls")),
    path("", include("handsel.web.urls")),
]


def _room(request: HttpRequest) -> Any:
    """Who says no here: both rooms do so under the same names."""
    return errors if request.path.startswith("/api/") else refusals


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    room = _room(request)
    return room.too_large(request) if isinstance(exception, RequestDataTooBig) else room.bad_request(request)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _room(request).not_allowed(request)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _room(request).not_found(request)


def handler429(request: HttpRequest) -> HttpResponse:
    """allauth looks for this one here."""
    return refusals.too_many(request)


def handler500(request: HttpRequest) -> HttpResponse:
    return _room(request).broken(request)


def csrf_refused(request: HttpRequest, reason: str) -> HttpResponse:
    """A form, or a script on one of our pages, without the sign that it is ours."""
    room = _room(request)
    return room.not_allowed(request) if room is errors else room.csrf_refused(request)

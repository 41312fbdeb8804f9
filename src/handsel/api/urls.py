"""The addresses below /api/, /healthz and /metrics."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from handsel.api import docs, errors, metrics
from handsel.api.errors import MethodNotAllowed
from handsel.api.health import healthz
from handsel.api.openapi import BASE
from handsel.api.v1 import api, document


def _in_our_words(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose answers are private, and that says no to a method as the API says no."""

    def answer(request: HttpRequest, **ids: str) -> HttpResponse:
        response = view(request, **ids)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = ", ".join(sorted(response["Allow"].split(", ")))
            response = errors.answer(MethodNotAllowed())
            response["Allow"] = allowed
        response.setdefault("Cache-Control", "no-store")
        return response

    return csrf_exempt(answer)  # auth.Browser checks it where a cookie says who is asking


@_in_our_words
@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    return JsonResponse(document())


@_in_our_words
@require_safe
def readable(request: HttpRequest) -> HttpResponse:
    # What is tried among example families harms nobody's book; elsewhere the page offers no write but a dry run.
    may_write = settings.EXAMPLE
    return render(
        request, "api/docs.html", {"page": docs.page(document(), may_write=may_write), "may_write": may_write}
    )


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    return errors.not_found(request)


def _operation(pattern: URLPattern) -> URLPattern:
    pattern.callback = _in_our_words(pattern.callback)
    return pattern


# Without the last one, ninja's own page at the root.
_operations = [_operation(pattern) for pattern in api.urls[0][:-1] if isinstance(pattern, URLPattern)]

urlpatterns = [
    path("healthz", require_safe(healthz), name="healthz"),
    path("metrics", require_safe(metrics.answer), name="metrics"),
    path("api/docs", readable, name="api_docs"),
    path(f"{BASE.removeprefix('/')}/openapi.json", openapi, name="openapi"),
    path(f"{BASE.removeprefix('/')}/", include((_operations, "api"))),
    re_path(r"^api(?:/|$)", unknown),
]

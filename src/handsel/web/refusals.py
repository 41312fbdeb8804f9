"""Refusals as pages: what the rooms below say no to, and what Django itself turns away."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from handsel.access import outages
from handsel.observability import work
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible, Refusal, VersionConflict
from handsel.web import language, sign_in_limits


def page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Render a whole page for a refusal that has no place on the page it came from."""
    if isinstance(refusal, NotVisible):
        return not_found(request)
    if isinstance(refusal, NotAllowed):
        return _page(request, "403.html", 403, detail=language.translate(refusal.detail))
    return _page(request, "409.html", status(refusal), detail=message(refusal))


def message(refusal: Refusal) -> str:
    """Return all that a refusal says, for a place that has no fields to say it at."""
    errors = refusal.errors.values() if isinstance(refusal, Invalid) else ()
    return " ".join(map(language.translate, errors)) or language.translate(refusal.detail)


def status(refusal: Refusal) -> int:
    """Return the HTTP status of a page that shows the refusal."""
    match refusal:
        case NotAllowed():
            return 403
        case VersionConflict():
            return 412
        case Invalid():
            return 422
        case _:
            return 409


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer 429 to who signs in or up too often, and say how long that lasts."""
    response = _page(request, "429.html", 429)
    response["Retry-After"] = str(getattr(request, "retry_after", 60))
    return response


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503 while the database cannot be used, and say when to try again. No try to sign in counts for it."""
    sign_in_limits.give_back(request)
    response = _page(request, "503.html", 503)
    response["Retry-After"] = str(outages.RETRY_AFTER)
    return response


def _page(request: HttpRequest, template: str, status: int, **context: str) -> HttpResponse:
    """Render a page without the navigation and its queries: these pages must come even when nothing else works."""
    return render(request, template, {**context, "request_id": work.request_id()}, status=status)


bad_request = partial(_page, template="400.html", status=400)
not_allowed = partial(_page, template="403.html", status=403)
csrf_refused = partial(_page, template="403_csrf.html", status=403)
not_found = partial(_page, template="404.html", status=404)
too_large = partial(_page, template="413.html", status=413)
broken = partial(_page, template="500.html", status=500)

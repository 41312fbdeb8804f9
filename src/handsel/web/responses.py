"""How pages answer: who may come in, what stands around a page, where a press leads."""

import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, Concatenate, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django_htmx.http import HttpResponseClientRedirect

from handsel.rules.history import Source
from handsel.rules.refusals import Refusal
from handsel.web import navigation, refusals
from handsel.web.requests import Request

_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,40}")
_TOKENS_ARE_KEPT = 24 * 60 * 60


def signed_in[**P](
    view: Callable[Concatenate[Request, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for somebody who is signed in; what the rooms below refuse becomes a page. Nothing of it is cached."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person_request = cast("Request", request)
        if not request.user.is_authenticated:
            return _to_sign_in(person_request)
        try:
            response = view(person_request, *args, **kwargs)
        except Refusal as refusal:
            response = refusals.page(request, refusal)
        add_never_cache_headers(response)
        patch_vary_headers(response, ["HX-Request"])
        return response

    return page


def _to_sign_in(request: Request) -> HttpResponse:
    """To the sign-in page, as a page of its own: htmx would put it into the page of who was signed in."""
    back = request.get_full_path() if request.method == "GET" else "/"
    if request.htmx:
        with suppress(ValueError):  # what the header says need be no address
            back = request.htmx.current_url_abs_path or back
        return HttpResponseClientRedirect(redirect_to_login(back).url)
    return redirect_to_login(back)


def answer(request: Request, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page with the navigation around it: whole, or, when htmx asks, without what stands around every page.

    live: the tag of a page that refreshes itself (web.live).
    """
    around = {
        "shell": navigation.around(request),
        "form_token": secrets.token_urlsafe(12),
        "frame": "parts/swapped.html" if request.htmx else "base.html",
    }
    response = render(request, template, {**around, **context}, status=status)
    if "live" in context:
        response.headers["ETag"] = context["live"]
    return response


def part(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """What a script puts into a page that is there already."""
    return render(request, template, context)


def is_duplicate_submission(request: Request) -> bool:
    """Whether this very form was sent before: a double press, or a page that was gone back to.

    Each page that makes a thing carries a token of its own (`form_token`); of two that arrive together one is first.
    """
    token = request.POST.get("form_token", "")
    key = f"form-token:{request.user.pk}:{token}"
    return bool(_TOKEN.fullmatch(token)) and not cache.add(key, True, _TOKENS_ARE_KEPT)


def already_submitted(request: Request, to: str, *args: Any) -> HttpResponseRedirect:
    """The answer to a form that was sent before."""
    flash(request, gettext("This was sent already. Look whether it is there before you send it again."))
    return redirect(to, *args)


def back(request: HttpRequest, otherwise: str, *args: Any) -> HttpResponseRedirect:
    """To the page that the form named in `next`, if it is one of ours, else to the named route."""
    wanted = request.POST.get("next", "")
    return HttpResponseRedirect(wanted) if is_ours(wanted) else redirect(otherwise, *args)


def is_ours(address: str) -> bool:
    """Whether an address that anybody may have written leads to one of our pages: a path, and no other host's."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, None)


def flash(request: HttpRequest, sentence: str, *, undo: str = "") -> None:
    """Say on the next page what has happened; undo is the address that takes it back."""
    messages.success(request, sentence, extra_tags=undo)


def warn(request: HttpRequest, sentence: str) -> None:
    """Say on the next page what has not happened."""
    messages.error(request, sentence)


def form_data(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, also when that is nothing at all; None where the page was only opened."""
    return request.POST if request.method == "POST" else None


def actor(request: Request) -> dict[str, Any]:
    """Who acts, when and from where, as every action wants to know."""
    return {"by": request.user, "at": timezone.now(), "source": Source.WEB}


def seen_version(request: HttpRequest) -> int | None:
    """The version that the pressed button showed; None when it says none, or nonsense."""
    return version(request.POST.get("version", ""))


def version(sent: str) -> int | None:
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None

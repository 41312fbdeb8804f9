"""What was sent while nobody was signed in any more, or from a page that was open too long: kept for whose form it was,
and shown to them again (docs/decisions/0041).

Nothing that opens something is kept: the pages of signing in, where passwords and codes are, keep nothing.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django_htmx.http import HttpResponseClientRedirect

from handsel.actions import kept_forms
from handsel.rules import fields
from handsel.web import form_signs, refusals
from handsel.web.form_signs import KEPT
from handsel.web.forms.drafts import KeptData
from handsel.web.requests import Request

if TYPE_CHECKING:
    from handsel.models import User

# Views that show the form they take; all others take a press.
pages_with_forms: set[Callable[..., HttpResponse]] = set()

# What each page has anew, and what is never kept, whatever page should ask for it.
_LEFT_OUT = frozenset({form_signs.WHOSE, "csrfmiddlewaretoken", KEPT})
_SECRET = ("password", "code", "credential", "secret", "tax_number")


def to_sign_in(request: Request) -> HttpResponse:
    """Lead to the sign-in page, and say there what becomes of what was sent; as a page of its own, since htmx would put
    it into the page of who was signed in.
    """
    if request.method != "POST":
        back = _htmx_page(request) or request.get_full_path()
    elif back := _keep(request):
        messages.error(request, gettext("You were signed out before this was sent. Sign in, and it is still there."))
    else:
        messages.error(request, gettext("You were signed out before this was sent, so nothing was saved."))
        back = _page_before(request)
    return _redirect(request, redirect_to_login(back).url)


def is_somebody_elses(request: Request) -> bool:
    """Say whether the form comes from a page of somebody else, who was signed in here before: it is done in nobody's
    name but theirs.
    """
    return request.method == "POST" and form_signs.owner(request) not in (None, request.user.pk)


def csrf_refused(request: HttpRequest) -> HttpResponse:
    """Answer a form without the sign that it is ours: a page that is older than the last sign-in here. Whose it was
    gets it back.
    """
    kept = _keep(request)
    if not kept:
        return refusals.csrf_refused(request)
    if request.user.is_authenticated:
        return _redirect(request, kept)
    return _redirect(request, redirect_to_login(kept).url)


def _redirect(request: HttpRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if cast("Request", request).htmx else redirect(address)


def _htmx_page(request: Request) -> str:
    """Return the page on which htmx asks; empty where it does not."""
    if request.htmx:
        with suppress(ValueError):  # what the header says need be no address
            return request.htmx.current_url_abs_path or ""
    return ""


def _page_before(request: Request) -> str:
    """Return the page that sent a form, where the browser says it, and it is one of ours."""
    before = urlsplit(request.headers.get("Referer", ""))
    is_ours = before.netloc == request.get_host() and before.path.startswith("/")
    address = before._replace(scheme="", netloc="", fragment="").geturl() if is_ours else "/"
    return _htmx_page(request) or address


def _keep(request: HttpRequest) -> str:
    """Keep what was sent for whose form it was, and return the address that leads them to it; empty where there is
    nothing to keep, or somebody else is signed in here now.
    """
    match = request.resolver_match
    if request.method != "POST" or match is None or match.namespace != "web" or match.url_name == "add_device":
        return ""
    try:
        owner = form_signs.owner(request)
    except RequestDataTooBig:
        return ""
    if owner is None:
        return ""
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _LEFT_OUT and not any(word in name for word in _SECRET)
        for value in values
    ]
    query = request.GET.copy()
    query.pop(KEPT, None)
    path = f"{request.path}?{query.urlencode()}" if query else request.path
    kept_id = kept_forms.keep(kept_forms.Form(path, tuple(sent)), person_id=owner, at=timezone.now())
    if kept_id is None or (request.user.is_authenticated and request.user.pk != owner):
        return ""
    return reverse("web:unsent_form", args=[kept_id])


def waiting(person: "User") -> str:
    """Return the address that leads a person to what they sent last and is kept; empty where nothing is."""
    kept_id = kept_forms.newest(person, at=timezone.now())
    return reverse("web:unsent_form", args=[kept_id]) if kept_id else ""


def recall(request: Request) -> None:
    """Have what is kept at hand, where a page with a form is opened to show it."""
    request.kept = None
    if request.method == "GET" and KEPT in request.GET:
        with suppress(fields.Wrong):
            kept_id = fields.identity(request.GET[KEPT])
            form = kept_forms.get(kept_id, by=request.user, at=timezone.now())
            if form is not None and urlsplit(form.path).path == request.path:
                request.kept = data_of(form)


def recalled(request: HttpRequest, having: str = "") -> KeptData | None:
    kept = cast("Request", request).kept
    if kept is None or (having and having not in kept):
        return None
    kept.was_shown = True
    return kept


def settle(request: Request, response: HttpResponse) -> HttpResponse:
    """Drop what was kept once it has been sent; of a page that has no place for it, show the press instead."""
    kept_id = request.POST.get(KEPT) or request.GET.get(KEPT)
    if not kept_id:
        return response
    if request.kept is not None and not request.kept.was_shown:
        return redirect(reverse("web:unsent_form", args=[kept_id], query={"press": ""}))
    if request.method == "POST" and response.status_code < 400:
        with suppress(fields.Wrong):
            kept_forms.drop(fields.identity(kept_id), by=request.user)
    return response


def data_of(form: kept_forms.Form) -> KeptData:
    data = KeptData(mutable=True)
    for name, value in form.fields:
        data.appendlist(name, value)
    return data

"""How pages answer: who may come in, what stands around a page, where a press leads."""

import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handsel.access import replica
from handsel.actions import form_tokens
from handsel.rules.history import Source
from handsel.rules.refusals import Refusal
from handsel.web import navigation, refusals, unsent
from handsel.web.forms.drafts import DraftForm
from handsel.web.forms.edits import EditForm
from handsel.web.requests import Request

_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,40}")


type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]
type PersonView[**P] = Callable[Concatenate[Request, P], HttpResponse]


def signed_in[**P](view: PersonView[P]) -> View[P]:
    """Decorate a view for somebody who is signed in; what the rooms below refuse becomes a page."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person_request = cast("Request", request)
        if not request.user.is_authenticated:
            return unsent.to_sign_in(person_request)
        if unsent.is_somebody_elses(person_request):
            return unsent.csrf_refused(request)
        unsent.recall(person_request)
        try:
            response = view(person_request, *args, **kwargs)
        except Refusal as refusal:
            response = refusals.page(request, refusal)
        except AlreadySubmitted as form:
            sentence = gettext("This was already sent. Check whether it is there before you send it again.")
            response = redirect_with_message(request, sentence, form.route, *form.args)
        patch_vary_headers(response, ["HX-Request"])
        return unsent.settle(person_request, response)

    return page


def page[**P](view: PersonView[P]) -> View[P]:
    """Decorate a view that only shows something: from a replica, where there is one that is as new."""

    @wraps(view)
    def shown(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return replica.read(lambda: view(request, *args, **kwargs))

    return require_safe(signed_in(shown))


def form_page[**P](view: PersonView[P]) -> View[P]:
    """Decorate a view that shows a form and takes it."""
    page = require_http_methods(["GET", "HEAD", "POST"])(signed_in(view))
    unsent.pages_with_forms.add(page)
    return page


def press[**P](view: PersonView[P]) -> View[P]:
    """Decorate a view that takes the press of a button."""
    return require_POST(signed_in(view))


def answer(
    request: Request, template: str, *, status: int | None = None, form: DraftForm | None = None, **context: Any
) -> HttpResponse:
    """Render a page with the navigation around it: whole, or, when htmx asks, without what stands around every page.

    form: the page's form, which says the status where nothing else does.
    live: the tag of a page that refreshes itself (middleware.page_tag).
    """
    around = {
        "shell": navigation.page_frame(request),
        "form_token": _form_token(form),
        "frame": "parts/swapped.html" if request.htmx else "base.html",
        "form": form,
    }
    response = render(request, template, {**around, **context}, status=status or (form.status if form else 200))
    if "live" in context:
        response.headers["ETag"] = context["live"]
    return response


def _form_token(form: DraftForm | None) -> str:
    """Return the token of the page's form: the same again while it is filled in, so that it makes one thing."""
    sent = form.data.get("form_token", "") if form is not None and form.is_bound else ""
    return sent if _TOKEN.fullmatch(sent) else secrets.token_urlsafe(12)


def render_partial(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """Render what a script puts into a page that is there already."""
    return render(request, template, context)


class AlreadySubmitted(Exception):
    """This very form was sent before: a double press, or a page that was gone back to."""

    def __init__(self, route: str, args: tuple[Any, ...]) -> None:
        self.route, self.args = route, args


def submit[T](
    request: Request, form: DraftForm, action: Callable[..., T], *args: Any, duplicate_route: str = "", **options: Any
) -> T | None:
    """Call the action with a form that is sent here and return its result; None where the page was only opened, or what
    is sent is wrong.

    `options` go to the form. `duplicate_route`: of a form that makes something, the route with the same arguments to
    look at when the form comes again. Its page carries a token of its own (`form_token`), which is used up when
    something comes of it, and by nothing else.
    """
    if request.method != "POST":
        return None
    options |= actor(request)
    token = request.POST.get("form_token", "")
    if not duplicate_route or not _TOKEN.fullmatch(token):
        return form.send(action, *args, **options)
    try:
        return form_tokens.once(token, lambda: form.send(action, *args, **options), by=request.user, at=timezone.now())
    except form_tokens.AlreadyUsed:
        raise AlreadySubmitted(duplicate_route, args) from None


def redirect_with_message(
    request: HttpRequest, sentence: str, route: str, *args: Any, undo: str = ""
) -> HttpResponseRedirect:
    """Redirect to the next page, which says what has happened; undo is the address that takes it back."""
    flash(request, sentence, undo=undo)
    return redirect(route, *args)


def redirect_back(request: HttpRequest, otherwise: str, *args: Any) -> HttpResponseRedirect:
    """Redirect to the page that the form named in `next`, if it is one of ours, else to the named route."""
    address = request.POST.get("next", "")
    return HttpResponseRedirect(address) if is_safe_path(address) else redirect(otherwise, *args)


def is_safe_path(address: str) -> bool:
    """Say whether an address that anybody may have written leads to one of our pages: a path, and no other host's."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, None)


def flash(request: HttpRequest, sentence: str, *, undo: str = "") -> None:
    """Say on the next page what has happened; undo is the address that takes it back."""
    messages.success(request, sentence, extra_tags=undo)


def offer(request: HttpRequest, sentence: str, address: str) -> None:
    """Offer on the next page, beside what has happened, to have recorded what was planned; address: what does it."""
    messages.info(request, sentence, extra_tags=address)


def warn(request: HttpRequest, sentence: str) -> None:
    """Say on the next page what has not happened."""
    messages.error(request, sentence)


def form_data(request: HttpRequest, having: str = "") -> QueryDict | None:
    """Return what a form was sent with, also when that is nothing at all, or what waits to be sent anew; None where the
    page was only opened.

    having: a field of the form, where its address takes presses too.
    """
    if request.method == "POST":
        return request.POST
    return unsent.recalled(request, having)


def actor(request: Request) -> dict[str, Any]:
    """Return who acts, when and from where, as every action wants to know."""
    return {"by": request.user, "at": timezone.now(), "source": Source.WEB}


def seen_version(request: HttpRequest) -> int | None:
    """Return the version that the pressed button showed; None when it says none, or nonsense."""
    return version(request.POST.get("version", ""))


def compared_version(request: HttpRequest, form: EditForm, stands: int) -> int | None:
    """Return the version that a form was compared with: the one that stands, where the form tells what it showed."""
    return stands if form.tells_what_it_showed else seen_version(request)


def version(sent: str) -> int | None:
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None

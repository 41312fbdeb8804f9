"""What waits to be sent anew: a form is filled in again on its own page, a press is made by one more."""

from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions import kept_forms
from handsel.pages import sessions
from handsel.rules.moves import MOVES
from handsel.rules.refusals import NotVisible
from handsel.web import responses, unsent
from handsel.web.form_signs import KEPT
from handsel.web.requests import Request

# What people type beside a press.
_WORDS = ("reason", "message", "word")


@responses.page
def form(request: Request, kept_id: UUID) -> HttpResponse:
    """Lead to the page of the form that waits, or show the press; somebody else's is as good as none."""
    kept = kept_forms.get(kept_id, by=request.user, at=timezone.now())
    path, query = urlsplit(kept.path)[2:4] if kept else ("", "")
    try:
        match = resolve(path)
    except Resolver404:
        return redirect("web:index")
    if kept is None:
        return redirect("web:index")
    if match.func in unsent.pages_with_forms and "press" not in request.GET:
        messages.error(request, gettext("This has not been sent yet. Check it, then send it."))
        address = QueryDict(query, mutable=True)
        address[KEPT] = str(kept_id)
        return redirect(f"{path}?{address.urlencode()}")
    return responses.answer(
        request,
        "unsent.html",
        kept=kept,
        kept_id=kept_id,
        what=_what(request, match),
        word=_word(match),
        typed=[value for name, value in kept.fields if name in _WORDS and value],
    )


def _word(match: ResolverMatch) -> str:
    """Return the word on the button that was pressed, where it is that of a move."""
    move = match.kwargs.get("move")
    return gettext(MOVES[move].long_button) if move in MOVES else gettext("Send it now")


def _what(request: Request, match: ResolverMatch) -> str:
    """Return what was pressed on, where that is a session."""
    try:
        return sessions.planned(request.user, match.kwargs["session_id"]).title
    except (KeyError, NotVisible):
        return ""

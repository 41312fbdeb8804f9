"""What the links of mails lead to. Who has one has got the mail: it says for whom it is, and signs nobody in.

Nothing happens by looking at these pages, so that whatever looks at links ahead of their reader does no harm.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from handsel.access import mail_links
from handsel.access.mail_links import Opened
from handsel.actions import inbox, notice_choices
from handsel.notices.topics import TOPICS
from handsel.pages import mail_links as mail_pages
from handsel.pages.mail_links import Unsubscribe
from handsel.rules.history import Source
from handsel.rules.moves import Move
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible
from handsel.web import language, refusals
from handsel.web.requests import Request
from handsel.web.views import care_sessions

View = Callable[..., HttpResponse]


def _by_secret(view: View) -> View:
    """Decorate a view that a secret address opens: no cache keeps it, and no other site learns the address.

    Referrer-Policy: with "no-referrer" a browser sends "Origin: null" along with the form, as if it came from
    elsewhere; "strict-origin" leaves the address out as well.
    """

    @wraps(view)
    def page(request: HttpRequest, secret: str) -> HttpResponse:
        try:
            response = view(request, secret)
        except NotVisible:
            response = refusals.not_found(request)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return page


@require_http_methods(["GET", "HEAD", "POST"])
@_by_secret
def answer(request: Request, secret: str) -> HttpResponse:
    """Show the sessions of a notice that wait, and the button that confirms them as its person."""
    at = timezone.now()
    signed_in = request.user if request.user.is_authenticated else None
    opened = mail_links.resolve_link(secret, at=at, here=signed_in)
    if opened is None:
        return render(request, "mail_links/over.html", status=410)
    with language.override(opened.notice.person.language):
        if request.method == "POST":
            return _confirm(request, secret, opened, signed_in)
        other_person = signed_in if signed_in != opened.notice.person else None
        around = {"person": opened.notice.person, "family_id": opened.notice.family_id, "somebody_else": other_person}
        if opened.must_sign_in:
            return render(request, "mail_links/sign_in.html", around)
        answer_page = mail_pages.answer_page(opened, at=at)
        return render(request, "mail_links/answer.html", {**around, "asked": answer_page})


def _confirm(request: Request, secret: str, opened: Opened, here: Any) -> HttpResponse:
    """Confirm the chosen sessions and redirect to the same page, which shows what there is left, or why it opens
    nothing any more.
    """
    try:
        at = timezone.now()
        answer = inbox.confirm_by_mail(
            secret, care_sessions.parse_selection(request), here=here, at=at, source=Source.WEB
        )
    except Invalid as refusal:
        care_sessions.flash_nothing_selected(request, refusal)
    except (NotVisible, NotAllowed):
        pass
    else:
        care_sessions.flash_result(request, opened.notice.person, Move.CONFIRM, answer, at=at)
    return redirect("web:mail_answer", secret)


@csrf_exempt  # _stop asks for the sign of our own form again, but where a mail program presses (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
@_by_secret
def stop(request: HttpRequest, secret: str) -> HttpResponse:
    """Show what no more mails would come of, and the button that stops them."""
    unsubscribe = mail_pages.unsubscribe_page(secret)
    if unsubscribe is None:
        raise NotVisible
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        _choose(unsubscribe, wanted=False)
        return HttpResponse("Stopped.\n", content_type="text/plain; charset=utf-8")
    return _stop(request, secret, unsubscribe)


@csrf_protect
def _stop(request: HttpRequest, secret: str, unsubscribe: Unsubscribe) -> HttpResponse:
    if request.method == "POST":
        _choose(unsubscribe, wanted=request.POST.get("wanted") == "yes")
        return redirect("web:mail_stop", secret)
    language_code = unsubscribe.person.language if unsubscribe.person else get_language()
    with language.override(language_code):
        return render(
            request, "mail_links/stop.html", {"unsubscribe": unsubscribe, "topic": TOPICS[unsubscribe.topic].words}
        )


def _choose(unsubscribe: Unsubscribe, *, wanted: bool) -> None:
    if unsubscribe.person is not None:
        at = timezone.now()
        notice_choices.by_mail(unsubscribe.topic, wanted=wanted, by=unsubscribe.person, at=at, source=Source.WEB)

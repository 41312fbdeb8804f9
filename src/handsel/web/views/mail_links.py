"""What the links of mails lead to. Who has one has got the mail: it says for whom it is, and signs nobody in.

Nothing happens by looking at these pages, so that whatever looks at links ahead of their reader does no harm.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from handsel.access.mail_links import Opened
from handsel.actions import inbox, notice_choices
from handsel.notices.kinds import KINDS
from handsel.notices.topics import TOPICS
from handsel.pages import mail_links as mail_pages
from handsel.pages.asked_times import PLANNED
from handsel.pages.mail_links import Unsubscribe
from handsel.rules.history import Source
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible
from handsel.web import language, refusals, responses
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
    """Show the sessions of a notice that wait, and the buttons that answer as its person."""
    at = timezone.now()
    signed_in = _signed_in(request)
    opened = inbox.open_link(secret, at=at, here=signed_in)
    if opened is None:
        return render(request, "mail_links/over.html", status=410)
    with language.override(opened.notice.person.language):
        if request.method == "POST":
            return _answer(request, secret, opened, signed_in)
        other_person = signed_in if signed_in != opened.notice.person else None
        around = {"person": opened.notice.person, "family_id": opened.notice.family_id, "somebody_else": other_person}
        if opened.must_sign_in:
            return render(request, "mail_links/sign_in.html", around)
        answer_page = mail_pages.answer_page(opened, at=at)
        return render(request, "mail_links/answer.html", {**around, "asked": answer_page})


def _answer(request: Request, secret: str, opened: Opened, here: Any) -> HttpResponse:
    """Make the move of the pressed button and redirect to the same page, which shows what there is left, or why it
    opens nothing any more.
    """
    at, person = timezone.now(), opened.notice.person
    moves = KINDS[opened.notice.kind].moves
    # Forms from before there were several moves name none.
    pressed = request.POST.get("move", moves[0].path)
    move = next((move for move in moves if move.path == pressed), None)
    if move is None:
        return redirect("web:mail_answer", secret)
    draft, as_planned = care_sessions.parse_selection(request), request.POST.get("when") == PLANNED
    try:
        answer = inbox.answer_by_mail(secret, move, draft, as_planned=as_planned, here=here, at=at, source=Source.WEB)
    except Invalid as refusal:
        care_sessions.flash_nothing_selected(request, refusal)
    except (NotVisible, NotAllowed):
        pass
    else:
        if sentence := mail_pages.answered_sentence(person, move, answer):
            undo = reverse("web:mail_undo", args=[secret], query={"pressed": at.isoformat()})
            responses.flash(request, sentence, undo=undo)
        care_sessions.warn_of_refused(request, person, move, answer)
    return redirect("web:mail_answer", secret)


@require_POST
@_by_secret
def undo(request: Request, secret: str) -> HttpResponse:
    """Take back what the press of this very link did, and redirect to its page."""
    at, here = timezone.now(), _signed_in(request)
    opened = inbox.open_link(secret, at=at, here=here)
    if opened is not None:
        with language.override(opened.notice.person.language):
            _undo(request, secret, opened, here)
    return redirect("web:mail_answer", secret)


def _undo(request: Request, secret: str, opened: Opened, here: Any) -> None:
    pressed = care_sessions.moment_pressed(request.GET.get("pressed", ""))
    at = timezone.now()
    try:
        answer = inbox.undo_by_mail(secret, pressed, here=here, at=at, source=Source.WEB)
    except Invalid:
        responses.flash(request, gettext("There is nothing left to undo."))
    except (NotVisible, NotAllowed):
        pass
    else:
        if answer.moved:
            responses.flash(request, gettext("%(count)s taken back.") % {"count": len(answer.moved)})
        care_sessions.warn_of_refused(request, opened.notice.person, None, answer)


def _signed_in(request: Request) -> Any:
    return request.user if request.user.is_authenticated else None


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

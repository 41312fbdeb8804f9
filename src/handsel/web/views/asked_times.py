"""Start and Complete: at once where they are pressed in time, else after the question which time they are about."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from handsel.actions import care_sessions
from handsel.pages import asked_times
from handsel.pages.asked_times import NOW, OTHER, PLANNED, Question
from handsel.rules import fields
from handsel.rules.drafts import EMPTY_DRAFT, Draft
from handsel.rules.moves import Move
from handsel.rules.refusals import NotAllowed, NotVisible, Refusal
from handsel.web import responses
from handsel.web.forms.asked_times import TimeForm
from handsel.web.requests import Request
from handsel.web.views import care_sessions as views


@responses.form_page
def start_or_complete(request: Request, session_id: UUID, move: Move) -> HttpResponse:
    at = timezone.now()
    question = asked_times.question(request.user, session_id, move, at=at)
    if question is None:  # what cannot be done now is refused like any other move
        if request.method != "POST":
            return redirect("web:session", session_id)
        return views.make_move(request, session_id, move, EMPTY_DRAFT, at=at)
    answer = request.POST.get("when", "")
    form = TimeForm(request.POST if answer == OTHER else None, question=question)
    is_answered = answer in (NOW, PLANNED) or (answer == OTHER and form.is_valid())
    if request.method != "POST" or (not is_answered and (question.is_needed or answer == OTHER)):
        return ask(request, question, form)
    draft = form.draft() if answer == OTHER else Draft.of(at=question.planned) if answer == PLANNED else EMPTY_DRAFT
    if "ends" not in request.POST:
        return views.make_move(request, session_id, move, draft, at=at)
    return _start_after(request, question, draft, at)


def _start_after(request: Request, question: Question, draft: Draft, at: datetime) -> HttpResponse:
    """Start what is asked about once the session that still runs is ended."""
    actor = responses.actor(request) | {"at": at, "version": responses.seen_version(request)}
    as_planned = request.POST.get("ends_when") == PLANNED
    try:
        running_id = fields.identity(request.POST["ends"])
        sessions = care_sessions.start_after(question.session_id, running_id, draft, as_planned=as_planned, **actor)
    except fields.Wrong as wrong:
        raise NotVisible from wrong
    except (NotVisible, NotAllowed):
        raise
    except Refusal as refusal:
        return views.refused(request, question.session_id, Move.START, refusal)
    for move, session in zip((Move.COMPLETE, Move.START), sessions, strict=True):
        views.flash_move(request, move, session)
    return responses.redirect_back(request, "web:session", question.session_id)


def ask(request: Request, question: Question, form: TimeForm) -> HttpResponse:
    return responses.answer(
        request,
        "care_sessions/asked_time.html",
        form=form,
        question=question,
        version=responses.seen_version(request) or question.version,
        next=request.POST.get("next") or request.GET.get("next", ""),
    )

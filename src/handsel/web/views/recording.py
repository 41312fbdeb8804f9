"""Recording afterwards, as planned by one press or with other times; and the start of what runs, put right."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions import care_sessions
from handsel.pages import asked_times, held_sessions, sessions
from handsel.pages.asked_times import OTHER, PLANNED
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import SCHEDULED, State
from handsel.rules.moves import Move
from handsel.rules.refusals import NotAllowed, NotVisible, Refusal
from handsel.web import responses
from handsel.web.forms.asked_times import TimeForm
from handsel.web.forms.recording import RecordForm
from handsel.web.requests import Request
from handsel.web.views import care_sessions as views
from handsel.web.views.asked_times import ask

if TYPE_CHECKING:
    from handsel.models import CareSession

type Action = Callable[..., "CareSession"]


@responses.form_page
def record(request: Request, session_id: UUID) -> HttpResponse:
    """Record as planned by a press without times; show and take the form for other times."""
    if request.method == "POST" and "starts" not in request.POST:
        action: Action = care_sessions.record
        if "confirms" in request.POST:
            action = care_sessions.confirm_and_record
        elif "instead" in request.GET:
            action = care_sessions.record_instead
        return views.make_move(request, session_id, Move.RECORD, Draft.of(), at=timezone.now(), action=action)
    planned = sessions.planned(request.user, session_id)
    if request.method != "POST" and not (planned.may_record and planned.state in SCHEDULED):
        return redirect("web:session", session_id)
    if request.method != "POST" and (held := held_sessions.instead_of_a_form(request.user, session_id)):
        return views.show_held(request, planned, held)
    form = RecordForm(responses.form_data(request, having="starts"), planned=planned)
    recording: Action = care_sessions.record
    if planned.state is State.UNCONFIRMED:
        recording = care_sessions.confirm_and_record
    session = responses.submit(request, form, recording, session_id, version=responses.seen_version(request))
    if session:
        views.flash_move(request, Move.RECORD, session)
        return responses.redirect_back(request, "web:session", session_id)
    following = request.POST.get("next") or request.GET.get("next", "")
    return responses.answer(request, "care_sessions/record.html", form=form, planned=planned, next=following)


@responses.press
def ask_to_confirm(request: Request, session_id: UUID) -> HttpResponse:
    """Ask the parents to confirm a session that is over."""
    try:
        session = care_sessions.ask_to_confirm(
            session_id, version=responses.seen_version(request), **responses.actor(request)
        )
    except (NotVisible, NotAllowed):
        raise
    except Refusal as refusal:
        return views.refused(request, session_id, None, refusal)
    responses.flash(request, gettext("Sent. The family has to confirm it."))
    return responses.redirect_back(request, "web:session", session.id)


@responses.form_page
def started(request: Request, session_id: UUID) -> HttpResponse:
    """Put the start of a running session right."""
    question = asked_times.start_question(request.user, session_id, at=timezone.now())
    if question is None:
        if request.method == "POST" and not sessions.planned(request.user, session_id).may_record:
            raise NotAllowed
        return redirect("web:session", session_id)
    answer = request.POST.get("when", "")
    form = TimeForm(request.POST if answer == OTHER else None, question=question)
    if request.method != "POST" or not (answer == PLANNED or (answer == OTHER and form.is_valid())):
        return ask(request, question, form)
    moment = question.planned if answer == PLANNED else form.draft()["at"]
    try:
        session = care_sessions.update(
            session_id,
            Draft.of(actual_start=moment),
            version=responses.seen_version(request),
            **responses.actor(request),
        )
    except (NotVisible, NotAllowed):
        raise
    except Refusal as refusal:
        return views.refused(request, session_id, None, refusal)
    views.flash_started(request, session)
    return responses.redirect_back(request, "web:session", session_id)

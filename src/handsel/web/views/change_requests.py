"""Changes that one side asks of the other."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext

from handsel.actions import change_requests
from handsel.pages import form_choices, sessions
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible, Refusal
from handsel.rules.sentences import say
from handsel.web import refusals, responses
from handsel.web.forms.care_sessions import AnswerForm, ChangeRequestForm
from handsel.web.requests import Request
from handsel.web.views.care_sessions import show

# The last part of its address, what it does and what the next page says.
ANSWERS = {
    "accept": (change_requests.accept, say("Accepted. The session is changed and confirmed.")),
    "decline": (change_requests.decline, say("Declined. The session stays as it is.")),
    "withdraw": (change_requests.withdraw, say("Request withdrawn.")),
}


@responses.form_page
def ask(request: Request, session_id: UUID) -> HttpResponse:
    planned = sessions.planned(request.user, session_id)
    if not planned.may_request:
        raise NotAllowed
    choices = form_choices.choices(request.user, planned.family_id, named=planned.child_ids)
    form = ChangeRequestForm(responses.form_data(request), choices=choices, planned=planned)
    if responses.submit(request, form, change_requests.ask, session_id, changes=True, duplicate_route="web:session"):
        responses.flash(request, gettext("Sent. You’ll hear when there is an answer."))
        return responses.redirect_back(request, "web:session", session_id)
    following = request.GET.get("next", "")
    return responses.answer(
        request, "change_requests/ask.html", form=form, planned=planned, choices=choices, next=following
    )


@responses.press
def answer(request: Request, request_id: UUID, answer: str) -> HttpResponse:
    action, sentence = ANSWERS[answer]
    session_id = sessions.session_of_request(request.user, request_id)
    form = AnswerForm(request.POST, auto_id="id_answer_%s")
    try:
        action(request_id, form.draft(), **responses.actor(request))
    except (NotVisible, NotAllowed):
        raise
    except Refusal as refusal:
        if isinstance(refusal, Invalid) and not form.is_valid():
            return show(request, session_id, status=form.status, answer_form=form, answers_to=request_id)
        return show(request, session_id, status=refusals.status(refusal), refusal=refusals.message(refusal))
    responses.flash(request, gettext(sentence))
    return responses.redirect_back(request, "web:session", session_id)

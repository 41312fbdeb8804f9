"""Moves of many sessions at once: a family's answer, a week that is cancelled, what one press did taken back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from handsel.actions import care_sessions
from handsel.actions.care_sessions import BulkAnswer
from handsel.pages import session_lists
from handsel.rules import fields
from handsel.rules.drafts import Draft
from handsel.rules.moves import MOVES, Move
from handsel.rules.refusals import Invalid
from handsel.web import language, responses
from handsel.web.forms.care_sessions import CancelForm
from handsel.web.requests import Request

_YEARS = range(2000, 3000)  # whatever the database can hold


@responses.press
def move(request: Request, family_id: UUID, move: Move) -> HttpResponse:
    """All that the page showed, or those that are ticked, or what one press made that is taken back.

    For a move that asks a reason first a page that says which sessions these are, then the press that makes it.
    """
    undone = request.GET.get("cancelled")
    draft = chosen(request) if undone is None else _cancelled_together(request, family_id, undone)
    if MOVES[move].asks_reason:
        form = CancelForm(request.POST if "sure" in request.POST else None)
        if "sure" not in request.POST or not form.is_valid():
            try:
                shown = session_lists.movable(request.user, family_id, move, draft, at=timezone.now())
            except Invalid as refusal:
                return _nothing(request, family_id, refusal)
            return responses.answer(request, "care_sessions/cancel.html", status=form.status, chosen=shown, form=form)
        draft = Draft({**draft.values, **form.cleaned_data}, draft.wrong)
    actor = responses.actor(request)
    try:
        answer = care_sessions.move_many(move, family_id, draft, **actor)
    except Invalid as refusal:
        if undone is None:
            return _nothing(request, family_id, refusal)
        responses.flash(request, gettext("There is nothing left to restore."))
        return responses.back(request, "web:family_home", family_id)
    say_done(request, request.user, move, answer, at=actor["at"])
    return responses.back(request, "web:family_home", family_id)


def _cancelled_together(request: Request, family_id: UUID, sent: str) -> Draft:
    """What one press cancelled, which happened at the instant that its undo put into the address."""
    try:
        pressed = datetime.fromisoformat(sent)
    except ValueError:
        return Draft.of()
    if not pressed.tzinfo or pressed.year not in _YEARS:
        return Draft.of()
    return Draft.of(session_ids=session_lists.cancelled_together(request.user, family_id, pressed))


def chosen(request: HttpRequest) -> Draft:
    """What the pressed button ("Confirm all 7") names, else the ticked boxes: session:version, a week's by commas."""
    sent = request.POST.getlist("all") or request.POST.getlist("session")
    boxes = [one.partition(":") for some in sent for one in some.split(",")]
    try:
        session_ids = fields.identities([session_id for session_id, _, _ in boxes])
    except fields.Wrong as wrong:
        return Draft(wrong={"session_ids": wrong.sentence})
    return Draft.of(
        session_ids=session_ids, versions={fields.identity(one): responses.version(seen) for one, _, seen in boxes}
    )


def say_nothing_chosen(request: HttpRequest, refusal: Invalid) -> None:
    responses.warn(request, language.said(refusal.errors.get("session_ids", refusal.detail)))


def _nothing(request: Request, family_id: UUID, refusal: Invalid) -> HttpResponse:
    say_nothing_chosen(request, refusal)
    return responses.back(request, "web:family_home", family_id)


def say_done(request: HttpRequest, person: Any, move: Move, answer: BulkAnswer, *, at: datetime) -> None:
    """How many moved, with the address that takes it back; and a line for each reason why others did not, with the
    days of the sessions it held up, as the person reads them.
    """
    step, count = MOVES[move], len(answer.moved)
    if count and step.done_of_many:
        query = {"cancelled": at.isoformat()}
        undo = step.undo and reverse(f"web:{step.undo.path}_sessions", args=[answer.family_id], query=query)
        responses.flash(request, ngettext(*step.done_of_many, count) % {"count": count}, undo=undo or "")
    for detail, days in session_lists.named(person, answer.family_id, move, answer.refused):
        why = language.said(detail)
        responses.warn(request, gettext("%(days)s: %(why)s") % {"days": days, "why": why} if days else why)

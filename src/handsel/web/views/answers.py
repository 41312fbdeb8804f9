"""A family's answer to many sessions at once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from handsel.actions import care_sessions
from handsel.actions.care_sessions import BulkAnswer, Refused
from handsel.pages import session_lists
from handsel.rules import fields
from handsel.rules.drafts import Draft
from handsel.rules.refusals import Invalid, VersionConflict
from handsel.web import language, responses
from handsel.web.forms.care_sessions import CancelForm
from handsel.web.requests import Request

_YEARS = range(2000, 3000)  # whatever the database can hold


@require_POST
@responses.signed_in
def confirm(request: Request, family_id: UUID) -> HttpResponse:
    """All that the page showed, or those that are ticked."""
    try:
        answer = care_sessions.confirm_many(family_id, chosen(request), **responses.actor(request))
    except Invalid as refusal:
        return _nothing(request, family_id, refusal)
    say_confirmed(request, request.user, answer)
    return responses.back(request, "web:family_home", family_id)


@require_POST
@responses.signed_in
def cancel(request: Request, family_id: UUID) -> HttpResponse:
    """First a page that says which sessions these are and asks why, then the press that cancels them."""
    draft = chosen(request)
    form = CancelForm(request.POST if "sure" in request.POST else None)
    if "sure" not in request.POST or not form.is_valid():
        try:
            shown = session_lists.cancellable(request.user, family_id, draft, at=timezone.now())
        except Invalid as refusal:
            return _nothing(request, family_id, refusal)
        return responses.answer(request, "care_sessions/cancel.html", status=form.status, chosen=shown, form=form)
    pressed = responses.actor(request)
    try:
        wanted = Draft({**draft.values, **form.cleaned_data}, draft.wrong)
        answer = care_sessions.cancel_many(family_id, wanted, **pressed)
    except Invalid as refusal:
        return _nothing(request, family_id, refusal)
    count = len(answer.moved)
    if count:
        said = ngettext("%(count)s session cancelled.", "%(count)s sessions cancelled.", count)
        undo = reverse("web:restore_sessions", args=[family_id], query={"cancelled": pressed["at"].isoformat()})
        responses.flash(request, said % {"count": count}, undo=undo)
    _warn_of(request, request.user, family_id, answer.refused)
    return responses.back(request, "web:family_home", family_id)


@require_POST
@responses.signed_in
def restore(request: Request, family_id: UUID) -> HttpResponse:
    """Takes back one press that cancelled; the address says which."""
    pressed = _instant(request.GET.get("cancelled", ""))
    chosen = session_lists.cancelled_together(request.user, family_id, pressed) if pressed else ()
    try:
        answer = care_sessions.restore_many(family_id, Draft.of(session_ids=chosen), **responses.actor(request))
    except Invalid:
        responses.flash(request, gettext("There is nothing left to restore."))
        return responses.back(request, "web:family_home", family_id)
    count = len(answer.moved)
    said = ngettext(
        "%(count)s session restored. It needs an answer again.",
        "%(count)s sessions restored. They need an answer again.",
        count,
    )
    if count:
        responses.flash(request, said % {"count": count})
    _warn_of(request, request.user, family_id, answer.refused)
    return responses.back(request, "web:family_home", family_id)


def _instant(sent: str) -> datetime | None:
    """An instant as `cancel` put it into the address."""
    try:
        found = datetime.fromisoformat(sent)
    except ValueError:
        return None
    return found if found.tzinfo and found.year in _YEARS else None


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


def say_confirmed(request: HttpRequest, person: Any, answer: BulkAnswer) -> None:
    count = len(answer.moved)
    if count:
        said = ngettext("%(count)s session confirmed.", "%(count)s sessions confirmed.", count)
        responses.flash(request, said % {"count": count})
    _warn_of(request, person, answer.family_id, answer.refused)


def _warn_of(request: HttpRequest, person: Any, family_id: UUID, refused: Iterable[Refused]) -> None:
    """One line for each reason, with the days of the sessions it held up, as the person reads them."""
    for detail, days in session_lists.named(person, family_id, map(_kindly, refused)):
        why = language.said(detail)
        responses.warn(request, gettext("%(days)s: %(why)s") % {"days": days, "why": why} if days else why)


def _kindly(refused: Refused) -> Refused:
    if refused.code != VersionConflict.code:
        return refused
    return replace(refused, detail=gettext("changed after the page showed it, and left alone. Look at it again."))

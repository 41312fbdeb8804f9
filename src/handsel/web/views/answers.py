"""A family's answer to many sessions at once."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from handsel.actions import care_sessions
from handsel.actions.care_sessions import Refused
from handsel.queries.pages import selection
from handsel.rules import fields
from handsel.rules.drafts import Draft
from handsel.rules.refusals import Invalid
from handsel.web import pages
from handsel.web.forms.care_sessions import CancelForm


@require_POST
@pages.signed_in
def confirm(request: HttpRequest, family_id: UUID) -> HttpResponse:
    """All that the page showed, or those that are ticked."""
    try:
        answer = care_sessions.confirm_many(family_id, _chosen(request), **pages.actor(request))
    except Invalid as refusal:
        return _nothing(request, family_id, refusal)
    count = len(answer.moved)
    if count:
        said = ngettext("%(count)s session confirmed.", "%(count)s sessions confirmed.", count)
        pages.tell(request, said % {"count": count})
    _warn_of(request, family_id, answer.refused)
    return pages.back(request, "web:family_home", family_id)


@require_POST
@pages.signed_in
def cancel(request: HttpRequest, family_id: UUID) -> HttpResponse:
    """First a page that says which sessions these are and asks why, then the press that cancels them."""
    draft = _chosen(request)
    form = CancelForm(request.POST if "sure" in request.POST else None)
    if "sure" not in request.POST or not form.is_valid():
        try:
            chosen = selection.cancellable(request.user, family_id, draft, at=timezone.now())
        except Invalid as refusal:
            return _nothing(request, family_id, refusal)
        return pages.answer(request, "care_sessions/cancel.html", status=form.status, chosen=chosen, form=form)
    try:
        wanted = Draft({**draft.values, **form.cleaned_data}, draft.wrong)
        answer = care_sessions.cancel_many(family_id, wanted, **pages.actor(request))
    except Invalid as refusal:
        return _nothing(request, family_id, refusal)
    count = len(answer.moved)
    if count:
        said = ngettext("%(count)s session cancelled.", "%(count)s sessions cancelled.", count)
        pages.tell(request, said % {"count": count})
    _warn_of(request, family_id, answer.refused)
    return pages.back(request, "web:family_home", family_id)


def _chosen(request: HttpRequest) -> Draft:
    """The ids of the pressed button ("Confirm all 7"), else of the ticked boxes. A week's box holds all of its ids."""
    sent = request.POST.getlist("all") or request.POST.getlist("session")
    try:
        return Draft.of(session_ids=fields.identities([one for some in sent for one in some.split(",")]))
    except fields.Wrong as wrong:
        return Draft(wrong={"session_ids": str(wrong)})


def _nothing(request: HttpRequest, family_id: UUID, refusal: Invalid) -> HttpResponse:
    pages.warn(request, refusal.errors.get("session_ids", refusal.detail))
    return pages.back(request, "web:family_home", family_id)


def _warn_of(request: HttpRequest, family_id: UUID, refused: Iterable[Refused]) -> None:
    """One line for each reason, with the days of the sessions it held up."""
    for detail, days in selection.named(request.user, family_id, refused):
        pages.warn(request, gettext("%(days)s: %(why)s") % {"days": days, "why": detail} if days else detail)

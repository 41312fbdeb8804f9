"""A raise: looked at, then made of schedules, planned sessions and terms together."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions import raises as actions
from handsel.pages import raises as pages
from handsel.rules import fields
from handsel.web import responses
from handsel.web.forms.raises import RaiseForm
from handsel.web.requests import Request

# What the form is sent with that is not to be saved.
_LOOKS = {"preview", "live"}


@responses.form_page
def make(request: Request, family_id: UUID) -> HttpResponse:
    starts = pages.form(request.user, family_id, _nanny(request), at=timezone.now())
    form = RaiseForm(
        responses.form_data(request),
        nanny_id=starts.nanny_id,
        rates=starts.rates,
        basic_rate=starts.basic_rate,
        currency=starts.currency,
    )
    plan = form.send(partial(actions.plan, family_id), by=request.user, at=timezone.now()) if form.is_bound else None
    seen = pages.seen(plan) if plan else ""
    is_look = request.method != "POST" or _LOOKS & request.POST.keys()
    if not is_look and plan and request.POST.get("seen") == seen:
        made = responses.submit(request, form, actions.make, family_id, duplicate_route="web:pay_terms")
        if made:
            sentence, back = gettext("The new rate is saved."), reverse("web:undo_raise", args=[made.event_id])
            return responses.redirect_with_message(request, sentence, "web:pay_terms", family_id, undo=back)
    context: dict[str, Any] = {
        "starts": starts,
        "means": pages.sentences(request.user, plan, starts.name) if plan and form.refusal is None else [],
        "seen": seen,
        "unseen": plan is not None and not is_look,
    }
    if "live" in request.POST:
        problems = [] if context["means"] else [*form.wrong_in_words, *filter(None, [form.refused])]
        return responses.render_partial(request, "raises/_means.html", problems=problems, live=True, **context)
    return responses.answer(request, "raises/form.html", form=form, **context)


@responses.press
def undo(request: Request, raise_id: UUID) -> HttpResponse:
    family = actions.undo(raise_id, **responses.actor(request))
    sentence = gettext("The old rate holds again.")
    return responses.redirect_with_message(request, sentence, "web:pay_terms", family.id)


def _nanny(request: Request) -> UUID | None:
    """Return the nanny whom the address names; nobody where it makes no sense."""
    try:
        return fields.identity(request.GET.get("nanny"))
    except fields.Wrong:
        return None

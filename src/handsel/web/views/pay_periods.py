"""Pay periods: those of a family, one of them, and the presses that settle it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions import pay_periods as actions
from handsel.actions import period_moves
from handsel.pages import pay_periods as pages
from handsel.rules.pay.period_moves import PERIOD_MOVES, PeriodMove
from handsel.rules.refusals import NotAllowed, NotReady, NotVisible, Refusal
from handsel.web import refusals, responses
from handsel.web.forms.pay_periods import LastDayForm, NewPeriodForm, PeriodMoveForm
from handsel.web.requests import Request


@responses.form_page
def of_family(request: Request, family_id: UUID) -> HttpResponse:
    """Show the periods of each nanny, and begin the next one."""
    form = NewPeriodForm(responses.form_data(request))
    period = responses.submit(request, form, actions.create, family_id, duplicate_route="web:pay_periods")
    if period:
        return responses.redirect_with_message(request, gettext("Begun."), "web:pay_period", period.id)
    family = pages.of_family(request.user, family_id, at=timezone.now())
    return responses.answer(request, "pay_periods/list.html", form=form, family=family)


@responses.page
def page(request: Request, period_id: UUID) -> HttpResponse:
    return _show(request, period_id)


@responses.press
def move(request: Request, period_id: UUID, move: PeriodMove) -> HttpResponse:
    form = PeriodMoveForm(request.POST)
    version = responses.seen_version(request)
    try:
        period_moves.move(move, period_id, form.draft(), version=version, **responses.actor(request))
    except (NotVisible, NotAllowed):
        raise
    except Refusal as refusal:
        in_the_way = pages.in_the_way(request.user, refusal) if isinstance(refusal, NotReady) else None
        status, sentence = refusals.status(refusal), refusals.message(refusal)
        return _show(request, period_id, status=status, refusal=sentence, in_the_way=in_the_way, pressed=move.path)
    return responses.redirect_with_message(request, gettext(PERIOD_MOVES[move].done), "web:pay_period", period_id)


@responses.press
def change(request: Request, period_id: UUID) -> HttpResponse:
    form = LastDayForm(request.POST)
    try:
        version = responses.seen_version(request)
        actions.update(period_id, form.draft(), version=version, **responses.actor(request))
    except (NotVisible, NotAllowed):
        raise
    except Refusal as refusal:
        return _show(request, period_id, status=refusals.status(refusal), refusal=refusals.message(refusal))
    return responses.redirect_with_message(request, gettext("Saved."), "web:pay_period", period_id)


@responses.press
def delete(request: Request, period_id: UUID) -> HttpResponse:
    family_id = pages.family_of(request.user, period_id)
    actions.delete(period_id, version=responses.seen_version(request), **responses.actor(request))
    return responses.redirect_with_message(request, gettext("Removed."), "web:pay_periods", family_id)


def _show(request: Request, period_id: UUID, *, status: int = 200, **context: Any) -> HttpResponse:
    period = pages.page(request.user, period_id, at=timezone.now())
    return responses.answer(request, "pay_periods/page.html", status=status, period=period, **context)

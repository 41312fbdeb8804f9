"""Pay periods: those of a family, one of them, and the presses that settle it."""

from typing import Any, cast
from uuid import UUID

from django.forms import BoundField
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions import pay_periods as actions
from handsel.actions import period_moves
from handsel.pages import pay_periods as pages
from handsel.pages.pay_periods import NannysPeriods, PayButton
from handsel.rules.pay.period_moves import PERIOD_MOVES, PeriodMove
from handsel.rules.refusals import NotReady
from handsel.web import responses
from handsel.web.forms.drafts import DraftForm, RuleField
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
    nannies = [(nanny, _form_of(nanny, form, number)) for number, nanny in enumerate(family["nannies"], 1)]
    wrong_nanny = form.wrong().get("nanny_id", "") if form.is_bound else ""
    return responses.answer(
        request, "pay_periods/list.html", form=form, family=family, nannies=nannies, refusal=wrong_nanny
    )


def _form_of(nanny: NannysPeriods, sent: NewPeriodForm, number: int) -> NewPeriodForm:
    """Return the form of one nanny: what was sent of theirs, with what is wrong with it, else what is proposed."""
    is_theirs = sent.is_bound and sent.data.get("nanny_id", "") == str(nanny.nanny_id or "")
    form = sent if is_theirs else NewPeriodForm(initial=nanny.proposal)
    form.auto_id = f"id_{number}_%s"
    if not nanny.is_first:
        form.fields["from_date"].widget.attrs["readonly"] = True
    return form


@responses.page
def page(request: Request, period_id: UUID) -> HttpResponse:
    return _show(request, period_id)


@responses.press
def move(request: Request, period_id: UUID, move: PeriodMove) -> HttpResponse:
    form = PeriodMoveForm(request.POST)
    version = responses.seen_version(request)
    if form.send(period_moves.move, move, period_id, version=version, **responses.actor(request)):
        return responses.redirect_with_message(request, gettext(PERIOD_MOVES[move].done), "web:pay_period", period_id)
    refusal = form.refusal
    in_the_way = pages.in_the_way(request.user, refusal) if isinstance(refusal, NotReady) else None
    return _show(request, period_id, form=form, in_the_way=in_the_way, pressed=move.path)


@responses.press
def change(request: Request, period_id: UUID) -> HttpResponse:
    form = LastDayForm(request.POST)
    version = responses.seen_version(request)
    if form.send(actions.update, period_id, version=version, **responses.actor(request)):
        return responses.redirect_with_message(request, gettext("Saved."), "web:pay_period", period_id)
    return _show(request, period_id, form=form, day_form=form)


@responses.press
def delete(request: Request, period_id: UUID) -> HttpResponse:
    family_id = pages.family_of(request.user, period_id)
    actions.delete(period_id, version=responses.seen_version(request), **responses.actor(request))
    return responses.redirect_with_message(request, gettext("Removed."), "web:pay_periods", family_id)


def _show(
    request: Request,
    period_id: UUID,
    *,
    form: DraftForm | None = None,
    day_form: LastDayForm | None = None,
    pressed: str = "",
    **context: Any,
) -> HttpResponse:
    """Show a period. form: the one that was sent and refused, of the move that was pressed or of the last day."""
    period = pages.page(request.user, period_id, at=timezone.now())
    context |= {
        "period": period,
        "pressed": pressed,
        "buttons": [(button, _words(button, form, pressed)) for button in period["buttons"]],
        "day_field": (day_form or LastDayForm(initial={"to_date": period["to_date"]}))["to_date"],
    }
    return responses.answer(request, "pay_periods/page.html", form=form, **context)


def _words(button: PayButton, sent: DraftForm | None, pressed: str) -> BoundField | None:
    """Return the field for the words of a move: with what was sent, where this is the one that was pressed."""
    if not button.field:
        return None
    form = sent if sent is not None and button.move == pressed else PeriodMoveForm()
    form.auto_id = f"id_{button.move}_%s"
    field = cast("RuleField", form.fields[button.field])
    field.required, field.says_optional = button.needed, not button.needed
    return form[button.field]

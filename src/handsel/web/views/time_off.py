"""Time off: of a family and its nannies, "I can't come" of a nanny in all their families, and taking it back."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions import pay_items
from handsel.actions import time_off as actions
from handsel.pages import away as pages
from handsel.pages import leave_to_enter
from handsel.pages import time_off as time_off_pages
from handsel.pages.away import Away, Days
from handsel.rules import fields
from handsel.rules.refusals import NotVisible
from handsel.web import responses
from handsel.web.forms.time_off import DecisionForm, LeaveForm, TimeOffForm
from handsel.web.requests import Request

_TYPED = ("nanny_id", "from_date", "to_date", "start_time", "end_time", "reason")


@responses.form_page
def of_family(request: Request, family_id: UUID) -> HttpResponse:
    """Show a family's time off and take new. Where that touches sessions, a page names them and asks about each."""
    choices = time_off_pages.choices(request.user, family_id)
    data, standing, now = responses.form_data(request), choices.standing, timezone.now()
    families = [(key, name) for key, name in time_off_pages.told_families(request.user, standing)]
    told = {"tell_reason": [str(family_id)]}
    form = TimeOffForm(data, initial=told, nannies=choices.nannies, families=families)
    if data is not None:
        away, days = pages.of_form(request.user, standing, form.draft(), at=now)
        if away.hits:
            return _decide(request, family_id, away, days, nannies=choices.nannies, families=families)
    entered = responses.submit(request, form, actions.create, family_id, duplicate_route="web:time_off")
    if entered:
        return _saved(request, entered, "web:time_off", family_id)
    family = time_off_pages.page(
        request.user, choices, at=now, past="past" in request.GET, after=request.GET.get("after")
    )
    return responses.answer(request, "time_off/page.html", form=form, family=family)


@responses.form_page
def cant_come(request: Request) -> HttpResponse:
    """Ask a nanny which days, then about the sessions of all their families on these."""
    sent = request.POST if request.method == "POST" else request.GET
    names = {"from_date": "from", "to_date": "to", "start_time": "start", "end_time": "end"}
    typed = {name: sent.get(name, "") or request.GET.get(short, "") for name, short in names.items()}
    is_sent = request.method == "POST" or any(name in request.GET for pair in names.items() for name in pair)
    dates = TimeOffForm(typed if is_sent else None, nannies=None)
    days = dates.send(Days.of) if is_sent else None
    page = pages.cant_come(request.user, days, family_id=_id(sent.get("family", "")), at=timezone.now())
    if days is None:
        return responses.answer(request, "time_off/cant_come.html", form=dates, page=page)
    return _decide(
        request,
        page["home"],
        page["away"],
        page["days"],
        families=page["families"],
        nannies=None,
        initial={**typed, "tell_reason": [str(page["home"])]},
    )


def _decide(
    request: Request,
    family_id: UUID,
    away: Away,
    days: str,
    *,
    nannies: Any,
    families: list[tuple[UUID, str]],
    initial: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the sessions that time off touches, and take what is decided of them together with it."""
    is_decided = "decided" in request.POST
    if initial is None:
        initial = {name: request.POST.get(name, "") for name in _TYPED}
        initial["tell_reason"] = request.POST.getlist("tell_reason")
    form = TimeOffForm(
        request.POST if is_decided else None, initial=initial, nannies=nannies, families=families, away=away
    )
    by_nanny = request.path == reverse("web:cant_come")
    if is_decided:
        entered = responses.submit(request, form, actions.create, family_id, duplicate_route="web:time_off")
        if entered and by_nanny:
            return _saved(request, entered, "web:today")
        if entered:
            return _saved(request, entered, "web:time_off", family_id)
    of_family = reverse("web:time_off", args=[family_id])
    return responses.answer(
        request,
        "time_off/decide.html",
        form=form,
        away=away,
        days=days,
        family_id=family_id,
        title=gettext("I can’t come") if by_nanny else gettext("Time off"),
        action=request.path,
        back=request.path if by_nanny else of_family,
        back_word=gettext("Other days") if by_nanny else gettext("Time off"),
        button=pages.button(away) if by_nanny else gettext("Save time off"),
    )


def _saved(request: Request, entered: actions.Entered, route: str, *args: Any) -> HttpResponse:
    sentence = pages.summary(entered.affected)
    undo = reverse("web:undo_time_off", args=[entered.id])
    return responses.redirect_with_message(request, sentence, route, *args, undo=undo)


@responses.form_page
def entry(request: Request, time_off_id: UUID) -> HttpResponse:
    """Show time off that is entered, and take what is decided now of the sessions that it still touches."""
    page = pages.entry_page(request.user, time_off_id, at=timezone.now())
    form = DecisionForm(responses.form_data(request), away=page["away"])
    entered = responses.submit(request, form, actions.decide, time_off_id)
    if entered:
        sentence = pages.summary(entered.affected)
        return responses.redirect_with_message(request, sentence, "web:time_off_entry", time_off_id)
    return responses.answer(request, "time_off/entry.html", form=form, page=page, away=page["away"])


@responses.press
def pay(request: Request, time_off_id: UUID) -> HttpResponse:
    """Enter what the time off took as paid time or as unpaid leave, as the pressed button says."""
    form = LeaveForm(request.POST)
    items = responses.submit(request, form, pay_items.enter_time_off, time_off_id)
    if items:
        responses.flash(request, leave_to_enter.entered(items))
    else:
        responses.warn(request, form.refused or str(next(iter(form.errors.values()))[0]))
    return redirect("web:time_off_entry", time_off_id)


@responses.press
def count_everywhere(request: Request, time_off_id: UUID) -> HttpResponse:
    actions.count_everywhere(time_off_id, **responses.actor(request))
    sentence = gettext("This time off counts for all your families now.")
    return responses.redirect_with_message(request, sentence, "web:time_off_entry", time_off_id)


@responses.press
def delete(request: Request, time_off_id: UUID) -> HttpResponse:
    """Take time off back, and lead to what it had cancelled or left without a nanny."""
    family_id = time_off_pages.family_of(request.user, time_off_id)
    actor = responses.actor(request)
    actions.delete(time_off_id, **actor)
    sentence = gettext("Time off removed. Sessions it had left out come with the next generation.")
    if pages.to_plan_again(request.user, time_off_id, at=actor["at"]).hits:
        return responses.redirect_with_message(request, sentence, "web:plan_again", time_off_id)
    return responses.redirect_with_message(request, sentence, "web:time_off", family_id)


@responses.press
def undo(request: Request, time_off_id: UUID) -> HttpResponse:
    undone = actions.undo(time_off_id, **responses.actor(request))
    responses.flash(request, pages.undone(undone))
    return responses.redirect_back(request, "web:index")


@responses.form_page
def plan_again(request: Request, time_off_id: UUID) -> HttpResponse:
    """Show what time off that is taken back had cancelled or left without a nanny; one press plans all of it again."""
    actor = responses.actor(request)
    if request.method == "POST":
        answer = actions.plan_again(time_off_id, **actor)
        responses.flash(request, pages.planned_again(answer))
        return responses.redirect_back(request, "web:index")
    away = pages.to_plan_again(request.user, time_off_id, at=actor["at"])
    if not away.hits:
        raise NotVisible
    return responses.answer(request, "time_off/plan_again.html", away=away, time_off_id=time_off_id)


def _id(raw: str) -> UUID | None:
    try:
        return fields.identity(raw)
    except fields.Wrong:
        return None

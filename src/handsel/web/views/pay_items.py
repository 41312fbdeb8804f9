"""Entries of pay that are no session: paid time, unpaid leave, bonuses, gifts and adjustments."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions import pay_items as actions
from handsel.pages import pay_items as pages
from handsel.rules import fields
from handsel.rules.pay.item_kinds import ItemKind
from handsel.rules.refusals import Locked
from handsel.web import responses
from handsel.web.forms.pay_items import PayItemForm, length_words
from handsel.web.requests import Request


@responses.page
def listed(request: Request, family_id: UUID) -> HttpResponse:
    family = pages.page(request.user, family_id, after=request.GET.get("after"))
    return responses.answer(request, "pay_items/list.html", family=family)


@responses.form_page
def add(request: Request, family_id: UUID) -> HttpResponse:
    """Show the form of the kind that the address names, filled in with what it says, and take it."""
    kind = _kind(request.GET.get("kind"))
    choices = pages.choices(
        request.user,
        family_id,
        at=timezone.now(),
        nanny_id=_id(request.GET.get("nanny")),
        session_id=_id(request.GET.get("session")) if kind is ItemKind.ADJUSTMENT else None,
    )
    initial = {"kind": kind.value, "date": choices.day.isoformat(), "nanny_id": choices.nanny_id or ""}
    if kind is ItemKind.ADJUSTMENT:
        initial |= pages.asked_for(choices, _id(request.GET.get("lost")))
    form = PayItemForm(responses.form_data(request), kind=kind, choices=choices, initial=initial)
    item = responses.submit(request, form, actions.create, family_id, duplicate_route="web:pay_items")
    if item:
        sentence = gettext("Entered: %(what)s.") % {"what": pages.title(item)}
        return responses.redirect_with_message(request, sentence, "web:pay_items", family_id)
    return responses.answer(
        request, "pay_items/new.html", form=form, choices=choices, kinds=pages.kinds(kind), **_held(request, form)
    )


@responses.form_page
def page(request: Request, item_id: UUID) -> HttpResponse:
    """Show an entry, to be changed by who may, and take what is changed."""
    choices, item = pages.one(request.user, item_id)
    shown = {name: getattr(item, name) for name in ("kind", "amount", "hourly_rate", "in_regular_rate", "reason")}
    shown |= {"date": item.date.isoformat()}
    if item.minutes is not None:
        shown["minutes"] = length_words(item.minutes)
    form = PayItemForm(responses.form_data(request), kind=ItemKind(item.kind), choices=choices, initial=shown)
    if responses.submit(request, form, actions.update, item_id, version=responses.seen_version(request)):
        return responses.redirect_with_message(request, gettext("Saved."), "web:pay_items", item.family_id)
    return responses.answer(
        request,
        "pay_items/page.html",
        form=form,
        item=item,
        title=pages.title(item),
        choices=choices,
        **_held(request, form),
    )


@responses.press
def delete(request: Request, item_id: UUID) -> HttpResponse:
    _, item = pages.one(request.user, item_id)
    sentence = gettext("Removed: %(what)s.") % {"what": pages.title(item)}
    actions.delete(item_id, version=responses.seen_version(request), **responses.actor(request))
    undo = reverse("web:restore_pay_item", args=[item_id])
    return responses.redirect_with_message(request, sentence, "web:pay_items", item.family_id, undo=undo)


@responses.press
def restore(request: Request, item_id: UUID) -> HttpResponse:
    item = actions.restore(item_id, **responses.actor(request))
    return responses.redirect_with_message(request, gettext("It is there again."), "web:pay_items", item.family_id)


def _held(request: Request, form: PayItemForm) -> dict[str, Any]:
    """Return which period holds the day that was sent, for the page to lead to it."""
    refusal = form.refusal
    if not isinstance(refusal, Locked) or refusal.period is None:
        return {}
    return {"held": refusal.period, "held_words": pages.held_words(refusal.period, request.user.formatter)}


def _kind(raw: str | None) -> ItemKind:
    return ItemKind(raw) if raw in set(ItemKind) else ItemKind.PAID_TIME_OFF


def _id(raw: str | None) -> UUID | None:
    try:
        return fields.identity(raw)
    except fields.Wrong:
        return None

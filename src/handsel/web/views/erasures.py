"""Erasing a child or a family: asked for, and kept while it waits."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions.erasing import erasures
from handsel.pages import erasures as pages
from handsel.rules.erasing import WAITS_FOR, Erased
from handsel.web import responses
from handsel.web.requests import Request


@responses.page
def family_page(request: Request, family_id: UUID) -> HttpResponse:
    page = pages.of_family(request.user, family_id, at=timezone.now())
    return responses.answer(request, "families/erase.html", page=page)


@responses.page
def child_page(request: Request, child_id: UUID) -> HttpResponse:
    page = pages.of_child(request.user, child_id, at=timezone.now())
    return responses.answer(request, "families/erase.html", page=page)


@responses.press
def ask_family(request: Request, family_id: UUID) -> HttpResponse:
    erasures.ask(Erased.FAMILY, family_id, **responses.actor(request))
    return responses.redirect_with_message(request, _asked(), "web:erase_family", family_id)


@responses.press
def ask_child(request: Request, child_id: UUID) -> HttpResponse:
    erasures.ask(Erased.CHILD, child_id, **responses.actor(request))
    return responses.redirect_with_message(request, _asked(), "web:erase_child", child_id)


@responses.press
def keep_family(request: Request, family_id: UUID) -> HttpResponse:
    erasures.withdraw(Erased.FAMILY, family_id, **responses.actor(request))
    return responses.redirect_with_message(request, _kept(), "web:erase_family", family_id)


@responses.press
def keep_child(request: Request, child_id: UUID) -> HttpResponse:
    erasures.withdraw(Erased.CHILD, child_id, **responses.actor(request))
    return responses.redirect_with_message(request, _kept(), "web:erase_child", child_id)


def _asked() -> str:
    return gettext("It is erased in %(days)s days. Until then it can be kept.") % {"days": WAITS_FOR.days}


def _kept() -> str:
    return gettext("Nothing is erased.")

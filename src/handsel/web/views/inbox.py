"""What a person was told."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext

from handsel.actions import inbox as actions
from handsel.notices import kinds
from handsel.pages import inbox
from handsel.pages.inbox import Told
from handsel.web import responses
from handsel.web.requests import Request


@responses.page
def page(request: Request) -> HttpResponse:
    found = inbox.page(request.user, at=timezone.now(), after=request.GET.get("after"))
    groups = [(heading, [(told, _sentence(told)) for told in some]) for heading, some in found.groups]
    return responses.answer(request, "inbox/page.html", groups=groups, unread=found.unread, older=found.older)


@responses.press
def mark_all_read(request: Request) -> HttpResponse:
    count = actions.mark_all_read(by=request.user, at=timezone.now())
    responses.flash(request, ngettext("%(count)s notice read.", "%(count)s notices read.", count) % {"count": count})
    return redirect("web:inbox")


@responses.press
def follow(request: Request, notice_id: UUID) -> HttpResponse:
    """The notice is read, and leads to the place where it can be answered."""
    actions.mark_read(notice_id, by=request.user, at=timezone.now())
    told = inbox.one(request.user, notice_id, at=timezone.now())
    name, of = kinds.place(told.kind, told.family_id, told.session_id)
    return redirect(f"web:{name}", of)


def _sentence(told: Told) -> str:
    return kinds.sentence(told.kind, told.facts)

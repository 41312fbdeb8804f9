"""What a person was told."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext

from handsel.actions import inbox as actions
from handsel.pages import inbox
from handsel.web import responses
from handsel.web.requests import Request


@responses.page
def page(request: Request) -> HttpResponse:
    found = inbox.page(request.user, at=timezone.now(), after=request.GET.get("after"))
    return responses.answer(request, "inbox/page.html", inbox=found)


@responses.press
def mark_all_read(request: Request) -> HttpResponse:
    count = actions.mark_all_read(by=request.user, at=timezone.now())
    responses.flash(request, ngettext("%(count)s notice read.", "%(count)s notices read.", count) % {"count": count})
    return redirect("web:inbox")


@responses.press
def follow(request: Request, notice_id: UUID) -> HttpResponse:
    """The notice is read, and leads to the place where it can be answered."""
    actions.mark_read(notice_id, by=request.user, at=timezone.now())
    name, of = inbox.place(request.user, notice_id)
    return redirect(f"web:{name}", of)

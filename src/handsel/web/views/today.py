"""A nanny's Today."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from handsel.pages import today
from handsel.web import live, responses
from handsel.web.requests import Request


@require_safe
@responses.signed_in
def page(request: Request) -> HttpResponse:
    """Who is no nanny has no Today."""
    tag = live.tag(request)
    found = today.page(request.user, at=timezone.now())
    if not found.families:
        return redirect("web:index")
    return responses.answer(request, "today.html", today=found, live=tag)

"""A nanny's Today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from handsel.queries.pages import today
from handsel.web import live, pages


@require_safe
@pages.signed_in
def page(request: HttpRequest) -> HttpResponse:
    """Who is no nanny has no Today."""
    tag = live.tag(request)
    found = today.page(request.user, at=timezone.now())
    if not found.families:
        return redirect("web:index")
    return pages.answer(request, "today.html", today=found, live=tag)

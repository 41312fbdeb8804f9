"""Who looked and who changed: in a family, and by and at oneself."""

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse

from handsel.pages import access_log as pages
from handsel.pages.access_log import Filters
from handsel.rules import fields
from handsel.web import responses
from handsel.web.requests import Request


@responses.page
def of_family(request: Request, family_id: UUID, *, changed: bool) -> HttpResponse:
    """Show who looked, or who changed something; of the person, the child and the week that the address names."""
    asked = Filters(
        request.GET.get("person", ""), request.GET.get("child", ""), _day(request), request.GET.get("after")
    )
    shown = pages.page(request.user, family_id, changed=changed, asked=asked)
    filters = {name: request.GET.get(name, "") for name in ("person", "child", "week")}
    return responses.answer(request, "families/access.html", page=shown, query=urlencode(filters))


@responses.page
def own(request: Request) -> HttpResponse:
    shown = pages.own(request.user, after=request.GET.get("after"))
    return responses.answer(request, "people/opened.html", page=shown)


def _day(request: Request) -> date | None:
    """Return a day of the week that the address names; none where it makes no sense."""
    try:
        return fields.day(request.GET.get("week") or None)
    except fields.Wrong:
        return None

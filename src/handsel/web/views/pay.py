"""Pay: what nannies earn in a family."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone

from handsel.pages import pay
from handsel.rules import fields
from handsel.web import responses
from handsel.web.requests import Request


@responses.page
def page(request: Request, family_id: UUID) -> HttpResponse:
    context = pay.page(request.user, family_id, at=timezone.now(), nanny_id=_nanny(request))
    return responses.answer(request, "pay/page.html", pay=context)


def _nanny(request: Request) -> UUID | None:
    """Return the nanny whom the address names; nobody where it makes no sense."""
    try:
        return fields.identity(request.GET.get("nanny"))
    except fields.Wrong:
        return None

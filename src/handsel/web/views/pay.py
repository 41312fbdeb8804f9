"""Pay: what nannies earn in a family."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone

from handsel.pages import pay
from handsel.web import query_ids, responses
from handsel.web.requests import Request


@responses.page
def page(request: Request, family_id: UUID) -> HttpResponse:
    context = pay.page(request.user, family_id, at=timezone.now(), nanny_id=query_ids.nanny(request))
    return responses.answer(request, "pay/page.html", pay=context)

"""The record of a year."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from handsel.documents import sessions_csv
from handsel.pages import records as record_pages
from handsel.pages import shell
from handsel.queries import records
from handsel.web import responses
from handsel.web.requests import Request


@require_safe
@responses.signed_in
def chooser(request: Request) -> HttpResponse:
    """Whose record; who has only one family is asked nothing."""
    families = shell.belongings(request.user)
    if not families:
        return redirect("web:index")
    if len(families) == 1:
        return redirect("web:family_records_now", families[0].family_id)
    return responses.answer(request, "records/chooser.html", families=families)


@require_safe
@responses.signed_in
def now(request: Request, family_id: UUID) -> HttpResponse:
    return redirect("web:family_records", family_id, record_pages.this_year(request.user, family_id, at=timezone.now()))


@require_safe
@responses.signed_in
def family(request: Request, family_id: UUID, year: int) -> HttpResponse:
    asked = request.GET.get("month", "")
    month = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else None
    found = record_pages.page(request.user, family_id, year, at=timezone.now(), month=month)
    return responses.answer(request, "records/page.html", record=found)


@require_safe
@responses.signed_in
def table(request: Request, family_id: UUID, year: int) -> HttpResponse:
    """The same year for a spreadsheet."""
    written = sessions_csv.written(records.year(request.user, family_id, year))
    headers = {"Content-Disposition": f'attachment; filename="care-{year}.csv"'}
    return HttpResponse(written, content_type="text/csv; charset=utf-8", headers=headers)

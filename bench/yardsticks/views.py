"""The yardsticks: a bare page, a bare toggle, a plain table, and a list by django-ninja."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import decorator_from_middleware
from ninja import NinjaAPI, Schema

from bench.yardsticks.tables import History, Row
from handsel.models import CareSession


def signed_in(view):
    """Read the session and its person from the database, as Django's two middlewares do; 403 to anybody else."""

    def asked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponse(status=403)
        return view(request, *args, **kwargs)

    return decorator_from_middleware(SessionMiddleware)(decorator_from_middleware(AuthenticationMiddleware)(asked))


def healthz(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def _sessions(request: HttpRequest) -> QuerySet[CareSession]:
    ours = CareSession.objects.filter(family_id=request.GET["family"])
    return ours.select_related("family").order_by("scheduled_start")


@signed_in
def page(request: HttpRequest) -> HttpResponse:
    """One query of 10 rows with one join, and one template of 20 lines."""
    return render(request, "page.html", {"person": request.user, "sessions": _sessions(request)[:10]})


@signed_in
def table(request: HttpRequest) -> HttpResponse:
    """A hundred rows with one join."""
    return render(request, "table.html", {"sessions": _sessions(request)[:100]})


def toggle(_request: HttpRequest, row_id: int) -> HttpResponse:
    """Lock one row, save one field, insert one row of history; nobody signs in."""
    with transaction.atomic():
        row = Row.objects.select_for_update().get(pk=row_id)
        History.objects.create(row=row, at=timezone.now(), was_on=row.is_on)
        row.is_on = not row.is_on
        row.save(update_fields=["is_on"])
    return HttpResponse(status=204)


class Session(Schema):
    id: UUID
    scheduled_start: datetime
    scheduled_end: datetime
    slot_date: date | None
    time_zone: str
    status: str
    is_confirmed: bool
    hourly_rate: Decimal | None
    version: int


def _is_signed_in(request: HttpRequest) -> bool:
    for middleware in (SessionMiddleware, AuthenticationMiddleware):
        middleware(HttpResponse).process_request(request)
    return request.user.is_authenticated


api = NinjaAPI(urls_namespace="yardsticks", openapi_url=None, docs_url=None, auth=_is_signed_in)


@api.get("/sessions", response=list[Session])
def listed(request: HttpRequest) -> list[CareSession]:
    """Fifty rows of nine fields by a schema."""
    return list(_sessions(request)[:50])

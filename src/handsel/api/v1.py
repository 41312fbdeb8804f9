"""Version 1 of the API: every operation, and who may call them."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from handsel.api import (
    care_schedules,
    care_sessions,
    errors,
    expenses,
    exports,
    families,
    issued_documents,
    openapi,
    pay_items,
    pay_periods,
    pay_policies,
    payments,
    people,
    session_imports,
    tax_identities,
    timesheets,
)
from handsel.api.auth import Browser, Token

ROUTERS = (
    people.people_router,
    families.family_router,
    families.child_router,
    people.member_router,
    care_schedules.router,
    care_sessions.router,
    families.history_router,
    care_sessions.request_router,
    families.time_off_router,
    pay_items.router,
    tax_identities.router,
    session_imports.router,
    pay_periods.router,
    timesheets.router,
    exports.router,
    payments.router,
    pay_policies.router,
    expenses.router,
    issued_documents.router,
)

api = NinjaAPI(
    title="Handsel",
    version="1.0.0",
    description=(
        "The care book that a nanny and her families share. Instants are RFC 3339 in UTC, wall times are `HH:MM`, days "
        "are `YYYY-MM-DD`, money is a string with two decimals. Every refusal is `application/problem+json`."
    ),
    urls_namespace="api",
    openapi_url=None,
    auth=[Token(), Browser()],
)
for router in ROUTERS:
    api.add_router("", router)


@api.exception_handler(Exception)
def refuse(_request: HttpRequest, error: Exception) -> HttpResponse:
    return errors.answer(errors.of(error))


@cache
def document() -> dict[str, Any]:
    """The OpenAPI file, made when somebody first asks for it."""
    return openapi.document(api, ROUTERS)

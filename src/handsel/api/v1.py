"""Version 1 of the API: every operation, and who may call them."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from handsel.api import (
    care_schedules,
    care_sessions,
    change_requests,
    children,
    errors,
    events,
    families,
    members,
    openapi,
    people,
    time_off,
)
from handsel.api.auth import Browser, Token

NOUNS = (
    people.routes,
    families.routes,
    children.routes,
    members.routes,
    care_schedules.routes,
    care_sessions.routes,
    events.routes,
    change_requests.routes,
    time_off.routes,
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
for noun in NOUNS:
    api.add_router("", noun.router)


@api.exception_handler(Exception)
def refuse(_request: HttpRequest, error: Exception) -> HttpResponse:
    return errors.answer(errors.of(error))


@cache
def document() -> dict[str, Any]:
    """The OpenAPI file, made when somebody first asks for it."""
    return openapi.document(api, [operation for noun in NOUNS for operation in noun.operations])

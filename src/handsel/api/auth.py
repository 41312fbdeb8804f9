"""Who is asking: a token in the Authorization header, or else a signed-in browser. Each answers the person."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.utils import check_csrf

from handsel.access import tokens
from handsel.api import limits
from handsel.api.errors import NotAuthenticated
from handsel.rules.refusals import NotAllowed
from handsel.rules.scopes import Scope

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Token:
    """`Authorization: Bearer ...`. Who sends that header is judged by it alone."""

    openapi_security_schema = {
        "type": "http",
        "scheme": "bearer",
        "description": "A token from Settings, or from `handsel token issue`.",
    }

    def __call__(self, request: HttpRequest) -> Any:
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, secret = header.partition(" ")
        token = tokens.api_token(secret.strip(), at=timezone.now()) if scheme.lower() == "bearer" else None
        if token is None:
            raise NotAuthenticated("This token is unknown, has expired or was revoked.")
        if token.scope != Scope.WRITE and request.method not in SAFE:
            raise NotAllowed("This token may only read.")
        limits.count(token.id)
        return token.person


class Browser:
    """The session of a signed-in browser, whose writes carry Django's CSRF token."""

    openapi_security_schema = {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "The session of a signed-in browser. What writes also carries its CSRF token, in `X-CSRFToken`.",
    }

    def __call__(self, request: HttpRequest) -> Any:
        if not request.user.is_authenticated:
            raise NotAuthenticated
        if request.method not in SAFE and check_csrf(request) is not None:
            raise NotAllowed("The CSRF token is missing or wrong.")
        return request.user

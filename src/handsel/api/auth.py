"""Who is asking: a token in the Authorization header, or else a signed-in browser. Each answers the person.

A token may make so many requests (HANDSEL_API_RATE): as many as it likes, unless the operator sets it. Tokens that
nobody has are counted by the network that they come from. A living one is never refused for those of a neighbour:
nobody guesses 256 bits, so the limit only keeps the noise of who tries from the book.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from ninja.utils import check_csrf

from handsel.access import client_address, tokens
from handsel.actions import rate_limits
from handsel.actions.rate_limits import RateLimit
from handsel.api.errors import NotAuthenticated
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Scope

if TYPE_CHECKING:
    from handsel.api.routes import Request

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_UNKNOWN_TOKENS = RateLimit("unknown API tokens", 60, timedelta(minutes=1))
_SECONDS = {"s": 1, "m": 60, "h": 60 * 60, "d": 24 * 60 * 60}


class Token:
    """`Authorization: Bearer ...`. Who sends that header is judged by it alone."""

    openapi_security_schema = {
        "type": "http",
        "scheme": "bearer",
        "description": "A token from Settings, or from `handsel token issue`.",
    }

    def __call__(self, request: "Request") -> Any:
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, secret = header.partition(" ")
        token = tokens.api_token(secret.strip(), at=timezone.now()) if scheme.lower() == "bearer" else None
        if token is None:
            rate_limits.count(_UNKNOWN_TOKENS, client_address.network(request.META), at=timezone.now())
            raise NotAuthenticated("This token is unknown, has expired or was revoked.")
        if token.scope != Scope.WRITE and request.method not in SAFE:
            raise NotAllowed("This token may only read.")
        _count(token.id)
        request.token_id = token.id
        request.may_write = token.scope == Scope.WRITE
        return token.person


class Browser:
    """The session of a signed-in browser, whose writes carry Django's CSRF token."""

    openapi_security_schema = {
        "type": "apiKey",
        "in": "cookie",
        "name": settings.SESSION_COOKIE_NAME,
        "description": "The session of a signed-in browser. What writes also carries its CSRF token, in `X-CSRFToken`.",
    }

    def __call__(self, request: "Request") -> Any:
        if not request.user.is_authenticated:
            raise NotAuthenticated
        if request.method not in SAFE and check_csrf(request) is not None:
            raise NotAllowed("The CSRF token is missing or wrong.")
        request.may_write = True
        return request.user


def _count(token_id: UUID) -> None:
    """Count a request, by windows that begin with the clock's minute or hour. Raises TooManyRequests."""
    if settings.API_RATE is None:
        return
    most, _, unit = settings.API_RATE.partition("/")
    at = timezone.now()
    window, spent = divmod(int(at.timestamp()), _SECONDS[unit])
    limit = RateLimit("api", int(most), timedelta(seconds=_SECONDS[unit] - spent))
    rate_limits.count(limit, f"{token_id} {window}", at=at)

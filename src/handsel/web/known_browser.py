"""Browsers that signed in before: a cookie says as whom, so that who guesses from elsewhere locks nobody out of theirs.

It opens nothing. It holds hashes, and whoever makes one up is not believed.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from handsel.web.cookies import named

_COOKIE = "known_browser"
_KEPT = timedelta(days=400)  # as long as browsers keep any
# The last names that signed in here: a family shares a tablet, and a person has an id and a few addresses.
_NAMES_AT_MOST = 12


def browser_of(request: HttpRequest, name: str = "") -> str | None:
    """Return the browser's id if somebody has signed in there; with a name, if it was by this name: an address, or the
    id of a person.
    """
    browser, names = _read(request)
    return browser if browser and (not name or _hash(name) in names) else None


def remember(request: HttpRequest, response: HttpResponseBase, *names: str) -> None:
    """Let the browser know from now on who has signed in there, by each of their names."""
    browser, known = _read(request)
    hashes = [_hash(name) for name in names if name]
    kept = [name for name in known if name not in hashes][-(_NAMES_AT_MOST - len(hashes)) :]
    response.set_signed_cookie(
        named(_COOKIE),
        ".".join([browser or secrets.token_urlsafe(12), *kept, *hashes]),
        salt=_COOKIE,
        max_age=_KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    text = request.get_signed_cookie(named(_COOKIE), default=None, salt=_COOKIE, max_age=_KEPT)
    browser, *names = (text or "").split(".")
    return browser, names


def _hash(name: str) -> str:
    return salted_hmac("handsel.known-browser", name.lower(), algorithm="sha256").hexdigest()[:32]

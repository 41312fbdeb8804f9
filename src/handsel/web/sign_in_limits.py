"""allauth's limits on signing in, counted in a table of ours (docs/decisions/0031).

allauth counts in Django's cache, which drops what it likes and counts two at once as one. It has no setting for another
place, so this replaces its two functions that count, and refuses to start where they are not as they were.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from inspect import signature
from typing import Any, cast

from allauth.core.exceptions import RateLimited
from allauth.core.internal import ratelimit
from django.contrib.sites.shortcuts import get_current_site
from django.core.exceptions import ImproperlyConfigured
from django.db import Error
from django.http import HttpRequest
from django.utils import timezone

from handsel.access import client_address
from handsel.actions import rate_limits
from handsel.actions.rate_limits import Counted, RateLimit
from handsel.rules.fields import known_address
from handsel.rules.refusals import TooManyRequests
from handsel.web import known_browser, refused_sign_ins
from handsel.web.requests import Request

_SECOND_STEP = "mfa-auth-user-"


@dataclass(frozen=True, slots=True)
class _Usage:
    """What allauth gives back when a try turns out to be no guess."""

    counted: Counted | None

    def rollback(self) -> None:
        if self.counted is not None:
            self.counted.give_back()


def consume(
    request: HttpRequest,
    *,
    app: str,
    action: str,
    rate: Any,
    key: str | None = None,
    user: Any = None,
    dry_run: bool = False,
    raise_exception: bool = False,
) -> _Usage | None:
    """Count a try before anything is looked up or hashed; None, or RateLimited, when it is one too many."""
    limit = RateLimit(f"{app} {action} {rate.per}", rate.amount, timedelta(seconds=rate.duration))
    subject = _subject(request, action, rate.per, key, user)
    try:
        if dry_run:
            rate_limits.check(limit, subject, at=timezone.now())
            return _Usage(None)
        usage = _Usage(rate_limits.count(limit, subject, at=timezone.now()))
    except TooManyRequests as reached:
        refused_sign_ins.note("too many tries")
        cast("Request", request).retry_after = reached.seconds
        if raise_exception:
            raise RateLimited from reached
        return None
    _usages(request).setdefault((action, key), []).append(usage)
    return usage


def clear(
    request: HttpRequest,
    *,
    app: str,  # noqa: ARG001  as allauth calls it
    action: str,
    config: Any = None,  # noqa: ARG001
    key: str | None = None,
    user: Any = None,  # noqa: ARG001
) -> None:
    """Give back what this very request has counted. allauth would forget the tries of everybody else as well."""
    for usage in _usages(request).pop((action, key), []):
        usage.rollback()


def give_back(request: HttpRequest) -> None:
    """Give back all that this request has counted: it could not be answered, and was no guess."""
    with suppress(Error):  # then the next one, which finds the database usable, is counted beside it
        for usages in _usages(request).values():
            while usages:
                usages.pop().rollback()


def _usages(request: HttpRequest) -> dict[tuple[str, str | None], list[_Usage]]:
    usages: dict[tuple[str, str | None], list[_Usage]] = request.__dict__.setdefault("_limit_usages", {})
    return usages


def _subject(request: HttpRequest, action: str, per: str, key: str | None, user: Any) -> str:
    """Return who is counted: the network address, the account, or the person. A browser that is known to have signed in
    as the one it is about is counted by itself instead, wherever it is.
    """
    name = _name(request, action, key, user if per == "user" else None)
    if name or action == "webauthn_login":  # a passkey names nobody before it is read
        browser = known_browser.browser_of(request, name)
        if browser:
            return f"browser {browser}" if per == "ip" else f"browser {browser} {name}"
    if per == "ip":
        return f"ip {client_address.network(request.META)}"
    if not name:
        raise ImproperlyConfigured(f"The limit on {action} counts for nobody.")
    return name


def _name(request: HttpRequest, action: str, key: str | None, user: Any) -> str:
    """Return the address or the id of the person that a try is about, known here or not."""
    if key is not None:
        # allauth begins the key by the host, of which a stranger may send any port.
        key = key.removeprefix(f"{get_current_site(request).domain}:") if action == "login_failed" else key
        return key.removeprefix(_SECOND_STEP).strip().lower()
    if user is not None:
        return str(user.pk)
    if action in {"reauthenticate", "change_password", "manage_email"} and request.user.is_authenticated:
        return str(request.user.pk)
    return known_address(request.POST.get("login", "")) if action == "login" else ""


def install() -> None:
    """Put these in the place of allauth's. Raises ImproperlyConfigured where allauth counts otherwise than it did."""
    _replace("_consume_single_rate", consume)
    _replace("clear", clear)


def _replace(name: str, function: Callable[..., Any]) -> None:
    theirs = getattr(ratelimit, name, None)
    if theirs is None or list(signature(theirs).parameters) != list(signature(function).parameters):
        raise ImproperlyConfigured(f"This version of django-allauth has another {name}: its limits would not count.")
    setattr(ratelimit, name, function)

"""Cookies by their names, and the one that says which of the devices that people are told on is the browser that asks.

Where https is, each is one of this very host, which no page beside it on the domain can set: a browser takes a cookie
whose name begins with `__Host-` by https alone, from the host itself and for all of it (settings.COOKIE_PREFIX).
Before, they had no such beginning.

The device's cookie outlives a session. So a browser is told nothing more when somebody signs out on it, and belongs to
the next person who signs in there.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from handsel.actions import devices, sign_ins
from handsel.rules.history import Source
from handsel.rules.refusals import NotVisible

if TYPE_CHECKING:
    from handsel.models import User

_COOKIE = "device"
_KEPT = timedelta(days=400)  # as long as browsers keep any


def named(name: str) -> str:
    """Return the name under which a browser keeps a cookie of ours."""
    return f"{settings.COOKIE_PREFIX}{name}"


class _MessagesInCookie(CookieStorage):
    cookie_name = named("messages")


class Messages(FallbackStorage):
    """Sentences for the next page, as Django keeps them: in a cookie, and those too long for one in the session."""

    storage_classes = (_MessagesInCookie, SessionStorage)


def device_id(request: HttpRequest) -> UUID | None:
    """Return the device that this browser was when it last said so; it may be there no more."""
    text = request.get_signed_cookie(named(_COOKIE), default=None, salt=_COOKIE)
    return UUID(text) if text else None


def set_device_cookie(request: HttpRequest, response: HttpResponse, device: UUID) -> None:
    request.session[sign_ins.SESSION_DEVICE] = str(device)
    response.set_signed_cookie(
        named(_COOKIE),
        str(device),
        salt=_COOKIE,
        max_age=_KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_device(request: HttpRequest) -> None:
    """Forget the device of the browser that signs out."""
    device = device_id(request)
    if device is not None and request.user.is_authenticated:
        with suppress(NotVisible):
            devices.remove(device, by=request.user, source=Source.WEB)


def of_devices(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give the device of a browser to whoever has signed in there, from their first page on."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.COOKIE_PREFIX and _COOKIE in request.COOKIES:
            _rename(request, response)
        # Who has no device costs nothing, and who is known to be on it no query.
        if named(_COOKIE) in request.COOKIES and request.session.accessed and request.user.is_authenticated:
            device = device_id(request)
            is_known = device is not None and str(device) == request.session.get(sign_ins.SESSION_DEVICE)
            if not is_known and named(_COOKIE) not in response.cookies:  # else it has just become one
                _reassign_device(request, response, device, request.user)
        return response

    return answer


def _rename(request: HttpRequest, response: HttpResponse) -> None:
    """Name the cookie of before anew. Which device it is the session says: anybody may have set the old cookie."""
    response.delete_cookie(_COOKIE, samesite="Lax")
    if named(_COOKIE) in request.COOKIES or not (request.session.accessed and request.user.is_authenticated):
        return
    if device := request.session.get(sign_ins.SESSION_DEVICE):
        set_device_cookie(request, response, UUID(device))


def _reassign_device(request: HttpRequest, response: HttpResponse, device: UUID | None, person: "User") -> None:
    with suppress(NotVisible):
        if device is not None and devices.move(device, by=person, at=timezone.now()):
            set_device_cookie(request, response, device)
            return
    response.delete_cookie(named(_COOKIE), samesite="Lax")

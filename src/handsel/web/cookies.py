"""Cookies by their names: where https is, each is one of this very host, which no page beside it on the domain can set.

A browser takes a cookie whose name begins with `__Host-` by https alone, from the host itself and for all of it
(settings.COOKIE_PREFIX). Before, they had no such beginning.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.utils import timezone

from handsel.web import sessions

_OLD_NAME = "sessionid"
# Under this key a session holds when it was first found by the name of before, and how long it still is.
_RENAMED_AT, _FOUND_BY_BOTH = "renamed_at", timedelta(minutes=10)


def named(name: str) -> str:
    """Return the name under which a browser keeps a cookie of ours."""
    return f"{settings.COOKIE_PREFIX}{name}"


class _MessagesInCookie(CookieStorage):
    cookie_name = named("messages")


class Messages(FallbackStorage):
    """Sentences for the next page, as Django keeps them: in a cookie, and those too long for one in the session."""

    storage_classes = (_MessagesInCookie, SessionStorage)


class Sessions(SessionMiddleware):
    """Django's. Who was signed in before cookies were named anew stays so, and has the new cookie from then on.

    A cookie of before is believed for ten minutes from its first use, for what a browser asks at the same time or could
    not read the answer to, and only with a session that was made before: a page beside this one on the domain may have
    set it, as it might have until then.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        name = settings.SESSION_COOKIE_NAME
        old = request.COOKIES.get(_OLD_NAME, "")
        if name == _OLD_NAME or name in request.COOKIES or len(old) != sessions.OLD_KEY_LENGTH:
            return
        session, now = self.SessionStore(old), timezone.now().timestamp()
        if not session.is_empty() and now - session.get(_RENAMED_AT, now) < _FOUND_BY_BOTH.total_seconds():
            session.setdefault(_RENAMED_AT, now)
            session.modified = True
            request.session = session

"""Sessions of browsers, as Django keeps them in the database, which know when they end (settings.SESSION_ENGINE)."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, UpdateError
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string

from handsel.access import outages

log = logging.getLogger(__name__)

# A sign-in lasts for SESSION_COOKIE_AGE from its last use on, which is written down at most so often.
_RENEW_EVERY = timedelta(days=1)
# Letters of a key; those of sessions that were made before cookies were named anew are shorter (Sessions).
_KEY_LENGTH, _OLD_KEY_LENGTH = 40, 32
_OLD_NAME = "sessionid"
# Under this key a session holds when it was first found by the name of before, and how long it still is.
_RENAMED_AT, _FOUND_BY_BOTH = "renamed_at", timedelta(minutes=10)


class SessionStore(db.SessionStore):
    """One session; saving it moves its end, and the cookie's."""

    ends_at: datetime | None = None  # of one that was found, as it stood there
    is_only_renewed = False  # nothing in it has changed but its end

    def save(self, must_create: bool = False) -> None:
        """Save it. A page that is only read comes also where nothing can be kept; then it is renewed another time."""
        if self.is_only_renewed and not must_create:
            with outages.let_pass(log, "A session was not renewed"):
                self._save(must_create=False)
        else:
            self._save(must_create=must_create)

    def _save(self, *, must_create: bool) -> None:
        try:
            super().save(must_create)
        except UpdateError as error:
            outage = error.__context__  # Django takes any error for a session that is gone
            if outages.reason(outage) is None or outage is None:
                raise
            raise outage from outage.__cause__

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]  # no stub has it
        if row is not None:
            self.ends_at = row.expire_date
        return row

    def _get_new_session_key(self) -> str:
        return get_random_string(_KEY_LENGTH, VALID_KEY_CHARS)  # two are never the same: 206 bits

    @property
    def is_due_for_renewal(self) -> bool:
        """Say whether it was used, but not saved, for a day."""
        if self.ends_at is None:
            return False
        return self.ends_at - timezone.now() <= timedelta(seconds=self.get_expiry_age()) - _RENEW_EVERY


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
        if name == _OLD_NAME or name in request.COOKIES or len(old) != _OLD_KEY_LENGTH:
            return
        session, now = self.SessionStore(old), timezone.now().timestamp()
        if not session.is_empty() and now - session.get(_RENAMED_AT, now) < _FOUND_BY_BOTH.total_seconds():
            session.setdefault(_RENAMED_AT, now)
            session.modified = True
            request.session = session

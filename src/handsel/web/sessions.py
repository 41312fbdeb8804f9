"""Sessions of browsers, as Django keeps them in the database, which know when they end (settings.SESSION_ENGINE)."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, UpdateError
from django.utils import timezone
from django.utils.crypto import get_random_string

from handsel.access import outages

log = logging.getLogger(__name__)

# A sign-in lasts for SESSION_COOKIE_AGE from its last use on, which is written down at most so often.
_RENEW_EVERY = timedelta(days=1)
# Letters of a key; those of sessions that were made before cookies were named anew are shorter (web.cookies).
_KEY_LENGTH, OLD_KEY_LENGTH = 40, 32


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
        row = super()._get_session_from_db()  # type: ignore[misc]
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

"""Sessions of browsers, as Django keeps them in the database, which know when they end (settings.SESSION_ENGINE)."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

# A sign-in lasts for SESSION_COOKIE_AGE from its last use on, which is written down at most so often.
_RENEW_EVERY = timedelta(days=1)


class SessionStore(db.SessionStore):
    """One session; saving it moves its end, and the cookie's."""

    ends_at: datetime | None = None  # of one that was found, as it stood there

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]
        if row is not None:
            self.ends_at = row.expire_date
        return row

    @property
    def is_due_for_renewal(self) -> bool:
        """Say whether it was used, but not saved, for a day."""
        if self.ends_at is None:
            return False
        return self.ends_at - timezone.now() <= timedelta(seconds=self.get_expiry_age()) - _RENEW_EVERY

"""The person signed in at a browser, told without the usual two questions to the database."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from handsel.models import User


def session_data(session_key: str, *, at: datetime) -> QuerySet[Session]:
    """Return what is kept of a browser, if it is known and its time has not run out."""
    return Session.objects.filter(session_key=session_key, expire_date__gt=at)


def is_signed_in(kept_data: str | None, person_id: UUID, password: str | None) -> bool:
    """Say whether the browser is this person's. password: as it is stored now, None for who may not sign in any more.

    The three things that django.contrib.auth.get_user looks at.
    """
    if kept_data is None or password is None:
        return False
    session = SessionStore().decode(kept_data)
    return (
        session.get(SESSION_KEY) == str(person_id)
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), User(password=password).get_session_auth_hash())
    )

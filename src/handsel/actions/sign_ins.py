"""Browsers where people are signed in: one row for each, beside the session that it belongs to."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from handsel.access import passwords
from handsel.actions import devices
from handsel.models import Device, User
from handsel.rules.refusals import NotVisible

# Under this key a session holds the id of the device that is its browser.
SESSION_DEVICE = "device_id"


def renew_hash(person: User, password: str) -> None:
    """Keep the password that somebody has just signed in with by the hash of today, if it is kept by an older one.

    A password that was changed meanwhile stays as it is, and who is signed in elsewhere stays so: Django ties a session
    to the very text of the hash.
    """
    before, auth_hash = person.password, person.get_session_auth_hash()
    if not passwords.is_old(before):
        return
    person.set_password(password)  # before the transaction: on SQLite every writer would wait for it
    with transaction.atomic():
        if not User.objects.filter(pk=person.pk, password=before).update(password=person.password):
            person.password = before
            return
        keys = _keys(UserSession.objects.filter(user=person))
        for session in Session.objects.select_for_update().filter(session_key__in=keys):
            data = session.get_decoded()
            if data.get(HASH_SESSION_KEY) == auth_hash:
                data[HASH_SESSION_KEY] = person.get_session_auth_hash()
                session.session_data = Session.objects.encode(data)
                session.save(update_fields=["session_data"])


def renew_key(session: SessionBase) -> None:
    """Give a session another key: whoever knows the one of before knows nothing any more."""
    before = session.session_key
    session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=session.session_key)


def note(session_key: str, *, at: datetime) -> None:
    """Note that the browser with this session was here."""
    UserSession.objects.filter(session_key=session_key, last_seen_at__lt=at).update(last_seen_at=at)


@transaction.atomic
def end(sign_in_id: int, *, by: User) -> None:
    """Sign one of one's own browsers out, and push no more to it. Raises NotVisible."""
    rows = UserSession.objects.filter(user=by, pk=sign_in_id)
    sessions = Session.objects.filter(session_key__in=_keys(rows))
    device_ids = [session.get_decoded().get(SESSION_DEVICE) for session in sessions]
    if not _end(rows):
        raise NotVisible
    devices.forget(Device.objects.filter(person=by, pk__in=filter(None, device_ids)))


@transaction.atomic
def end_others(*, by: User, here: str, device_id: str | None) -> int:
    """Sign out everywhere but in the browser whose session key is `here`, and push to no device but `device_id`, which
    is this browser's if it has one; return how many were signed out.
    """
    devices.forget(Device.objects.filter(person=by).exclude(pk__in=[device_id] if device_id else []))
    return _end(UserSession.objects.filter(user=by).exclude(session_key=here))


@transaction.atomic
def end_all(person: User) -> int:
    devices.forget(Device.objects.filter(person=person))
    return _end(UserSession.objects.filter(user=person))


def forget_ended() -> None:
    """Drop the rows whose session is over."""
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def _keys(rows: QuerySet[UserSession]) -> list[str]:
    return list(rows.values_list("session_key", flat=True))


def _end(rows: QuerySet[UserSession]) -> int:
    keys = _keys(rows)
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)

"""Where people are signed in: one row for each browser, beside the session that it belongs to."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from handsel.models import User
from handsel.rules.refusals import NotVisible


def note(session_key: str, *, at: datetime) -> None:
    """The browser with this session was here."""
    UserSession.objects.filter(session_key=session_key, last_seen_at__lt=at).update(last_seen_at=at)


def end(sign_in_id: int, *, by: User) -> None:
    """Sign one of one's own browsers out. Raises NotVisible."""
    if not _end(UserSession.objects.filter(user=by, pk=sign_in_id)):
        raise NotVisible


def end_others(*, by: User, here: str) -> int:
    """Sign out everywhere but in the browser whose session key is `here`; how many that were."""
    return _end(UserSession.objects.filter(user=by).exclude(session_key=here))


def end_all(person: User) -> int:
    return _end(UserSession.objects.filter(user=person))


def forget_ended() -> None:
    """Drop the rows whose session is over."""
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


@transaction.atomic
def _end(rows: QuerySet[UserSession]) -> int:
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)

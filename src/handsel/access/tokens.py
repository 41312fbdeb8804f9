"""Secrets: nobody can guess them, and stored is a hash, by which each is looked up."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.crypto import salted_hmac

from handsel.models import ApiToken, CalendarAddress
from handsel.rules import base64url

_USE_IS_NOTED_EVERY = timedelta(minutes=1)
_COUNTED_OVER = timedelta(hours=1)
# Asked at every call: made once, and filtered further for the one.
_NOT_REVOKED = ApiToken.objects.select_related("person").filter(revoked_at__isnull=True, person__is_active=True)


def new_secret(prefix: str = "") -> str:
    """Return 256 random bits in letters that a web address may hold."""
    return prefix + secrets.token_urlsafe(32)


def invitation_secret(invitation_id: UUID) -> str:
    """Return 256 bits that nobody finds out without the secret key. Asked again, they are the same, so that a mail can
    hold what is not stored.
    """
    return base64url.encode(salted_hmac("handsel.invitation", invitation_id.hex, algorithm="sha256").digest())


def hash_of(secret: str) -> str:
    """Return what is stored of a secret. A plain hash is enough: nobody can guess a secret of 256 bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def hash_of_code(code: str) -> str:
    """Return what is stored of a short code: as it can be guessed, a hash that takes the secret key."""
    return salted_hmac("handsel.code", code, algorithm="sha256").hexdigest()


def api_token(secret: str, *, at: datetime) -> ApiToken | None:
    """Return the living token of a secret with its person, or None. One query, and a second at most once a minute."""
    matching = _NOT_REVOKED.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), token_hash=hash_of(secret))
    token = next(iter(matching), None)  # there is one of a hash
    if token is not None and (token.last_used_at is None or at - token.last_used_at > _USE_IS_NOTED_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return token


def calendar_addresses(secret: str) -> QuerySet[CalendarAddress]:
    """Return the living address of a secret with its person, or none."""
    return CalendarAddress.objects.select_related("person").filter(
        secret_hash=hash_of(secret), revoked_at__isnull=True, person__is_active=True
    )


def record_feed_response(address: CalendarAddress, *, at: datetime, full: bool) -> None:
    """Record that an app was here. To hear that nothing has changed is noted once an hour; full answers are counted."""
    columns: dict[str, Any] = {"last_used_at": at}
    if full:
        is_new_hour = address.window_started_at is None or at - address.window_started_at >= _COUNTED_OVER
        columns["answers_in_window"] = 1 if is_new_hour else F("answers_in_window") + 1
        if is_new_hour:
            columns["window_started_at"] = at
    elif address.last_used_at is not None and at - address.last_used_at < _COUNTED_OVER:
        return
    CalendarAddress.objects.filter(pk=address.pk).update(**columns)

"""Dropping what is over and of no use to anybody any more. The record of care is never among it."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Q

from handsel.actions import idempotency, sign_ins
from handsel.models import ApiToken, CalendarAddress, Delivery, Invitation, Notice

# How long one may still ask what became of a key, an address, an invitation or a mail; how long an inbox goes back.
OVER_FOR = timedelta(days=90)
INBOX_GOES_BACK = timedelta(days=365)


def forget(at: datetime) -> int:
    """Drop it all; how many rows that were, as far as it is counted."""
    idempotency.forget(at)
    sessions, _ = Session.objects.filter(expire_date__lt=at).delete()
    sign_ins.forget_ended()
    long_ago = at - OVER_FOR
    tokens, _ = ApiToken.objects.filter(Q(expires_at__lt=long_ago) | Q(revoked_at__lt=long_ago)).delete()
    # unscoped: everybody's, by age alone
    addresses, _ = CalendarAddress.objects.filter(revoked_at__lt=long_ago).delete()
    # unscoped: everybody's, by age alone
    unused = Invitation.objects.filter(accepted_at__isnull=True)
    invitations, _ = unused.filter(Q(expires_at__lt=long_ago) | Q(revoked_at__lt=long_ago)).delete()
    # unscoped: everybody's, by age alone
    deliveries, _ = Delivery.objects.filter(done_at__lt=long_ago).delete()
    # unscoped: everybody's, by age alone
    notices, _ = Notice.objects.filter(at__lt=at - INBOX_GOES_BACK).delete()
    return sessions + tokens + addresses + invitations + deliveries + notices

"""Duties that the worker does by itself: whose turn it is, how it went, and dropping what is over."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from handsel.actions import form_tokens, idempotency, kept_forms, sign_ins
from handsel.models import (
    AccessLine,
    ApiToken,
    CalendarAddress,
    CalendarEntry,
    Delivery,
    Duty,
    FormToken,
    Invitation,
    KeptForm,
    Member,
    Notice,
    RateLimitCounter,
    UsedCode,
)
from handsel.queries import people
from handsel.rules import access_log

# A worker that dies in the middle of a duty leaves it to the others after this.
LEASE = timedelta(minutes=5)
DROP_EVERY = timedelta(hours=1)
# How long one may still ask what became of a key, an address, an invitation or a mail; how long an inbox goes back.
OVER_FOR = timedelta(days=90)
INBOX_GOES_BACK = timedelta(days=365)


def announce(late_after: Mapping[str, timedelta], *, at: datetime) -> None:
    """Announce that these are to be done from now on, and no others; each is late when it was not done for so long."""
    rows = [Duty(name=name, since=at, next_at=at, late_after=long) for name, long in late_after.items()]
    Duty.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=["since", "late_after"])
    Duty.objects.exclude(name__in=late_after).delete()


def take(name: str, *, at: datetime, every: timedelta | None = None) -> bool:
    """Take the duty if it is due; return whether it is this worker's now: of several that ask at once one gets it.

    every: its period. What is due only later than a period from now was put off before the clock went back, and is due.
    """
    longest = None if every is None else max(every, LEASE)
    return Duty.objects.filter(name=name).due(at, longest).update(next_at=at + LEASE) == 1


def done(name: str, *, at: datetime, again_at: datetime, error: str = "") -> None:
    """Note that the duty was done, or went wrong (error: the kind of the error), and when it is due again."""
    when = {} if error else {"done_at": at}
    Duty.objects.filter(name=name).update(next_at=again_at, last_error=error, **when)


def drop_over(at: datetime) -> int:
    """Drop what is over and of no use to anybody any more; return how many rows that were, as far as it is counted.

    The record of care is never among it, but the name of who deleted their account and turns out to be in none.
    """
    idempotency.forget(at)
    long_ago = at - OVER_FOR
    is_over = Q(expires_at__lt=long_ago) | Q(revoked_at__lt=long_ago)
    # unscoped: everybody's, by age alone
    over: list[QuerySet[Any]] = [
        Session.objects.filter(expire_date__lt=at),
        ApiToken.objects.filter(is_over),
        CalendarAddress.objects.filter(revoked_at__lt=long_ago),
        Invitation.objects.filter(is_over, accepted_at__isnull=True),
        Delivery.objects.filter(done_at__lt=long_ago),
        CalendarEntry.objects.filter(ends_at__lt=long_ago),
        Notice.objects.filter(at__lt=at - INBOX_GOES_BACK),
        RateLimitCounter.objects.filter(ends_at__lte=at),
        UsedCode.objects.filter(expires_at__lte=at),
        FormToken.objects.filter(used_at__lte=at - form_tokens.KEPT_FOR),
        AccessLine.objects.filter(day__lt=(at - access_log.KEPT_FOR).date()),
    ]
    count = sum(rows.delete()[0] for rows in over)
    sign_ins.forget_ended()
    # unscoped: everybody who deleted their account
    named = Member.objects.exclude(name_on_record="")
    named.exclude(pk__in=people.on_record(named, at=at).values("pk")).update(name_on_record="")
    return count


def drop_kept_forms(at: datetime) -> int:
    """Drop what was typed and nobody came back for within its hour."""
    # unscoped: everybody's, by age alone
    return KeptForm.objects.filter(kept_at__lte=at - kept_forms.KEPT_FOR).delete()[0]

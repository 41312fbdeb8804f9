"""Limits: how often something may be done in a while, counted before it is done and exact under any load.

A window begins with the first time, and is over after its length; then the next time begins a new one.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.utils.crypto import salted_hmac

from handsel.models import RateLimitCounter
from handsel.models.leases import CLOCKS_DIFFER
from handsel.rules.refusals import NotVisible, TooManyRequests

# Who finds the window another one than it just was looks again: somebody began a new one, or the worker dropped it.
_TRIES = 5
_PROBE = "whether the database takes a write"


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most so many times within so long."""

    name: str
    most: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Counted:
    """One time that was counted, in the window that it was counted in."""

    key_hash: str
    ends_at: datetime

    def give_back(self) -> None:
        """Count it no longer: it turned out to be none. Of a window that is over nothing is given back."""
        window = RateLimitCounter.objects.filter(key_hash=self.key_hash, ends_at=self.ends_at, used__gt=0)
        window.update(used=F("used") - 1)


def try_write(*, at: datetime) -> None:
    """Write a counter that counts nothing, to see that the database takes a write; it raises what hinders it."""
    probe = RateLimitCounter(key_hash=_PROBE, most=0, ends_at=at)
    RateLimitCounter.objects.bulk_create(
        [probe], update_conflicts=True, unique_fields=["key_hash"], update_fields=["ends_at"]
    )


def check(limit: RateLimit, subject: str, *, at: datetime) -> None:
    """Raise TooManyRequests if one more time would be too many. Counts nothing, and writes nothing."""
    _refuse_if_full(RateLimitCounter.objects.filter(key_hash=_hash(limit, subject)).first(), limit, at)


def count(limit: RateLimit, subject: str, *, at: datetime) -> Counted:
    """Count one more time of the subject. Raises TooManyRequests, after a query that only reads, when it is one too
    many.

    Of many that count at the same instant as many get through as the limit leaves: the guard stands in the UPDATE.
    """
    rows = RateLimitCounter.objects.filter(key_hash=_hash(limit, subject))
    until = at + limit.within
    for _ in range(_TRIES):
        counter = rows.first()
        _refuse_if_full(counter, limit, at)
        if counter is None:
            counter = RateLimitCounter(key_hash=_hash(limit, subject), most=limit.most, ends_at=until)
            RateLimitCounter.objects.bulk_create([counter], ignore_conflicts=True)
        window = rows.filter(ends_at=counter.ends_at)
        if _is_over(counter, limit, at):
            counted = window.update(used=1, most=limit.most, ends_at=until)
        else:
            until = counter.ends_at
            counted = window.filter(used__lt=limit.most).update(used=F("used") + 1, most=limit.most)
        if counted:
            return Counted(counter.key_hash, until)
        until = at + limit.within
    raise TooManyRequests(1)


@contextmanager
def guess(limit: RateLimit, subject: str, *, at: datetime) -> Iterator[None]:
    """Count a try before anything is looked up, and give it back unless nothing was there. Raises TooManyRequests."""
    counted, is_there = count(limit, subject, at=at), True
    try:
        yield
    except NotVisible:
        is_there = False
        raise
    finally:
        if is_there:
            counted.give_back()


def _refuse_if_full(counter: RateLimitCounter | None, limit: RateLimit, at: datetime) -> None:
    if counter is not None and not _is_over(counter, limit, at) and counter.used >= limit.most:
        raise TooManyRequests(max(1, math.ceil((counter.ends_at - at).total_seconds())))


def _is_over(counter: RateLimitCounter, limit: RateLimit, at: datetime) -> bool:
    """Say whether the window is over. One that ends later than it can was begun before the clock went back."""
    return not at < counter.ends_at <= at + limit.within + CLOCKS_DIFFER


def _hash(limit: RateLimit, subject: str) -> str:
    """Return what is stored instead of a network or e-mail address: no one guesses it back without the secret key."""
    return salted_hmac("handsel.rate-limit", f"{limit.name}\n{subject}", algorithm="sha256").hexdigest()

"""The caps of rules.limits, asked by what makes something, in its transaction.

Of two makers at once the second waits, and counts what the first has made (models.locks).
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q

from handsel.models import CareSchedule, CareSession, Child, Event, Member, User
from handsel.models.locks import lock_makers
from handsel.rules import limits
from handsel.rules.history import EventKind
from handsel.rules.lifecycle import Status
from handsel.rules.refusals import LimitReached
from handsel.rules.sentences import say


def check_sessions(
    family_id: UUID,
    ends: Iterable[datetime],
    *,
    at: datetime,
    schedule: CareSchedule | None = None,
    lock: bool = True,
) -> None:
    """Check that a family may have these sessions more, given by their ends. A dry run takes no lock.

    Raises LimitReached.
    """
    new = sum(end > at for end in ends)
    if not settings.LIMITS or not new:
        return
    if lock:
        lock_makers(family_id)
    ahead = CareSession.objects.filter(family_id=family_id, status=Status.SCHEDULED).ending_after(at)
    of_schedule = Q(pk__isnull=True) if schedule is None else Q(schedule=schedule)
    counts = ahead.aggregate(family=Count("pk"), schedule=Count("pk", filter=of_schedule))
    if schedule is not None and counts["schedule"] + new > limits.SESSIONS_OF_A_SCHEDULE:
        raise LimitReached(
            say(
                "A schedule can have %(cap)s sessions ahead, and with these it would have %(count)s. Plan a "
                "shorter time, or delete or cancel some first.",
                cap=limits.SESSIONS_OF_A_SCHEDULE,
                count=counts["schedule"] + new,
            )
        )
    if counts["family"] + new > limits.SESSIONS_AHEAD:
        raise LimitReached(
            say(
                "A family can have %(cap)s sessions ahead, and this would make %(count)s. Plan a shorter "
                "time, or delete or cancel some first.",
                cap=limits.SESSIONS_AHEAD,
                count=counts["family"] + new,
            )
        )


def check_children(family_id: UUID) -> None:
    """Check that a family may have one more child. Raises LimitReached."""
    if not settings.LIMITS:
        return
    lock_makers(family_id)
    if Child.objects.filter(family_id=family_id, archived_at__isnull=True).count() >= limits.CHILDREN:
        raise LimitReached(
            say(
                "A family can have %(cap)s children. Remove one who no longer needs care, then add this one.",
                cap=limits.CHILDREN,
            )
        )


def check_members(family_id: UUID, person: User) -> None:
    """Check that this person may join the family; who is in it already takes no place. Raises LimitReached."""
    if not settings.LIMITS:
        return
    lock_makers(family_id)
    others = Member.objects.active().filter(family_id=family_id)
    if others.count() >= limits.MEMBERS and not others.filter(user=person).exists():
        raise LimitReached(
            say(
                "A family can have %(cap)s members. When one of them leaves, you can use this invitation.",
                cap=limits.MEMBERS,
            )
        )


def check_families_founded(person: User) -> None:
    """Check that this person, who is locked, may found one more family; those that they left count too, or who leaves
    could found for ever. Raises LimitReached.
    """
    if not settings.LIMITS:
        return
    founded = Event.objects.filter(
        family_id=OuterRef("family_id"), at=F("family__created_at"), kind=EventKind.FAMILY_CREATED, by_id=OuterRef("pk")
    )
    if Member.objects.filter(Exists(founded), user=person).count() >= limits.FAMILIES_FOUNDED:
        raise LimitReached(
            say(
                "One person can add %(cap)s families. Somebody else can add the next one and invite you.",
                cap=limits.FAMILIES_FOUNDED,
            )
        )

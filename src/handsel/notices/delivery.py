"""Notices on their way out: claimed, looked at once more, and marked when the door sent them.

A worker that is killed may have sent what it did not mark: then it comes once more, and never not at all.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext

from handsel.formatting.names import Names
from handsel.models import (
    Delivery,
    Invitation,
    Notice,
    ServerTrouble,
)
from handsel.notices.kinds import KINDS
from handsel.notices.validity import ValidNotice, still_valid
from handsel.rules import backoff
from handsel.rules.notices import Lane, Outcome

log = logging.getLogger(__name__)

_IN_ONE_MAIL = 100
# Longer than a letter takes until it is handed over, and than its answer may take from then on (outbound.smtp).
LEASE, ANSWER_LEASE = timedelta(minutes=5), timedelta(minutes=12)
# What was handed over so often without an answer has most likely arrived each time.
MOST_UNANSWERED = 3
GIVE_UP_AFTER = timedelta(days=1)
_MAIL_SERVER, _SAID_EVERY = "mail server", timedelta(hours=1)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=2)

# Each queue's own.
_IN_LANE = {
    Lane.SIGN_IN: Q(notice__isnull=True),
    Lane.LETTERS: Q(device__isnull=True),
    Lane.PUSHES: Q(device__isnull=False),
}
# Somebody waits for a letter about signing in, and for an invitation.
_FIRST = Case(When(notice__isnull=True, then=Value(0)), default=Value(1))


@transaction.atomic
def claim(at: datetime, served: Collection[UUID] = (), lane: Lane | None = None) -> list[Delivery]:
    """Lease the next delivery that is due, and with a mail every other that is due for the same person: they go
    together.

    served: to whom something went in this turn; they come after the others, so that nobody's many slow devices keep
    everybody waiting. lane: of which queue alone.
    """
    # unscoped: everybody's, by when it is due
    due = Delivery.objects.due(at).filter(done_at__isnull=True).order_by(_FIRST, "next_at", "id")
    if lane is not None:
        due = due.filter(_IN_LANE[lane])
    locked = due.select_for_update(skip_locked=True, of=("self",)).select_related(
        "notice__person", "notice__family", "invitation__family", "invitation__invited_by__user", "device"
    )
    first = (locked.exclude(notice__person__in=served).first() if served else None) or locked.first()
    if first is None:
        return []
    claimed = [first]
    if first.notice is not None and first.device is None:
        # What may have arrived already goes with nothing new: a mailbox is to know it again.
        together = {"notice__person": first.notice.person_id, "unanswered": first.unanswered}
        mails = locked.filter(device__isnull=True, **together)
        claimed += mails.exclude(pk=first.pk)[: _IN_ONE_MAIL - 1]
    rows = Delivery.objects.filter(id__in=[delivery.id for delivery in claimed])
    rows.claim(at, LEASE, attempts=F("attempts") + 1)
    for delivery in claimed:
        delivery.attempts += 1
        delivery.next_at = at + LEASE
    return claimed


def renew(delivery: Delivery, *, at: datetime) -> bool:
    """Lease a claimed one anew; return whether it still was this worker's."""
    held = Delivery.objects.held_until(delivery.next_at).filter(pk=delivery.pk, done_at__isnull=True)
    delivery.next_at = at + LEASE
    return held.update(next_at=delivery.next_at, unanswered=delivery.unanswered) == 1


def note_handed_over(deliveries: Sequence[Delivery], *, at: datetime) -> None:
    """Note that they have left and are not answered yet: whoever dies now leaves them as unanswered."""
    rows = Delivery.objects.filter(id__in=[delivery.id for delivery in deliveries], done_at__isnull=True)
    rows.update(next_at=at + ANSWER_LEASE, unanswered=F("unanswered") + 1)
    for delivery in deliveries:
        delivery.next_at = at + ANSWER_LEASE


def still_due(claimed: Sequence[Delivery], *, at: datetime) -> tuple[list[Delivery], list[ValidNotice]]:
    """Return those that are still to leave, and the notices of theirs, the oldest first; the others end here.

    To be asked just before they leave: an invitation may have been accepted or revoked, a notice true no more.
    """
    exhausted = [delivery for delivery in claimed if delivery.unanswered >= MOST_UNANSWERED]
    if exhausted:  # a worker died each time
        _give_up(exhausted, "NoAnswer", at=at)
        claimed = [delivery for delivery in claimed if delivery not in exhausted]
        if not claimed:
            return [], []
    first = claimed[0]
    if first.expires_at is not None:
        if at < first.expires_at:
            return list(claimed), []
        if first.expires_at <= first.due_at:  # it was written for nobody (actions.account_letters)
            Delivery.objects.filter(pk=first.pk).delete()
        else:
            _give_up([first], first.last_error or "expired", at=at)
        return [], []
    if first.invitation_id is not None:
        is_open = Invitation.objects.open(at).filter(pk=first.invitation_id).exists()
        left, valid = [first] if is_open else [], dict[UUID, ValidNotice]()
    else:
        notices = [delivery.notice for delivery in claimed if delivery.notice is not None]
        valid = still_valid(notices[0].person, notices, at=at)
        left = [delivery for delivery in claimed if delivery.notice_id in valid]
    _end([delivery for delivery in claimed if delivery not in left], Outcome.OBSOLETE, at=at)
    return left, sorted(valid.values(), key=lambda entry: (entry.notice.at, entry.notice.id))


def sentence(notice: Notice, names: Names, **facts: Any) -> str:
    """Return the line of the inbox, in the active language. names: those that its reader knows. facts: what it is to
    say otherwise than the notice does.
    """
    left = {"count": len(notice.facts["left"])} if notice.facts.get("left") else {}
    by = author(notice.facts, names)
    facts = {"count": 1, "schedule": "", "minutes": 0, **notice.facts, "by": by, **left, **facts}
    return KINDS[notice.kind].sentence % facts


def author(facts: Mapping[str, Any], names: Names) -> str:
    """Return who did what the notice tells, at the beginning of a sentence; of an account that was deleted the name
    that the notice keeps is shown no more.
    """
    by_id = facts.get("by_id")
    return names.of_id(by_id, gettext("Someone who left") if by_id else facts.get("by", ""))


def link_target(notice: Notice) -> tuple[str, UUID]:
    """Return where a notice is answered or seen: the name of a page, and of what."""
    return ("session", notice.session_id) if notice.session_id else (KINDS[notice.kind].page, notice.family_id)


# How it went


def mark_sent(deliveries: Sequence[Delivery], *, at: datetime) -> None:
    _end(deliveries, Outcome.SENT, at=at)


def mark_refused(deliveries: Sequence[Delivery], error: str, *, at: datetime) -> None:
    """Note that the other end will never take them. error: its kind, which names nobody; the operator's log says so."""
    _end(deliveries, Outcome.REFUSED, error, at=at)
    log.error("Refused for good: %s by %s (%s)", len(deliveries), deliveries[0].way, error)


def postpone(deliveries: Sequence[Delivery], error: str, *, at: datetime, is_answered: bool = True) -> None:
    """Postpone them, each pause twice as long as the last; give up after a day, and the operator's log says so.

    is_answered: whether the other end said that it did not take them. Else it may have, and they are tried at most
    twice more.
    """
    if not is_answered:
        for delivery in deliveries:
            delivery.unanswered += 1
    lost = [
        delivery
        for delivery in deliveries
        if at - delivery.due_at >= GIVE_UP_AFTER or delivery.unanswered >= MOST_UNANSWERED
    ]
    _give_up(lost, error, at=at)
    for delivery in deliveries:
        if delivery not in lost:
            pause = backoff.pause_after(delivery.attempts, first=_FIRST_PAUSE, longest=_LONGEST_PAUSE)
            Delivery.objects.filter(pk=delivery.pk, done_at__isnull=True).update(
                next_at=min(at + pause, delivery.expires_at or at + pause),  # to be wiped when it has expired
                last_error=error,
                unanswered=delivery.unanswered,
            )


def note_server_failure(error: str, *, at: datetime) -> None:
    """Note that the mail server fails, whoever a letter is for; say so in the log, the first time and every hour."""
    trouble = ServerTrouble(server=_MAIL_SERVER, since=at, error=error, next_at=at)
    ServerTrouble.objects.bulk_create([trouble], ignore_conflicts=True)
    if ServerTrouble.objects.filter(server=_MAIL_SERVER).claim(at, _SAID_EVERY, error=error):
        since = ServerTrouble.objects.values_list("since", flat=True).get(server=_MAIL_SERVER)
        log.warning("The mail server fails since %s UTC: %s", f"{since:%Y-%m-%d %H:%M}", error)


def note_server_success() -> None:
    """Note that the mail server takes letters; say so in the log where it did not."""
    if ServerTrouble.objects.filter(server=_MAIL_SERVER).delete()[0]:
        log.warning("The mail server takes letters again.")


def _give_up(lost: Sequence[Delivery], error: str, *, at: datetime) -> None:
    """End them, and say in the operator's log how many of them nobody took and how many may have arrived."""
    _end(lost, Outcome.GAVE_UP, error, at=at)
    unsure = f"after {MOST_UNANSWERED} times without an answer"
    for unanswered, why in ((False, "after a day, or expired"), (True, unsure)):
        some = [delivery for delivery in lost if (delivery.unanswered >= MOST_UNANSWERED) is unanswered]
        if some:
            log.error("Given up %s: %s deliveries by %s (%s)", why, len(some), some[0].way, error)


def _end(deliveries: Sequence[Delivery], outcome: Outcome, error: str = "", *, at: datetime) -> None:
    if deliveries:
        rows = Delivery.objects.filter(id__in=[delivery.id for delivery in deliveries], done_at__isnull=True)
        rows.update(done_at=at, outcome=outcome, last_error=error, letter="")

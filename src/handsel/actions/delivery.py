"""Notices on their way out: decided by which ways, claimed, looked at once more, sent, and only then marked.

A worker that is killed may have sent what it did not mark: then it comes once more, and never not at all.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import F

from handsel.models import CareSession, Delivery, Device, Invitation, Notice, User
from handsel.notices import choices, validity
from handsel.notices.kinds import KINDS, TOPICS
from handsel.outbound import PermanentFailure, TemporaryFailure
from handsel.queries.people import who_reads_mail
from handsel.rules import backoff
from handsel.rules.notices import Outcome, Topic, Way, leaves_at

log = logging.getLogger(__name__)

# A turn is so many letters and pushes, and none more once it lasts so long: the other duties want their turn too.
_MOST = 10
_TURN = timedelta(seconds=20)
_IN_ONE_MAIL = 100
# Longer than a mail server takes that thinks ten seconds about each word of one letter.
LEASE = timedelta(minutes=5)
_ROUTED_AT_ONCE = 200
# Who starts a worker after a long time is not to flood everybody with what is in the inbox anyway.
TOO_OLD = timedelta(days=1)
GIVE_UP_AFTER = timedelta(days=1)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class News:
    """A notice that is still true, and the sessions that it is true of."""

    notice: Notice
    sessions: list[CareSession]


class Carriers(Protocol):
    """Who carries things out of the book. Each raises TemporaryFailure or PermanentFailure."""

    def mail(self, person: User, news: Sequence[News], deliveries: Sequence[Delivery], *, at: datetime) -> None:
        """All of it in one mail."""

    def push(self, device: Device, news: News, delivery: Delivery, *, at: datetime) -> None: ...

    def invite(self, invitation: Invitation, delivery: Delivery, *, at: datetime) -> None: ...


# Which way


@transaction.atomic
def route(at: datetime) -> int:
    """Decide of what is new by which ways it leaves, and from when on; how many notices that were."""
    # unscoped: everybody's, each to its own person
    new = Notice.objects.filter(routed_at__isnull=True).select_related("person", "family").order_by("at", "id")
    notices = list(new.select_for_update(skip_locked=True, of=("self",))[:_ROUTED_AT_ONCE])
    if not notices:
        return 0
    people = {notice.person_id for notice in notices}
    chosen = choices.chosen_by(people)
    devices = defaultdict(list)
    for device in Device.objects.filter(person__in=people):
        devices[device.person_id].append(device)
    mailable = who_reads_mail(people)
    leaving = []
    for notice in notices:
        if at - notice.at > TOO_OLD:
            continue
        topic = KINDS[notice.kind].topic
        if notice.person_id in mailable and chosen[notice.person_id][topic, Way.EMAIL]:
            leaving.append(_delivery(notice, topic, None, at))
        if chosen[notice.person_id][topic, Way.PUSH]:
            leaving += [_delivery(notice, topic, device, at) for device in devices[notice.person_id]]
    Delivery.objects.bulk_create(leaving, ignore_conflicts=True)
    Notice.objects.filter(id__in=[notice.id for notice in notices]).update(routed_at=at)
    return len(notices)


def _delivery(notice: Notice, topic: Topic, device: Device | None, at: datetime) -> Delivery:
    person = notice.person
    is_gathered = device is None and TOPICS[topic].is_gathered
    leaves = leaves_at(
        at,
        zone=person.time_zone or notice.family.time_zone,
        quiet=person.quiet,
        mails_at=person.mails_at if is_gathered else None,
    )
    return Delivery(notice=notice, device=device, due_at=leaves, next_at=leaves)


# Out


def deliver(at: datetime, carriers: Carriers, *, now: Callable[[], datetime] | None = None) -> int:
    """Take up what is due, send what is still true, and mark it, one letter or push after the other; how many
    deliveries that were.

    Mails to one person that are due together are one mail. now: tells the time while that goes on; otherwise it stands
    still.
    """
    clock = now or (lambda: at)
    taken, served = 0, set[UUID]()
    for _ in range(_MOST):
        claimed = _claim(clock(), served)
        if not claimed:
            break
        taken += len(claimed)
        _send(claimed, carriers, clock)
        if clock() - at >= _TURN:
            break
    return taken


@transaction.atomic
def _claim(at: datetime, served: set[UUID]) -> list[Delivery]:
    """The next that is due, and with a mail every other that is due for the same person.

    served: to whom something went in this turn; they come after the others, so that nobody's many slow devices keep
    everybody waiting.
    """
    # unscoped: everybody's, by when it is due
    due = Delivery.objects.due(at).filter(done_at__isnull=True).order_by("next_at", "id")
    locked = due.select_for_update(skip_locked=True, of=("self",)).select_related(
        "notice__person", "notice__family", "invitation__family", "invitation__invited_by__user", "device"
    )
    first = (locked.exclude(notice__person__in=served).first() if served else None) or locked.first()
    if first is None:
        return []
    claimed = [first]
    if first.notice is not None:
        served.add(first.notice.person_id)
        if first.device is None:
            mails = locked.filter(device__isnull=True, notice__person=first.notice.person_id)
            claimed += mails.exclude(pk=first.pk)[: _IN_ONE_MAIL - 1]
    Delivery.objects.filter(id__in=[one.id for one in claimed]).claim(at, LEASE, attempts=F("attempts") + 1)
    for one in claimed:
        one.attempts += 1
    return claimed


def _send(claimed: list[Delivery], carriers: Carriers, clock: Callable[[], datetime]) -> None:
    """What spoils a letter that tells of several things does not keep back the rest: then each goes by itself."""
    try:
        _hand_over(claimed, carriers, at=clock())
    except TemporaryFailure as trouble:
        _later(_left(claimed), str(trouble), at=clock())
    except Exception as trouble:  # noqa: BLE001  one that cannot even be written must not keep back the others
        left, way = _left(claimed), claimed[0].way
        if len(left) > 1 and type(trouble) is not PermanentFailure:
            for one in left:
                _send([one], carriers, clock)
        elif isinstance(trouble, PermanentFailure):
            _end(left, Outcome.REFUSED, str(trouble), at=clock())
            log.error("Refused for good: %s by %s (%s)", len(left), way, trouble)  # noqa: TRY400  names people
        else:
            log.error("A delivery by %s broke: %s", way, type(trouble).__name__)  # noqa: TRY400  names people
            _later(left, type(trouble).__name__, at=clock())
    else:
        _end(_left(claimed), Outcome.SENT, at=clock())


def _hand_over(claimed: list[Delivery], carriers: Carriers, *, at: datetime) -> None:
    """Of these, which go together, what is still true as it leaves; the others end here."""
    first = claimed[0]
    if first.invitation is not None:
        if _is_open(first.invitation, at):
            carriers.invite(first.invitation, first, at=at)
        else:
            _end(claimed, Outcome.OBSOLETE, at=at)
        return
    true = validity.still_valid([one.notice for one in claimed if one.notice is not None], at=at)
    _end([one for one in claimed if one.notice_id not in true], Outcome.OBSOLETE, at=at)
    going = sorted(_left(claimed), key=lambda one: (one.notice.at, one.notice.id))
    news = [News(one.notice, true[one.notice_id]) for one in going]
    if not news:
        return
    if first.device is not None:
        carriers.push(first.device, news[0], first, at=at)
    else:
        carriers.mail(first.notice.person, news, going, at=at)


def _left(deliveries: list[Delivery]) -> list[Delivery]:
    return [one for one in deliveries if one.done_at is None]


def _end(deliveries: list[Delivery], outcome: Outcome, trouble: str = "", *, at: datetime) -> None:
    if not deliveries:
        return
    mine = Delivery.objects.filter(id__in=[one.id for one in deliveries], done_at__isnull=True)
    mine.update(done_at=at, outcome=outcome, last_error=trouble)
    for one in deliveries:
        one.done_at = at


def _later(deliveries: list[Delivery], trouble: str, *, at: datetime) -> None:
    """Each pause is twice as long as the one before. After a day it is given up, and the operator's log says so."""
    lost = [one for one in deliveries if at - one.due_at >= GIVE_UP_AFTER]
    if lost:
        _end(lost, Outcome.GAVE_UP, trouble, at=at)
        log.error("Given up after a day: %s deliveries by %s (%s)", len(lost), lost[0].way, trouble)
    for one in deliveries:
        if one not in lost:
            pause = backoff.pause_after(one.attempts, first=_FIRST_PAUSE, longest=_LONGEST_PAUSE)
            Delivery.objects.filter(pk=one.pk, done_at__isnull=True).update(next_at=at + pause, last_error=trouble)


def _is_open(invitation: Invitation, at: datetime) -> bool:
    return Invitation.objects.open(at).filter(pk=invitation.pk).exists()

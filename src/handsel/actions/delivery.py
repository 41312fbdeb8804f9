"""Notices on their way out: decided by which ways, claimed, looked at once more, sent, and only then marked.

A worker that is killed may have sent what it did not mark: then it comes once more, and never not at all.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import F

from handsel.models import CareSession, Delivery, Device, Invitation, Notice, NoticeChoice, User
from handsel.notices.channels import Never, NotNow
from handsel.queries import still_true
from handsel.queries.people import who_reads_mail
from handsel.rules.notices import DEFAULTS, TOPICS, NoticeKind, Outcome, Topic, Way, leaves_at

log = logging.getLogger(__name__)

# How many are taken at once: with ten seconds of patience for each, less than the lease.
_MOST = 10
LEASE = timedelta(minutes=2)
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
    """Who carries things out of the book. Each raises NotNow or Never."""

    def mail(self, person: User, news: Sequence[News], deliveries: Sequence[Delivery], *, at: datetime) -> None:
        """All of it in one mail."""

    def push(self, device: Device, news: News, delivery: Delivery, *, at: datetime) -> None: ...

    def invite(self, invitation: Invitation, delivery: Delivery, *, at: datetime) -> None: ...


# Which way


@transaction.atomic
def route(at: datetime) -> int:
    """Decide of what is new by which ways it leaves, and from when on; how many notices that were."""
    new = Notice.objects.filter(routed_at__isnull=True).select_related("person", "family").order_by("at", "id")
    notices = list(new.select_for_update(skip_locked=True, of=("self",))[:_ROUTED_AT_ONCE])
    if not notices:
        return 0
    people = {notice.person_id for notice in notices}
    chosen = {
        (person, topic, way): wanted
        for person, topic, way, wanted in NoticeChoice.objects.filter(person__in=people).values_list(
            "person_id", "topic", "way", "wanted"
        )
    }
    devices = defaultdict(list)
    for device in Device.objects.filter(person__in=people):
        devices[device.person_id].append(device)
    mailable = who_reads_mail(people)
    leaving = []
    for notice in notices:
        if at - notice.at > TOO_OLD:
            continue
        topic = TOPICS[NoticeKind(notice.kind)]
        if notice.person_id in mailable and _wants(chosen, notice.person_id, topic, Way.EMAIL):
            leaving.append(_delivery(notice, topic, None, at))
        if _wants(chosen, notice.person_id, topic, Way.PUSH):
            leaving += [_delivery(notice, topic, device, at) for device in devices[notice.person_id]]
    Delivery.objects.bulk_create(leaving, ignore_conflicts=True)
    Notice.objects.filter(id__in=[notice.id for notice in notices]).update(routed_at=at)
    return len(notices)


def _wants(chosen: dict[tuple[UUID, str, str], bool], person_id: UUID, topic: Topic, way: Way) -> bool:
    return chosen.get((person_id, topic.value, way.value), way in DEFAULTS[topic])


def _delivery(notice: Notice, topic: Topic, device: Device | None, at: datetime) -> Delivery:
    person = notice.person
    leaves = leaves_at(
        at,
        topic,
        Way.EMAIL if device is None else Way.PUSH,
        zone=person.time_zone or notice.family.time_zone,
        quiet=person.quiet,
        mails_at=person.mails_at,
    )
    return Delivery(notice=notice, device=device, due_at=leaves, next_at=leaves)


# Out


def deliver(at: datetime, carriers: Carriers) -> int:
    """Claim some of what is due, send what is still true, and mark each; how many were claimed.

    Mails to one person that are due together are one mail.
    """
    claimed = _claim(at)
    notices = [one.notice for one in claimed if one.notice is not None]
    true = still_true.still_true(notices, at=at) if notices else {}
    mails: dict[UUID, list[tuple[Delivery, News]]] = defaultdict(list)
    for one in claimed:
        if one.invitation is not None:
            if _is_open(one.invitation, at):
                _carry([one], partial(carriers.invite, one.invitation, one, at=at), at=at)
            else:
                _end([one], Outcome.MOOT, at=at)
        elif one.notice_id not in true:
            _end([one], Outcome.MOOT, at=at)
        elif one.device is not None:
            news = News(one.notice, true[one.notice_id])
            _carry([one], partial(carriers.push, one.device, news, one, at=at), at=at)
        else:
            mails[one.notice.person_id].append((one, News(one.notice, true[one.notice_id])))
    for some in mails.values():
        some.sort(key=lambda pair: (pair[1].notice.at, pair[1].notice.id))
        deliveries, news_of = [one for one, _ in some], [news for _, news in some]
        _carry(deliveries, partial(carriers.mail, news_of[0].notice.person, news_of, deliveries, at=at), at=at)
    return len(claimed)


@transaction.atomic
def _claim(at: datetime) -> list[Delivery]:
    """The next that are due, and with them every other mail that is due for the same person."""
    due = Delivery.objects.filter(done_at__isnull=True, next_at__lte=at).order_by("next_at", "id")
    locked = due.select_for_update(skip_locked=True, of=("self",))
    whole = locked.select_related(
        "notice__person", "notice__family", "invitation__family", "invitation__invited_by__user", "device"
    )
    claimed = list(whole[:_MOST])
    by_mail = {one.notice.person_id for one in claimed if one.notice is not None and one.device is None}
    if by_mail:
        seen = [one.id for one in claimed]
        claimed += whole.filter(device__isnull=True, notice__person__in=by_mail).exclude(id__in=seen)[:500]
    Delivery.objects.filter(id__in=[one.id for one in claimed]).update(next_at=at + LEASE, attempts=F("attempts") + 1)
    for one in claimed:
        one.attempts += 1
    return claimed


def _carry(deliveries: list[Delivery], hand_over: Callable[[], None], *, at: datetime) -> None:
    try:
        hand_over()
    except NotNow as trouble:
        _later(deliveries, str(trouble), at=at)
    except Never as trouble:
        _end(deliveries, Outcome.REFUSED, str(trouble), at=at)
        log.error("Refused for good: %s by %s (%s)", len(deliveries), deliveries[0].way, trouble)  # noqa: TRY400  names people
    except Exception as trouble:  # noqa: BLE001  one that cannot even be written must not keep back the others
        log.error("A delivery by %s broke: %s", deliveries[0].way, type(trouble).__name__)  # noqa: TRY400  names people
        _later(deliveries, type(trouble).__name__, at=at)
    else:
        _end(deliveries, Outcome.SENT, at=at)


def _end(deliveries: list[Delivery], outcome: Outcome, trouble: str = "", *, at: datetime) -> None:
    mine = Delivery.objects.filter(id__in=[one.id for one in deliveries], done_at__isnull=True)
    mine.update(done_at=at, outcome=outcome, trouble=trouble)


def _later(deliveries: list[Delivery], trouble: str, *, at: datetime) -> None:
    """Each pause is twice as long as the one before. After a day it is given up, and the operator's log says so."""
    lost = [one for one in deliveries if at - one.due_at >= GIVE_UP_AFTER]
    if lost:
        _end(lost, Outcome.GAVE_UP, trouble, at=at)
        log.error("Given up after a day: %s deliveries by %s (%s)", len(lost), lost[0].way, trouble)
    for one in deliveries:
        if one not in lost:
            pause = min(_FIRST_PAUSE * 2 ** min(one.attempts - 1, 10), _LONGEST_PAUSE)
            Delivery.objects.filter(pk=one.pk, done_at__isnull=True).update(next_at=at + pause, trouble=trouble)


def _is_open(invitation: Invitation, at: datetime) -> bool:
    return Invitation.objects.open(at).filter(pk=invitation.pk).exists()

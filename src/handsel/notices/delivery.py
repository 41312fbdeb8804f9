"""Notices on their way out: decided by which ways, claimed, looked at once more, and marked when the door sent them.

A worker that is killed may have sent what it did not mark: then it comes once more, and never not at all.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.models import (
    CareSession,
    ChangeRequest,
    Delivery,
    Device,
    Invitation,
    Member,
    Notice,
    NoticeChoice,
    ServerTrouble,
    TimeOff,
    User,
)
from handsel.notices import reminders
from handsel.notices.kinds import KINDS, TOPICS, WAITING, KindRow
from handsel.rules import backoff, local_time
from handsel.rules.change_requests import Answer
from handsel.rules.notices import DIGEST_AT, UNDO_WINDOW, Lane, Outcome, Topic, Way
from handsel.rules.roles import Role

log = logging.getLogger(__name__)

_IN_ONE_MAIL = 100
# Longer than a letter takes until it is handed over, and than its answer may take from then on (outbound.smtp).
LEASE, ANSWER_LEASE = timedelta(minutes=5), timedelta(minutes=12)
# What was handed over so often without an answer has most likely arrived each time.
MOST_UNANSWERED = 3
_ROUTED_AT_ONCE = 200
# Who starts a worker after a long time is not to flood everybody with what is in the inbox anyway.
TOO_OLD = timedelta(days=1)
GIVE_UP_AFTER = timedelta(days=1)
_MAIL_SERVER, _SAID_EVERY = "mail server", timedelta(hours=1)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=2)

# The member that somebody is of a family whom a letter about their calendar finds gone.
_NO_MEMBER = UUID(int=0)

Choices = dict[tuple[Topic, Way], bool]


@dataclass(frozen=True, slots=True)
class ValidNotice:
    """A notice that is still true, the sessions that it is true of, and where its person stands in its family."""

    notice: Notice
    sessions: list[CareSession]
    standing: Standing


# Each queue's own.
_IN_LANE = {
    Lane.SIGN_IN: Q(notice__isnull=True),
    Lane.LETTERS: Q(device__isnull=True),
    Lane.PUSHES: Q(device__isnull=False),
}
# Somebody waits for a letter about signing in, and for an invitation.
_FIRST = Case(When(notice__isnull=True, then=Value(0)), default=Value(1))

# Which way

_DEFAULTS: Choices = {(topic, way): way in row.ways for topic, row in TOPICS.items() for way in Way}
# Nothing rings for a coordinator but what asks for them.
_ASKING = {row.topic for row in KINDS.values() if row.asks_for_action}
_OF_COORDINATORS: Choices = _DEFAULTS | {(topic, Way.PUSH): False for topic in TOPICS if topic not in _ASKING}


def preferences(person: User, roles: Collection[Role] | None = None) -> Choices:
    """Return, for each topic and way, what the person has chosen, and otherwise the default. One query, or two without
    the person's roles.
    """
    if roles is None:
        roles = [standing.role for standing in visibility.standings(person)]
    defaults = _OF_COORDINATORS if set(roles) == {Role.COORDINATOR} else _DEFAULTS
    return defaults | _chosen([person.id])[person.id]


def _chosen(people: Collection[UUID]) -> dict[UUID, Choices]:
    choices: dict[UUID, Choices] = {person_id: {} for person_id in people}
    rows = NoticeChoice.objects.filter(person__in=people).values_list("person_id", "topic", "way", "wanted")
    for person_id, topic, way, wanted in rows:
        choices[person_id][Topic(topic), Way(way)] = wanted
    return choices


def who_reads_mail(people: Collection[UUID]) -> set[UUID]:
    """Return those with a proved address that is not one of the example's: another may be a stranger's. Nobody where
    no mail is set up.
    """
    if not settings.MAIL_IS_SET_UP:
        return set()
    proved = EmailAddress.objects.filter(user__in=people, verified=True, email=F("user__email"))
    return set(proved.exclude(email__in=settings.SILENT_ADDRESSES).values_list("user_id", flat=True))


@transaction.atomic
def route(at: datetime) -> int:
    """Decide by which ways what is new leaves, and from when on; return how many notices that were.

    What can be undone waits: it is new only when its minute is over. Of an undo hears, by each way, who had heard by it
    of what is undone.
    """
    # unscoped: everybody's, each to its own person
    new = Notice.objects.filter(routed_at__isnull=True).exclude(kind__in=WAITING, at__gt=at - UNDO_WINDOW)
    new = new.select_related("person", "family").order_by("at", "id")
    notices = list(new.select_for_update(skip_locked=True, of=("self",))[:_ROUTED_AT_ONCE])
    if not notices:
        return 0
    people = {notice.person_id for notice in notices}
    chosen, mailable, coordinators = _chosen(people), who_reads_mail(people), _coordinators(people)
    devices = defaultdict(list)
    for device in Device.objects.filter(person__in=people).exclude(person__email__in=settings.SILENT_ADDRESSES):
        devices[device.person_id].append(device)
    deliveries, heard_by = [], _heard_by(notices)
    for notice in notices:
        row, ways = KINDS[notice.kind], _DEFAULTS | chosen[notice.person_id]
        topic = row.topic
        if at - notice.at > TOO_OLD:
            continue
        is_coordinator = (notice.person_id, notice.family_id) in coordinators
        if is_coordinator and not row.asks_for_action:  # one mail a day, and nothing that rings
            ways |= {(topic, Way.PUSH): chosen[notice.person_id].get((topic, Way.PUSH), False)}
        mails_at = _mails_at(notice.person, row, is_coordinator=is_coordinator)
        heard = heard_by.get(notice.id)
        if notice.person_id in mailable and (ways[topic, Way.EMAIL] if heard is None else None in heard):
            deliveries.append(_delivery(notice, None, at, mails_at))
        if not TOPICS[topic].by_mail_alone and (heard is not None or ways[topic, Way.PUSH]):
            theirs = [device for device in devices[notice.person_id] if heard is None or device.id in heard]
            deliveries += [_delivery(notice, device, at) for device in theirs]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    Notice.objects.filter(id__in=[notice.id for notice in notices]).update(routed_at=at)
    return len(notices)


def _heard_by(notices: Sequence[Notice]) -> dict[UUID, set[UUID | None]]:
    """Return, of each notice that takes others back, to which devices one of its person's had left already; None stands
    for the mail. Two queries, where there is any.

    Who was told nothing of what is undone, since they did it themselves, is not in it.
    """
    undone = {notice.id: {UUID(pk) for pk in notice.facts.get("undoes", ())} for notice in notices}
    told_ids = set[UUID]().union(*undone.values())
    if not told_ids:
        return {}
    # unscoped: what notices at hand take back
    people = dict(Notice.objects.filter(id__in=told_ids).values_list("id", "person_id"))
    # What was handed over without an answer may have arrived.
    has_left = Q(outcome=Outcome.SENT) | Q(unanswered__gt=0)
    # unscoped: the deliveries of these
    left = Delivery.objects.filter(has_left, notice__in=told_ids).values_list("notice_id", "device_id")
    heard: dict[UUID, set[UUID | None]] = {}
    for notice in notices:
        theirs = {told_id for told_id in undone[notice.id] if people.get(told_id) == notice.person_id}
        if theirs:
            heard[notice.id] = {device_id for told_id, device_id in left if told_id in theirs}
    return heard


def _coordinators(people: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """Return which of these people are coordinators of which families."""
    rows = Member.objects.active().filter(user__in=people, role=Role.COORDINATOR)
    return set(rows.values_list("user_id", "family_id"))


def _mails_at(person: User, row: KindRow, *, is_coordinator: bool) -> time | None:
    """Return at what time of day a mail of this kind leaves together with others, or None where it leaves at once."""
    if not TOPICS[row.topic].is_gathered or (is_coordinator and row.asks_for_action):
        return None
    return gathers_at(person, is_coordinator=is_coordinator)


def gathers_at(person: User, *, is_coordinator: bool) -> time | None:
    """Return when the person's mails of a day leave together: a coordinator's do, who has not chosen otherwise."""
    if person.mails_at is None and is_coordinator and not person.mails_at_once:
        return DIGEST_AT
    return person.mails_at


def _delivery(notice: Notice, device: Device | None, at: datetime, mails_at: time | None = None) -> Delivery:
    person = notice.person
    if KINDS[notice.kind].at_once:
        return Delivery(notice=notice, device=device, due_at=at, next_at=at)
    leaves = leaves_at(
        at,
        zone=person.time_zone or notice.family.time_zone,
        quiet=person.quiet,
        mails_at=mails_at,
    )
    return Delivery(notice=notice, device=device, due_at=leaves, next_at=leaves)


def leaves_at(
    at: datetime, *, zone: str, quiet: tuple[time, time] | None = None, mails_at: time | None = None
) -> datetime:
    """Return from when on a notice of this moment may leave.

    quiet: from when until when, by the clocks of the zone, nothing is to ring; over midnight where the end lies before
    the start. mails_at: at which time of day it leaves together with others, where it does.
    """
    if mails_at is not None:
        at = local_time.next_at(at, mails_at, zone)
    if quiet is None or not is_quiet(local_time.wall(at, zone).time(), *quiet):
        return at
    until = local_time.next_at(at, quiet[1], zone)
    jumps = local_time.clock_changes(at, until, zone)
    return next((jump for jump in jumps if not is_quiet(local_time.wall(jump, zone).time(), *quiet)), until)


def is_quiet(clock: time, first: time, until: time) -> bool:
    """Say whether the clocks show a quiet time; `until` itself is not one."""
    if first < until:
        return first <= clock < until
    return clock >= first or clock < until


# What leaves now


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


def still_valid(person: User, notices: Sequence[Notice], *, at: datetime) -> dict[UUID, ValidNotice]:
    """Return those of a person's notices that still tell the truth, of which of their sessions, by the notice's id.

    What is true no more is not in it, nor what the person has read already or may not see any more. Of a notice that
    speaks of no session the list is empty. The queries are as many for one notice as for many.
    """
    standings = {standing.family_id: standing for standing in visibility.standings(person) if person.is_active}
    sessions, subjects = sessions_of(notices), _subjects(notices, at)
    valid = {}
    for notice in notices:
        standing, row = standings.get(notice.family_id), KINDS[notice.kind]
        subject, holds = row.condition.subject, row.condition.holds
        if row.is_silent and person.is_active:  # the sessions leave the calendar of who has left, too
            standing = standing or Standing(person, notice.family_id, _NO_MEMBER, Role.VIEWER)
        elif standing is None or notice.read_at is not None:
            continue
        if notice.facts.get("undone") or (subject and notice.facts.get(subject) not in subjects):
            continue
        own_alone = row.is_own and standing.role is Role.NANNY
        still = [
            session
            for session in sessions[notice.id]
            if standing.member_id != _NO_MEMBER
            and (not row.states or session.state in row.states)
            and (holds is None or holds(session, notice.facts, at))
            and not (own_alone and session.nanny_person_id not in (None, person.id))
        ]
        # A session that was confirmed may have been taken out of the book; its notice keeps its time.
        is_deleted = "deleted" in notice.facts and not sessions[notice.id]
        if still or not row.states or is_deleted:
            valid[notice.id] = ValidNotice(notice, still, standing)
    return valid


def sessions_of(notices: Sequence[Notice]) -> dict[UUID, list[CareSession]]:
    """Return all sessions that each notice speaks of and that are still there, in any state, the soonest first.

    Two queries. Each session knows whether it has_open_request.
    """
    ids = {notice.id: _still_told(notice) for notice in notices}
    batches = {notice.batch_id for notice in notices if notice.batch_id is not None}
    requests = ChangeRequest.objects.filter(session=OuterRef("pk"), status=Answer.OPEN)
    # unscoped: those that notices at hand name, kept to the family of each
    rows = CareSession.objects.select_related("family", "nanny__user").annotate(has_open_request=Exists(requests))
    by_id = {row.id: row for row in rows.filter(id__in={session_id for named in ids.values() for session_id in named})}
    by_batch = defaultdict(list)
    for row in rows.filter(batch__in=batches) if batches else ():
        by_batch[row.batch_id].append(row)
    sessions = {}
    for notice in notices:
        named = [by_id[session_id] for session_id in ids[notice.id] if session_id in by_id]
        named = by_batch[notice.batch_id] if notice.batch_id is not None else named
        # Of this family: facts are written by actions alone, but what leaves the book is looked at twice.
        of_family = (session for session in named if session.family_id == notice.family_id)
        sessions[notice.id] = sorted(of_family, key=lambda session: (session.scheduled_start, session.id))
    return sessions


def session_ids(notice: Notice) -> list[UUID]:
    """Return the sessions that the notice names itself; those of a generation are its batch's."""
    if notice.session_id is not None:
        return [notice.session_id]
    return [UUID(session_id) for session_id in notice.facts.get("sessions", ())]


def _still_told(notice: Notice) -> list[UUID]:
    """Return those of its sessions of which nothing was taken back (notices.taking_back)."""
    taken_back = set(notice.facts.get("taken_back", ()))
    return [session_id for session_id in session_ids(notice) if str(session_id) not in taken_back]


def _subjects(notices: Sequence[Notice], at: datetime) -> set[str]:
    """Return what these notices are about that still stands: the time off that is still entered, and the schedules that
    run and that nobody has planned further. One query for each, where there is any.
    """
    time_off, schedules = (
        {UUID(notice.facts[name]) for notice in notices if name in notice.facts} for name in ("time_off", "schedule_id")
    )
    # unscoped: what notices at hand name
    entered = TimeOff.objects.filter(id__in=time_off).values_list("id", flat=True) if time_off else ()
    ending = reminders.ending_plans(at, schedules) if schedules else ()
    return {*map(str, entered), *(str(schedule.id) for schedule in ending)}


def sentence(notice: Notice, **facts: Any) -> str:
    """Return the line of the inbox, in the active language. facts: what it is to say otherwise than the notice does."""
    return KINDS[notice.kind].sentence % {"by": "", "count": 1, "schedule": "", "minutes": 0, **notice.facts, **facts}


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

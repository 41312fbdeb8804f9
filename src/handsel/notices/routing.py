"""By which ways a notice leaves, and from when on: what people chose, their quiet hours, and the mails of a day."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from handsel.access import visibility
from handsel.models import (
    Delivery,
    Device,
    Member,
    Notice,
    NoticeChoice,
    User,
)
from handsel.models.leases import CLOCKS_DIFFER
from handsel.notices.kind_rows import KindRow
from handsel.notices.kinds import KINDS, WAITING
from handsel.notices.topics import TOPICS
from handsel.rules import local_time
from handsel.rules.notices import DIGEST_AT, UNDO_WINDOW, Outcome, Topic, Way
from handsel.rules.roles import Role

_ROUTED_AT_ONCE = 200
# Who starts a worker after a long time is not to flood everybody with what is in the inbox anyway.
TOO_OLD = timedelta(days=1)

Choices = dict[tuple[Topic, Way], bool]

_DEFAULTS: Choices = {(topic, way): way in row.ways for topic, row in TOPICS.items() for way in Way}
_REMINDERS = frozenset(topic for topic, row in TOPICS.items() if row.is_reminder)
# Nothing rings for a coordinator but what asks for them.
_ASKING = {row.topic for row in KINDS.values() if row.asks_for_action}
_WITHOUT_RINGING: Choices = _DEFAULTS | {(topic, Way.PUSH): False for topic in TOPICS}
_OF_COORDINATORS = _DEFAULTS | {choice: yes for choice, yes in _WITHOUT_RINGING.items() if choice[0] not in _ASKING}


def preferences(person: User, roles: Collection[Role] | None = None) -> Choices:
    """Return, for each topic and way, what the person has chosen, and otherwise the default. Two queries, or three
    without the person's roles.
    """
    if roles is None:
        roles = [standing.role for standing in visibility.standings(person)]
    defaults = _OF_COORDINATORS if set(roles) == {Role.COORDINATOR} else _DEFAULTS
    has_device = Device.objects.filter(person=person).exists()
    return _ways(defaults, _chosen([person.id])[person.id], has_device=has_device)


def _ways(defaults: Choices, chosen: Choices, *, has_device: bool) -> Choices:
    """Return the ways that somebody has chosen, and the defaults. A reminder of which no device rings comes by mail, so
    that nobody is left with the inbox alone who did not choose that.
    """
    ways = defaults | chosen
    silent = {topic for topic in _REMINDERS if not (has_device and ways[topic, Way.PUSH])}
    return ways | {(topic, Way.EMAIL): True for topic in silent if (topic, Way.EMAIL) not in chosen}


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
    new = Notice.objects.filter(routed_at__isnull=True)
    # What was written later than now was written before the clock went back.
    new = new.exclude(kind__in=WAITING, at__gt=at - UNDO_WINDOW, at__lte=at + CLOCKS_DIFFER)
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
        row = KINDS[notice.kind]
        topic = row.topic
        if at - notice.at > TOO_OLD:
            continue
        is_coordinator = (notice.person_id, notice.family_id) in coordinators
        # A coordinator gets one mail a day, and nothing that rings, of what does not ask for them.
        defaults = _WITHOUT_RINGING if is_coordinator and not row.asks_for_action else _DEFAULTS
        ways = _ways(defaults, chosen[notice.person_id], has_device=bool(devices[notice.person_id]))
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
    if row.is_of_the_hour or not TOPICS[row.topic].is_gathered or (is_coordinator and row.asks_for_action):
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
        return Delivery(notice=notice, device=device, request_id=notice.request_id, due_at=at, next_at=at)
    leaves = leaves_at(
        at,
        zone=person.time_zone or notice.family.time_zone,
        quiet=person.quiet,
        mails_at=mails_at,
    )
    return Delivery(notice=notice, device=device, request_id=notice.request_id, due_at=leaves, next_at=leaves)


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

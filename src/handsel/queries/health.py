"""The health of the program: whether it can do its work, and what of it is stuck."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet

from handsel.access import encrypted_columns
from handsel.models import Delivery, Duty, OutsideCalendar, ServerTrouble
from handsel.models.leases import BACKUPS, CLOCKS_DIFFER
from handsel.queries import clock
from handsel.rules import backups
from handsel.rules.notices import Outcome, Way

# What could have left so long ago, and has not, is in somebody's way.
LATE = timedelta(minutes=15)
# A worker that has nothing to do says so every half minute (management.worker).
AT_WORK = timedelta(minutes=2)
WEEK = timedelta(days=7)
_MOST_KINDS = 10
# So much of a disk is left when it is nearly full, as in deploy/prometheus.
LOW_DISK = 0.05


def trouble(at: datetime) -> str | None:
    """Return what is wrong, in a word for the operator; None when the worker is at work, or is not meant to be."""
    late = [] if settings.ENVIRONMENT.worker == "none" else [name for name in late_duties(at) if name != backups.DUTY]
    return f"The worker has not done this lately: {', '.join(late)}." if late else None


def other_troubles(at: datetime) -> list[str]:
    """Return, in words for the operator, what is wrong and stops nothing."""
    return _other_troubles(duties(at), list(ServerTrouble.objects.all()), at)


def _other_troubles(lines: Iterable["DutyLine"], servers: Iterable[ServerTrouble], at: datetime) -> list[str]:
    step = clock.last_step(at)
    troubles = [step.sentence] if step is not None and step.is_told(at) else []
    if ahead := [duty.name for duty in lines if duty.is_ahead]:
        troubles.append(
            f"By a clock that went back since, this was put off too far, and is due now: {', '.join(ahead)}."
        )
    if (backup_trouble := _backup_trouble(lines, servers)) is not None:
        troubles.append(backup_trouble)
    return troubles


def _backup_trouble(lines: Iterable["DutyLine"], servers: Iterable[ServerTrouble]) -> str | None:
    """Return what is wrong with the scheduled backups: they fail, or nobody has seen for too long that there is one."""
    if not settings.ENVIRONMENT.backups:
        return None
    for trouble in servers:
        if trouble.server == BACKUPS:
            return f"No backup could be made since {trouble.since:%Y-%m-%d %H:%M} UTC: {trouble.error}"
    overdue = [line for line in lines if line.name == backups.DUTY and line.is_late]
    if overdue and settings.ENVIRONMENT.worker != "none":
        return f"A backup is overdue since {overdue[0].late_at:%Y-%m-%d %H:%M} UTC."
    return None


def is_worker_at_work(at: datetime) -> bool:
    """Say whether any worker has done something, or was started, a moment ago. One query."""
    by_now = Q(done_at__lte=at + CLOCKS_DIFFER), Q(since__lte=at + CLOCKS_DIFFER)
    latest = Duty.objects.aggregate(done=Max("done_at", filter=by_now[0]), since=Max("since", filter=by_now[1]))
    return any(instant is not None and at - instant < AT_WORK for instant in latest.values())


def late_duties(at: datetime) -> list[str]:
    """Return the names of those that nobody has done for too long, though a worker is meant to."""
    return [duty.name for duty in duties(at) if duty.is_late]


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty of the worker. `last_error` is the kind of what went wrong the last time, empty when nothing did.

    is_ahead: it was done, or is due, later than can be: the clock went back since. It is due now.
    """

    name: str
    since: datetime
    done_at: datetime | None
    next_at: datetime
    late_at: datetime
    is_late: bool
    is_ahead: bool
    last_error: str


def duties(at: datetime) -> list[DutyLine]:
    """Return how each of the worker's duties stands, by name. One query."""
    return [_line(duty, at) for duty in Duty.objects.order_by("name")]


def _line(duty: Duty, at: datetime) -> DutyLine:
    late_at = max(duty.done_at or duty.since, duty.since) + duty.late_after
    is_ahead = duty.next_at > at + duty.late_after or max(duty.done_at or duty.since, duty.since) > at + CLOCKS_DIFFER
    return DutyLine(
        duty.name,
        duty.since,
        duty.done_at,
        duty.next_at,
        late_at,
        is_late=late_at < at,
        is_ahead=is_ahead,
        last_error=duty.last_error,
    )


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """The deliveries by one way: how many wait, how many of these are late, and since
    when the oldest of them might have left; and what became of those of a week."""

    way: Way
    waiting: int = 0
    late: int = 0
    oldest_at: datetime | None = None
    sent: int = 0
    refused: int = 0
    gave_up: int = 0


def channel_statuses(at: datetime) -> list[ChannelStatus]:
    """Return how each way out of the book stands. One query."""
    waits, is_late = Q(done_at__isnull=True), Q(due_at__lt=at - LATE)
    counts = (
        _of_now(at)
        .annotate(is_push=Q(device__isnull=False))
        .order_by()
        .values_list("is_push")
        .annotate(
            waiting=Count("id", filter=waits),
            late=Count("id", filter=waits & is_late),
            oldest_at=Min("due_at", filter=waits & Q(due_at__lte=at)),
            sent=Count("id", filter=Q(outcome=Outcome.SENT)),
            refused=Count("id", filter=Q(outcome=Outcome.REFUSED)),
            gave_up=Count("id", filter=Q(outcome=Outcome.GAVE_UP)),
        )
    )
    counted = {Way.PUSH if is_push else Way.EMAIL: numbers for is_push, *numbers in counts}
    return [ChannelStatus(way, *counted.get(way, ())) for way in Way]


def troubles(at: datetime) -> list[tuple[str, int]]:
    """Return what is in the way of deliveries that wait, and was in that of those that were lost in a week: the kind of
    the error and how often, the most frequent first. One query.
    """
    stuck = _of_now(at).exclude(outcome__in=[Outcome.SENT, Outcome.OBSOLETE]).exclude(last_error="")
    counts = stuck.order_by().values("last_error").annotate(times=Count("id")).order_by("-times", "last_error")
    return [(row["last_error"], row["times"]) for row in counts[:_MOST_KINDS]]


def _of_now(at: datetime) -> QuerySet[Delivery]:
    """Return the deliveries that wait, and those that were done with in a week."""
    # unscoped: counts alone, of everybody's
    return Delivery.objects.filter(Q(done_at__isnull=True) | Q(done_at__gt=at - WEEK))


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """What is left of the disk that holds the data directory, and its size, in bytes."""

    free: int
    size: int

    @property
    def is_low(self) -> bool:
        return self.free < self.size * LOW_DISK


def disk_space() -> DiskSpace | None:
    try:
        usage = shutil.disk_usage(settings.ENVIRONMENT.data_dir)
    except OSError:
        return None
    return DiskSpace(usage.free, usage.total)


@dataclass(frozen=True, slots=True)
class CalendarCounts:
    """How many outside calendars are read, how many could not be the last time, and how many only in part."""

    known: int
    unread: int
    in_part: int


def calendar_counts() -> CalendarCounts:
    """Return how the reading of nannies' own calendars stands. One query."""
    # unscoped: counts alone, of everybody's
    counts = OutsideCalendar.objects.aggregate(
        known=Count("id"),
        unread=Count("id", filter=~Q(last_error="")),
        in_part=Count("id", filter=~Q(encrypted_remarks="")),
    )
    return CalendarCounts(**counts)


@dataclass(frozen=True, slots=True)
class Status:
    """An operator's status: when it was looked at, who is meant to do the duties, how each stands, and what leaves
    the book.

    `worker` is the setting HANDSEL_WORKER; with "none" nobody is meant to, and what is late is no wonder. `is_silent`:
    the example is served, and nothing leaves for its people. mail_troubles: since when the mail server fails, and the
    kind of the error. unreadable_secrets: how many values no key opens. other_troubles: what is wrong and stops
    nothing, in words. disk: None where it cannot be asked.
    """

    at: datetime
    worker: str
    duties: list[DutyLine]
    channel_statuses: list[ChannelStatus]
    troubles: list[tuple[str, int]]
    is_silent: bool
    mail_troubles: list[tuple[datetime, str]]
    calendar_counts: CalendarCounts
    unreadable_secrets: int
    other_troubles: list[str]
    disk: DiskSpace | None


def status(at: datetime) -> Status:
    lines, servers = duties(at), list(ServerTrouble.objects.all())
    return Status(
        at,
        settings.ENVIRONMENT.worker,
        lines,
        channel_statuses(at),
        troubles(at),
        settings.EXAMPLE and bool(settings.SILENT_ADDRESSES),
        [(trouble.since, trouble.error) for trouble in servers if trouble.server != BACKUPS],
        calendar_counts(),
        encrypted_columns.unreadable(),
        _other_troubles(lines, servers, at),
        disk_space(),
    )

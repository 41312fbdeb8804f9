"""What is measured for /metrics when somebody asks: of the database, and of the disk."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Aggregate, Count, Min, Q

from handsel.access import replica
from handsel.models import Delivery, Export, Notice, ServerTrouble
from handsel.models.leases import BACKUPS
from handsel.observability.metrics import Kind, Metric
from handsel.queries import health
from handsel.rules import backups
from handsel.rules.exports import ExportStatus

type Value = tuple[tuple[str, ...], float]

# Of the database. Where it does not answer, of these nothing is said but that.
OF_DATABASE = {
    "handsel_database_up": Metric(Kind.GAUGE, "1 where the database answers."),
    "handsel_deliveries_waiting": Metric(
        Kind.GAUGE, "What waits to leave, or for the worker, by channel.", ("channel",)
    ),
    "handsel_deliveries_oldest_seconds": Metric(
        Kind.GAUGE, "For how long the oldest of them could have been done with, by channel.", ("channel",)
    ),
    "handsel_duty_last_success_timestamp_seconds": Metric(
        Kind.GAUGE, "When each duty of the worker was last done.", ("duty",)
    ),
    "handsel_duty_late_seconds": Metric(
        Kind.GAUGE, "For how long each duty of the worker is late; 0 where it is in time.", ("duty",)
    ),
    "handsel_backup_overdue_seconds": Metric(
        Kind.GAUGE, "For how long nobody has made a backup, or seen that there is one; 0 where it is in time."
    ),
    "handsel_backup_failing_seconds": Metric(Kind.GAUGE, "For how long no backup could be made; 0 where it works."),
    "handsel_mail_server_failing_seconds": Metric(Kind.GAUGE, "For how long the mail server fails; 0 where it works."),
}
OF_DISK = {
    "handsel_disk_free_bytes": Metric(Kind.GAUGE, "What is left of the disk that holds the data directory."),
    "handsel_disk_size_bytes": Metric(Kind.GAUGE, "The size of that disk."),
}
OF_REPLICA = {
    "handsel_replica_up": Metric(Kind.GAUGE, "1 where the replica answers; nothing where there is none."),
    "handsel_replica_lag_seconds": Metric(Kind.GAUGE, "For how long the replica lacks what the primary has."),
}
GAUGES = OF_DATABASE | OF_DISK | OF_REPLICA


def of_disk() -> Iterator[Value]:
    disk = health.disk_space()
    if disk is not None:
        yield ("handsel_disk_free_bytes",), disk.free
        yield ("handsel_disk_size_bytes",), disk.size


def of_database(at: datetime) -> Iterator[Value]:
    """Yield what is measured of the database, in five queries."""
    for channel, number, oldest in _queues(at):
        yield ("handsel_deliveries_waiting", channel), number
        yield ("handsel_deliveries_oldest_seconds", channel), _seconds(oldest, at)
    for duty in health.duties(at):
        if duty.done_at is not None:
            yield ("handsel_duty_last_success_timestamp_seconds", duty.name), duty.done_at.timestamp()
        yield ("handsel_duty_late_seconds", duty.name), _seconds(duty.late_at, at)
        if duty.name == backups.DUTY:
            yield ("handsel_backup_overdue_seconds",), _seconds(duty.late_at, at)
    troubles = dict(ServerTrouble.objects.values_list("server", "since"))
    yield ("handsel_backup_failing_seconds",), _seconds(troubles.pop(BACKUPS, None), at)
    yield ("handsel_mail_server_failing_seconds",), _seconds(min(troubles.values(), default=None), at)
    yield ("handsel_database_up",), 1


def of_replica() -> Iterator[Value]:
    if not replica.is_named():
        return
    lag = replica.lag_seconds()
    yield ("handsel_replica_up",), lag is not None
    if lag is not None:
        yield ("handsel_replica_lag_seconds",), lag


def _queues(at: datetime) -> Iterator[tuple[str, int, datetime | None]]:
    """Yield each queue, how much is due in it, and since when the oldest of that is."""
    of = {
        "sign_in": Q(notice__isnull=True),
        "email": Q(notice__isnull=False, device__isnull=True),
        "push": Q(device__isnull=False),
    }
    columns: dict[str, Aggregate] = {f"{name}_number": Count("id", filter=channel) for name, channel in of.items()}
    columns |= {f"{name}_oldest": Min("due_at", filter=channel) for name, channel in of.items()}
    # unscoped: counts alone, of everybody's
    due = Delivery.objects.filter(done_at__isnull=True, due_at__lte=at).aggregate(**columns)
    for name in of:
        yield name, due[f"{name}_number"], due[f"{name}_oldest"]
    # unscoped: counts alone, of everybody's
    new = Notice.objects.filter(routed_at__isnull=True).aggregate(number=Count("id"), oldest=Min("at"))
    yield "notices", new["number"], new["oldest"]
    # unscoped: counts alone, of everybody's
    queued = Export.objects.filter(status=ExportStatus.QUEUED).aggregate(number=Count("id"), oldest=Min("created_at"))
    yield "exports", queued["number"], queued["oldest"]


def _seconds(since: datetime | None, at: datetime) -> float:
    return 0 if since is None else max(0.0, (at - since).total_seconds())

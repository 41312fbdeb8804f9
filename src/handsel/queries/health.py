"""Whether the program can do its work."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection

from handsel.models import Duty


def trouble(at: datetime) -> str | None:
    """What is wrong, in a word for the operator; None when the database answers and the worker is at work."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        late = [] if settings.ENVIRONMENT.worker == "none" else late_duties(at)
    except DatabaseError:
        return "The database does not answer."
    return f"The worker has not done this lately: {', '.join(late)}." if late else None


def late_duties(at: datetime) -> list[str]:
    """The names of those that nobody has done for too long, though a worker is meant to."""
    return [duty.name for duty in duties(at) if duty.is_late]


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty of the worker. `trouble` is the kind of what went wrong the last time, empty when nothing did."""

    name: str
    since: datetime
    done_at: datetime | None
    next_at: datetime
    late_at: datetime
    is_late: bool
    trouble: str


def duties(at: datetime) -> list[DutyLine]:
    """How each of the worker's duties stands, by name. One query."""
    return [_line(duty, at) for duty in Duty.objects.order_by("name")]


def _line(duty: Duty, at: datetime) -> DutyLine:
    late_at = max(duty.done_at or duty.since, duty.since) + duty.late_after
    return DutyLine(
        duty.name, duty.since, duty.done_at, duty.next_at, late_at, is_late=late_at < at, trouble=duty.trouble
    )


@dataclass(frozen=True, slots=True)
class Status:
    """What an operator looks at: when it was looked at, who is meant to do the duties, and how each stands.

    `worker` is the setting HANDSEL_WORKER; with "none" nobody is meant to, and what is late is no wonder.
    """

    at: datetime
    worker: str
    duties: list[DutyLine]


def status(at: datetime) -> Status:
    return Status(at, settings.ENVIRONMENT.worker, duties(at))

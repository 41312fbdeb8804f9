"""Whether the program can do its work."""

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
    rows = Duty.objects.order_by("name")
    return [duty.name for duty in rows if max(duty.done_at or duty.since, duty.since) + duty.late_after < at]

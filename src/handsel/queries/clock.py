"""The clock: how it stepped the last time that it did."""

from datetime import datetime

from handsel.models import ClockLook
from handsel.rules import clock_steps
from handsel.rules.clock_steps import Step


def last_step(at: datetime) -> Step | None:
    """Return the last step, be it since the last look; None when none is known of. One query."""
    row = ClockLook.objects.first()
    return None if row is None else clock_steps.step(row.looked_at, at) or known_step(row)


def known_step(row: ClockLook) -> Step | None:
    """Return the last step that a look found."""
    if row.stepped_at is None or row.stepped_by is None:
        return None
    return Step(row.stepped_at, row.stepped_by)

"""The duty of reading outside calendars: one at a time, each in a process of its own."""

from datetime import datetime

from django.conf import settings

from handsel.actions import outside_calendars
from handsel.management import calendar_subprocess
from handsel.management.calendar_subprocess import Task
from handsel.rules.outside_calendars import Trouble


def read_next(at: datetime) -> int:
    """Read the next calendar whose turn it is; how many that were."""
    claimed = outside_calendars.claim(at)
    if claimed is None:
        return 0
    if claimed.address is None:
        outside_calendars.note_trouble(claimed, Trouble.LOST, at=at)
        return 1
    found = calendar_subprocess.read(
        Task(
            address=claimed.address,
            etag=claimed.etag,
            last_modified=claimed.last_modified,
            first=claimed.first,
            last=claimed.last,
            zone=claimed.zone,
            own=claimed.own,
            at_home=settings.PRIVATE_CALENDARS,
        )
    )
    if isinstance(found, Trouble):
        outside_calendars.note_trouble(claimed, found, at=at)
    else:
        outside_calendars.keep(claimed, found.busy, found.etag, found.last_modified, at=at)
    return 1

"""What the worker does by itself: the plain table of its duties."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handsel.actions import duties, extending, outside_calendars
from handsel.management import calendar_subprocess, delivery
from handsel.notices import reminders
from handsel.rules.outside_calendars import Trouble


@dataclass(frozen=True, slots=True)
class Duty:
    """`do` is given the time and answers how much it did. It may be cut off anywhere and done twice.

    shared: several workers may do it at once, because it claims its own rows; else one has a turn at a time.
    """

    name: str
    every: timedelta
    do: Callable[[datetime], int]
    shared: bool = False

    @property
    def late_after(self) -> timedelta:
        """When somebody should look why it was not done."""
        return 3 * self.every + timedelta(minutes=5)


def read_calendar(at: datetime) -> int:
    """Read the next outside calendar whose turn it is; how many that were."""
    claimed = outside_calendars.claim(at)
    if claimed is None:
        return 0
    reading = Trouble.LOST if claimed.calendar is None else calendar_subprocess.read(claimed.calendar)
    if isinstance(reading, Trouble):
        outside_calendars.note_trouble(claimed, reading, at=at)
    else:
        outside_calendars.keep(claimed, reading, at=at)
    return 1


DUTIES = (
    Duty("deliver", timedelta(seconds=5), delivery.deliver, shared=True),
    Duty("remind", timedelta(minutes=1), reminders.remind),
    Duty("extend", timedelta(minutes=10), extending.extend),
    Duty("forget", timedelta(hours=1), duties.forget),
    Duty("read calendars", timedelta(minutes=1), read_calendar, shared=True),
)

"""What the worker does by itself: the plain table of its duties."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from handsel.actions import delivery, extending, forgetting
from handsel.management import outside_calendars
from handsel.management.carriers import ByMailAndPush
from handsel.notices import reminders


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


def deliver(at: datetime) -> int:
    """Some of what has to leave the book; the worker comes back at once while there is more."""
    begun = monotonic()
    carriers = ByMailAndPush()
    return delivery.route(at) + delivery.deliver(at, carriers, now=lambda: at + timedelta(seconds=monotonic() - begun))


DUTIES = (
    Duty("deliver", timedelta(seconds=5), deliver, shared=True),
    Duty("remind", timedelta(minutes=1), reminders.remind),
    Duty("extend", timedelta(minutes=10), extending.extend),
    Duty("forget", timedelta(hours=1), forgetting.forget),
    Duty("read calendars", timedelta(minutes=1), outside_calendars.read_next, shared=True),
)

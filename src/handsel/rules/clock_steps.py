"""Steps of the clock: what a look at it says of the time since the last one, and who then waits for how long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# A clock that was put back was wrong before or is now; one that is ahead may only have been looked at by nobody.
_BACK, _LARGE = timedelta(minutes=1), timedelta(hours=1)
# What time alone brings about waits until a second look; one that is looked at often waits so long.
_WAITS = timedelta(minutes=10)
# How long whoever watches is told of a step.
_TOLD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the clock: what it showed then, and by how much it had gone ahead; less than nothing when back."""

    at: datetime
    by: timedelta

    @property
    def is_large(self) -> bool:
        return abs(self.by) > _LARGE

    @property
    def sentence(self) -> str:
        """Return what an operator is told of it."""
        when = f"{self.at:%Y-%m-%d %H:%M} UTC"
        if self.by < timedelta():
            return f"The clock went back by {_length(-self.by)}; it then showed {when}."
        by = _length(self.by)
        return f"The clock went ahead by {by}, or no worker was at work for so long; it then showed {when}."

    def is_told(self, at: datetime) -> bool:
        return self._is_within(_TOLD, at)

    def holds(self, every: timedelta, at: datetime) -> bool:
        """Say whether what is looked at so often, and would forget or plan by the clock, does nothing yet."""
        return self.is_large and self._is_within(max(every, _WAITS), at)

    def _is_within(self, length: timedelta, at: datetime) -> bool:
        return timedelta() <= at - self.at < length


def step(last: datetime, at: datetime) -> Step | None:
    """Return how the clock stepped between two looks; None when it did not."""
    by = at - last
    return Step(at, by) if by < -_BACK or by > _LARGE else None


def _length(by: timedelta) -> str:
    units = {"days": timedelta(days=1), "hours": timedelta(hours=1), "minutes": timedelta(minutes=1)}
    second = ("seconds", timedelta(seconds=1))
    unit, length = next(((unit, one) for unit, one in units.items() if by >= 2 * one), second)
    return f"{round(by / length)} {unit}"

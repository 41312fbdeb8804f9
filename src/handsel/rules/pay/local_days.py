"""The local days of a zone as minutes: an instant is the minutes since 1970 in UTC, a day its ordinal."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from handsel.rules import local_time

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_MINUTE = timedelta(minutes=1)
_DAY = 1440

# The first minute, and the one after the last.
Span = tuple[int, int]


def minute_of(at: datetime) -> int:
    """Return the minute that clocks show at an instant; its seconds are left out."""
    passed = at - _EPOCH  # not divided by a minute: that takes twice as long
    return passed.days * _DAY + passed.seconds // 60


class LocalDays:
    """The days of one zone. What was asked once is remembered, for a year of sessions asks for the same days."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self._offsets: dict[int, int | None] = {}
        self._starts: dict[int, int] = {}
        self._spans: dict[int, Span] = {}
        self._bands: dict[tuple[time, time], dict[int, Span]] = {}

    def day_of(self, minute: int) -> int:
        """Return the day that a minute belongs to. A day begins with its first midnight, and does not end when the
        clocks go back over it.
        """
        offset = self._offsets.get(minute // _DAY)
        if offset is not None:
            return (minute + offset) // _DAY + _EPOCH_DAY
        day = self.shown_on(minute)
        return day + 1 if self.start(day + 1) <= minute else day

    def shown_on(self, minute: int) -> int:
        """Return the day that clocks show: what a pay date is, also where they go back over a midnight."""
        utc_day = minute // _DAY
        try:
            offset = self._offsets[utc_day]
        except KeyError:
            offset = self._offsets[utc_day] = self._steady_offset(utc_day)
        if offset is not None:
            return (minute + offset) // _DAY + _EPOCH_DAY
        return self._shown(minute).toordinal()

    def start(self, day: int) -> int:
        """Return the first minute of a day: its first midnight, or the gap that swallows it."""
        start = self._starts.get(day)
        if start is None:
            start = self._starts[day] = self._first_minute(day)
        return start

    def span(self, day: int) -> Span:
        """Return the first minute of a day, and that of the next."""
        span = self._spans.get(day)
        if span is None:
            span = self._spans[day] = (self.start(day), self.start(day + 1))
        return span

    def bands(self, begins: time, ends: time, first_day: int, last_day: int) -> list[Span]:
        """Return from which minute to which a band of the clock lasts that begins on each of these days."""
        known = self._bands.setdefault((begins, ends), {})
        for day in range(first_day, last_day + 1):
            if day not in known:
                starts_at, ends_at = local_time.span(date.fromordinal(day), begins, ends, self.zone)
                known[day] = (minute_of(starts_at), minute_of(ends_at))
        return [known[day] for day in range(first_day, last_day + 1)]

    def _shown(self, minute: int) -> date:
        return local_time.local_date(_EPOCH + minute * _MINUTE, self.zone)

    def _steady_offset(self, utc_day: int) -> int | None:
        """Return the offset in minutes of a day of UTC; None where the clocks change on it or on the day before, or the
        offset has seconds.
        """
        zone = ZoneInfo(self.zone)
        midnights = (_EPOCH + timedelta(days=utc_day + days) for days in (-1, 0, 1))
        offsets = {at.astimezone(zone).utcoffset() for at in midnights}
        offset = offsets.pop()
        if offsets or offset is None or offset % _MINUTE:
            return None
        return offset // _MINUTE

    def _first_minute(self, day: int) -> int:
        wall = datetime.combine(date.fromordinal(day), time())
        start = -((_EPOCH - local_time.instant(wall, self.zone)) // _MINUTE)
        if self._shown(start - 1).toordinal() < day:
            return start
        before = start - _DAY
        while start - before > 1:
            middle = (before + start) // 2
            before, start = (before, middle) if self._shown(middle).toordinal() >= day else (middle, start)
        return start


@lru_cache(maxsize=64)
def of_zone(zone: str) -> LocalDays:
    return LocalDays(zone)

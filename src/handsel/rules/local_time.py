"""Wall-clock times of a zone and the instants they mean. Zones are IANA names; instants are aware and in UTC."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_NO_RUN = (1, 0, timedelta(0))  # of days


@cache
def zone_names() -> frozenset[str]:
    """Return every zone a family may live in. Asking this set never opens a file named by a user."""
    return frozenset(available_timezones()) - {"Factory", "localtime", "posixrules"}


def instant(wall: datetime, zone: str) -> datetime:
    """Return the instant of a naive wall time.

    A time the clocks skip takes the offset in force before the gap, one they repeat is the first (RFC 5545, 3.3.5);
    both is what PEP 495 calls fold=0.
    """
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def instants(wall: datetime, zone: str) -> list[datetime]:
    """Return the instants of a naive wall time, the first one first: two where the clocks show it twice."""
    first = instant(wall, zone)
    second = wall.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
    return [first, second] if second > first else [first]


def wall(at: datetime, zone: str) -> datetime:
    """Return the naive wall time a clock in the zone shows at an instant."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def is_ambiguous(wall: datetime, zone: str) -> bool:
    """Say whether the clocks of the zone show this naive wall time twice, or never."""
    first, second = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1))
    return first != second


def local_date(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def next_at(at: datetime, clock: time, zone: str) -> datetime:
    """Return the instant at which the clocks of the zone show this time next, or pass over it: at the earliest now.

    A time that they skip is over as they go on; one that they repeat is shown twice.
    """
    today = local_date(at, zone)
    segments = offsets(today, today + 2 * _DAY, zone)
    ends = [start for start, _ in segments[1:]] + [datetime.max.replace(tzinfo=UTC)]
    old = None
    for (start, offset), end in zip(segments, ends, strict=True):
        if end <= at:
            continue
        if old is not None and _next_showing(start + old, clock) < start + offset <= start + old + _DAY - _SECOND:
            return start
        begins = max(start, at)
        moment = _next_showing(begins + offset, clock) - offset
        if moment < end:
            return moment
        old = offset
    return at


def clock_changes(first: datetime, last: datetime, zone: str) -> list[datetime]:
    """Return the instants after the first and up to the last at which the clocks of the zone jump."""
    changes = offsets(local_date(first, zone), local_date(last, zone), zone)[1:]
    return [at for at, _ in changes if first < at <= last]


def _next_showing(wall: datetime, clock: time) -> datetime:
    """Return the wall time, written as if in UTC, at which a clock that runs on shows this time next."""
    showing = datetime.combine(wall.date(), clock, wall.tzinfo)
    return showing if showing >= wall else showing + _DAY


def wall_length(start: time, end: time) -> timedelta:
    """Return the time from start to end by the clock on the wall; an end at or before the start is the next day's."""
    day = date(2000, 1, 1)
    length = datetime.combine(day, end) - datetime.combine(day, start)
    return length if length > timedelta(0) else length + _DAY


def span(slot: date, start: time, end: time, zone: str) -> tuple[datetime, datetime]:
    """Return the instants at which a slot's session starts and ends.

    A clock change may make it shorter or longer than the wall says, but never empty or backwards: then it lasts as
    long as the wall says.
    """
    length = wall_length(start, end)
    starts_on_the_wall = datetime.combine(slot, start)
    starts = instant(starts_on_the_wall, zone)
    ends = instant(starts_on_the_wall + length, zone)
    return starts, ends if ends > starts else starts + length


def spans(slots: Iterable[date], start: time, end: time, zone: str) -> list[tuple[datetime, datetime]]:
    """Return the same for each of many slots, three times as fast where they ascend."""
    length = wall_length(start, end)
    first, last, offset = _NO_RUN
    found = []
    for slot in slots:
        day = slot.toordinal()
        if not first <= day <= last:
            runs = _steady_runs(slot.year, zone)
            first, last, offset = next((run for run in runs if run[0] <= day <= run[1]), _NO_RUN)
        if first <= day <= last:
            starts = datetime.combine(slot, start, UTC) - offset
            found.append((starts, starts + length))
        else:
            found.append(span(slot, start, end, zone))
    return found


def day_span(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """Return the span from the start of the first local day up to, not including, the start of the day after the last.

    Spans of neighbouring days touch and never overlap; that of a day the zone skipped is empty.
    """
    return instant(datetime.combine(first, time()), zone), instant(datetime.combine(last + _DAY, time()), zone)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """At an instant the clocks jump from one wall time, where they stop, to another, where they resume.

    Going forward, the times between the two are missing; going back, they happen twice.
    """

    at: datetime
    stops: datetime
    resumes: datetime
    hours: timedelta  # that the local day lasts

    @property
    def is_forward(self) -> bool:
        return self.resumes > self.stops


@lru_cache(maxsize=1024)
def clock_change(day: date, zone: str) -> ClockChange | None:
    """Return the change of the clocks on a local day, also one at the midnight that begins it.

    No change is that of a country which crosses the date line, for then a day is missing, and no hour.
    """
    starts, ends = day_span(day, day, zone)
    # From the last second of the day before, which runs by the old clock, to the last of this day, by the new one.
    before, after = starts - _SECOND, ends - _SECOND
    old, new = _offset(before, zone), _offset(after, zone)
    if old == new or abs(new - old) > _DAY / 2:
        return None
    at = _jump(before, after, zone)
    return ClockChange(at, (at + old).replace(tzinfo=None), (at + new).replace(tzinfo=None), ends - starts)


def offsets(first: date, last: date, zone: str) -> list[tuple[datetime, timedelta]]:
    """Return from what instant on the zone has which offset from UTC, over these local days; the first is where they
    begin.
    """
    at, end = day_span(first, last, zone)
    changes = [(at, _offset(at, zone))]
    while at < end:
        following = min(at + _DAY, end)
        if _offset(following, zone) != changes[-1][1]:
            jump = _jump(at, following, zone)
            changes.append((jump, _offset(jump, zone)))
        at = following
    return changes


@lru_cache(maxsize=512)
def _steady_runs(year: int, zone: str) -> list[tuple[int, int, timedelta]]:
    """Return the runs of days around which the clocks of the zone do not change, from the day before to two days after:
    their first and last day, as ordinals, and the offset from UTC.
    """
    if not MINYEAR < year < MAXYEAR:
        return []
    days = range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
    midnight = datetime(year, 1, 1, tzinfo=UTC)
    samples = [_offset(midnight + number * _DAY, zone) for number in range(-1, len(days) + 3)]
    runs: list[tuple[int, int, timedelta]] = []
    for place, day in enumerate(days):
        around = samples[place : place + 5]
        if around.count(around[0]) < len(around):
            continue
        if runs and runs[-1][1:] == (day - 1, around[0]):
            runs[-1] = (runs[-1][0], day, around[0])
        else:
            runs.append((day, day, around[0]))
    return runs


def _jump(before: datetime, after: datetime, zone: str) -> datetime:
    """Return the first second with another offset than `before` has."""
    old = _offset(before, zone)
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        before, after = (middle, after) if _offset(middle, zone) == old else (before, middle)
    return after


def _offset(at: datetime, zone: str) -> timedelta:
    return at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)

"""A day as a column of hours, as a wall planner has it: what falls into it, and what stands side by side.

Instants are aware. Minutes are those of the wall clock from the day's midnight, 0 to 1440. A column always has 24
hours, also where the clocks change: an hour that they skip stays empty, one that they repeat is drawn once.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from handsel.rules import local_time
from handsel.rules.overlap import Span, overlaps

WHOLE_DAY = 24 * 60
_QUARTER = 15
# The shortest that is drawn, so that it can be read and hit.
_LEAST = 2 * _QUARTER
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Piece[K: Hashable]:
    """The part of a span in one day: its minutes on the wall, and where it is drawn (whole quarters; lanes from 1)."""

    span: Span[K]
    start: datetime
    end: datetime
    first_minute: int
    last_minute: int
    top: int
    bottom: int
    lane: int = 1
    lanes: int = 1

    @property
    def begins(self) -> bool:
        """Say whether the span begins on this day, and not on one before."""
        return self.start == self.span.start

    @property
    def ends(self) -> bool:
        return self.end == self.span.end


def columns[K: Hashable](spans: Iterable[Span[K]], days: Sequence[date], zone: str) -> dict[date, list[Piece[K]]]:
    """Cut the spans at the midnights of the zone and return them by day, each day's in the order of their start. The
    days follow each other.
    """
    bounds = [local_time.day_span(day, day, zone) for day in days]
    starts = [start for start, _ in bounds]
    pieces_by_day: dict[date, list[Piece[K]]] = {day: [] for day in days}
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        for number in range(max(bisect_right(starts, span.start) - 1, 0), len(days)):
            day, (first, last) = days[number], bounds[number]
            if span.end <= first:
                break
            if span.start < last and first < last:
                pieces_by_day[day].append(_piece(span, max(span.start, first), min(span.end, last), day, zone))
    return {day: side_by_side(pieces) for day, pieces in pieces_by_day.items()}


def side_by_side[K: Hashable](pieces: Sequence[Piece[K]]) -> list[Piece[K]]:
    """Give the pieces their lanes: what overlaps, in time or as drawn, has lanes of its own, and all that hang together
    share the width evenly.
    """
    lane_of: list[int] = []
    groups: list[set[int]] = []
    for number, piece in enumerate(pieces):
        meets = {other for other in range(number) if _overlaps(pieces[other], piece)}
        taken = {lane_of[other] for other in meets}
        lane_of.append(next(lane for lane in range(1, number + 2) if lane not in taken))
        touched = [group for group in groups if group & meets]
        groups = [group for group in groups if not group & meets] + [{number}.union(*touched)]
    lanes_of = {number: max(lane_of[member] for member in group) for group in groups for number in group}
    return [replace(piece, lane=lane_of[n], lanes=lanes_of[n]) for n, piece in enumerate(pieces)]


def gaps[K: Hashable](pieces: Iterable[Piece[K]], first: int, last: int, *, least: int) -> list[tuple[int, int]]:
    """Return free stretches between two minutes of the day, in whole quarters, that last at least so many minutes."""
    free, free_from = [], _ceil(first)
    for start, end in sorted((min(p.top, _floor(p.first_minute)), max(p.bottom, _ceil(p.last_minute))) for p in pieces):
        if min(start, last) - free_from >= least:
            free.append((free_from, min(start, last)))
        free_from = max(free_from, end)
    if _floor(last) - free_from >= least:
        free.append((free_from, _floor(last)))
    return free


def _piece[K: Hashable](span: Span[K], start: datetime, end: datetime, day: date, zone: str) -> Piece[K]:
    first = _minute(local_time.wall(start, zone), day)
    # The last instant that belongs to it decides: where the clocks change at its end, it does not reach beyond.
    last = _minute(local_time.wall(end - _INSTANT, zone) + _INSTANT, day)
    change = local_time.clock_change(day, zone)
    if change and start < change.at < end:
        # All it covers: what goes back over an hour covers that hour, wherever on it it began.
        first = min(first, _minute(change.resumes, day))
        last = max(last, _minute(change.stops, day))
    top, bottom = _nearest(first), _nearest(last)
    top = min(top, WHOLE_DAY - _LEAST)
    return Piece(span, start, end, first, last, top, max(bottom, top + _LEAST))


def _overlaps[K: Hashable](piece: Piece[K], other: Piece[K]) -> bool:
    drawn = piece.top < other.bottom and other.top < piece.bottom
    return drawn or overlaps(Span(piece.start, piece.end, None), Span(other.start, other.end, None))


def _minute(wall: datetime, day: date) -> int:
    minutes = (wall - datetime.combine(day, time())) // timedelta(minutes=1)
    return min(max(minutes, 0), WHOLE_DAY)


def _nearest(minute: int) -> int:
    return (minute * 2 + _QUARTER) // (2 * _QUARTER) * _QUARTER


def _floor(minute: int) -> int:
    return minute // _QUARTER * _QUARTER


def _ceil(minute: int) -> int:
    return -(-minute // _QUARTER) * _QUARTER

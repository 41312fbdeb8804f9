"""The instants of a weekly schedule over one year and over ten, beside python-dateutil and a bare loop.

Each answers the begin and end in UTC of every slot of Monday, Wednesday and Friday in New York, and is checked to
answer the same before it is timed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from dateutil.rrule import WEEKLY, rrule

from bench.figures import Figure, keep
from bench.served import median
from handsel.rules import local_time, recurrence
from handsel.rules.recurrence import Recurrence, Weekday

ROUNDS, REPEATS = 15, 20
ZONE = "America/New_York"
START, END = clock_time(6), clock_time(14, 30)
FIRST = date(2026, 1, 1)
DAY = timedelta(days=1)
type Spans = list[tuple[datetime, datetime]]
RUNS: dict[date, list[tuple[date, timedelta]]] = {}


@dataclass(frozen=True)
class Schedule:
    recurrence = Recurrence.WEEKLY
    days = frozenset({Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY})
    start_date = FIRST
    end_date = None
    week_start = Weekday.MONDAY


def ours(last: date) -> Spans:
    return local_time.spans(recurrence.slots(Schedule(), FIRST, last), START, END, ZONE)


def by_dateutil(last: date) -> Spans:
    zone = ZoneInfo(ZONE)
    until, length = datetime.combine(last, START), timedelta(hours=8, minutes=30)
    found = rrule(WEEKLY, dtstart=datetime.combine(FIRST, START), byweekday=(0, 2, 4), until=until)
    return [
        (begin.replace(tzinfo=zone).astimezone(UTC), (begin + length).replace(tzinfo=zone).astimezone(UTC))
        for begin in found
    ]


def clock_runs(last: date) -> list[tuple[date, timedelta]]:
    """Return each run of days with one offset from UTC: its last day, and the offset."""
    zone, runs, day = ZoneInfo(ZONE), [], FIRST
    while day <= last:
        offset = datetime.combine(day, START, zone).utcoffset()
        if runs and runs[-1][1] == offset:
            runs[-1] = (day, offset)
        else:
            runs.append((day, offset))
        day += DAY
    return runs


def bare_loop(last: date) -> Spans:
    """The limit: every day is looked at once, and wall times are moved by an offset that is known already."""
    found, day, length = [], FIRST, timedelta(hours=8, minutes=30)
    days = frozenset((0, 2, 4))
    for until, offset in RUNS[last]:
        while day <= until:
            if day.weekday() in days:
                begin = datetime.combine(day, START, UTC) - offset
                found.append((begin, begin + length))
            day += DAY
    return found


def seconds(ways: dict[str, Callable[[date], Spans]], last: date) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            begun = time.process_time()
            for _ in range(REPEATS):
                way(last)
            taken[name].append((time.process_time() - begun) / REPEATS)
    return {name: median(times) for name, times in taken.items()}


def main() -> None:
    ways = {"ours": ours, "python-dateutil": by_dateutil, "a bare loop": bare_loop}
    of_a_year = 0.0
    for years in (1, 10):
        last = date(FIRST.year + years, 1, 1) - DAY
        RUNS[last] = clock_runs(last)
        spans = ours(last)
        if not spans == by_dateutil(last) == bare_loop(last):
            raise SystemExit("They do not answer the same.")
        taken = seconds(ways, last)
        rate = {name: len(spans) / each / 1000 for name, each in taken.items()}
        what = f"occurrences of {years} year{'s' if years > 1 else ''}, to UTC"
        for beside, at_least, aim in (("python-dateutil", 2.1, None), ("a bare loop", 1 / 3, 1 / 2)):
            keep(
                Figure(
                    what, rate["ours"], "thousand/s", beside, rate[beside], rate["ours"] / rate[beside],
                    at_least, aim, smaller_is_better=False,
                )
            )  # fmt: skip
        of_a_year = of_a_year or rate["ours"]
    keep(Figure("ten years beside one, per slot", rate["ours"] / of_a_year, "x (1 is linear)"))


if __name__ == "__main__":
    main()

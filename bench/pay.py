"""A hundred years of sessions as a timesheet, under plain terms and with every rule on, beside a bare loop that cuts,
multiplies and rounds the same sessions into the same lines.

Run it through script/bench. It needs no database.
"""

import gc
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from statistics import median
from time import process_time
from zoneinfo import ZoneInfo

import django

django.setup()

from handsel.queries.session_facts import SessionFacts
from handsel.rules.lifecycle import Status
from handsel.rules.pay.lines import Line, LineKind
from handsel.rules.pay.terms import Night, PayFor, SeventhDay, Terms, Tier
from handsel.rules.pay.timesheet import timesheet
from handsel.rules.pay.workweeks import Timeline

ZONE, SINCE = "America/New_York", date(1999, 1, 4)
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
ROUNDS = 5

PLAIN = Terms(effective_from=SINCE)
EVERY_RULE = Terms(
    effective_from=SINCE,
    pay_for=PayFor.GREATER,
    rounding_minutes=5,
    weekly_overtime_after=2400,
    daily_overtime_after=480,
    daily_double_after=720,
    seventh_day=SeventhDay.OVERTIME_THEN_DOUBLE,
    seventh_day_double_after=480,
    federal_overtime=True,
    night=Night(time(22), time(6), 9000, 240, True),
    holidays=frozenset(date(year, 12, 25) for year in range(2000, 2100)),
    holiday_multiplier=150,
    guaranteed_minutes=2400,
    basic_rate=2000,
    rolled_up_holiday_percent=1207,
    minimum_wage=1500,
    cancellation_tiers=(Tier(24, 50, 0),),
)


def sessions() -> list[SessionFacts]:
    made = []
    for year in range(2000, 2100):
        for number in range(260):
            start = datetime(year, 1, 3, 13, tzinfo=UTC) + timedelta(days=int(number * 1.4))
            end, ran = start + timedelta(hours=8), start + timedelta(minutes=3, seconds=11)
            about = (Status.COMPLETED, True, ZONE, start, end, ran, end + timedelta(minutes=7), Decimal("22.50"))
            made.append(SessionFacts._make([len(made) + 1, *about, None, "", None, start.date(), False]))
    return made


def bare(of_sessions: list[SessionFacts]) -> int:
    zone, epoch, minute = ZoneInfo(ZONE), datetime(1970, 1, 1, tzinfo=UTC), timedelta(minutes=1)
    lines = []
    for row in of_sessions:
        if row.actual_start is None or row.actual_end is None or row.hourly_rate is None:
            continue
        minutes = (row.actual_end - epoch) // minute - (row.actual_start - epoch) // minute
        rate, day = int(row.hourly_rate * 100), row.scheduled_start.astimezone(zone).toordinal()
        amount = (2 * minutes * rate + 60) // 120
        lines.append(Line(LineKind.WORK, day, amount, row.id, None, None, None, minutes, minutes, rate))
    return sum(line.amount for line in lines)


def seconds(run: Callable[[], object]) -> float:
    gc.collect()
    began = process_time()
    run()
    return process_time() - began


def main() -> None:
    rows = sessions()
    ways: dict[str, Callable[[], object]] = {
        "bare loop": lambda: bare(rows),
        "plain terms": lambda: timesheet(rows, Timeline([PLAIN]), FIRST, LAST),
        "every rule on": lambda: timesheet(rows, Timeline([EVERY_RULE]), FIRST, LAST),
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, run in ways.items():
            took[name].append(seconds(run))
    of_bare = median(took["bare loop"])
    for name, times in took.items():
        speed, ratio = len(rows) / median(times), of_bare / median(times)
        sys.stdout.write(f"{name}: {speed:,.0f} sessions a second, {ratio:.2f} of a bare loop\n")


if __name__ == "__main__":
    main()

"""A nanny's own calendar of ten years, read by the process that reads calendars, against one of the next year alone.

Run it through script/bench. Of 20,000 events some 500 lie in the days that count, and 50 repeat through all of it; the
other file holds these alone. The third lies wholly ahead, and is nearly as large as it may be. Each is served on this
machine, and each reading is a process of its own, so its start is part of the time.
"""

import statistics
import sys
import time
from datetime import UTC, datetime, timedelta

import django

django.setup()

from handsel.management import calendar_subprocess
from handsel.rules.outside_calendars import CalendarToRead, Reading
from tests import calendar_server

ROUNDS = 5
FIRST = datetime(2026, 6, 1, 4, tzinfo=UTC)
WINDOW = {"first": FIRST, "last": FIRST + timedelta(days=369), "zone": "America/New_York"}
TEN_MINUTES = timedelta(minutes=10)
TEXT = "DTSTAMP:20260526T100000Z\nCREATED:20160526T100000Z\nSTATUS:CONFIRMED\nTRANSP:OPAQUE\nSEQUENCE:0"


def events(first: datetime, every: timedelta, count: int) -> list[str]:
    starts = [first + number * every for number in range(count)]
    return [
        f"UID:{number:06}@example.org\nDTSTART:{start:%Y%m%dT%H%M%SZ}\nDTEND:{start + TEN_MINUTES:%Y%m%dT%H%M%SZ}"
        f"\n{TEXT}\nSUMMARY:Appointment {number}\nLOCATION:12 Elm Road\nDESCRIPTION:Bring the card"
        for number, start in enumerate(starts)
    ]


def weekly() -> list[str]:
    return [
        f"UID:w{n}\nDTSTART;TZID=America/New_York:2018010{n % 7 + 1}T{n % 24:02}0000\nDURATION:PT30M\nRRULE:FREQ=WEEKLY"
        for n in range(50)
    ]


def main() -> None:
    past = events(FIRST - timedelta(days=3_300), timedelta(hours=4), 19_500)
    coming = events(FIRST, timedelta(hours=17), 500)
    texts = {
        "next year": calendar_server.calendar(*coming, *weekly()),
        "ten years": calendar_server.calendar(*past, *coming, *weekly()),
        "wholly ahead": calendar_server.calendar(*events(FIRST, timedelta(minutes=14), 34_000)),
    }
    with calendar_server.running() as server:
        for name, text in texts.items():
            address = server.serves("/noor.ics", text)
            task = CalendarToRead(address, "", "", own=[], allow_private=True, **WINDOW)
            took = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                reading = calendar_subprocess.read(task)
                took.append(time.perf_counter() - began)
            if not isinstance(reading, Reading):
                raise SystemExit(f"{name}: {reading}")
            count, seconds = len(reading.busy or []), statistics.median(took)
            sys.stdout.write(
                f"{name}: {len(text) / 1e6:.1f} MB, {count} busy times, {seconds:.2f} s, {reading.remarks}\n"
            )


if __name__ == "__main__":
    main()

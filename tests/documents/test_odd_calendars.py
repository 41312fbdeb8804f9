"""Files that are not as they should be are read as they are plainly meant; what is unclear is counted, and not free."""

from datetime import timedelta

import pytest

from handsel.documents import busy_times_ics
from handsel.rules import local_time, overlap
from tests.calendar_server import calendar
from tests.documents.odd_calendars import CORPUS, Odd
from tests.world import ZONE, wall

pytestmark = pytest.mark.no_database

FIRST, LAST = wall("2026-06-01 00:00"), wall("2026-06-08 00:00")


def read(data: bytes) -> busy_times_ics.BusyTimes:
    return busy_times_ics.busy_times(data, first=FIRST, last=LAST, zone=ZONE, own=(), most=1_000)


def stretches(times: str) -> list[overlap.Stretch]:
    """Return what a line of the corpus says; an end at midnight is that of the day."""
    words = times.split()
    spans = [
        tuple(wall(f"2026-06-{day} {clock}") for clock in span.split("-"))
        for day, span in zip(words[::2], words[1::2], strict=True)
    ]
    return overlap.merged((start, end if end > start else end + timedelta(days=1)) for start, end in spans)


@pytest.mark.parametrize("odd", CORPUS, ids=lambda odd: odd.name)
def test_what_is_plainly_meant_is_read_and_the_rest_counted(odd: Odd):
    found = read(odd.data)
    assert found.stretches == stretches(odd.times)
    assert found.remarks.unread == odd.unclear
    assert not found.remarks.is_cut_off


def test_hours_that_the_clocks_skip_or_show_twice_take_time():
    """Of 2026-03-08 and 2026-11-01."""

    def on(day: str, start: str, end: str) -> list[str]:
        text = (
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\n"
            f"DTSTART;TZID=America/New_York:{day}T{start}00\r\nDTEND;TZID=America/New_York:{day}T{end}00\r\n"
            "END:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        window = {"first": FIRST - timedelta(days=200), "last": LAST + timedelta(days=200), "zone": ZONE}
        found = busy_times_ics.busy_times(text.encode(), **window, own=(), most=10)
        assert not found.remarks
        return [f"{local_time.wall(start, ZONE):%H:%M} {(end - start) // timedelta(minutes=1)}" for start, end in found]

    assert on("20260308", "0230", "0300") == ["03:30 30"]
    assert on("20260308", "0130", "0230") == ["01:30 60"]
    assert on("20260308", "0200", "0400") == ["03:00 60"]
    assert on("20261101", "0030", "0130") == ["00:30 60"]
    assert on("20261101", "0130", "0230") == ["01:30 120"]


def test_titles_name_what_was_not_understood():
    events = [f"UID:{n}\nSUMMARY;LANGUAGE=en:Choir {n}\\, at\\nnine\nDTSTART:soon" for n in range(7)]
    found = read(calendar(*events).encode())
    assert found.remarks.unread == 7
    assert found.remarks.titles == [f"Choir {n}, at nine" for n in range(5)]


def test_what_is_over_or_free_is_not_named_however_odd_it_is():
    over = "UID:a\nDTSTART;TZID=Nowhere:20190602T140000\nDTEND;TZID=Nowhere:20190602T150000\nSEQUENCE:x"
    free = "UID:b\nDTSTART:soon\nTRANSP:TRANSPARENT"
    assert not read(calendar(over, free).encode()).remarks

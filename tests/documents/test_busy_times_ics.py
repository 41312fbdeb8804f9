"""What of an outside calendar takes time, and when; and files that somebody wrote to do harm, or just badly."""

from datetime import UTC, datetime, timedelta

import pytest

from handsel.documents import busy_times_ics, calendar_ics
from handsel.documents.busy_times_ics import NotACalendar, TooMany
from handsel.rules import local_time
from tests.calendar_server import calendar
from tests.documents.test_calendar_ics import NIGHT
from tests.world import ZONE, wall

pytestmark = pytest.mark.no_database

FIRST = wall("2026-06-01 00:00")
DENTIST = "UID:dentist\nDTSTART:20260602T140000Z\nDTEND:20260602T150000Z"


def times(*events: str, zone: str = ZONE, own: tuple[str, ...] = (), most: int = 100, days: int = 365) -> list[str]:
    """On New York's clocks."""
    return _said(calendar(*events), zone, own, most, days)


def _said(
    text: str | bytes, zone: str = ZONE, own: tuple[str, ...] = (), most: int = 100, days: int = 365
) -> list[str]:
    busy = busy_times_ics.busy_times(
        text.encode() if isinstance(text, str) else text,
        first=FIRST,
        last=FIRST + timedelta(days=days),
        zone=zone,
        own=own,
        most=most,
    )
    assert all(start.utcoffset() == end.utcoffset() == timedelta() for start, end in busy)
    return [f"{_wall(start)} {_wall(end)}" for start, end in busy]


def _wall(at: datetime) -> str:
    return f"{local_time.wall(at, ZONE):%m-%d %H:%M}"


def test_an_event_takes_its_time_and_tells_nothing_else():
    assert times(DENTIST + "\nSUMMARY:Dentist\nLOCATION:Elm Road") == ["06-02 10:00 06-02 11:00"]


@pytest.mark.parametrize("lines", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "transp:transparent", "STATUS:Cancelled"])
def test_what_is_free_or_cancelled_takes_none(lines):
    assert times(f"{DENTIST}\n{lines}") == []
    assert times(f"{DENTIST}\nTRANSP:OPAQUE\nSTATUS:TENTATIVE") == ["06-02 10:00 06-02 11:00"]


def test_whole_days_and_floating_times_go_by_the_persons_clocks():
    day, floating = "UID:a\nDTSTART;VALUE=DATE:20260603", "UID:b\nDTSTART:20260605T090000\nDURATION:PT1H"
    assert times(day, floating) == ["06-03 00:00 06-04 00:00", "06-05 09:00 06-05 10:00"]
    assert times(day, floating, zone="Europe/Paris") == ["06-02 18:00 06-03 18:00", "06-05 03:00 06-05 04:00"]
    assert times("UID:c\nDTSTART;VALUE=DATE:20260603\nDTEND;VALUE=DATE:20260605") == ["06-03 00:00 06-05 00:00"]


def test_a_time_without_an_end_takes_none():
    assert times("UID:a\nDTSTART:20260602T140000Z", "UID:b\nDTSTART:20260602T140000Z\nDTEND:20260602T140000Z") == []


def test_a_weekly_event_keeps_its_hour_when_the_clocks_change():
    weekly = "UID:choir\nDTSTART;TZID=America/New_York:20261024T190000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;COUNT=3"
    assert times(weekly) == ["10-24 19:00 10-24 21:00", "10-31 19:00 10-31 21:00", "11-07 19:00 11-07 21:00"]
    spring = "UID:choir\nDTSTART;TZID=America/New_York:20270307T190000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;COUNT=2"
    assert times(spring) == ["03-07 19:00 03-07 21:00", "03-14 19:00 03-14 21:00"]
    elsewhere = "UID:call\nDTSTART;TZID=Europe/Paris:20261019T150000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3"
    # Between the two changes Paris is an hour nearer.
    assert times(elsewhere) == ["10-19 09:00 10-19 10:00", "10-26 10:00 10-26 11:00", "11-02 09:00 11-02 10:00"]


def test_a_repetition_that_was_moved_left_out_or_cancelled():
    rule = "UID:choir\nDTSTART:20260602T140000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE:20260609T140000Z"
    moved = "UID:choir\nRECURRENCE-ID:20260616T140000Z\nDTSTART:20260617T160000Z\nDURATION:PT1H"
    dropped = "UID:choir\nRECURRENCE-ID:20260623T140000Z\nDTSTART:20260623T140000Z\nDURATION:PT1H\nSTATUS:CANCELLED"
    assert times(rule, moved, dropped) == ["06-02 10:00 06-02 11:00", "06-17 12:00 06-17 13:00"]


def test_what_touches_or_overlaps_is_one_and_nothing_beyond_the_window_is_kept():
    hours = [f"UID:{n}\nDTSTART:20260602T{n}0000Z\nDURATION:PT{n - 12}H" for n in (13, 14, 18)]
    assert times(*hours) == ["06-02 09:00 06-02 12:00", "06-02 14:00 06-02 20:00"]
    years = "UID:away\nDTSTART;VALUE=DATE:20200101\nDTEND;VALUE=DATE:20400101"
    assert times(years, days=7) == ["06-01 00:00 06-08 00:00"]
    assert (
        times("UID:a\nDTSTART:20260531T140000Z\nDURATION:PT1H", "UID:b\nDTSTART:20280602T140000Z\nDURATION:PT1H") == []
    )


def test_our_own_calendar_read_back_is_not_in_its_own_way():
    ours = calendar_ics.render([NIGHT], name="Care")
    assert _said(ours) == []
    # In another app, under the name that it had here.
    there = ours.replace(calendar_ics.PRODUCT.encode(), b"-//Somebody else//EN")
    assert _said(there) == ["10-31 21:00 11-01 05:00"]
    assert _said(there, own=(str(NIGHT.session_id),)) == []


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<html>Sign in</html>",
        b"\x00\xff\xfe" * 100 + b"END:VCALENDAR",
        b"END:VCALENDAR",
        b"BEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR",
        calendar(DENTIST).encode()[:-30],
        calendar(DENTIST).replace("END:VEVENT\r\n", "").encode(),
        b"BEGIN:VCALENDAR\r\nCALSCALE:HEBREW\r\nEND:VCALENDAR",
    ],
)
def test_what_is_no_calendar_or_half_of_one_is_none(text):
    with pytest.raises(NotACalendar):
        _said(text)


@pytest.mark.parametrize(
    "odd",
    [
        "UID:odd\nSUMMARY:No time at all",
        "UID:odd\nDTSTART:yesterday\nDTEND:20260603T100000Z",
        "UID:odd\nDTSTART:20260603T100000Z\nDURATION:PT1H\nRRULE:FREQ=NEVER",
        "UID:odd\nDTSTART:20260603T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=then;UNTIL=now",
        "UID:odd\nDTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:99991231",
        "UID:odd\nDTSTART:00010101T000000Z\nDTEND:00010101T000001Z",
        "UID:odd\nDTSTART;TZID=Nowhere/Land:20250603T100000\nDURATION:PT1H",
        "DTSTART:20250603T100000Z\nDTEND:20250603T110000Z",
    ],
)
def test_one_event_that_makes_no_sense_leaves_the_others(odd):
    assert times(odd, DENTIST) == ["06-02 10:00 06-02 11:00"]


def test_a_calendar_of_nothing_is_one():
    assert times() == []


def test_more_than_is_kept_is_refused():
    every_two_hours = [
        f"UID:{n}\nDTSTART:{FIRST.astimezone(UTC) + timedelta(hours=2 * n):%Y%m%dT%H%M%SZ}\nDURATION:PT1H"
        for n in range(101)
    ]
    assert len(times(*every_two_hours[:100])) == 100
    with pytest.raises(TooMany):
        times(*every_two_hours)

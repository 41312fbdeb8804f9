"""What of an outside calendar takes time, and when; and files that somebody wrote to do harm, or just badly."""

from datetime import UTC, datetime, timedelta

import pytest

from handsel.documents import busy_times_ics, calendar_ics
from handsel.documents.busy_times_ics import BusyTimes
from handsel.documents.ics_components import NotACalendar
from handsel.documents.ics_events import EventReader
from handsel.rules import local_time
from handsel.rules.outside_calendars import Remarks
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
    assert not busy.remarks.unfinished
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
        b"BEGIN:VCALENDAR\r\nCALSCALE:HEBREW\r\nEND:VCALENDAR",
    ],
)
def test_what_is_no_calendar_is_none(text):
    with pytest.raises(NotACalendar):
        _said(text)


def test_a_calendar_of_nothing_is_one():
    assert times() == []


def test_of_more_than_is_kept_the_shortest_gaps_count_as_busy():
    starts = [wall("2026-06-01 08:00") + timedelta(hours=2 * number, minutes=number % 7) for number in range(101)]
    events = [f"UID:{n}\nDTSTART:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}\nDURATION:PT1H" for n, at in enumerate(starts)]
    assert read(*events[:100]).remarks == Remarks()
    whole, kept = read(*events, most=101), read(*events, most=60)
    assert len(kept.stretches) <= 60
    assert kept.remarks == Remarks(closed_gap=61)
    for start, end in whole:
        assert any(kept_start <= start and end <= kept_end for kept_start, kept_end in kept)
    assert (kept.stretches[0][0], kept.stretches[-1][1]) == (whole.stretches[0][0], whole.stretches[-1][1])


def test_when_time_is_up_what_repeats_counts_by_its_plain_start_and_end():
    choir = "UID:choir\nDTSTART:20260603T200000Z\nDURATION:PT2H\nRRULE:FREQ=WEEKLY"
    found = read(choir, DENTIST, has_time=lambda: False)
    assert [f"{_wall(start)} {_wall(end)}" for start, end in found] == [
        "06-02 10:00 06-02 11:00",
        "06-03 16:00 06-03 18:00",
    ]
    assert found.remarks == Remarks(unfinished=1)
    endless = "UID:a\nDTSTART:20260603T200000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"
    left = iter(range(100))
    found = read(endless, DENTIST, choir, has_time=lambda: next(left, None) is not None)
    assert found.remarks.unfinished == 2
    assert [_wall(start) for start, _ in found] == ["06-02 10:00", "06-03 16:00"]


@pytest.mark.parametrize("product", ["-//Handsel//Care book//EN", "-//Somebody else//EN"])
def test_the_newer_of_two_states_counts_unless_it_would_end_a_series(product):
    old = "UID:a\nSEQUENCE:1\nDTSTART:20260602T140000Z\nDURATION:PT1H"
    new = "UID:a\nSEQUENCE:2\nDTSTART:20260602T160000Z\nDURATION:PT1H"
    expected = [] if "Handsel" in product else ["06-02 12:00 06-02 13:00"]
    for events in ((old, new), (new, old)):
        assert _said(calendar(*events, product=product)) == expected
    # One that repeats may stay beside what seems to replace a single one of its times.
    series = f"{old}\nRRULE:FREQ=WEEKLY;COUNT=2"
    assert times(series, new) == ["06-02 10:00 06-02 11:00", "06-02 12:00 06-02 13:00", "06-09 10:00 06-09 11:00"]
    assert times(old, new.replace("DTSTART", "DTSTRAT")) == ["06-02 10:00 06-02 11:00"]


def test_what_follows_a_moved_time_moves_along():
    choir = "UID:choir\nDTSTART:20260602T140000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4"
    moved = "UID:choir\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260616T140000Z\nDTSTART:20260617T160000Z\nDURATION:PT2H"
    assert times(choir, moved) == [
        "06-02 10:00 06-02 11:00",
        "06-09 10:00 06-09 11:00",
        "06-17 12:00 06-17 14:00",
        "06-24 12:00 06-24 14:00",
    ]
    assert times(choir, f"{moved}\nSTATUS:CANCELLED") == ["06-02 10:00 06-02 11:00", "06-09 10:00 06-09 11:00"]


def test_what_is_over_or_far_ahead_is_not_even_parsed(monkeypatch):
    past = "UID:{0}\nDTSTART;TZID=Europe/Paris:20190602T14{0:02}00\nDTEND;TZID=Europe/Paris:20190602T15{0:02}00"
    ahead = "UID:a{0}\nDTSTART:20290602T14{0:02}00Z\nDTEND:20290602T15{0:02}00Z"
    parsed = []
    plain = EventReader.read
    monkeypatch.setattr(EventReader, "read", lambda self, part: (parsed.append(part), plain(self, part))[1])
    others = [form.format(number) for number in range(50) for form in (past, ahead)]
    assert times(*others, DENTIST) == ["06-02 10:00 06-02 11:00"]
    assert len(parsed) == 1


def test_a_file_that_ends_in_the_middle_is_read_and_says_so():
    whole = calendar(DENTIST, DENTIST.replace("dentist", "other").replace("T1", "T2"))
    for end in ("END:VCALENDAR\r\n", "END:VEVENT\r\nEND:VCALENDAR\r\n", "0Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"):
        cut = whole.removesuffix(end)
        assert cut != whole
        found = busy_times_ics.busy_times(cut.encode(), **WINDOW)
        assert found.remarks.is_cut_off
        assert [_wall(start) for start, _ in found] == ["06-02 10:00", "06-02 20:00"]


WINDOW = {"first": FIRST, "last": FIRST + timedelta(days=365), "zone": ZONE, "own": (), "most": 100}


def read(*events: str, **options) -> BusyTimes:
    return busy_times_ics.busy_times(calendar(*events).encode(), **WINDOW | options)

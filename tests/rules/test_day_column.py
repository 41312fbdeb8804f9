"""Where a day's column draws what: cut at midnight, side by side where it overlaps, and the gaps between."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.rules import day_column, local_time
from handsel.rules.overlap import Span, overlaps

pytestmark = pytest.mark.no_database

NEW_YORK, LONDON = "America/New_York", "Europe/London"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FRIDAY = date(2026, 12, 11)
# Weeks in which clocks change: at two in the morning, by half an hour, at midnight, and a day that never was.
CHANGING = [
    (NEW_YORK, date(2026, 10, 29)),
    (LONDON, date(2027, 3, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 2)),
    ("America/Sao_Paulo", date(2018, 11, 1)),
    ("America/Havana", date(2026, 10, 29)),
    ("Pacific/Apia", date(2011, 12, 27)),
]


def span(first, last, key="", zone=NEW_YORK):
    """Between two readings of the clock on the wall."""
    return Span(*(local_time.instant(datetime.fromisoformat(wall), zone) for wall in (first, last)), key)


def on(day, spans, zone=NEW_YORK):
    """What one day's column holds: key -> (top, bottom, lane, of so many)."""
    pieces = day_column.columns(spans, [day], zone)[day]
    return {p.span.key: (clock(p.top), clock(p.bottom), p.lane, p.lanes) for p in pieces}


def clock(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


def test_noors_friday_has_the_morning_and_the_afternoon_side_by_side():
    morning, afternoon = (
        span("2026-12-11 06:00", "2026-12-11 14:30", "Emma"),
        span("2026-12-11 12:00", "2026-12-11 17:00", "Zuri"),
    )
    evening = span("2026-12-11 18:00", "2026-12-11 19:00", "Theo")
    assert on(FRIDAY, [evening, afternoon, morning]) == {
        "Emma": ("06:00", "14:30", 1, 2),
        "Zuri": ("12:00", "17:00", 2, 2),
        "Theo": ("18:00", "19:00", 1, 1),
    }


def test_three_at_once_have_three_lanes_and_a_fourth_takes_the_one_that_is_free_again():
    spans = [
        span("2026-12-11 08:00", "2026-12-11 10:00", "first"),
        span("2026-12-11 08:30", "2026-12-11 13:00", "second"),
        span("2026-12-11 09:00", "2026-12-11 12:00", "third"),
        span("2026-12-11 10:00", "2026-12-11 11:00", "fourth"),
    ]
    assert {key: at[2:] for key, at in on(FRIDAY, spans).items()} == {
        "first": (1, 3),
        "second": (2, 3),
        "third": (3, 3),
        "fourth": (1, 3),
    }


def test_sessions_that_touch_share_a_lane_whatever_the_minute():
    spans = [span("2026-12-11 08:00", "2026-12-11 10:07", "one"), span("2026-12-11 10:07", "2026-12-11 12:00", "two")]
    assert on(FRIDAY, spans) == {"one": ("08:00", "10:00", 1, 1), "two": ("10:00", "12:00", 1, 1)}


def test_three_minutes_of_overlap_are_side_by_side_though_they_round_to_nothing():
    spans = [span("2026-12-11 08:00", "2026-12-11 12:03", "one"), span("2026-12-11 12:00", "2026-12-11 14:00", "two")]
    assert [at[2:] for at in on(FRIDAY, spans).values()] == [(1, 2), (2, 2)]


def test_a_night_is_cut_at_midnight_and_goes_on_the_next_day():
    night = span("2026-12-12 21:00", "2026-12-13 06:00", "Zuri")
    saturday, sunday = date(2026, 12, 12), date(2026, 12, 13)
    columns = day_column.columns([night], [saturday, sunday], NEW_YORK)
    (before,), (after,) = columns[saturday], columns[sunday]
    assert (clock(before.top), clock(before.bottom), before.begins, before.ends) == ("21:00", "24:00", True, False)
    assert (clock(after.top), clock(after.bottom), after.begins, after.ends) == ("00:00", "06:00", False, True)


def test_what_ends_at_midnight_is_not_on_the_next_day():
    evening = span("2026-12-12 18:00", "2026-12-13 00:00", "Zuri")
    assert on(date(2026, 12, 12), [evening]) == {"Zuri": ("18:00", "24:00", 1, 1)}
    assert on(date(2026, 12, 13), [evening]) == {}


def test_ten_minutes_are_drawn_as_half_an_hour_that_stays_in_the_day():
    spans = [
        span("2026-12-11 09:00", "2026-12-11 09:10", "short"),
        span("2026-12-11 23:50", "2026-12-12 00:00", "late"),
    ]
    assert on(FRIDAY, spans) == {"short": ("09:00", "09:30", 1, 1), "late": ("23:30", "24:00", 1, 1)}


def test_the_hour_that_new_york_has_twice_is_drawn_once():
    sunday = date(2026, 11, 1)
    # 01:30 by the first clock to 01:15 by the second is three quarters of an hour.
    start = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert on(sunday, [Span(start, start + 45 * MINUTE, "Zuri")]) == {"Zuri": ("01:00", "02:00", 1, 1)}
    night = span("2026-10-31 21:00", "2026-11-01 06:00", "night")
    assert night.end - night.start == 10 * HOUR
    assert on(sunday, [night]) == {"night": ("00:00", "06:00", 1, 1)}


def test_the_hour_that_london_skips_stays_in_the_column():
    sunday = date(2027, 3, 28)
    night = span("2027-03-27 21:00", "2027-03-28 06:00", "night", LONDON)
    assert night.end - night.start == 8 * HOUR
    assert on(sunday, [night], LONDON) == {"night": ("00:00", "06:00", 1, 1)}
    until_the_change = span("2027-03-28 00:00", "2027-03-28 01:00", "before", LONDON)
    assert on(sunday, [until_the_change], LONDON) == {"before": ("00:00", "01:00", 1, 1)}


@pytest.mark.parametrize(
    ("zone", "day", "stops", "resumes", "hours"),
    [
        (NEW_YORK, date(2026, 11, 1), "2026-11-01 02:00", "2026-11-01 01:00", 25),
        (NEW_YORK, date(2026, 3, 8), "2026-03-08 02:00", "2026-03-08 03:00", 23),
        (LONDON, date(2027, 3, 28), "2027-03-28 01:00", "2027-03-28 02:00", 23),
        ("Australia/Lord_Howe", date(2026, 4, 5), "2026-04-05 02:00", "2026-04-05 01:30", 24.5),
        ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04 00:00", "2018-11-04 01:00", 23),
        ("America/Sao_Paulo", date(2018, 2, 17), "2018-02-18 00:00", "2018-02-17 23:00", 25),
    ],
)
def test_the_clock_changes_that_people_know(zone, day, stops, resumes, hours):
    change = local_time.clock_change(day, zone)
    assert (change.stops, change.resumes) == (datetime.fromisoformat(stops), datetime.fromisoformat(resumes))
    assert change.hours == hours * HOUR
    assert change.is_forward == (hours < 24)
    assert [local_time.clock_change(day + DAY * by, zone) for by in (-1, 1)] == [None, None]


def test_a_day_that_never_was_is_no_clock_change():
    days = [date(2011, 12, day) for day in (29, 30, 31)]
    assert [local_time.clock_change(day, "Pacific/Apia") for day in days] == [None, None, None]


def test_the_gaps_lie_between_what_is_there():
    spans = [span("2026-12-11 06:00", "2026-12-11 08:00"), span("2026-12-11 12:10", "2026-12-11 13:00")]
    pieces = day_column.columns(spans, [FRIDAY], NEW_YORK)[FRIDAY]
    gaps = [(clock(first), clock(last)) for first, last in day_column.gaps(pieces, 7 * 60, 21 * 60, least=60)]
    assert gaps == [("08:00", "12:00"), ("13:00", "21:00")]
    assert day_column.gaps([], 7 * 60, 21 * 60, least=60) == [(7 * 60, 21 * 60)]


# Any week, any sessions


@st.composite
def weeks(draw):
    """A zone, the seven days of a week in which its clocks change, and sessions all around them."""
    zone, first = draw(st.sampled_from(CHANGING))
    days = [first + number * DAY for number in range(7)]
    start, _ = local_time.day_span(first, first, zone)
    sessions = draw(
        st.lists(st.tuples(st.integers(-24 * 60, 8 * 24 * 60), st.integers(1, 25 * 60)), max_size=12), label="sessions"
    )
    spans = [
        Span(start + begins * MINUTE, start + (begins + lasts) * MINUTE, number)
        for number, (begins, lasts) in enumerate(sessions)
    ]
    return zone, days, spans


@given(weeks())
def test_every_minute_of_the_week_is_drawn_once(week):
    zone, days, spans = week
    first, last = local_time.day_span(days[0], days[-1], zone)
    columns = day_column.columns(spans, days, zone)
    for span in spans:
        pieces = sorted((p for day in days for p in columns[day] if p.span.key == span.key), key=lambda p: p.start)
        shown = (max(span.start, first), min(span.end, last))
        if shown[0] >= shown[1]:
            assert pieces == []
            continue
        assert (pieces[0].start, pieces[-1].end) == shown
        assert all(before.end == after.start for before, after in pairwise(pieces))
        assert [p.begins for p in pieces[1:]] == [False] * (len(pieces) - 1)


@given(weeks())
def test_a_piece_is_drawn_over_the_minutes_it_covers(week):
    zone, days, spans = week
    for day, pieces in day_column.columns(spans, days, zone).items():
        for piece in pieces:
            walls = [
                local_time.wall(piece.start + n * MINUTE, zone) for n in range((piece.end - piece.start) // MINUTE)
            ]
            minutes = [wall.hour * 60 + wall.minute for wall in walls if wall.date() == day]
            assert not minutes or (piece.first_minute <= min(minutes) and max(minutes) < piece.last_minute)
            assert 0 <= piece.top < piece.bottom <= day_column.WHOLE_DAY
            assert piece.top % 15 == piece.bottom % 15 == 0
            assert piece.bottom - piece.top >= 30
            assert abs(piece.top - piece.first_minute) <= 30


@given(weeks())
def test_nothing_that_overlaps_shares_a_lane(week):
    zone, days, spans = week
    for pieces in day_column.columns(spans, days, zone).values():
        for number, piece in enumerate(pieces):
            assert 1 <= piece.lane <= piece.lanes
            for other in pieces[:number]:
                drawn_over = piece.top < other.bottom and other.top < piece.bottom
                if drawn_over or overlaps(Span(piece.start, piece.end, 1), Span(other.start, other.end, 2)):
                    assert piece.lane != other.lane
                    assert piece.lanes == other.lanes


@given(weeks(), st.sampled_from([15, 60, 120]))
def test_a_gap_touches_no_session_and_no_free_hour_is_forgotten(week, least):
    zone, days, spans = week
    for pieces in day_column.columns(spans, days, zone).values():
        gaps = day_column.gaps(pieces, 7 * 60, 21 * 60, least=least)
        for first, last in gaps:
            assert 7 * 60 <= first < last <= 21 * 60
            assert last - first >= least
            for piece in pieces:
                assert last <= min(piece.top, piece.first_minute) or first >= max(piece.bottom, piece.last_minute)
        free = {minute for first, last in gaps for minute in range(first, last)}
        taken = {m for p in pieces for m in range(min(p.top, p.first_minute), max(p.bottom, p.last_minute))}
        for start in range(7 * 60, 21 * 60 - least + 1, 15):
            stretch = set(range(start, start + least))
            assert stretch & taken or stretch <= free

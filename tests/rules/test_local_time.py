"""Wall clocks and instants: every clock change of seven zones, minute by minute, against a definition of our own."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handsel.rules import local_time

pytestmark = pytest.mark.no_database

ZONES = {
    # The zone, and how often its clocks changed between 1970 and 2037 at the least.
    "America/New_York": 130,
    "Europe/London": 130,
    "Australia/Lord_Howe": 100,
    "America/Santiago": 120,
    "Africa/Casablanca": 80,
    "Asia/Kathmandu": 1,
    "Pacific/Apia": 10,
}
zones = st.sampled_from(sorted(ZONES))
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BEGIN, STOP = datetime(1970, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)


def wall(written):
    """A reading of a clock on the wall, of no zone."""
    return datetime.fromisoformat(written)


def offset(zone, at):
    """What the clock database says of an instant; the other way round is what is being tested."""
    return at.astimezone(ZoneInfo(zone)).utcoffset()


@cache
def clock_changes(zone):
    """Each instant at which the zone's offset changes, with the offsets before and after."""
    changes, at, before = [], BEGIN, offset(zone, BEGIN)
    while at < STOP:
        later = min(at + 5 * DAY, STOP)
        if offset(zone, later) != before:
            low, high = at, later
            while high - low > SECOND:
                middle = low + (high - low) // SECOND // 2 * SECOND
                low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
            later, after = high, offset(zone, high)
            changes.append((later, before, after))
            before = after
        at = later
    return changes


@pytest.mark.parametrize("zone", ZONES)
def test_every_minute_around_every_clock_change(zone):
    changes = clock_changes(zone)
    assert len(changes) >= ZONES[zone]
    for change, before, after in changes:
        naive = change.replace(tzinfo=None)
        shown = (naive + min(before, after) - 90 * MINUTE).replace(second=0)
        while shown < naive + max(before, after) + 90 * MINUTE:
            by_old, by_new = (shown - before).replace(tzinfo=UTC), (shown - after).replace(tzinfo=UTC)
            # A clock reading is an old one before the change and a new one from the change on: it may be both (the
            # first is meant), or neither (it never was, and the old offset counts on).
            meant = by_old if by_old < change or by_new < change else by_new
            assert local_time.instant(shown, zone) == meant, shown
            shown += MINUTE


@pytest.mark.parametrize("zone", ZONES)
def test_every_minute_around_every_clock_change_reads_back_unless_it_never_was(zone):
    for change, before, after in clock_changes(zone):
        seen = change - 3 * HOUR
        while seen < change + 3 * HOUR:
            shown = local_time.wall(seen, zone)
            assert shown == (seen + (before if seen < change else after)).replace(tzinfo=None)
            again = local_time.instant(shown, zone)
            assert again in (seen, seen - (before - after))
            seen += 7 * MINUTE


@settings(max_examples=500, deadline=None)
@given(zones, st.datetimes(wall("1970-01-03"), wall("2199-12-30")))
def test_an_ordinary_wall_time_reads_back(zone, shown):
    at = local_time.instant(shown, zone)
    assert at.tzinfo is UTC
    changes = [change for change, _, _ in clock_changes(zone)]
    near = bisect_right(changes, at + DAY) > bisect_right(changes, at - DAY)
    assert near or at > STOP or local_time.wall(at, zone) == shown


def test_after_the_last_written_change_the_rule_goes_on():
    assert local_time.instant(wall("2150-07-01T06:00"), "America/New_York") == datetime(2150, 7, 1, 10, tzinfo=UTC)
    assert local_time.instant(wall("2150-01-01T06:00"), "America/New_York") == datetime(2150, 1, 1, 11, tzinfo=UTC)


# In New York clocks go forward on 14 March 2027 and back on 7 November 2027.
@pytest.mark.parametrize(
    ("slot", "start", "end", "begins", "lasts"),
    [
        (date(2027, 6, 7), time(6), time(14, 30), "2027-06-07T10:00", 8.5 * HOUR),
        (date(2027, 6, 7), time(21), time(6), "2027-06-08T01:00", 9 * HOUR),
        (date(2027, 3, 13), time(21), time(6), "2027-03-14T02:00", 8 * HOUR),
        (date(2027, 11, 6), time(21), time(6), "2027-11-07T01:00", 10 * HOUR),
        (date(2027, 3, 14), time(2, 30), time(8), "2027-03-14T07:30", 4.5 * HOUR),
        (date(2027, 11, 7), time(1, 30), time(8), "2027-11-07T05:30", 7.5 * HOUR),
        # 02:30 shows as 03:30, after 03:15: it lasts what the wall says.
        (date(2027, 3, 14), time(2, 30), time(3, 15), "2027-03-14T07:30", 0.75 * HOUR),
        # 02:30 shows as 03:30 itself: not empty either.
        (date(2027, 3, 14), time(2, 30), time(3, 30), "2027-03-14T07:30", HOUR),
        # Both inside the hour that never was.
        (date(2027, 3, 14), time(2, 10), time(2, 50), "2027-03-14T07:10", 40 * MINUTE),
        # Both inside the hour that comes twice: both are the first.
        (date(2027, 11, 7), time(1, 10), time(1, 50), "2027-11-07T05:10", 40 * MINUTE),
        # The longest by the wall: a minute short of a day, and an hour more when clocks go back.
        (date(2027, 11, 6), time(12), time(11, 59), "2027-11-06T16:00", DAY + HOUR - MINUTE),
    ],
)
def test_a_session_in_new_york(slot, start, end, begins, lasts):
    starts, ends = local_time.span(slot, start, end, "America/New_York")
    assert (starts, ends - starts) == (datetime.fromisoformat(f"{begins}Z"), lasts)


def test_lord_howe_moves_its_clocks_by_half_an_hour():
    starts, ends = local_time.span(date(2026, 10, 3), time(21), time(6), "Australia/Lord_Howe")
    assert ends - starts == 8.5 * HOUR
    starts, ends = local_time.span(date(2027, 4, 3), time(21), time(6), "Australia/Lord_Howe")
    assert ends - starts == 9.5 * HOUR


def test_apia_went_to_bed_on_thursday_and_rose_on_saturday():
    skipped = date(2011, 12, 30)
    starts, ends = local_time.span(skipped, time(6), time(14, 30), "Pacific/Apia")
    # The offset before the gap was ten hours behind.
    assert (starts, ends - starts) == (datetime(2011, 12, 30, 16, tzinfo=UTC), 8.5 * HOUR)
    # A night out of it: 06:00 of the 31st is a day of instants nearer, before the resolved start.
    starts, ends = local_time.span(skipped, time(21), time(6), "Pacific/Apia")
    assert ends - starts == 9 * HOUR
    assert local_time.day_span(skipped, skipped, "Pacific/Apia") == (datetime(2011, 12, 30, 10, tzinfo=UTC),) * 2
    assert local_time.local_date(datetime(2011, 12, 30, 9, 59, tzinfo=UTC), "Pacific/Apia") == date(2011, 12, 29)
    assert local_time.local_date(datetime(2011, 12, 30, 10, tzinfo=UTC), "Pacific/Apia") == date(2011, 12, 31)


def minutes_of_day():
    return st.builds(time, st.integers(0, 23), st.integers(0, 59))


@st.composite
def dates_near_changes(draw, zone):
    change, before, _ = draw(st.sampled_from(clock_changes(zone)))
    return (change + before).date() + draw(st.integers(-2, 2)) * DAY


@settings(max_examples=1000, deadline=None)
@given(st.data(), zones, minutes_of_day(), minutes_of_day())
def test_a_session_is_never_empty_and_only_a_clock_change_bends_it(data, zone, start, end):
    slot = data.draw(dates_near_changes(zone))
    starts, ends = local_time.span(slot, start, end, zone)
    assert starts == local_time.instant(datetime.combine(slot, start), zone)
    assert ends > starts
    near = [after - before for change, before, after in clock_changes(zone) if starts - DAY <= change <= ends + DAY]
    assert abs(ends - starts - local_time.wall_length(start, end)) <= sum(map(abs, near), timedelta(0))


@settings(max_examples=500, deadline=None)
@given(st.data(), zones, minutes_of_day(), minutes_of_day(), st.permutations(range(-400, 400, 37)))
def test_many_slots_have_the_spans_that_each_has(data, zone, start, end, steps):
    near = data.draw(dates_near_changes(zone))
    slots = [near + number * DAY for number in (*range(-4, 5), *steps)]
    assert local_time.spans(slots, start, end, zone) == [local_time.span(slot, start, end, zone) for slot in slots]


@pytest.mark.parametrize("slot", [date.min, date.max - 2 * DAY])
def test_the_first_and_the_last_slots_there_are(slot):
    hours = (time(6), time(14, 30), "UTC")
    assert local_time.spans([slot], *hours) == [local_time.span(slot, *hours)]


def test_what_is_kept_of_zones_has_a_bound():
    kept = local_time._steady_runs
    for year in range(2000, 2040):
        for zone in sorted(local_time.zone_names())[:20]:
            kept(year, zone)
    assert kept.cache_info().currsize == kept.cache_info().maxsize


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [
        (time(6), time(14, 30), timedelta(hours=8, minutes=30)),
        (time(21), time(6), 9 * HOUR),
        (time(0), time(23, 59), DAY - MINUTE),
        (time(0, 1), time(0), DAY - MINUTE),
        (time(12), time(0), 12 * HOUR),
    ],
)
def test_the_wall_clock_length(start, end, length):
    assert local_time.wall_length(start, end) == length


@settings(max_examples=500, deadline=None)
@given(st.data(), zones)
def test_the_spans_of_days_tile_time(data, zone):
    first = data.draw(dates_near_changes(zone))
    days = [first + n * DAY for n in range(5)]
    spans = [local_time.day_span(day, day, zone) for day in days]
    assert all(begin <= end for begin, end in spans)
    assert [end for _, end in spans[:-1]] == [begin for begin, _ in spans[1:]]
    assert local_time.day_span(days[0], days[-1], zone) == (spans[0][0], spans[-1][1])


@settings(max_examples=500, deadline=None)
@given(st.data(), zones, st.integers(-48 * 60, 48 * 60))
def test_an_instant_lies_in_the_span_of_its_local_date(data, zone, minutes):
    change, _, _ = data.draw(st.sampled_from(clock_changes(zone)))
    at = change + minutes * MINUTE
    day = local_time.local_date(at, zone)
    begin, end = local_time.day_span(day, day, zone)
    assert begin <= at < end


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 14), 23), (date(2027, 11, 7), 25), (date(2027, 6, 7), 24)])
def test_a_day_in_new_york_has_23_24_or_25_hours(day, hours):
    begin, end = local_time.day_span(day, day, "America/New_York")
    assert end - begin == hours * HOUR


def test_where_midnight_itself_is_skipped_the_day_begins_when_the_clocks_have_moved():
    # In Santiago the clocks went from 24:00 on 5 September 2026 to 01:00.
    day = date(2026, 9, 6)
    begin, end = local_time.day_span(day, day, "America/Santiago")
    assert end - begin == 23 * HOUR
    assert local_time.wall(begin, "America/Santiago") == wall("2026-09-06T01:00")


def test_zones_are_places_and_nothing_else():
    names = local_time.zone_names()
    assert set(ZONES) | {"UTC", "Europe/Berlin"} <= names
    assert (
        not {"", "Factory", "localtime", "posixrules", "../../etc/passwd", "/etc/localtime", "america/new_york"} & names
    )


def test_a_day_that_apia_skipped_has_no_evening():
    zone = "Pacific/Apia"
    before = datetime(2011, 12, 30, 6, tzinfo=UTC)  # there it is still the 29th, at 20:00
    after = local_time.instant(datetime.fromisoformat("2011-12-31 18:00"), zone)
    assert local_time.next_at(before, time(18), zone) == after

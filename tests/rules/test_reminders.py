"""When each reminder falls: by the clock on the wall, also when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.rules import local_time, recurrence, reminders
from handsel.rules.recurrence import Pattern, Recurrence, Weekday
from handsel.rules.reminders import Window

pytestmark = pytest.mark.no_database

NEW_YORK, LONDON, APIA = "America/New_York", "Europe/London", "Pacific/Apia"
ZONES = [NEW_YORK, LONDON, "Australia/Lord_Howe", "America/Santiago", APIA, "Africa/Casablanca", "Asia/Kathmandu"]
A_DAY, A_SECOND = timedelta(days=1), timedelta(seconds=1)
SKIPPED = date(2011, 12, 30)  # by Apia
LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)

zones = st.sampled_from(ZONES)
dates = st.dates(date(2000, 1, 1), date(2036, 12, 31))
instants = st.integers(0, 37 * 365 * 24 * 3600).map(lambda n: datetime(2000, 1, 1, tzinfo=UTC) + n * A_SECOND)
lengths = st.integers(1, 25 * 60).map(lambda minutes: timedelta(minutes=minutes))
patterns = st.builds(
    Pattern,
    st.sampled_from([Recurrence.WEEKLY, Recurrence.BIWEEKLY, Recurrence.MONTHLY]),
    st.frozensets(st.sampled_from(Weekday), min_size=1),
    dates,
)


def there(text: str, zone: str) -> datetime:
    return local_time.instant(datetime.fromisoformat(text), zone)


def test_a_window_holds_its_first_instant_and_not_its_last():
    window = Window(LONG_AGO, LONG_AGO + A_SECOND)
    assert [window.holds(LONG_AGO + n * A_SECOND) for n in (-1, 0, 1)] == [False, True, False]


@pytest.mark.parametrize(
    ("day", "zone", "evening"),
    [
        ("2026-06-02", NEW_YORK, "2026-06-01T22:00Z"),
        # The clocks go forward in the night between, then back.
        ("2026-03-08", NEW_YORK, "2026-03-07T23:00Z"),
        ("2026-03-09", NEW_YORK, "2026-03-08T22:00Z"),
        ("2026-11-01", NEW_YORK, "2026-10-31T22:00Z"),
        ("2026-11-02", NEW_YORK, "2026-11-01T23:00Z"),
        ("2026-03-29", LONDON, "2026-03-28T18:00Z"),
        ("2026-03-30", LONDON, "2026-03-29T17:00Z"),
        ("2026-10-25", LONDON, "2026-10-24T17:00Z"),
        ("2026-10-26", LONDON, "2026-10-25T18:00Z"),
        # By half an hour, and at midnight itself.
        ("2026-10-04", "Australia/Lord_Howe", "2026-10-03T07:30Z"),
        ("2026-10-05", "Australia/Lord_Howe", "2026-10-04T07:00Z"),
        ("2026-09-06", "America/Santiago", "2026-09-05T22:00Z"),
        ("2026-09-07", "America/Santiago", "2026-09-06T21:00Z"),
        ("2026-04-05", "America/Santiago", "2026-04-04T21:00Z"),
        # Apia had no 30 December 2011: the evening before the 31st is that of the 29th.
        ("2011-12-31", APIA, "2011-12-30T04:00Z"),
        ("2011-12-29", APIA, "2011-12-29T04:00Z"),
        ("2012-01-01", APIA, "2011-12-31T04:00Z"),
    ],
)
def test_the_evening_before(day, zone, evening):
    assert reminders.tomorrow(date.fromisoformat(day), zone).opens == datetime.fromisoformat(evening)


@given(zones, dates)
def test_tomorrow_is_told_at_six_on_the_last_evening_before_the_day(zone, day):
    window = reminders.tomorrow(day, zone)
    evening = window.opens.astimezone(ZoneInfo(zone))
    assert evening.time() == time(18)
    eve = day - A_DAY if (zone, day) not in ((APIA, SKIPPED), (APIA, SKIPPED + A_DAY)) else SKIPPED - A_DAY
    assert evening.date() == eve
    # Until midnight: six hours, and what the clocks do in them.
    assert window.closes == local_time.day_span(day, day, zone)[0]
    assert timedelta(hours=5) <= window.closes - window.opens <= timedelta(hours=7)


@given(zones, instants)
def test_at_any_moment_at_most_one_day_is_tomorrow(zone, at):
    today = local_time.local_date(at, zone)
    told = [n for n in range(-2, 4) if reminders.tomorrow(today + n * A_DAY, zone).holds(at)]
    # Of the day that Apia skipped nothing can be told.
    assert len(set(told) - ({1} if (zone, today + A_DAY) == (APIA, SKIPPED) else set())) <= 1
    assert bool(told) is (local_time.wall(at, zone).time() >= time(18))


@given(instants, lengths, zones)
def test_whoever_sleeps_in_london_hears_of_new_york_in_the_evening_before_her_own_day(start, length, zone):
    """The day, as the evening, is that of the clocks a person lives by."""
    day = local_time.local_date(start, zone)
    window = reminders.tomorrow(day, zone)
    assert window.opens < window.closes <= start
    assert start - window.opens <= timedelta(hours=33)


@given(instants)
def test_an_answer_is_asked_for_again_48_hours_before(start):
    assert reminders.still_to_confirm(start, LONG_AGO) == Window(start - timedelta(hours=48), start)


@given(instants, st.integers(0, 5000))
def test_nobody_is_asked_again_at_once_after_it_was_planned_or_changed(start, minutes):
    changed = start - timedelta(minutes=minutes)
    window = reminders.still_to_confirm(start, changed)
    assert window.opens >= changed + timedelta(hours=12)
    assert window.holds(start - timedelta(minutes=1)) is (minutes > 12 * 60)


@given(instants, lengths)
def test_who_should_have_started_hears_it_after_a_quarter_of_an_hour_until_the_end(start, length):
    window = reminders.should_have_started(start, start + length)
    assert window.opens == start + timedelta(minutes=15)
    assert not window.holds(start + length)


@given(instants)
def test_what_still_runs_is_told_after_half_an_hour_and_the_family_after_two(end):
    hers, theirs = reminders.still_running(end), reminders.still_running_for_the_family(end)
    assert (hers.opens - end, theirs.opens - end) == (timedelta(minutes=30), timedelta(hours=2))
    assert hers.closes == theirs.closes == end + A_DAY


MORNINGS = Pattern(Recurrence.WEEKLY, frozenset({Weekday.MONDAY, Weekday.FRIDAY}), date(2026, 1, 5))


@pytest.mark.parametrize(
    ("planned_to", "zone", "opens"),
    [
        # Planned up to Sunday the 28th, the day before the next slot: on the 15th that is 13 days away.
        (date(2026, 6, 26), NEW_YORK, "2026-06-15 09:00"),
        (date(2026, 6, 26), LONDON, "2026-06-15 09:00"),
        (date(2026, 3, 20), NEW_YORK, "2026-03-09 09:00"),
        (date(2026, 3, 16), NEW_YORK, "2026-03-06 09:00"),
    ],
)
def test_a_plan_ends_when_less_than_two_weeks_of_it_are_left(planned_to, zone, opens):
    assert reminders.plan_ends(MORNINGS, planned_to, zone).opens == there(opens, zone)


def test_where_nothing_can_follow_no_plan_ends():
    until = Pattern(Recurrence.WEEKLY, MORNINGS.days, date(2026, 1, 5), end_date=date(2026, 6, 28))
    assert reminders.plan_ends(until, date(2026, 6, 26), NEW_YORK) is None
    assert reminders.plan_ends(until, date(2026, 6, 22), NEW_YORK) is not None
    once = Pattern(Recurrence.ONCE, frozenset(), date(2026, 6, 1))
    assert reminders.plan_ends(once, date(2026, 6, 1), NEW_YORK) is None


@given(patterns, dates, zones)
def test_a_plan_ends_at_nine_in_the_morning_two_weeks_before_its_next_slot(pattern, planned_to, zone):
    window = reminders.plan_ends(pattern, planned_to, zone)
    (following,) = recurrence.upcoming(pattern, planned_to + A_DAY, most=1)
    if following - reminders.PLANNED_FOR != SKIPPED or zone != APIA:
        assert local_time.wall(window.opens, zone) == datetime.combine(following - timedelta(days=14), time(9))
    assert window.opens < window.closes
    assert local_time.local_date(window.closes - A_SECOND, zone) == (
        following if (zone, following) != (APIA, SKIPPED) else SKIPPED - A_DAY
    )

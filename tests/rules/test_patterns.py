"""What is wrong with a pattern, how calendars say it, and how much care it is."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from handsel.rules import recurrence
from handsel.rules.recurrence import WEEK, Weekday
from tests.rules.test_recurrence import (
    BIWEEKLY,
    FIRST,
    FRI,
    MON,
    MONTHLY,
    ONCE,
    SAT,
    SUN,
    THU,
    TUE,
    WED,
    WEEKLY,
    pattern,
)

pytestmark = pytest.mark.no_database

WEDNESDAY_10_JUNE = date(2026, 6, 10)


@pytest.mark.parametrize(
    ("schedule", "fields"),
    [
        (pattern(ONCE, [], WEDNESDAY_10_JUNE), set()),
        (pattern(ONCE, [WED], WEDNESDAY_10_JUNE), set()),
        (pattern(ONCE, [TUE], WEDNESDAY_10_JUNE), {"days_of_week"}),
        (pattern(ONCE, [WED, THU], WEDNESDAY_10_JUNE), {"days_of_week"}),
        (pattern(WEEKLY, [], WEDNESDAY_10_JUNE), {"days_of_week"}),
        (pattern(WEEKLY, [MON], WEDNESDAY_10_JUNE), set()),
        (pattern(BIWEEKLY, [], WEDNESDAY_10_JUNE), {"days_of_week"}),
        (pattern(BIWEEKLY, [SUN], WEDNESDAY_10_JUNE), set()),
        (pattern(MONTHLY, [], WEDNESDAY_10_JUNE), set()),
        (pattern(MONTHLY, [SUN], WEDNESDAY_10_JUNE), set()),
        (pattern(WEEKLY, [MON], WEDNESDAY_10_JUNE, WEDNESDAY_10_JUNE), set()),
        (pattern(WEEKLY, [MON], WEDNESDAY_10_JUNE, date(2026, 6, 9)), {"end_date"}),
        (pattern(WEEKLY, [], WEDNESDAY_10_JUNE, date(2026, 6, 9)), {"days_of_week", "end_date"}),
    ],
)
def test_what_is_wrong_with_a_pattern(schedule, fields):
    found = recurrence.problems(schedule)
    assert set(found) == fields
    assert all(sentence.endswith(".") for sentence in found.values())


@pytest.mark.parametrize(
    ("schedule", "rule"),
    [
        (pattern(ONCE, [], WEDNESDAY_10_JUNE), None),
        (pattern(WEEKLY, [FRI, MON, WED], FIRST), "FREQ=WEEKLY;WKST=MO;BYDAY=MO,WE,FR"),
        (pattern(WEEKLY, [SUN], FIRST), "FREQ=WEEKLY;WKST=MO;BYDAY=SU"),
        (pattern(BIWEEKLY, [TUE, THU], FIRST), "FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=TU,TH"),
        (pattern(BIWEEKLY, [TUE, SUN], FIRST, None, SUN), "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU"),
        # Where every week counts, it matters to no calendar when one begins.
        (pattern(WEEKLY, [SUN], FIRST, None, SUN), "FREQ=WEEKLY;WKST=MO;BYDAY=SU"),
        (pattern(MONTHLY, [TUE], date(2026, 6, 9)), "FREQ=MONTHLY;BYDAY=2TU"),
        (pattern(MONTHLY, [TUE, MON], date(2026, 6, 28)), "FREQ=MONTHLY;BYDAY=4MO,4TU"),
        (pattern(MONTHLY, [TUE], date(2026, 6, 30)), "FREQ=MONTHLY;BYDAY=-1TU"),
        (pattern(MONTHLY, [], date(2026, 5, 31)), "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY=31"),
        (pattern(MONTHLY, [], date(2026, 5, 28)), "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY=28"),
    ],
)
def test_a_pattern_as_calendars_say_it(schedule, rule):
    assert recurrence.rrule(schedule) == rule


@pytest.mark.parametrize(
    ("schedule", "a_month", "hours"),
    [
        (pattern(WEEKLY, [MON, WED, FRI], FIRST), "13.0", "25.5"),
        (pattern(WEEKLY, WEEK, FIRST), "30.4", "59.5"),
        (pattern(BIWEEKLY, [MON], FIRST), "2.2", "4.3"),
        (pattern(MONTHLY, [], FIRST), "1.0", "2.0"),
        (pattern(MONTHLY, [MON, TUE], FIRST), "2.0", "3.9"),
        (pattern(ONCE, [], FIRST), "0.0", "0.0"),
    ],
)
def test_how_much_care_a_pattern_is(schedule, a_month, hours):
    assert recurrence.sessions_a_month(schedule) == Decimal(a_month)
    assert recurrence.hours_a_week(schedule, time(6), time(14, 30)) == Decimal(hours)


def test_a_night_counts_to_the_next_morning():
    assert recurrence.hours_a_week(pattern(WEEKLY, [FRI], FIRST), time(21), time(6)) == Decimal("9.0")


def test_weekdays_are_numbered_and_ordered_from_monday():
    assert [weekday.number for weekday in WEEK] == list(range(7))
    assert recurrence.in_order({SUN, MON, SAT, TUE}) == [MON, TUE, SAT, SUN]
    assert Weekday.of(date(2026, 6, 1)) is MON


def test_hours_may_go_past_midnight_but_not_all_around_the_clock():
    assert recurrence.hours_problems(time(22), time(6)) == {}
    assert recurrence.hours_problems(time(6), time(6)).keys() == {"end_time"}


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (0, "The last day must not be before the first."),
        (1, None),
        (366, None),
        (367, "Choose at most 366 days at once."),
    ],
)
def test_a_range_is_a_day_to_a_year(days, sentence):
    first = date(2026, 6, 1)
    found = recurrence.range_problems(first, first + timedelta(days=days - 1))
    assert found == ({"to_date": sentence} if sentence else {})

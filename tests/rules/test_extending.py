"""How far a schedule is kept planned: by whole weeks, and never over the same days twice."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.rules import extending

pytestmark = pytest.mark.no_database

MONDAY = date(2026, 6, 1)
DAYS = st.dates(date(2000, 1, 1), date(2199, 1, 1))


@pytest.mark.parametrize("weeks", [1, 4, 26, None])
def test_a_number_of_weeks_that_may_be_wished(weeks):
    assert extending.problems(weeks) == {}


@pytest.mark.parametrize("weeks", [-1, 0, 27, 10_000])
def test_a_number_of_weeks_that_may_not(weeks):
    assert extending.problems(weeks).keys() == {"weeks_ahead"}


def test_the_first_time_it_begins_today_and_ends_with_the_last_of_the_weeks_after_this_one():
    for day in range(7):
        today = MONDAY + timedelta(days=day)
        assert extending.days(1, today, None) == (today, date(2026, 6, 14))
        assert extending.days(4, today, None) == (today, date(2026, 7, 5))


def test_a_week_later_it_is_one_week_more():
    assert extending.days(4, date(2026, 6, 10), MONDAY) == (date(2026, 7, 6), date(2026, 7, 12))


def test_after_a_long_rest_it_begins_today():
    assert extending.days(4, date(2026, 9, 2), MONDAY) == (date(2026, 9, 2), date(2026, 10, 4))


@given(DAYS, st.integers(1, 26), st.lists(st.integers(1, 60), max_size=12))
def test_whenever_it_is_done_the_weeks_ahead_are_whole_and_no_day_comes_twice(day, weeks, pauses):
    done_in, planned = None, []
    for pause in [0, *pauses]:
        day += timedelta(days=pause)
        if done_in is None or done_in < extending.monday(day):
            first, last = extending.days(weeks, day, done_in)
            assert first <= last
            planned += [first + timedelta(days=number) for number in range((last - first).days + 1)]
            done_in = extending.monday(day)
        ahead = {day + timedelta(days=number) for number in range(7 * weeks + 1)}
        assert ahead <= set(planned)
    assert len(planned) == len(set(planned))

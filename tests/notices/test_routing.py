"""When notices leave."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.notices.routing import is_quiet, leaves_at
from handsel.rules import local_time

pytestmark = pytest.mark.no_database

NEW_YORK = "America/New_York"
ZONES = [NEW_YORK, "Europe/London", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "Asia/Kathmandu"]
NIGHT = (time(21), time(7))

clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))
days = st.integers(0, 7000).map(lambda days: datetime(2011, 1, 1, tzinfo=UTC) + timedelta(days=days))
moments = st.builds(lambda day, minutes: day + timedelta(minutes=minutes), days, st.integers(0, 1439))
zones = st.sampled_from([*ZONES, "Pacific/Apia"])


def there(text: str, zone: str = NEW_YORK) -> datetime:
    return local_time.instant(datetime.fromisoformat(text), zone)


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("20:59", False), ("21:00", True), ("23:59", True), ("00:00", True), ("06:59", True), ("07:00", False)],
)
def test_a_night_is_quiet_over_midnight(clock, quiet):
    assert is_quiet(time.fromisoformat(clock), *NIGHT) is quiet


@pytest.mark.parametrize(("clock", "quiet"), [("12:59", False), ("13:00", True), ("14:59", True), ("15:00", False)])
def test_a_nap_is_quiet_in_the_middle_of_a_day(clock, quiet):
    assert is_quiet(time.fromisoformat(clock), time(13), time(15)) is quiet


def test_what_comes_in_a_quiet_hour_waits_for_its_end():
    leaves = leaves_at(there("2026-06-01 23:10"), zone=NEW_YORK, quiet=NIGHT)
    assert leaves == there("2026-06-02 07:00")
    noon = there("2026-06-01 12:00")
    assert leaves_at(noon, zone=NEW_YORK, quiet=NIGHT) == noon


def test_mails_of_a_day_leave_together():
    morning, evening = there("2026-06-01 09:00"), there("2026-06-01 18:00")
    wishes = {"zone": NEW_YORK, "mails_at": time(18)}
    assert leaves_at(morning, **wishes) == evening
    assert leaves_at(evening, **wishes) == evening
    assert leaves_at(evening + timedelta(seconds=1), **wishes) == there("2026-06-02 18:00")


def test_gathered_mails_keep_quiet_too():
    wishes = {"zone": NEW_YORK, "mails_at": time(22), "quiet": NIGHT}
    assert leaves_at(there("2026-06-01 09:00"), **wishes) == there("2026-06-02 07:00")


@pytest.mark.parametrize(
    ("came", "leaves"),
    [
        # The night in which New York's clocks go forward is an hour shorter, and ends at seven by the clock.
        ("2026-03-07 23:00", datetime(2026, 3, 8, 11, tzinfo=UTC)),
        ("2026-03-06 23:00", datetime(2026, 3, 7, 12, tzinfo=UTC)),
        # And the one in which they go back an hour longer.
        ("2026-10-31 23:00", datetime(2026, 11, 1, 12, tzinfo=UTC)),
        ("2026-10-30 23:00", datetime(2026, 10, 31, 11, tzinfo=UTC)),
    ],
)
def test_quiet_hours_end_by_the_clock_when_the_clocks_change(came, leaves):
    assert leaves_at(there(came), zone=NEW_YORK, quiet=NIGHT) == leaves


@pytest.mark.parametrize(
    ("quiet", "came", "leaves"),
    [
        # 02:00-03:00 is left out: quiet until 02:30 ends at 03:00.
        ((time(22), time(2, 30)), datetime(2026, 3, 8, 6, 10, tzinfo=UTC), datetime(2026, 3, 8, 7, tzinfo=UTC)),
        # 01:00-02:00 comes twice: quiet until 01:30 ends at the first 01:30,
        ((time(22), time(1, 30)), datetime(2026, 11, 1, 5, 10, tzinfo=UTC), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        # is over between the two,
        ((time(22), time(1, 30)), datetime(2026, 11, 1, 5, 40, tzinfo=UTC), datetime(2026, 11, 1, 5, 40, tzinfo=UTC)),
        # and, quiet again from the second 01:00, ends at the second 01:30.
        ((time(22), time(1, 30)), datetime(2026, 11, 1, 6, 10, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
        # What is quiet from 01:30 on is not at the second 01:00.
        ((time(1, 30), time(7)), datetime(2026, 11, 1, 5, 45, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ],
)
def test_quiet_hours_are_what_a_clock_on_the_wall_shows(quiet, came, leaves):
    assert leaves_at(came, zone=NEW_YORK, quiet=quiet) == leaves


@pytest.mark.parametrize(
    ("mails_at", "came", "leaves"),
    [
        (time(2, 30), datetime(2026, 3, 8, 6, 10, tzinfo=UTC), datetime(2026, 3, 8, 7, tzinfo=UTC)),
        (time(1, 30), datetime(2026, 11, 1, 5, 10, tzinfo=UTC), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        (time(1, 30), datetime(2026, 11, 1, 5, 40, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
    ],
)
def test_mails_are_gathered_by_what_a_clock_on_the_wall_shows(mails_at, came, leaves):
    assert leaves_at(came, zone=NEW_YORK, mails_at=mails_at) == leaves


@given(moments, zones, clocks, clocks, st.none() | clocks)
def test_nothing_leaves_before_its_time_or_in_a_quiet_hour_or_more_than_two_days_late(at, zone, first, until, mails_at):
    quiet = None if first == until else (first, until)
    leaves = leaves_at(at, zone=zone, quiet=quiet, mails_at=mails_at)
    assert at <= leaves <= at + timedelta(days=3)
    if quiet is not None:
        assert not is_quiet(local_time.wall(leaves, zone).time(), *quiet)
    if quiet is not None and mails_at is None and leaves > at:
        # And not a minute later than need be: until then every clock on the wall showed a quiet time.
        until = int((leaves - at).total_seconds())
        waited = [at + timedelta(seconds=seconds) for seconds in (*range(0, until, 600), until - 1)]
        assert all(is_quiet(local_time.wall(moment, zone).time(), *quiet) for moment in waited)

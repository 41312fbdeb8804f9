"""Which kinds there are, by which ways they leave, and when."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.rules import local_time
from handsel.rules.lifecycle import State
from handsel.rules.notices import (
    AHEAD,
    DEFAULTS,
    TOPICS,
    TRUE_WHILE,
    NoticeKind,
    Topic,
    Way,
    is_quiet,
    leaves_at,
    next_at,
)

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


def test_every_kind_has_a_topic_and_every_topic_a_kind_and_its_ways():
    assert TOPICS.keys() == set(NoticeKind)
    assert set(TOPICS.values()) == set(Topic) == DEFAULTS.keys()


def test_what_speaks_of_what_is_to_come_says_in_which_states():
    assert TRUE_WHILE.keys() >= AHEAD
    for kind in AHEAD:
        assert TRUE_WHILE[kind] <= {State.UNCONFIRMED, State.CONFIRMED}


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
    leaves = leaves_at(there("2026-06-01 23:10"), Topic.CONFIRMED, Way.PUSH, zone=NEW_YORK, quiet=NIGHT)
    assert leaves == there("2026-06-02 07:00")
    noon = there("2026-06-01 12:00")
    assert leaves_at(noon, Topic.CONFIRMED, Way.PUSH, zone=NEW_YORK, quiet=NIGHT) == noon


def test_mails_of_a_day_leave_together_and_pushes_at_once():
    morning, evening = there("2026-06-01 09:00"), there("2026-06-01 18:00")
    said = {"zone": NEW_YORK, "mails_at": time(18)}
    assert leaves_at(morning, Topic.CONFIRMED, Way.EMAIL, **said) == evening
    assert leaves_at(evening, Topic.CONFIRMED, Way.EMAIL, **said) == evening
    assert leaves_at(evening + timedelta(seconds=1), Topic.CONFIRMED, Way.EMAIL, **said) == there("2026-06-02 18:00")
    assert leaves_at(morning, Topic.CONFIRMED, Way.PUSH, **said) == morning


@pytest.mark.parametrize("topic", [Topic.TO_START, Topic.TO_COMPLETE, Topic.TOMORROW, Topic.STARTED])
def test_what_is_of_this_hour_is_not_gathered(topic):
    morning = there("2026-06-01 09:00")
    assert leaves_at(morning, topic, Way.EMAIL, zone=NEW_YORK, mails_at=time(18)) == morning


def test_gathered_mails_keep_quiet_too():
    said = {"zone": NEW_YORK, "mails_at": time(22), "quiet": NIGHT}
    assert leaves_at(there("2026-06-01 09:00"), Topic.CONFIRMED, Way.EMAIL, **said) == there("2026-06-02 07:00")


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
    assert leaves_at(there(came), Topic.CANCELLED, Way.EMAIL, zone=NEW_YORK, quiet=NIGHT) == leaves


def test_a_day_that_apia_skipped_has_no_evening():
    leaves = next_at(there("2011-12-29 20:00", "Pacific/Apia"), time(18), "Pacific/Apia")
    assert leaves == there("2011-12-31 18:00", "Pacific/Apia")


@given(moments, st.sampled_from(Topic), st.sampled_from(Way), zones, clocks, clocks, st.none() | clocks)
def test_nothing_leaves_before_its_time_or_in_a_quiet_hour_or_more_than_two_days_late(
    at, topic, way, zone, first, until, mails_at
):
    quiet = None if first == until else (first, until)
    leaves = leaves_at(at, topic, way, zone=zone, quiet=quiet, mails_at=mails_at)
    assert at <= leaves <= at + timedelta(days=3)
    if quiet is not None and local_time.instant(local_time.wall(leaves, zone), zone) == leaves:
        clock = local_time.wall(leaves, zone).time()
        # A clock that skips the end of the quiet hours shows a later time; never one that is still quiet.
        assert not is_quiet(clock, *quiet)

"""Which instant a time of day means that is typed after the fact, also in nights in which clocks change."""

from datetime import date, datetime, time

import pytest

from handsel.rules import asking_when, local_time

pytestmark = pytest.mark.no_database

NEW_YORK = "America/New_York"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}Z")


@pytest.mark.parametrize(
    ("clock", "first", "last", "meant"),
    [
        ("14:30", "2026-06-01T10:00", "2026-06-02T22:00", "2026-06-02T18:30"),
        ("23:00", "2026-06-01T10:00", "2026-06-02T22:00", "2026-06-02T03:00"),
        # In the minute of the start it is the start.
        ("06:00", "2026-06-01T10:00:21", "2026-06-01T22:00", "2026-06-01T10:00:21"),
        ("05:59", "2026-06-01T10:00:21", "2026-06-01T22:00", None),
        # The clocks show 01:30 twice. It is the first time, unless that is not possible.
        ("01:30", "2026-11-01T03:00", "2026-11-01T12:00", "2026-11-01T05:30"),
        ("01:30", "2026-11-01T05:45", "2026-11-01T12:00", "2026-11-01T06:30"),
        ("01:30", "2026-11-01T06:35", "2026-11-01T12:00", None),
        # They never show 02:30: it is as long after midnight as it would have been.
        ("02:30", "2026-03-08T03:00", "2026-03-08T12:00", "2026-03-08T07:30"),
        ("02:30", "2026-03-08T03:00", "2026-03-08T07:15", None),
    ],
)
def test_the_latest_possible_moment(clock, first, last, meant):
    typed, first, last = time.fromisoformat(clock), utc(first), utc(last)
    assert asking_when.latest_moment(typed, NEW_YORK, first, last) == (meant and utc(meant))
    if meant:
        day = local_time.local_date(utc(meant), NEW_YORK)
        assert asking_when.moment_on(day, typed, NEW_YORK, first, last) == utc(meant)


def test_another_day_than_is_possible_is_none():
    first, last = utc("2026-06-01T10:00"), utc("2026-06-02T22:00")
    assert asking_when.moment_on(date(2026, 5, 31), time(14), NEW_YORK, first, last) is None

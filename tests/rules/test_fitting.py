"""Which sessions no longer fit a schedule that was changed."""

from datetime import date, time, timedelta

import pytest

from handsel.rules import fitting, local_time
from handsel.rules.fitting import Planned
from handsel.rules.recurrence import Pattern, Recurrence, Weekday

pytestmark = pytest.mark.no_database

ZONE = "America/New_York"
MORNING, LATER = (time(6), time(14, 30)), (time(7), time(15))
MONDAYS = Pattern(Recurrence.WEEKLY, frozenset({Weekday.MONDAY}), date(2026, 6, 1))


def planned(day: str, start: time = MORNING[0], end: time = MORNING[1], zone: str = ZONE) -> Planned[str]:
    slot = date.fromisoformat(day)
    return Planned(day, slot, local_time.span(slot, start, end, zone), zone)


@pytest.mark.parametrize(
    ("hours", "former", "session", "fits"),
    [
        (MORNING, [], planned("2026-06-08"), True),
        (MORNING, [], planned("2026-06-09"), False),  # a Tuesday
        (MORNING, [], planned("2026-05-25"), False),  # before it begins
        (LATER, [MORNING], planned("2026-06-08"), False),
        (LATER, [MORNING], planned("2026-06-08", *LATER), True),
        (LATER, [MORNING], planned("2026-06-08", time(10), time(12)), True),  # moved for its own sake
        (LATER, [MORNING], planned("2026-06-09", time(10), time(12)), False),
        (LATER, [], planned("2026-06-08"), True),  # at these hours by somebody's hand
        (LATER, [MORNING], planned("2026-06-08", *LATER, zone="America/Chicago"), True),  # the family moved since
        (LATER, [MORNING], planned("2026-06-08", *MORNING, zone="America/Chicago"), False),
    ],
)
def test_what_fits_is_on_a_day_and_at_no_hours_of_before(hours, former, session, fits):
    assert fitting.unfitting(MONDAYS, hours, former, [session]) == ([] if fits else [session.key])


def test_nothing_planned_fits():
    assert fitting.unfitting(MONDAYS, MORNING, [], []) == []


def test_a_night_over_the_change_of_the_clocks_fits():
    saturdays = Pattern(Recurrence.WEEKLY, frozenset({Weekday.SATURDAY}), date(2026, 10, 3))
    night = planned("2026-10-31", time(20), time(6))
    assert night.times[1] - night.times[0] == timedelta(hours=11)
    assert fitting.unfitting(saturdays, (time(20), time(6)), [MORNING], [night]) == []
    assert fitting.unfitting(saturdays, MORNING, [(time(20), time(6))], [night]) == [night.key]


def test_former_hours_are_read_backwards():
    changes = [
        {"end_time": ["14:30", "15:00"]},
        {"name": ["Early", "Mornings"]},
        {"start_time": ["05:00", "07:00"], "end_time": ["15:00", "14:30"]},
        {"start_time": ["07:00", "05:00"]},
    ]
    assert fitting.former_hours(LATER, changes) == {(time(7), time(14, 30)), (time(5), time(15))}


def test_the_end_of_a_schedule_is_a_change_too():
    ended = Pattern(Recurrence.WEEKLY, MONDAYS.days, MONDAYS.start_date, date(2026, 6, 15))
    sessions = [planned(f"2026-06-{day:02}") for day in (8, 15, 22)]
    assert fitting.unfitting(ended, MORNING, [], sessions) == ["2026-06-22"]

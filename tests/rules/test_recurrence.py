"""Which days a schedule means: against the RFCs' own examples, against python-dateutil, and against plain counting."""

import os
from calendar import monthrange
from datetime import date, datetime, time, timedelta

import pytest
from dateutil import rrule as oracle
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handsel.rules import recurrence
from handsel.rules.recurrence import WEEK, Pattern, Recurrence, Weekday

pytestmark = pytest.mark.no_database

EXAMPLES = 25_000 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 500
a_lot = settings(max_examples=EXAMPLES, deadline=None)
a_few = settings(max_examples=EXAMPLES // 5, deadline=None)

FIRST, LAST = date(1970, 1, 1), date(2199, 12, 31)
MON, TUE, WED, THU, FRI, SAT, SUN = WEEK
ONCE, WEEKLY, BIWEEKLY, MONTHLY = Recurrence


def pattern(kind, days, start, end=None, week_start=MON):
    return Pattern(kind, frozenset(days), start, end, week_start)


def on(year, months):
    """Dates written as the RFC does: a year, and for each month its days."""
    return [date(year, month, day) for month, days in months.items() for day in days]


def days(first, last):
    return st.dates(first, last)


@st.composite
def schedules(draw, first=FIRST, last=LAST):
    start = draw(days(first, last))
    end = draw(st.none() | days(start, min(LAST, start + timedelta(days=1500))))
    kind = draw(st.sampled_from(Recurrence))
    if kind is ONCE:
        weekdays = draw(st.sampled_from([frozenset(), frozenset({Weekday.of(start)})]))
    else:
        weekdays = draw(st.frozensets(st.sampled_from(WEEK), min_size=0 if kind is MONTHLY else 1))
    return Pattern(kind, weekdays, start, end, draw(st.sampled_from(recurrence.WEEK_STARTS)))


@st.composite
def schedules_and_ranges(draw):
    """A schedule, and a range that begins somewhere near its start and may lie before it or after its end."""
    schedule = draw(schedules())
    near = schedule.start_date.toordinal() + draw(st.integers(-100, 700))
    first = date.fromordinal(min(max(near, FIRST.toordinal()), LAST.toordinal()))
    last = min(LAST, first + timedelta(days=draw(st.integers(0, 366))))
    return schedule, first, last


def by_dateutil(schedule, first, last):
    """The same question, asked of a library that knows RFC 5545 and nothing of ours."""
    start = datetime.combine(schedule.start_date, time())
    weekdays = [
        (oracle.MO, oracle.TU, oracle.WE, oracle.TH, oracle.FR, oracle.SA, oracle.SU)[d.number] for d in schedule.days
    ]
    nth = {1: 1, 2: 2, 3: 3, 4: 4, 5: -1}[-(-schedule.start_date.day // 7)]
    match schedule.recurrence:
        case Recurrence.ONCE:
            return [schedule.start_date] if first <= schedule.start_date <= last else []
        case Recurrence.WEEKLY:
            rule = {"freq": oracle.WEEKLY, "byweekday": weekdays}
        case Recurrence.BIWEEKLY:
            rule = {"freq": oracle.WEEKLY, "interval": 2, "byweekday": weekdays}
        case Recurrence.MONTHLY if weekdays:
            rule = {"freq": oracle.MONTHLY, "byweekday": [weekday(nth) for weekday in weekdays]}
        case Recurrence.MONTHLY:
            # RFC 5545 alone can say SKIP=BACKWARD: of the days from the 28th to the wanted one, the last there is.
            day = schedule.start_date.day
            rule = {"freq": oracle.MONTHLY, "bymonthday": range(min(day, 28), day + 1), "bysetpos": -1}
    last = min(last, schedule.end_date or last)
    rule = oracle.rrule(dtstart=start, wkst=schedule.week_start.number, until=datetime.combine(last, time()), **rule)
    return [slot.date() for slot in rule if slot.date() >= first]


@a_lot
@given(schedules_and_ranges())
@example((pattern(MONTHLY, [], date(2024, 2, 29)), date(2024, 1, 1), date(2028, 12, 31)))
@example((pattern(BIWEEKLY, [MON, SUN], date(2026, 12, 30)), date(2026, 12, 1), date(2027, 12, 1)))
def test_slots_are_those_of_dateutil(case):
    schedule, first, last = case
    assert recurrence.slots(schedule, first, last) == by_dateutil(schedule, first, last)


@a_few
@given(schedules_and_ranges())
def test_the_rule_for_calendars_means_the_same_days(case):
    schedule, first, last = case
    text = recurrence.rrule(schedule)
    if schedule.recurrence is ONCE:
        assert text is None
        return
    day = schedule.start_date.day
    if schedule.recurrence is MONTHLY and not schedule.days:
        assert text == f"RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY={day}"
        return
    last = min(last, schedule.end_date or last)
    rule = oracle.rrulestr(text, dtstart=datetime.combine(schedule.start_date, time()))
    read = rule.between(datetime.combine(first, time()), datetime.combine(last, time()), inc=True)
    assert recurrence.slots(schedule, first, last) == [slot.date() for slot in read]


def is_slot(schedule, day):
    """The table of the rules, read aloud for one day."""
    start = schedule.start_date
    if day < start or day > (schedule.end_date or day):
        return False
    listed = WEEK[day.weekday()] in schedule.days
    match schedule.recurrence:
        case Recurrence.ONCE:
            return day == start
        case Recurrence.WEEKLY:
            return listed
        case Recurrence.BIWEEKLY:
            begins = schedule.week_start.number
            weeks = [when - timedelta(days=(when.weekday() - begins) % 7) for when in (start, day)]
            return listed and (weeks[1] - weeks[0]).days % 14 == 0
        case Recurrence.MONTHLY if schedule.days:
            if start.day > 28:
                return listed and (day + timedelta(days=7)).month != day.month
            return listed and (day.day - 1) // 7 == (start.day - 1) // 7
        case Recurrence.MONTHLY:
            return day.day == start.day or (day.day < start.day and (day + timedelta(days=1)).day == 1)


@a_few
@given(schedules(), days(FIRST, LAST), st.integers(0, 70))
def test_centuries_after_the_start_the_days_are_still_right(schedule, first, length):
    window = [first + timedelta(days=n) for n in range(min(length, (LAST - first).days) + 1)]
    assert recurrence.slots(schedule, window[0], window[-1]) == [day for day in window if is_slot(schedule, day)]


@a_few
@given(schedules_and_ranges(), st.integers(0, 366))
def test_splitting_a_range_never_gains_or_loses_a_slot(case, cut):
    schedule, first, last = case
    middle = min(last, first + timedelta(days=cut))
    parts = recurrence.slots(schedule, first, middle) + recurrence.slots(schedule, middle + timedelta(days=1), last)
    assert parts == recurrence.slots(schedule, first, last)


@a_few
@given(schedules(), days(FIRST, LAST - timedelta(days=900)), st.integers(1, 12))
def test_upcoming_are_the_first_slots_of_any_longer_range(schedule, first, most):
    # From the later of the two: before its start a schedule has no slots to count.
    stop = max(first, schedule.start_date) + timedelta(days=900)
    assert recurrence.upcoming(schedule, first, most=most) == recurrence.slots(schedule, first, stop)[:most]


def test_a_month_of_mon_wed_fri_that_starts_on_a_monday_has_13_sessions():
    schedule = pattern(WEEKLY, [MON, WED, FRI], date(2026, 6, 1))
    made = recurrence.slots(schedule, date(2026, 6, 1), date(2026, 6, 30))
    assert made == on(2026, {6: [1, 3, 5, 8, 10, 12, 15, 17, 19, 22, 24, 26, 29]})


def test_a_year_of_mon_wed_fri_has_157_sessions():
    schedule = pattern(WEEKLY, [MON, WED, FRI], date(2026, 1, 1))
    assert len(recurrence.slots(schedule, date(2027, 1, 1), date(2027, 12, 31))) == 157


# RFC 5545, 3.8.5.3: the examples that a family's schedule can say.
RFC_5545 = [
    pytest.param(
        pattern(WEEKLY, [TUE], date(1997, 9, 2), date(1997, 12, 23)),
        on(1997, {9: [2, 9, 16, 23, 30], 10: [7, 14, 21, 28], 11: [4, 11, 18, 25], 12: [2, 9, 16, 23]}),
        id="weekly until December 24",
    ),
    pytest.param(
        pattern(BIWEEKLY, [TUE], date(1997, 9, 2), date(1998, 2, 28)),
        on(1997, {9: [2, 16, 30], 10: [14, 28], 11: [11, 25], 12: [9, 23]}) + on(1998, {1: [6, 20], 2: [3, 17]}),
        id="every other week",
    ),
    pytest.param(
        pattern(WEEKLY, [TUE, THU], date(1997, 9, 2), date(1997, 10, 6)),
        on(1997, {9: [2, 4, 9, 11, 16, 18, 23, 25, 30], 10: [2]}),
        id="Tuesday and Thursday for five weeks",
    ),
    pytest.param(
        pattern(BIWEEKLY, [MON, WED, FRI], date(1997, 9, 1), date(1997, 12, 23)),
        on(
            1997,
            {
                9: [1, 3, 5, 15, 17, 19, 29],
                10: [1, 3, 13, 15, 17, 27, 29, 31],
                11: [10, 12, 14, 24, 26, 28],
                12: [8, 10, 12, 22],
            },
        ),
        id="every other week on Monday, Wednesday and Friday until December 24",
    ),
    pytest.param(
        pattern(BIWEEKLY, [TUE, THU], date(1997, 9, 2), date(1997, 10, 16)),
        on(1997, {9: [2, 4, 16, 18, 30], 10: [2, 14, 16]}),
        id="every other week on Tuesday and Thursday, eight times",
    ),
    pytest.param(
        pattern(BIWEEKLY, [TUE, SUN], date(1997, 8, 5), date(1997, 8, 24)),
        on(1997, {8: [5, 10, 19, 24]}),
        id="weeks that start on Monday, which WKST=SU would count otherwise",
    ),
    pytest.param(
        pattern(BIWEEKLY, [TUE, SUN], date(1997, 8, 5), date(1997, 8, 31), SUN),
        on(1997, {8: [5, 17, 19, 31]}),
        id="weeks that start on Sunday, which WKST=MO would count otherwise",
    ),
    pytest.param(
        pattern(BIWEEKLY, [MON, WED, FRI], date(1997, 9, 1), date(1997, 12, 23), SUN),
        on(
            1997,
            {
                9: [1, 3, 5, 15, 17, 19, 29],
                10: [1, 3, 13, 15, 17, 27, 29, 31],
                11: [10, 12, 14, 24, 26, 28],
                12: [8, 10, 12, 22],
            },
        ),
        id="every other week on Monday, Wednesday and Friday, with weeks that start on Sunday",
    ),
    pytest.param(
        pattern(MONTHLY, [FRI], date(1997, 9, 5), date(1998, 6, 30)),
        on(1997, {9: [5], 10: [3], 11: [7], 12: [5]}) + on(1998, {1: [2], 2: [6], 3: [6], 4: [3], 5: [1], 6: [5]}),
        id="monthly on the first Friday, ten times",
    ),
    pytest.param(
        pattern(MONTHLY, [], date(1997, 9, 2), date(1998, 1, 31)),
        on(1997, {9: [2], 10: [2], 11: [2], 12: [2]}) + on(1998, {1: [2]}),
        id="monthly on the second day",
    ),
]


@pytest.mark.parametrize(("schedule", "dates"), RFC_5545)
def test_the_examples_of_rfc_5545(schedule, dates):
    assert recurrence.slots(schedule, FIRST, LAST) == dates


# RFC 7529, 4.1: SKIP=BACKWARD takes the last day of a month that lacks the wanted one.
@pytest.mark.parametrize(
    ("start", "dates"),
    [
        (date(2014, 1, 31), on(2014, {1: [31], 2: [28], 3: [31], 4: [30], 5: [31], 6: [30]})),
        (date(2016, 1, 30), on(2016, {1: [30], 2: [29], 3: [30], 4: [30], 5: [30], 6: [30]})),
        (date(2015, 1, 29), on(2015, {1: [29], 2: [28], 3: [29], 4: [29], 5: [29], 6: [29]})),
        (date(2100, 1, 29), on(2100, {1: [29], 2: [28], 3: [29], 4: [29], 5: [29], 6: [29]})),
        (date(2014, 1, 28), on(2014, {1: [28], 2: [28], 3: [28], 4: [28], 5: [28], 6: [28]})),
    ],
)
def test_a_day_that_a_month_lacks_is_its_last_day(start, dates):
    assert recurrence.slots(pattern(MONTHLY, [], start), start, date(start.year, 6, 30)) == dates


@pytest.mark.parametrize(
    ("start", "weekdays", "in_june", "in_july"),
    [
        # The ninth is in the second seven days, whatever weekday it is.
        (date(2026, 6, 9), [TUE], [9], [14]),
        (date(2026, 6, 9), [FRI], [12], [10]),
        # Several weekdays each take the ordinal for themselves, so their order in the month may turn.
        (date(2026, 6, 8), [MON, WED], [8, 10], [8, 13]),
        # From the 29th on it is the last, in months of four and of five of them.
        (date(2026, 6, 29), [MON], [29], [27]),
        (date(2026, 6, 30), [MON, TUE], [30], [27, 28]),
        # A weekday that came earlier in the first month has no slot there.
        (date(2026, 6, 10), [TUE], [], [14]),
    ],
)
def test_monthly_by_weekday_takes_the_ordinal_of_the_start_date(start, weekdays, in_june, in_july):
    schedule = pattern(MONTHLY, weekdays, start)
    assert recurrence.slots(schedule, FIRST, date(2026, 7, 31)) == on(2026, {6: in_june, 7: in_july})


def test_every_month_has_one_last_friday():
    schedule = pattern(MONTHLY, [FRI], date(2021, 1, 29))
    fridays = recurrence.slots(schedule, date(2021, 1, 29), date(2030, 12, 31))
    assert len(fridays) == 120
    assert all(day.weekday() == 4 and day.day > monthrange(day.year, day.month)[1] - 7 for day in fridays)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 6, 1), date(2026, 6, 30), [date(2026, 6, 10)]),
        (date(2026, 6, 10), date(2026, 6, 10), [date(2026, 6, 10)]),
        (date(2026, 6, 11), date(2026, 6, 30), []),
        (date(2026, 6, 1), date(2026, 6, 9), []),
    ],
)
def test_once_is_its_start_date_when_that_is_asked_for(first, last, expected):
    assert recurrence.slots(pattern(ONCE, [], date(2026, 6, 10)), first, last) == expected


def test_a_skipped_day_is_a_slot_all_the_same():
    schedule = pattern(WEEKLY, [FRI], date(2011, 12, 1))
    assert date(2011, 12, 30) in recurrence.slots(schedule, date(2011, 12, 25), date(2011, 12, 31))


def test_a_range_the_wrong_way_round_holds_nothing():
    assert recurrence.slots(pattern(WEEKLY, WEEK, FIRST), date(2026, 6, 2), date(2026, 6, 1)) == []


def test_the_start_date_is_no_slot_when_its_weekday_is_not_listed():
    schedule = pattern(WEEKLY, [MON], date(2026, 6, 3))
    assert recurrence.slots(schedule, date(2026, 6, 1), date(2026, 6, 14)) == [date(2026, 6, 8)]


def test_every_second_week_counts_from_the_week_of_the_start_date():
    # Started on a Saturday: that week's Monday is over, so the next one is nine days later.
    schedule = pattern(BIWEEKLY, [MON, SUN], date(2026, 6, 6))
    assert recurrence.slots(schedule, date(2026, 6, 1), date(2026, 6, 30)) == on(2026, {6: [7, 15, 21, 29]})

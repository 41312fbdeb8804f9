"""What is proposed as a pay period, when it may be submitted, and which days are held."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

import pytest

from handsel.rules.pay import periods
from handsel.rules.pay.expenses import settling
from handsel.rules.pay.period_moves import PERIOD_MOVES, PeriodMove, may_move
from handsel.rules.pay.periods import HeldDays, PeriodStatus
from handsel.rules.pay.terms import PayFrequency, Terms
from handsel.rules.pay.workweeks import Timeline
from handsel.rules.recurrence import Weekday

pytestmark = pytest.mark.no_database

NO_TERMS = Timeline(())
SUNDAYS = Timeline([Terms(key=1, effective_from=date(2026, 1, 1), workweek_start=Weekday.SUNDAY)])
CHANGED = Timeline([Terms(key=1), Terms(key=2, effective_from=date(2026, 3, 15), workweek_start=Weekday.SUNDAY)])


@pytest.mark.parametrize(
    ("frequency", "first", "timeline", "last"),
    [
        (PayFrequency.WEEK, "2026-03-02", NO_TERMS, "2026-03-08"),
        (PayFrequency.WEEK, "2026-03-05", NO_TERMS, "2026-03-08"),
        (PayFrequency.WEEK, "2026-03-08", SUNDAYS, "2026-03-14"),
        (PayFrequency.TWO_WEEKS, "2026-03-02", NO_TERMS, "2026-03-15"),
        (PayFrequency.TWO_WEEKS, "2026-03-05", SUNDAYS, "2026-03-14"),
        (PayFrequency.HALF_MONTH, "2026-02-01", NO_TERMS, "2026-02-15"),
        (PayFrequency.HALF_MONTH, "2026-02-15", NO_TERMS, "2026-02-15"),
        (PayFrequency.HALF_MONTH, "2026-02-16", NO_TERMS, "2026-02-28"),
        (PayFrequency.MONTH, "2028-02-10", NO_TERMS, "2028-02-29"),
        (PayFrequency.OWN, "2026-03-02", NO_TERMS, None),
    ],
)
def test_up_to_when_the_next_period_is_proposed(frequency, first, timeline, last):
    proposed = periods.last_day(frequency, date.fromisoformat(first), timeline)
    assert proposed == (last and date.fromisoformat(last))


@pytest.mark.parametrize(
    ("frequency", "day", "timeline", "stretch"),
    [
        (PayFrequency.WEEK, "2026-03-05", NO_TERMS, ("2026-03-02", "2026-03-08")),
        (PayFrequency.TWO_WEEKS, "2026-03-05", SUNDAYS, ("2026-03-01", "2026-03-14")),
        (PayFrequency.HALF_MONTH, "2026-03-16", NO_TERMS, ("2026-03-16", "2026-03-31")),
        (PayFrequency.HALF_MONTH, "2026-03-15", NO_TERMS, ("2026-03-01", "2026-03-15")),
        (PayFrequency.MONTH, "2026-03-31", NO_TERMS, ("2026-03-01", "2026-03-31")),
        (PayFrequency.OWN, "2026-03-05", NO_TERMS, ("2026-03-05", None)),
    ],
)
def test_the_first_period_holds_the_earliest_session(frequency, day, timeline, stretch):
    first, last = periods.first_stretch(frequency, date.fromisoformat(day), timeline)
    assert (first.isoformat(), last and last.isoformat()) == stretch


def test_a_short_workweek_ends_where_the_new_one_begins():
    assert periods.last_day(PayFrequency.WEEK, date(2026, 3, 16), CHANGED) == date(2026, 3, 21)


@pytest.mark.parametrize(
    ("first", "last", "opens"),
    [
        ("2026-03-02", "2026-03-08", "2026-03-02"),
        ("2026-03-05", "2026-03-08", "2026-03-05"),
        ("2026-03-01", "2026-03-31", "2026-03-25"),
    ],
)
def test_a_period_is_submitted_in_its_last_seven_days(first, last, opens):
    assert periods.submits_from(date.fromisoformat(first), date.fromisoformat(last)) == date.fromisoformat(opens)


@dataclass
class Period:
    from_date: date
    to_date: date
    status: str
    id: UUID


def a_period(first: str, last: str, status: PeriodStatus) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last), status, uuid4())


def test_held_days_run_from_a_week_before_the_first_to_the_last_that_is_held():
    first = a_period("2026-03-09", "2026-03-15", PeriodStatus.APPROVED)
    second = a_period("2026-03-16", "2026-03-22", PeriodStatus.SUBMITTED)
    third = a_period("2026-03-23", "2026-03-29", PeriodStatus.OPEN)
    held = HeldDays([first, second, third])
    for day, holds in [
        ("2026-03-01", None),
        ("2026-03-02", first),
        ("2026-03-15", first),
        ("2026-03-16", second),
        ("2026-03-22", second),
        ("2026-03-23", None),
    ]:
        assert held.period_of(date.fromisoformat(day)) is holds
    assert HeldDays([third]).period_of(date(2026, 3, 23)) is None


def test_every_move_is_possible_from_where_the_table_says_and_nowhere_else():
    for move, step in PERIOD_MOVES.items():
        for status in PeriodStatus:
            for is_asked in (False, True):
                expected = status in step.froms and step.asked in (None, is_asked)
                assert may_move(status, move, is_asked=is_asked) is expected
    assert {move.path for move in PeriodMove} == {
        *("submit", "withdraw", "query", "approve", "reopen", "ask-reopen", "decline-reopen")
    }


@dataclass(frozen=True)
class Until:
    to_date: date


@pytest.mark.parametrize(
    ("day", "place"),
    [
        ("2020-01-01", 0),
        ("2026-05-24", 0),
        ("2026-05-25", 1),
        ("2026-05-31", 1),
        ("2026-06-01", None),
    ],
)
def test_an_expense_falls_in_the_first_period_that_ends_on_its_day_or_later(day, place):
    periods = [Until(date(2026, 5, 24)), Until(date(2026, 5, 31))]
    assert settling(date.fromisoformat(day), periods) == (None if place is None else periods[place])
    assert settling(date.fromisoformat(day), []) is None

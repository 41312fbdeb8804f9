"""What holds of every timesheet, whatever the terms and the care."""

import random
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handsel.rules.pay import local_days
from handsel.rules.pay.lines import WORKED
from handsel.rules.pay.sessions import apart, by_itself
from handsel.rules.pay.timesheet import gross_by_month, timesheet
from handsel.rules.pay.workweeks import Timeline
from tests.rules.pay_weeks import MONDAY, items, session_lists, versions
from tests.rules.test_pay_examples import answer

pytestmark = pytest.mark.no_database

# Twenty by day, four hundred by night: a fortnight of care takes longer to draw than to compute.
some = settings(max_examples=max(20, settings.default.max_examples // 5))
FIRST, LAST = MONDAY - timedelta(days=3), MONDAY + timedelta(days=20)
SOME_ITEMS = st.lists(items(), max_size=4, unique_by=lambda item: item.key)
SOME_VERSIONS = st.lists(versions(), max_size=3, unique_by=lambda version: (version.own, version.effective_from))


def sheet(sessions, of_versions, of_items=(), first=FIRST, last=LAST):
    return timesheet(sessions, Timeline(of_versions), first, last, items=of_items)


@some
@given(session_lists(), SOME_VERSIONS, SOME_ITEMS)
def test_lines_add_up_to_the_totals(sessions, of_versions, of_items):
    made = sheet(sessions, of_versions, of_items)
    totals = made.totals
    assert sum(line.amount for line in made.lines) == totals.due
    assert totals.gross == totals.work + totals.premium + totals.not_worked + totals.other


@some
@given(session_lists(), SOME_VERSIONS)
def test_what_a_session_is_by_itself_is_what_its_own_lines_say(sessions, of_versions):
    timeline = Timeline(of_versions)
    for session in (session for session in sessions if apart(session) is None):
        day = session.scheduled_start.astimezone(ZoneInfo(session.time_zone)).date()
        lines = timesheet([session], timeline, day, day).lines
        own = sum(line.amount for line in lines if line.kind in WORKED and line.session == session.id)
        terms = timeline.terms_on(day.toordinal())
        assert by_itself(session, terms, local_days.of_zone(session.time_zone)) == own


@some
@given(session_lists(), SOME_VERSIONS, SOME_ITEMS, st.integers(0, (LAST - FIRST).days - 1))
def test_cutting_a_range_moves_lines_and_changes_no_sum(sessions, of_versions, of_items, cut):
    cut_at = FIRST + timedelta(days=cut)
    whole = sheet(sessions, of_versions, of_items)
    parts = [
        sheet(sessions, of_versions, of_items, FIRST, cut_at),
        sheet(sessions, of_versions, of_items, cut_at + timedelta(days=1), LAST),
    ]
    assert [line for part in parts for line in part.lines] == whole.lines
    assert [week for part in parts for week in part.weeks] == whole.weeks
    assert sum(part.totals.due for part in parts) == whole.totals.due


@some
@given(session_lists(), SOME_VERSIONS, SOME_ITEMS, st.integers(0, 20))
def test_the_months_of_a_year_come_to_what_their_timesheets_say(sessions, of_versions, of_items, back):
    """Whether the days begin and end within a month or at its edge."""
    by_month: dict[int, list[date]] = {}
    for number in range((LAST - FIRST).days + 1 - back):
        day = FIRST + timedelta(days=number)
        by_month.setdefault(day.month, []).append(day)
    last = max(max(days) for days in by_month.values())
    months = gross_by_month(sessions, Timeline(of_versions), FIRST, last, items=of_items)
    for month, days in by_month.items():
        made = sheet(sessions, of_versions, of_items, min(days), max(days))
        assert months.get(month, 0) == made.totals.gross


@some
@given(session_lists(), SOME_VERSIONS, SOME_ITEMS, st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_never_matters(sessions, of_versions, of_items, order: random.Random):
    before = answer(sheet(sessions, of_versions, of_items))
    for rows in (sessions, of_versions, of_items):
        order.shuffle(rows)
    assert answer(sheet(sessions, of_versions, of_items)) == before


@some
@given(session_lists(), SOME_VERSIONS)
def test_what_nobody_confirmed_never_adds_a_cent(sessions, of_versions):
    confirmed = [session for session in sessions if session.is_confirmed]
    assert sheet(sessions, of_versions).lines == sheet(confirmed, of_versions).lines


@some
@given(session_lists(zones=["Asia/Kathmandu"]), SOME_VERSIONS, SOME_ITEMS)
def test_a_week_later_it_comes_to_the_same(sessions, of_versions, of_items):
    week = timedelta(days=7)
    later = sheet(
        [_later(session, week) for session in sessions],
        [
            replace(
                version,
                effective_from=version.effective_from + week,
                holidays=frozenset(day + week for day in version.holidays),
            )
            for version in of_versions
        ],
        [replace(item, date=item.date + week) for item in of_items],
        FIRST + week,
        LAST + week,
    )
    now = sheet(sessions, of_versions, of_items)
    assert later.totals == now.totals
    assert [(line.kind, line.amount, line.day - 7) for line in later.lines] == [
        (line.kind, line.amount, line.day) for line in now.lines
    ]


def _later(session, by: timedelta):
    moments = ["scheduled_start", "scheduled_end", "actual_start", "actual_end", "cancelled_at"]
    return replace(session, **{name: at and at + by for name in moments for at in [getattr(session, name)]})


@some
@given(session_lists(), SOME_VERSIONS)
def test_no_minute_is_paid_two_premiums(sessions, of_versions):
    made = sheet(sessions, of_versions)
    premiums = [part for line in made.lines for part in line.parts]
    minutes = [(part.session, minute) for part in premiums for minute in range(part.first, part.first + part.minutes)]
    assert len(minutes) == len(set(minutes))
    for line in made.lines:
        if line.parts:
            assert sum(part.minutes for part in line.parts) == line.minutes

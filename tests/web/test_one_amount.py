"""One amount for one thing: wherever a cost stands, it is what the timesheet says."""

import ast
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import handsel
from handsel.access import visibility
from handsel.formatting import money
from handsel.models import CareSession, Member, PayItem, PayPolicy
from handsel.pages import session_amounts
from handsel.queries import timesheets
from handsel.rules.lifecycle import State, Status
from handsel.rules.roles import Role
from tests.world import LONG_AGO, NOW

pytestmark = pytest.mark.any_database

# What stands where an amount is written: a timesheet (computed, or as approving stored it), a session BY_ITSELF, or
# what was ENTERED, as a rate is. A page that is about pay alone says it once, others of each function. What is new has
# to be named here, and tried below where it is what care costs.
TIMESHEET, BY_ITSELF, ENTERED = "what the timesheet says", "a session, before overtime", "as it was entered"
PLACES = {
    "balance_chart.py": TIMESHEET,
    "expenses.py": ENTERED,
    "first_periods.py": TIMESHEET,
    "history.py": {"_money": ENTERED},
    "late_cancellations.py": TIMESHEET,
    "leave_to_enter.py": TIMESHEET,
    "pay.py": TIMESHEET,
    "pay_charts.py": TIMESHEET,
    "pay_items.py": ENTERED,
    "pay_lines.py": TIMESHEET,
    "pay_periods.py": TIMESHEET,
    "pay_terms.py": ENTERED,
    "payments.py": ENTERED,
    "period_expenses.py": ENTERED,
    "raises.py": ENTERED,
    "records.py": {"_line": BY_ITSELF, "_total": TIMESHEET},
    "schedule_preview.py": {"_costs": TIMESHEET},
    "schedules.py": {"page": ENTERED},
    "session_amounts.py": BY_ITSELF,
    "sessions.py": {"_facts": ENTERED, "column": BY_ITSELF},
    "settled_pay.py": TIMESHEET,
    "terms_comparison.py": TIMESHEET,
    "week_costs.py": TIMESHEET,
    "year_pay.py": TIMESHEET,
}
WEEK = (date(2026, 6, 1), date(2026, 6, 7))


def _places() -> dict[str, set[str]]:
    """The functions that write an amount, by their file."""
    room = Path(handsel.__file__).parent
    places: dict[str, set[str]] = {}
    for path in [*(room / "pages").rglob("*.py"), *(room / "notices").rglob("*.py")]:
        functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
        for function in functions:
            if any(_writes_money(node) for node in _own_nodes(function)):
                places.setdefault(path.name, set()).add(function.name)
    return places


def _own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside it."""
    waiting: list[ast.AST] = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef):
            waiting.extend(ast.iter_child_nodes(node))


def _writes_money(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "format_money"


def test_each_place_with_an_amount_is_known():
    places = _places()
    assert set(places) == set(PLACES)
    by_function = {name: set(known) for name, known in PLACES.items() if isinstance(known, dict)}
    assert {name: places[name] for name in by_function} == by_function


@pytest.fixture
def terms(world):
    """Time and a half after 40 hours, and 44 hours guaranteed at the usual rate."""
    return PayPolicy.objects.create(
        family=world.riveras,
        effective_from=LONG_AGO.date(),
        weekly_overtime_after=2400,
        guaranteed_minutes=2640,
        basic_rate=Decimal("25.00"),
        created_by=world.ana_of_riveras,
        created_at=LONG_AGO,
    )


def _week_of(world, state, *, hours=9):
    return [world.session(f"2026-06-{day:02} 10:00", hours=hours, state=state) for day in range(1, 6)]


def _says(world, first, last) -> str:
    """What the timesheets of these days say, of all nannies together."""
    nannies = Member.objects.active().filter(family=world.riveras, role=Role.NANNY)
    sheets = [timesheets.of_nanny(world.riveras, nanny.id, first, last, at=NOW) for nanny in nannies]
    return money.format_money(sum(sheet.totals.gross for sheet in sheets), "USD")


def _as_planned():
    for session in CareSession.objects.exclude(status=Status.CANCELLED):
        session.status, session.is_confirmed = Status.COMPLETED, True
        session.actual_start, session.actual_end = session.planned_times
        session.confirmed_at, session.confirmed_by_id = LONG_AGO, session.confirmed_by_id
        session.save()


def test_homes_week_is_what_the_timesheets_say(ana, world, terms):
    world.leave(world.bea_of_riveras)
    _week_of(world, State.CONFIRMED)
    page = ana.get("family_home", world.riveras.id)
    assert page.says("Planned 45 h $1,187.50 if it goes as planned")
    assert page.says(f"Done so far 0 min {_says(world, *WEEK)}")
    assert page.says("9 h · one-time · $225.00 before overtime")
    _as_planned()
    assert _says(world, *WEEK) == "$1,187.50"
    assert ana.get("family_home", world.riveras.id).says("Done so far 45 h $1,187.50")


def test_who_is_guaranteed_hours_costs_them_in_the_week_of_home(ana, world, terms):
    _week_of(world, State.COMPLETED, hours=4)
    assert _says(world, *WEEK) == "$2,200.00"  # Noor and Bea, topped up to 44 hours each
    assert ana.get("family_home", world.riveras.id).says("Done so far 20 h $2,200.00")


def test_what_is_to_be_confirmed_says_what_its_week_comes_to(ana, world, terms):
    for day in range(8, 13):
        world.session(f"2026-06-{day:02} 10:00", hours=9)
    bar = "8–14 Jun 5 sessions · 45 h · $1,187.50 for the week if it goes as planned"
    assert ana.get("family_home", world.riveras.id).says(bar)
    PayItem.objects.create(
        family=world.riveras,
        nanny=world.noor_of_riveras,
        kind="BONUS",
        date=date(2026, 6, 9),
        amount=Decimal("10.00"),
        entered_by=world.ana_of_riveras,
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
    )
    assert ana.get("family_home", world.riveras.id).says("$1,197.50 for the week if it goes as planned")


def test_the_weeks_of_home_are_workweeks(ana, world, terms):
    PayPolicy.objects.update(workweek_start="WEDNESDAY")
    for day in (30, 31):
        world.session(f"2026-05-{day} 10:00", hours=11, state=State.COMPLETED)
    world.session("2026-06-01 06:00", hours=11, state=State.CONFIRMED)
    world.session("2026-06-02 06:00", hours=11, state=State.CONFIRMED)
    page = ana.get("family_home", world.riveras.id)
    assert page.says("This week, 27 May – 2 Jun")
    assert page.says("Planned 44 h $2,250.00 if it goes as planned")  # with Bea, topped up


def test_a_schedule_says_what_its_week_comes_to(ana, world, terms):
    form = {
        "name": "Days",
        "child_ids": str(world.emma.id),
        "recurrence": "WEEKLY",
        "days_of_week": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"],
        "week_start": "MONDAY",
        "start_time": "08:00",
        "end_time": "17:00",
        "start_date": "2026-06-08",
        "nanny_id": str(world.noor_of_riveras.id),
        "hourly_rate": "25.00",
        "preview": "yes",
    }
    page = ana.post("new_schedule", world.riveras.id, status=200, **form)
    assert page.says("Cost a week $1,187.50 if it goes as planned")
    assert page.says("Each is 9 h and costs $225.00 before overtime.")
    page = ana.post("new_schedule", world.riveras.id, status=200, **form | {"recurrence": "BIWEEKLY"})
    assert page.says("Cost a week $1,143.75 if it goes as planned")  # 45 hours, then 44 that are topped up
    PayPolicy.objects.all().delete()
    page = ana.post("new_schedule", world.riveras.id, status=200, **form)
    assert page.says("Cost a week $1,125.00")
    assert not page.says("if it goes as planned")
    assert page.says("Each is 9 h and costs $225.00.")


def test_the_year_adds_up_timesheets(ana, noor, viewer, world, terms):
    for day in range(25, 30):
        world.session(f"2026-05-{day} 10:00", hours=9, state=State.COMPLETED)
    PayPolicy.objects.update(guaranteed_minutes=0)
    assert _says(world, date(2026, 5, 1), date(2026, 5, 31)) == "$1,187.50"
    for visitor in (ana, noor):
        page = visitor.get("family_records", world.riveras.id, 2026)
        assert page.says("May 5 45 h $1,187.50")
        assert page.says("2026 5 45 h $1,187.50")
        assert page.says("9 h 9 h $225.00")
        assert page.says("before overtime")
    assert noor.get("my_records", 2026).says("May 5 45 h $1,187.50")
    assert not viewer.get("family_records", world.riveras.id, 2026).says("$")


def test_the_year_holds_no_week_that_is_still_to_come(ana, world, terms):
    """Guaranteed hours are topped up in each week: those until today, and no others."""
    world.leave(world.bea_of_riveras, at=LONG_AGO)
    world.session("2026-05-25 10:00", state=State.COMPLETED)
    page = ana.get("family_records", world.riveras.id, 2026)
    said = _says(world, date(2026, 5, 1), date(2026, 5, 31))
    assert page.says(f"May 1 8 h {said}")
    assert page.says(f"2026 1 8 h {_says(world, date(2026, 1, 1), date(2026, 6, 1))}")


def test_a_session_says_the_same_everywhere_before_overtime(ana, noor, world, terms):
    """Rounded to the quarter of an hour, as the terms say, on every page."""
    PayPolicy.objects.update(rounding_minutes=15, rounding_mode="UP")
    session = world.session("2026-06-01 06:00", hours=1.1, state=State.COMPLETED)
    amount = "$31.25 before overtime"  # an hour and a quarter
    standing = visibility.standing(world.ana, world.riveras.id)
    assert session_amounts.in_words(session, session.actual_times, standing, "USD") == amount
    assert ana.get("session", session.id).says("$25.00 an hour before overtime $31.25 $31.25")
    assert ana.get("family_sessions", world.riveras.id, past="").says(amount)


def test_without_terms_it_is_minutes_times_rate(ana, world):
    session = world.session("2026-06-01 06:00", hours=1.1, state=State.COMPLETED)
    assert ana.get("session", session.id).says("$25.00 an hour $27.50 $27.50")
    page = ana.get("family_home", world.riveras.id)
    assert page.says("Planned 1 h 6 min $27.50 Done so far 1 h 6 min $27.50")
    assert not page.says("overtime")


def test_who_sees_no_pay_reads_no_amount(world, terms):
    viewer = world.join(world.riveras, Role.VIEWER).user
    session = world.session("2026-06-01 06:00", state=State.COMPLETED)
    standing = visibility.standing(viewer, world.riveras.id)
    assert session_amounts.in_words(session, session.actual_times, standing, "USD") == ""

"""The record of a year: what was agreed and done, and what it cost."""

from datetime import date
from decimal import Decimal

import pytest

from handsel.models import Family, User
from handsel.queries import records
from handsel.rules.lifecycle import State
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Role
from tests.world import wall


@pytest.fixture
def year(world):
    """Two days in May, one of them Bea's, one in June; the last evening of 2025; what is not done yet."""
    world.session("2026-05-04 09:00", hours=8, state=State.COMPLETED, actual_end=wall("2026-05-04 17:20"))
    world.session(
        "2026-05-05 09:00",
        hours=1,
        state=State.COMPLETED,
        nanny=world.bea_of_riveras,
        children=[world.emma, world.theo],
    )
    world.session("2026-06-01 01:00", hours=2, state=State.COMPLETED, hourly_rate=None)
    world.session("2025-12-31 22:00", hours=4, state=State.COMPLETED)
    for state in (State.UNCONFIRMED, State.CONFIRMED, State.CANCELLED, State.IN_PROGRESS):
        world.session("2026-05-06 09:00", hours=1, state=state, nanny=None)
    world.session("2026-05-07 09:00", state=State.COMPLETED, family=world.okafors)


def test_a_parent_sees_hours_and_cost_by_month(world, year):
    record = records.year(world.ana, world.riveras.id, 2026)
    assert [(line.day, line.child_names, line.nanny_name, line.amount) for line in record.lines] == [
        (date(2026, 5, 4), ("Emma",), "Noor", Decimal("208.33")),
        (date(2026, 5, 5), ("Emma", "Theo"), "Bea", Decimal("25.00")),
        (date(2026, 6, 1), ("Emma",), "Noor", None),
    ]
    assert [(month, total.sessions, total.minutes, total.amounts) for month, total in record.months] == [
        (date(2026, 5, 1), 2, 560, {"USD": Decimal("233.33")}),
        (date(2026, 6, 1), 1, 120, {}),
    ]
    assert (record.total.sessions, record.total.minutes, record.total.amounts) == (3, 680, {"USD": Decimal("233.33")})
    assert record.years == [2026, 2025]


def test_new_years_eve_belongs_to_the_year_it_began_in(world, year):
    assert [line.day for line in records.year(world.ana, world.riveras.id, 2025).lines] == [date(2025, 12, 31)]


def test_a_nanny_has_their_own_sessions_alone_and_a_viewer_no_pay(world, year):
    record = records.year(world.bea, world.riveras.id, 2026)
    assert [(line.nanny_name, line.amount) for line in record.lines] == [("Bea", Decimal("25.00"))]
    assert (record.total.minutes, record.total.amounts, record.years) == (60, {"USD": Decimal("25.00")}, [2026])
    viewer = world.join(world.riveras, Role.VIEWER).user
    record = records.year(viewer, world.riveras.id, 2026)
    assert [line.hourly_rate for line in record.lines] == [None, None, None]
    assert record.total.amounts == {}


def test_a_nannys_year_holds_all_families_together(world, year):
    Family.objects.filter(pk=world.okafors.pk).update(currency="EUR")
    record = records.mine(world.noor, 2026)
    assert [(line.day, line.family_name, line.currency) for line in record.lines] == [
        (date(2026, 5, 4), "Riveras", "USD"),
        (date(2026, 5, 7), "Okafors", "EUR"),
        (date(2026, 6, 1), "Riveras", "USD"),
    ]
    assert record.total.amounts == {"USD": Decimal("208.33"), "EUR": Decimal("200.00")}
    assert [(name, total.minutes) for name, total in record.families] == [("Okafors", 480), ("Riveras", 620)]
    world.leave(world.noor_of_okafors)
    assert {line.family_name for line in records.mine(world.noor, 2026).lines} == {"Riveras"}
    for person in (world.ana, world.sam):
        with pytest.raises(NotVisible):
            records.mine(person, 2026)


def test_the_record_of_all_families_asks_as_often_for_many_rows(world, year, django_assert_num_queries):
    for _ in range(2):
        noor = User.objects.get(pk=world.noor.pk)
        with django_assert_num_queries(9):
            records.mine(noor, 2026)
        for day in range(10, 20):
            world.session(f"2026-03-{day} 09:00", state=State.COMPLETED)
            world.session(f"2026-03-{day} 12:00", state=State.COMPLETED, family=world.okafors)


def test_minutes_that_are_recorded_twice_are_pointed_out(world):
    """In either family, by the minute; not where somebody said that the sessions may overlap."""
    times = {"actual_start": wall("2026-05-04 09:00:50"), "actual_end": wall("2026-05-04 17:00:40")}
    world.session("2026-05-04 09:00", state=State.COMPLETED, **times)
    world.session("2026-05-04 16:00", hours=3, state=State.COMPLETED, family=world.okafors)
    world.session("2026-05-04 16:30", hours=1, state=State.COMPLETED, family=world.okafors)
    world.session("2026-05-04 09:00", hours=1, state=State.COMPLETED, nanny=world.bea_of_riveras)
    world.session("2026-05-04 10:00", hours=1, state=State.COMPLETED, overlap_allowed=True)
    touching = {"actual_start": wall("2026-05-04 19:00:05"), "actual_end": wall("2026-05-04 20:00")}
    world.session("2026-05-04 19:00", hours=1, state=State.COMPLETED, **touching)
    assert [line.shared_minutes for line in records.year(world.ana, world.riveras.id, 2026).lines] == [60, 0, 0, 0]
    assert [line.shared_minutes for line in records.mine(world.noor, 2026).lines] == [60, 0, 90, 60, 0]
    assert records.mine(world.noor, 2026).total.minutes == 480 + 60 + 180 + 60 + 60


def test_a_stranger_and_a_year_that_never_comes_see_nothing(world, year):
    for person, number in ((world.sam, 2026), (world.ana, 0), (world.ana, 9999)):
        with pytest.raises(NotVisible):
            records.year(person, world.riveras.id, number)


def test_a_year_without_care_is_an_empty_record(world):
    record = records.year(world.ada, world.okafors.id, 2026)
    assert (record.lines, record.months, record.years, record.total.amounts) == ([], [], [], {})


def test_the_number_of_queries_does_not_grow(world, year, django_assert_num_queries):
    for _ in range(2):
        ana = User.objects.get(pk=world.ana.pk)
        with django_assert_num_queries(7):
            records.year(ana, world.riveras.id, 2026)
        for day in range(10, 20):
            world.session(f"2026-03-{day} 09:00", state=State.COMPLETED)

"""Schedules that are kept planned by themselves: when that stops or waits, what breaks, and what it costs."""

import logging
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from handsel.actions import care_schedules, extending, generation, members
from handsel.models import CareSchedule, CareSession, Child, Family, GenerationBatch
from handsel.rules import local_time
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.roles import Role
from tests.actions.kept_planned import A_WEEK, NEXT_WEEK, TWO_WEEKS, keep, slots
from tests.world import NOW, ON_THE_WEB


@pytest.mark.parametrize(
    "columns", [{"is_active": False}, {"end_date": date(2026, 5, 31), "start_date": date(2026, 5, 1)}]
)
def test_what_is_switched_off_or_over_is_not_even_looked_at(world, columns, django_assert_num_queries):
    schedule = world.schedule(weeks_ahead=2, extended_by=world.ana_of_riveras, **columns)
    with django_assert_num_queries(1):
        assert extending.extend(NOW + timedelta(days=1)) == 0
    assert not slots(schedule)


def test_switched_on_again_it_goes_on_from_there(world):
    schedule = world.schedule()
    keep(schedule, world.ana)
    extending.extend(NOW)
    for active, at in ((False, NOW + A_WEEK), (True, NOW + 2 * A_WEEK)):
        care_schedules.update(schedule.id, Draft.of(is_active=active), by=world.noor, **ON_THE_WEB)
        extending.extend(at)
    assert slots(schedule) == [*TWO_WEEKS, *NEXT_WEEK, date(2026, 6, 29), date(2026, 7, 1), date(2026, 7, 3)]


def leaves(world):
    members.remove(world.luis_of_riveras.id, by=world.ana, **ON_THE_WEB)


def becomes_a_viewer(world):
    members.change_role(world.luis_of_riveras.id, Draft.of(role=Role.VIEWER), by=world.ana, **ON_THE_WEB)


@pytest.mark.parametrize("lose_the_word", [leaves, becomes_a_viewer])
def test_the_word_of_who_may_not_plan_any_more_ends_at_once(world, lose_the_word):
    schedule = world.schedule()
    keep(schedule, world.luis)
    extending.extend(NOW)
    lose_the_word(world)
    assert extending.extend(NOW + timedelta(minutes=10)) == 0
    schedule.refresh_from_db()
    assert (schedule.weeks_ahead, schedule.extended_by, schedule.version) == (None, None, 3)
    event = world.last_event(world.riveras)
    assert (event.kind, event.by, event.source) == ("care_schedule.updated", None, Source.WORKER)
    assert event.changes == {"weeks_ahead": [2, None]}
    assert extending.extend(NOW + A_WEEK) == 0
    assert slots(schedule) == TWO_WEEKS


def test_a_word_that_ends_while_the_schedule_is_opened_counts_no_more(world, monkeypatch):
    schedule = world.schedule()
    keep(schedule, world.luis)
    due = extending._due(NOW)
    leaves(world)
    monkeypatch.setattr(extending, "_due", lambda _: due)
    assert extending.extend(NOW) == 0
    schedule.refresh_from_db()
    assert schedule.weeks_ahead is None


def test_what_was_deleted_or_turned_off_meanwhile_is_let_be(world, monkeypatch):
    gone, off, inactive = (world.schedule(name=name) for name in ("Gone", "Off", "Inactive"))
    for schedule in (gone, off, inactive):
        keep(schedule, world.ana)
    due = extending._due(NOW)
    care_schedules.delete(gone.id, by=world.ana, **ON_THE_WEB)
    keep(off, world.ana, None)
    care_schedules.update(inactive.id, Draft.of(is_active=False), by=world.ana, **ON_THE_WEB)
    monkeypatch.setattr(extending, "_due", lambda _: due)
    assert extending.extend(NOW) == 0
    assert not CareSession.objects.exists()


def test_while_every_child_is_archived_it_waits(world):
    schedule = world.schedule()
    keep(schedule, world.ana)
    Child.objects.filter(pk=world.emma.pk).update(archived_at=NOW)
    assert extending.extend(NOW) == 0
    assert not GenerationBatch.objects.exists()
    Child.objects.filter(pk=world.emma.pk).update(archived_at=None)
    assert extending.extend(NOW) == 8


def test_a_schedule_that_begins_later_is_planned_when_its_time_comes(world):
    schedule = world.schedule(start_date=date(2026, 6, 29))
    keep(schedule, world.ana)
    assert extending.extend(NOW) == 0
    assert not GenerationBatch.objects.exists()
    assert extending.extend(NOW + 2 * A_WEEK) == 3


# The family's Monday


@pytest.mark.parametrize(
    ("zone", "still_sunday", "monday"),
    [
        ("America/New_York", "2026-06-08T03:59:59Z", "2026-06-08T04:00:00Z"),
        ("Pacific/Kiritimati", "2026-06-07T09:59:59Z", "2026-06-07T10:00:00Z"),  # fourteen hours before Greenwich
        ("Etc/GMT+12", "2026-06-08T11:59:59Z", "2026-06-08T12:00:00Z"),
        # The clocks change on a Sunday: in Madrid forward, in New York back, in Santiago at midnight.
        ("Europe/Madrid", "2027-03-28T21:59:59Z", "2027-03-28T22:00:00Z"),
        ("America/New_York", "2027-11-08T04:59:59Z", "2027-11-08T05:00:00Z"),
        ("America/Santiago", "2026-09-07T02:59:59Z", "2026-09-07T03:00:00Z"),
    ],
)
def test_a_week_begins_with_the_familys_own_monday(world, zone, still_sunday, monday):
    still_sunday, monday = (datetime.fromisoformat(text).astimezone(UTC) for text in (still_sunday, monday))
    Family.objects.filter(pk=world.riveras.pk).update(time_zone=zone)
    schedule = world.schedule()
    keep(schedule, world.ana)
    extending.extend(still_sunday - timedelta(days=3))
    before = slots(schedule)
    assert extending.extend(still_sunday) == 0
    assert extending.extend(monday) == 3
    assert [day.weekday() for day in set(slots(schedule)) - set(before)].count(0) == 1
    starts = CareSession.objects.filter(schedule=schedule).values_list("scheduled_start", flat=True)
    assert {local_time.wall(start, zone).time() for start in starts} == {time(6)}


def test_care_at_six_is_at_six_on_both_sides_of_a_clock_change(world):
    schedule = world.schedule()
    keep(schedule, world.ana)
    extending.extend(datetime(2026, 10, 26, 12, tzinfo=UTC))
    starts = {session.slot_date: session.scheduled_start for session in CareSession.objects.all()}
    assert starts[date(2026, 10, 30)] == datetime(2026, 10, 30, 10, tzinfo=UTC)
    assert starts[date(2026, 11, 2)] == datetime(2026, 11, 2, 11, tzinfo=UTC)


# What breaks


def test_one_that_breaks_keeps_no_other_back_and_only_its_kind_is_logged(world, monkeypatch, caplog):
    broken, whole = world.schedule(), world.schedule(name="Afternoons")
    for schedule in (broken, whole):
        keep(schedule, world.ana)
    generate = generation.generate

    def trip(schedule_id, *args, **options):
        made = generate(schedule_id, *args, **options)
        if schedule_id == broken.id:
            raise ValueError("Emma is allergic to peanuts")
        return made

    monkeypatch.setattr(generation, "generate", trip)
    with caplog.at_level(logging.ERROR):
        assert extending.extend(NOW) == 8
    assert caplog.messages == ["A schedule was not extended: ValueError"]
    assert (slots(broken), slots(whole)) == ([], TWO_WEEKS)
    assert world.told(world.ana) == ["sessions.to_confirm"]
    monkeypatch.undo()
    assert extending.extend(NOW) == 8
    assert slots(broken) == TWO_WEEKS


@pytest.mark.parametrize("trouble", [OperationalError, KeyboardInterrupt])
def test_when_the_database_goes_or_the_worker_dies_nothing_is_half_done(world, monkeypatch, trouble):
    schedule = world.schedule()
    keep(schedule, world.ana)

    def die(*_, **__):
        raise trouble

    monkeypatch.setattr(generation.outbox, "notify", die)
    with pytest.raises(trouble):
        extending.extend(NOW)
    assert not CareSession.objects.exists()
    assert not GenerationBatch.objects.exists()
    monkeypatch.undo()
    assert extending.extend(NOW) == 8
    assert world.told(world.ana) == ["sessions.to_confirm"]


def test_the_second_of_two_workers_finds_it_done(world, monkeypatch):
    keep(world.schedule(), world.ana)
    due = extending._due(NOW)
    monkeypatch.setattr(extending, "_due", lambda _: due)
    assert [extending.extend(NOW), extending.extend(NOW)] == [8, 0]
    assert world.told(world.ana) == ["sessions.to_confirm"]
    assert GenerationBatch.objects.count() == 1


# What it costs


def test_to_find_that_nothing_is_due_costs_one_query(world, django_assert_num_queries):
    for _ in range(5):
        world.schedule(weeks_ahead=2, extended_by=world.ana_of_riveras, extended_week=date(2026, 6, 1))
        world.schedule()
    with django_assert_num_queries(1):
        assert extending.extend(NOW) == 0


def test_a_schedule_costs_as_much_for_half_a_year_as_for_a_week(world):
    def cost(weeks):
        schedule = world.schedule()
        keep(schedule, world.ana, weeks)
        with CaptureQueriesContext(extending.transaction.get_connection()) as queries:
            assert extending.extend(NOW) >= 3 * weeks
        return len(queries)

    # PostgreSQL locks the family and the pay, and numbers events before it copies them.
    assert cost(1) == cost(26) <= 25 + 3 * (connection.vendor == "postgresql")
    assert CareSchedule.objects.count() == 2

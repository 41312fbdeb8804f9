"""Generating: only what has no session yet, all or nothing, safe to repeat, and one notice for it all."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.actions import care_schedules, care_sessions, families, generation
from handsel.models import (
    CareSchedule,
    CareSession,
    CareSessionChild,
    Child,
    Event,
    Family,
    GenerationBatch,
    Member,
    Notice,
)
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.recurrence import Recurrence, Weekday
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible, ScheduleInactive, WrongState
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB, wall

FIRST, LAST = date(2026, 6, 1), date(2026, 6, 30)
# Mondays, Wednesdays and Fridays of June 2026, a month of thirty days that starts on a Monday.
MWF_IN_JUNE = [date(2026, 6, day) for day in (1, 3, 5, 8, 10, 12, 15, 17, 19, 22, 24, 26, 29)]
TUESDAYS_IN_JUNE = [date(2026, 6, day) for day in (2, 9, 16, 23, 30)]


def generate(schedule, by, first=FIRST, last=LAST, **fields):
    draft = Draft.of(from_date=first, to_date=last, **fields)
    return generation.generate(schedule.id, draft, by=by, **ON_THE_WEB)


def created(made):
    return [slot.slot_date for slot in made.created]


def rows():
    return list(CareSession.objects.order_by("slot_date", "id").values())


def test_a_month_of_mornings_is_thirteen_tentative_sessions(world):
    schedule = world.schedule(notes="Boots by the door.", children=[world.emma, world.theo])
    made = generate(schedule, world.noor)
    assert created(made) == MWF_IN_JUNE
    assert (made.existing, made.skipped, made.dry_run) == ([], [], False)
    sessions = list(CareSession.objects.order_by("slot_date"))
    assert [(slot.slot_date, slot.session_id) for slot in made.created] == [(s.slot_date, s.id) for s in sessions]
    for slot, session in zip(made.created, sessions, strict=True):
        assert session.scheduled_start == slot.scheduled_start == wall(f"{session.slot_date} 06:00")
        assert session.scheduled_end == slot.scheduled_end == wall(f"{session.slot_date} 14:30")
        assert (session.state, session.confirmed_at, session.actual_start) == (State.UNCONFIRMED, None, None)
        assert (session.family, session.schedule, session.batch_id) == (world.riveras, schedule, made.batch_id)
        assert (session.nanny, session.nanny_person) == (world.noor_of_riveras, world.noor)
        assert (session.hourly_rate, session.notes) == (Decimal("25.00"), "Boots by the door.")
        assert (session.time_zone, session.overlap_allowed, session.version) == ("America/New_York", False, 1)
        assert (session.created_at, session.updated_at) == (NOW, NOW)
        assert set(session.children.all()) == {world.emma, world.theo}


def test_history_tells_of_the_generation_and_of_each_session(world):
    schedule = world.schedule()
    generate(schedule, world.noor)
    assert world.history(world.riveras) == ["care_schedule.generated"] + ["care_session.generated"] * 13
    for event in Event.objects.all():
        assert (event.by, event.at, event.source) == (world.noor_of_riveras, NOW, Source.WEB)
        assert event.schedule_id == schedule.id
    session = CareSession.objects.get(slot_date=FIRST)
    assert Event.objects.get(session_id=session.id).changes == {
        "slot_date": [None, "2026-06-01"],
        "scheduled_start": [None, "2026-06-01T10:00:00Z"],
        "scheduled_end": [None, "2026-06-01T18:30:00Z"],
        "hourly_rate": [None, "25.00"],
        "nanny_id": [None, str(world.noor_of_riveras.id)],
        "schedule_id": [None, str(schedule.id)],
        "schedule_name": [None, "Mornings"],
        "child_ids": [None, [str(world.emma.id)]],
    }
    assert set(Event.objects.exclude(session_id=None).values_list("nanny", flat=True)) == {world.noor_of_riveras.id}


def test_generating_again_makes_nothing_and_tells_nobody(world):
    schedule = world.schedule()
    first = generate(schedule, world.noor)
    before, notices = rows(), Notice.objects.count()
    again = generate(schedule, world.ana)
    assert again.created == []
    assert [(slot.slot_date, slot.session_id, slot.status, slot.is_confirmed) for slot in again.existing] == [
        (slot.slot_date, slot.session_id, "SCHEDULED", False) for slot in first.created
    ]
    assert rows() == before
    assert Notice.objects.count() == notices


def test_overlapping_ranges_make_each_session_once(world):
    schedule = world.schedule()
    assert created(generate(schedule, world.noor, date(2026, 6, 8), date(2026, 6, 19))) == MWF_IN_JUNE[3:9]
    assert created(generate(schedule, world.noor, date(2026, 6, 1), date(2026, 6, 12))) == MWF_IN_JUNE[:3]
    assert created(generate(schedule, world.noor, date(2026, 6, 10), date(2026, 6, 30))) == MWF_IN_JUNE[9:]
    assert [row["slot_date"] for row in rows()] == MWF_IN_JUNE


def test_what_became_of_a_slot_is_left_exactly_as_it_is(world):
    schedule = world.schedule()
    ids = {slot.slot_date.day: slot.session_id for slot in generate(schedule, world.noor).created}
    care_sessions.confirm(ids[1], by=world.ana, **ON_THE_WEB)
    care_sessions.cancel(ids[3], by=world.ana, **ON_THE_WEB)
    moved = {"scheduled_start": wall("2026-06-06 09:00"), "scheduled_end": wall("2026-06-06 12:00")}
    care_sessions.update(ids[5], Draft.of(**moved), by=world.noor, **ON_THE_WEB)
    care_sessions.update(ids[8], Draft.of(notes="Swimming."), by=world.noor, **ON_THE_WEB)
    care_sessions.start(ids[1], by=world.noor, **ON_THE_WEB)
    before = rows()
    again = generate(schedule, world.ana)
    assert again.created == []
    assert [(slot.slot_date.day, slot.status, slot.is_confirmed) for slot in again.existing[:4]] == [
        (1, "IN_PROGRESS", True),
        (3, "CANCELLED", False),
        (5, "SCHEDULED", False),
        (8, "SCHEDULED", False),
    ]
    assert rows() == before


def test_a_deleted_session_gives_its_slot_back(world):
    schedule = world.schedule()
    made = generate(schedule, world.noor)
    care_sessions.delete(made.created[4].session_id, by=world.ana, **ON_THE_WEB)
    assert created(generate(schedule, world.noor)) == [MWF_IN_JUNE[4]]


def test_adding_tuesdays_makes_only_the_tuesdays(world):
    schedule = world.schedule()
    generate(schedule, world.noor)
    before = rows()
    days = frozenset({Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.FRIDAY})
    care_schedules.update(schedule.id, Draft.of(days_of_week=days), by=world.noor, **ON_THE_WEB)
    assert rows() == before
    again = generate(schedule, world.noor)
    assert created(again) == TUESDAYS_IN_JUNE
    assert [slot.slot_date for slot in again.existing] == MWF_IN_JUNE
    assert [row for row in rows() if row["slot_date"] in MWF_IN_JUNE] == before


def test_a_changed_schedule_changes_only_what_it_makes_from_now_on(world):
    schedule = world.schedule()
    generate(schedule, world.noor, FIRST, date(2026, 6, 5))
    before = rows()
    fields = {"start_time": time(8), "hourly_rate": Decimal("30.00"), "nanny_id": world.bea_of_riveras.id}
    care_schedules.update(schedule.id, Draft.of(**fields), by=world.ana, **ON_THE_WEB)
    generate(schedule, world.noor)
    assert rows()[:3] == before
    new = CareSession.objects.get(slot_date=MWF_IN_JUNE[3])
    assert (new.scheduled_start, new.hourly_rate) == (wall("2026-06-08 08:00"), Decimal("30.00"))
    assert (new.nanny, new.nanny_person) == (world.bea_of_riveras, world.bea)


def test_a_deleted_schedule_leaves_its_sessions_and_history_knows_where_they_came_from(world):
    schedule = world.schedule()
    made = generate(schedule, world.noor)
    gone = schedule.id
    care_schedules.delete(gone, by=world.ana, **ON_THE_WEB)
    session = CareSession.objects.get(id=made.created[0].session_id)
    assert (session.schedule_id, session.slot_date, session.batch_id) == (None, FIRST, made.batch_id)
    event = Event.objects.get(session_id=session.id)
    assert event.schedule_id == gone
    assert event.changes["schedule_name"] == [None, "Mornings"]
    with pytest.raises(NotVisible):
        generate(schedule, world.noor)
    assert generation.undo(made.batch_id, by=world.ana, **ON_THE_WEB).removed == 13


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_inactive_schedule_makes_nothing(world, dry_run):
    schedule = world.schedule(is_active=False)
    with pytest.raises(ScheduleInactive):
        generate(schedule, world.noor, dry_run=dry_run)
    assert not GenerationBatch.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), set()),
        (date(2028, 1, 1), date(2028, 12, 31), set()),
        (date(2026, 1, 1), date(2027, 1, 2), {"to_date"}),
        (date(2026, 6, 2), date(2026, 6, 1), {"to_date"}),
        (date(2026, 6, 2), date(2026, 6, 2), set()),
        (None, date(2026, 6, 2), {"from_date"}),
        (None, None, {"from_date", "to_date"}),
        (date(1970, 1, 1), date(1970, 1, 2), set()),
        (date(2199, 12, 30), date(2199, 12, 31), set()),
    ],
    ids=[
        "365 days",
        "366 days",
        "367 days",
        "the wrong way round",
        "one day",
        "no start",
        "neither",
        "the first days",
        "the last days",
    ],
)
def test_what_a_range_may_be(world, first, last, wrong):
    schedule = world.schedule()
    for dry_run in (True, False):
        if wrong:
            with pytest.raises(Invalid) as refused:
                generate(schedule, world.noor, first, last, dry_run=dry_run)
            assert set(refused.value.errors) == wrong
        else:
            generate(schedule, world.noor, first, last, dry_run=dry_run)


def test_days_that_could_not_be_read_are_named_too(world):
    draft = Draft({"to_date": LAST}, {"from_date": "There is no such day in the calendar."})
    with pytest.raises(Invalid) as refused:
        generation.generate(world.schedule().id, draft, by=world.noor, **ON_THE_WEB)
    assert refused.value.errors == {"from_date": "There is no such day in the calendar."}


def test_the_last_day_of_all_can_be_a_night(world):
    daily = frozenset(Weekday)
    schedule = world.schedule(days_of_week=daily, start_time=time(21), end_time=time(6))
    made = generate(schedule, world.noor, date(2199, 12, 31), date(2199, 12, 31))
    assert created(made) == [date(2199, 12, 31)]


def test_a_dry_run_says_what_a_real_one_does_and_writes_nothing(world):
    schedule = world.schedule(children=[world.emma, world.theo])
    generate(schedule, world.noor, FIRST, date(2026, 6, 5))
    world.session("2026-06-08 12:00", family=world.okafors, state=State.CONFIRMED)
    world.session("2026-06-10 05:00", hours=2)
    before = (rows(), Event.objects.count(), Notice.objects.count(), GenerationBatch.objects.count())
    with CaptureQueriesContext(connection) as statements:
        dry = generate(schedule, world.noor, dry_run=True)
    assert (rows(), Event.objects.count(), Notice.objects.count(), GenerationBatch.objects.count()) == before
    assert all(statement["sql"].startswith("SELECT") for statement in statements)
    assert (dry.dry_run, dry.batch_id) == (True, None)
    assert {slot.session_id for slot in dry.created} == {None}

    real = generate(schedule, world.noor)
    assert [(slot.slot_date, slot.scheduled_start, slot.scheduled_end, slot.clashes) for slot in real.created] == [
        (slot.slot_date, slot.scheduled_start, slot.scheduled_end, slot.clashes) for slot in dry.created
    ]
    assert (dry.existing, dry.skipped) == (real.existing, real.skipped)


def test_each_slot_shows_what_else_the_nanny_has_then(world):
    theirs = world.session("2026-06-03 12:00", family=world.okafors, state=State.CONFIRMED)
    tentative = world.session("2026-06-05 05:00", hours=2)
    world.session("2026-06-08 12:00", state=State.CANCELLED)
    world.session("2026-06-10 12:00", overlap_allowed=True)
    world.session("2026-06-12 14:30", state=State.CONFIRMED)
    world.session("2026-06-15 12:00", nanny=world.bea_of_riveras)
    made = generate(world.schedule(), world.noor)
    clashes = {slot.slot_date.day: slot.clashes for slot in made.created if slot.clashes}
    assert {day: [clash.session_id for clash in of_day] for day, of_day in clashes.items()} == {
        3: [None],
        5: [tentative.id],
    }
    assert clashes[3][0].busy
    assert clashes[3][0].scheduled_start == theirs.scheduled_start


def test_without_a_nanny_nothing_clashes(world):
    world.session("2026-06-03 12:00", state=State.CONFIRMED)
    made = generate(world.schedule(nanny=None), world.noor)
    assert not any(slot.clashes for slot in made.created)
    assert set(CareSession.objects.filter(batch_id=made.batch_id).values_list("nanny", "nanny_person")) == {
        (None, None)
    }


@pytest.mark.parametrize("how", ["removed", "now a parent"])
def test_who_is_no_nanny_of_the_family_any_more_gets_no_sessions(world, how):
    schedule = world.schedule()
    if how == "removed":
        world.leave(world.noor_of_riveras)
    else:
        Member.objects.filter(id=world.noor_of_riveras.id).update(role=Role.PARENT)
    world.session("2026-06-03 12:00", family=world.okafors, state=State.CONFIRMED)
    made = generate(schedule, world.ana)
    assert not any(slot.clashes for slot in made.created)
    assert set(CareSession.objects.filter(batch_id=made.batch_id).values_list("nanny", "nanny_person")) == {
        (None, None)
    }


def test_an_archived_child_is_in_no_new_session(world):
    schedule = world.schedule(children=[world.emma, world.theo])
    Child.objects.filter(id=world.emma.id).update(archived_at=NOW)
    generate(schedule, world.noor)
    assert set(CareSessionChild.objects.values_list("child", flat=True)) == {world.theo.id}


@pytest.mark.parametrize("dry_run", [True, False])
def test_with_every_child_archived_there_is_nobody_to_care_for(world, dry_run):
    schedule = world.schedule()
    Child.objects.filter(id=world.emma.id).update(archived_at=NOW)
    with pytest.raises(WrongState, match="archived"):
        generate(schedule, world.noor, dry_run=dry_run)
    assert not GenerationBatch.objects.exists()


def test_the_rate_is_the_schedules_else_the_familys_else_none(world):
    generate(world.schedule(hourly_rate=Decimal("0.00")), world.noor, FIRST, FIRST)
    generate(world.schedule(hourly_rate=None), world.noor, FIRST, FIRST)
    Family.objects.update(default_hourly_rate=None)
    generate(world.schedule(hourly_rate=None), world.noor, FIRST, FIRST)
    rates = CareSession.objects.order_by("id").values_list("hourly_rate", flat=True)
    assert list(rates) == [Decimal("0.00"), Decimal("25.00"), None]


def test_a_change_of_zone_moves_no_session_and_makes_no_slot_twice(world):
    schedule = world.schedule()
    generate(schedule, world.noor, FIRST, date(2026, 6, 15))
    before = rows()
    families.update(world.riveras.id, Draft.of(time_zone="Asia/Tokyo"), by=world.ana, **ON_THE_WEB)
    made = generate(schedule, world.noor)
    assert rows()[:7] == before
    assert created(made) == MWF_IN_JUNE[7:]
    new = CareSession.objects.get(slot_date=date(2026, 6, 17))
    assert new.time_zone == "Asia/Tokyo"
    assert new.scheduled_start.isoformat() == "2026-06-16T21:00:00+00:00"


def test_nights_over_a_clock_change_are_as_long_as_they_are(world):
    schedule = world.schedule(days_of_week=frozenset(Weekday), start_time=time(21), end_time=time(6))
    made = generate(schedule, world.noor, date(2026, 10, 30), date(2026, 11, 1))
    hours = [(slot.scheduled_end - slot.scheduled_start).total_seconds() / 3600 for slot in made.created]
    assert hours == [9, 10, 9]


def test_who_may_generate(world):
    schedule = world.schedule()
    coordinator, viewer = (world.join(world.riveras, role).user for role in (Role.COORDINATOR, Role.VIEWER))
    for number, person in enumerate((world.ana, world.noor, world.bea, coordinator)):
        day = MWF_IN_JUNE[number]
        assert len(generate(schedule, person, day, day).created) == 1
    for dry_run in (True, False):
        with pytest.raises(NotAllowed):
            generate(schedule, viewer, dry_run=dry_run)
        for person in (world.sam, world.ada):
            with pytest.raises(NotVisible):
                generate(schedule, person, dry_run=dry_run)


def test_authority_comes_before_state_and_input(world):
    schedule = world.schedule(is_active=False)
    viewer = world.join(world.riveras, Role.VIEWER).user
    with pytest.raises(NotAllowed):
        generate(schedule, viewer, LAST, FIRST)


def test_a_range_without_a_slot_makes_nothing_and_tells_nobody(world):
    made = generate(world.schedule(start_date=date(2026, 7, 1)), world.noor)
    assert (made.created, made.existing, made.skipped) == ([], [], [])
    assert not Notice.objects.exists()
    assert not Event.objects.exists()


def test_a_year_for_two_children_takes_fifteen_statements(world):
    schedule = world.schedule(children=[world.emma, world.theo])
    with CaptureQueriesContext(connection) as statements:
        made = generate(schedule, world.noor, FIRST, date(2027, 5, 31))
    assert (len(made.created), CareSession.objects.count(), CareSessionChild.objects.count()) == (157, 157, 314)
    queries = [statement["sql"] for statement in statements if "SAVEPOINT" not in statement["sql"]]
    assert len(queries) <= 15 + 3 * (connection.vendor == "postgresql")  # locks of family and pay, numbers of events
    assert Notice.objects.count() == 2


def test_once_is_one_session(world):
    schedule = world.schedule(recurrence=Recurrence.ONCE, days_of_week=frozenset(), start_date=date(2026, 6, 13))
    assert created(generate(schedule, world.noor)) == [date(2026, 6, 13)]
    assert created(generate(schedule, world.noor)) == []
    assert CareSchedule.objects.get().is_active

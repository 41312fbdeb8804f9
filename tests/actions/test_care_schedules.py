"""Schedules: what they need, and that none of it touches a session."""

from datetime import date, time
from decimal import Decimal

import pytest
from uuid_utils.compat import uuid7

from handsel.actions import care_schedules
from handsel.models import CareSchedule, CareSession, Child, Event, Notice
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.recurrence import Recurrence, Weekday
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible, VersionConflict
from handsel.rules.roles import Role
from tests.world import LONG_AGO, NOW, ON_THE_WEB

MON, TUE, WED, FRI = Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.FRIDAY


def mornings(world, **fields):
    return Draft.of(
        **{
            "name": "Mon/Wed/Fri Morning Care",
            "recurrence": Recurrence.WEEKLY,
            "days_of_week": frozenset({MON, WED, FRI}),
            "start_time": time(6),
            "end_time": time(14, 30),
            "start_date": date(2026, 6, 1),
            "child_ids": (world.emma.id, world.theo.id),
            **fields,
        }
    )


def create(world, by, **fields):
    made = care_schedules.create(world.riveras.id, mornings(world, **fields), by=by, **ON_THE_WEB)
    return CareSchedule.objects.get(id=made.id)


def update(schedule, by, *, version=None, **fields):
    care_schedules.update(schedule.id, Draft.of(**fields), by=by, version=version, **ON_THE_WEB)
    schedule.refresh_from_db()


def refused(act, *args, **fields):
    with pytest.raises(Invalid) as refusal:
        act(*args, **fields)
    return set(refusal.value.errors)


def test_what_is_made(world):
    schedule = create(world, world.noor, nanny_id=world.noor_of_riveras.id, notes="Boots by the door.")
    assert (schedule.family, schedule.name) == (world.riveras, "Mon/Wed/Fri Morning Care")
    assert (schedule.recurrence, schedule.days_of_week) == (Recurrence.WEEKLY, {MON, WED, FRI})
    assert (schedule.start_time, schedule.end_time) == (time(6), time(14, 30))
    assert (schedule.start_date, schedule.end_date) == (date(2026, 6, 1), None)
    assert (schedule.is_active, schedule.version) == (True, 1)
    assert (schedule.hourly_rate, schedule.nanny) == (Decimal("25.00"), world.noor_of_riveras)
    assert set(schedule.children.all()) == {world.emma, world.theo}
    assert not CareSession.objects.exists()
    assert not Notice.objects.exists()
    event = Event.objects.get(schedule_id=schedule.id)
    assert (event.kind, event.by, event.at) == ("care_schedule.created", world.noor_of_riveras, NOW)
    assert event.nanny == world.noor_of_riveras
    assert event.changes == {
        "name": [None, "Mon/Wed/Fri Morning Care"],
        "recurrence": [None, "WEEKLY"],
        "days_of_week": [None, ["MONDAY", "WEDNESDAY", "FRIDAY"]],
        "week_start": [None, "MONDAY"],
        "start_time": [None, "06:00"],
        "end_time": [None, "14:30"],
        "hourly_rate": [None, "25.00"],
        "is_active": [None, True],
        "start_date": [None, "2026-06-01"],
        "notes": [None, "Boots by the door."],
        "nanny_id": [None, str(world.noor_of_riveras.id)],
        "child_ids": [None, [str(world.emma.id), str(world.theo.id)]],
    }


def test_the_only_nanny_is_filled_in_and_null_means_nobody(world):
    assert create(world, world.ana).nanny is None
    world.leave(world.bea_of_riveras)
    assert create(world, world.ana).nanny == world.noor_of_riveras
    assert create(world, world.ana, nanny_id=None).nanny is None


def test_the_rate_is_what_is_said_or_the_familys_default(world):
    assert create(world, world.ana).hourly_rate == Decimal("25.00")
    assert create(world, world.ana, hourly_rate=Decimal("31.50")).hourly_rate == Decimal("31.50")
    assert create(world, world.ana, hourly_rate=None).hourly_rate is None


def test_what_is_needed(world):
    nothing = Draft.of()
    with pytest.raises(Invalid) as refusal:
        care_schedules.create(world.riveras.id, nothing, by=world.ana, **ON_THE_WEB)
    needed = {"name", "recurrence", "start_time", "end_time", "start_date", "child_ids"}
    assert set(refusal.value.errors) == needed
    assert refused(create, world, world.ana, **dict.fromkeys(needed)) == needed
    assert not CareSchedule.objects.exists()


def test_what_is_needed_cannot_be_emptied_later(world):
    schedule = world.schedule()
    needed = {"name", "recurrence", "start_time", "end_time", "start_date", "child_ids"}
    assert refused(update, schedule, world.ana, **dict.fromkeys(needed)) == needed
    schedule.refresh_from_db()
    assert schedule.version == 1


def test_every_wrong_field_comes_in_one_answer_and_nothing_is_written(world):
    draft = Draft(
        {
            **mornings(world).values,
            "days_of_week": frozenset(),
            "end_time": time(6),
            "end_date": date(2026, 5, 31),
            "child_ids": (world.emma.id, world.zuri.id),
            "nanny_id": world.noor_of_okafors.id,
        },
        {"name": "Fill this in.", "hourly_rate": "Enter an amount from 0 to 9999.99."},
    )
    wrong = {"name", "hourly_rate", "days_of_week", "end_time", "end_date", "child_ids", "nanny_id"}
    with pytest.raises(Invalid) as refusal:
        care_schedules.create(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)
    assert set(refusal.value.errors) == wrong
    schedule = world.schedule()
    with pytest.raises(Invalid) as refusal:
        care_schedules.update(schedule.id, draft, by=world.ana, **ON_THE_WEB)
    assert set(refusal.value.errors) == wrong
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"days_of_week": frozenset()}, {"days_of_week"}),
        ({"recurrence": Recurrence.BIWEEKLY, "days_of_week": None}, {"days_of_week"}),
        ({"recurrence": Recurrence.ONCE, "days_of_week": frozenset({TUE})}, {"days_of_week"}),
        ({"recurrence": Recurrence.ONCE, "days_of_week": frozenset({MON, TUE})}, {"days_of_week"}),
        ({"recurrence": Recurrence.ONCE, "days_of_week": frozenset({MON})}, set()),
        ({"recurrence": Recurrence.ONCE, "days_of_week": frozenset()}, set()),
        ({"recurrence": Recurrence.MONTHLY, "days_of_week": frozenset()}, set()),
        ({"end_date": date(2026, 6, 1)}, set()),
        ({"end_date": date(2026, 5, 31)}, {"end_date"}),
        ({"end_time": time(6)}, {"end_time"}),
        ({"end_time": time(5, 59)}, set()),
        ({"child_ids": ()}, {"child_ids"}),
        ({"child_ids": (uuid7(),)}, {"child_ids"}),
        ({"nanny_id": uuid7()}, {"nanny_id"}),
    ],
    ids=[
        "weekly on no day",
        "every second week on no day",
        "once, on another weekday",
        "once, on two weekdays",
        "once, on its weekday",
        "once",
        "monthly on no weekday",
        "a single day",
        "ends before it begins",
        "no length",
        "nearly 24 hours",
        "no child",
        "an unknown child",
        "an unknown nanny",
    ],
)
def test_what_a_schedule_may_be(world, fields, wrong):
    if wrong:
        assert refused(create, world, world.ana, **fields) == wrong
    else:
        create(world, world.ana, **fields)


def test_a_change_is_checked_with_what_stays(world):
    schedule = world.schedule(end_date=date(2026, 8, 31))
    assert refused(update, schedule, world.ana, start_date=date(2026, 9, 1)) == {"end_date"}
    assert refused(update, schedule, world.ana, start_time=time(14, 30)) == {"end_time"}
    assert refused(update, schedule, world.ana, recurrence=Recurrence.ONCE) == {"days_of_week"}
    update(schedule, world.ana, recurrence=Recurrence.ONCE, days_of_week=frozenset(), end_date=None)
    assert (schedule.recurrence, schedule.end_date) == (Recurrence.ONCE, None)


def test_what_changes_is_written_old_beside_new(world):
    schedule = world.schedule()
    update(
        schedule,
        world.noor,
        days_of_week=frozenset({FRI, TUE, MON, WED}),
        hourly_rate=Decimal("26.00"),
        child_ids=(world.theo.id,),
        name="Mornings",
    )
    assert (schedule.version, schedule.updated_at, schedule.created_at) == (2, NOW, LONG_AGO)
    assert schedule.days_of_week == {MON, TUE, WED, FRI}
    assert list(schedule.children.all()) == [world.theo]
    event = world.last_event(world.riveras)
    assert (event.kind, event.schedule_id, event.nanny) == (
        "care_schedule.updated",
        schedule.id,
        world.noor_of_riveras,
    )
    assert event.changes == {
        "days_of_week": [["MONDAY", "WEDNESDAY", "FRIDAY"], ["MONDAY", "TUESDAY", "WEDNESDAY", "FRIDAY"]],
        "hourly_rate": ["25.00", "26.00"],
        "child_ids": [[str(world.emma.id)], [str(world.theo.id)]],
    }


def test_the_same_values_again_are_no_change(world):
    schedule = world.schedule(children=[world.emma, world.theo])
    update(
        schedule,
        world.ana,
        **dict(mornings(world, name="Mornings", child_ids=(world.theo.id, world.emma.id)).values),
        hourly_rate=Decimal("25.00"),
        nanny_id=world.noor_of_riveras.id,
        is_active=True,
        end_date=None,
        notes="",
    )
    assert (schedule.version, schedule.updated_at) == (1, LONG_AGO)
    assert not Event.objects.exists()


def test_when_the_nanny_changes_neither_reads_the_others_rate(world):
    schedule = world.schedule()
    update(schedule, world.ana, nanny_id=world.bea_of_riveras.id, hourly_rate=Decimal("31.00"))
    event = world.last_event(world.riveras)
    assert event.nanny is None
    assert event.changes["nanny_id"] == [str(world.noor_of_riveras.id), str(world.bea_of_riveras.id)]


def test_a_nanny_who_left_may_stay_named_until_somebody_changes_it(world):
    schedule = world.schedule()
    world.leave(world.noor_of_riveras)
    update(schedule, world.ana, nanny_id=world.noor_of_riveras.id, name="Early mornings")
    assert (schedule.name, schedule.nanny) == ("Early mornings", world.noor_of_riveras)
    other = world.schedule(nanny=None)
    assert refused(update, other, world.ana, nanny_id=world.noor_of_riveras.id) == {"nanny_id"}


def test_an_archived_child_may_stay_but_not_come(world):
    schedule = world.schedule()
    Child.objects.filter(id__in=[world.emma.id, world.theo.id]).update(archived_at=LONG_AGO)
    assert refused(update, schedule, world.ana, child_ids=(world.emma.id, world.theo.id)) == {"child_ids"}
    update(schedule, world.ana, child_ids=(world.emma.id,), name="Early mornings")
    assert list(schedule.children.all()) == [world.emma]
    assert refused(create, world, world.ana) == {"child_ids"}


def test_nothing_done_to_a_schedule_changes_a_session(world):
    schedule = world.schedule()
    for day, state in enumerate(State, start=1):
        world.session(f"2026-06-{day:02} 06:00", hours=2, state=state, schedule=schedule, slot_date=date(2026, 6, day))
    before = list(CareSession.objects.order_by("id").values())
    children = list(CareSession.objects.order_by("id").values_list("id", "children"))

    update(schedule, world.ana, start_time=time(8), hourly_rate=Decimal("40.00"), notes="New.", days_of_week={TUE})
    update(schedule, world.ana, child_ids=(world.theo.id,), nanny_id=world.bea_of_riveras.id, is_active=False)
    update(schedule, world.ana, start_date=date(2027, 1, 1), recurrence=Recurrence.MONTHLY)
    assert list(CareSession.objects.order_by("id").values()) == before
    assert list(CareSession.objects.order_by("id").values_list("id", "children")) == children

    gone = schedule.id
    care_schedules.delete(gone, by=world.ana, **ON_THE_WEB)
    assert list(CareSession.objects.order_by("id").values()) == [{**row, "schedule_id": None} for row in before]
    assert not CareSchedule.objects.exists()
    assert world.last_event(world.riveras).schedule_id == gone


def test_a_deleted_schedule_is_kept_in_its_line(world):
    schedule = world.schedule(notes="Boots.")
    gone = schedule.id
    care_schedules.delete(gone, by=world.noor, **ON_THE_WEB)
    event = Event.objects.get(schedule_id=gone)
    assert (event.kind, event.nanny) == ("care_schedule.deleted", world.noor_of_riveras)
    assert event.changes["name"] == ["Mornings", None]
    assert event.changes["hourly_rate"] == ["25.00", None]
    assert event.changes["child_ids"] == [[str(world.emma.id)], None]


def test_who_may_plan(world):
    coordinator, viewer = (world.join(world.riveras, role).user for role in (Role.COORDINATOR, Role.VIEWER))
    for person in (world.ana, world.noor, world.bea, coordinator):
        schedule = create(world, person)
        update(schedule, person, name="Another name")
        care_schedules.delete(schedule.id, by=person, **ON_THE_WEB)
    schedule = world.schedule()
    with pytest.raises(NotAllowed):
        create(world, viewer)
    with pytest.raises(NotAllowed):
        update(schedule, viewer, name="Another name")
    with pytest.raises(NotAllowed):
        care_schedules.delete(schedule.id, by=viewer, **ON_THE_WEB)
    for person in (world.sam, world.ada):
        with pytest.raises(NotVisible):
            create(world, person)
        with pytest.raises(NotVisible):
            update(schedule, person, name="Another name")
        with pytest.raises(NotVisible):
            care_schedules.delete(schedule.id, by=person, **ON_THE_WEB)
    assert CareSchedule.objects.get().name == "Mornings"


def test_an_old_version_changes_nothing(world):
    schedule = world.schedule(version=4)
    with pytest.raises(VersionConflict):
        update(schedule, world.ana, version=3, name="Another name")
    with pytest.raises(VersionConflict):
        care_schedules.delete(schedule.id, by=world.ana, version=3, **ON_THE_WEB)
    viewer = world.join(world.riveras, Role.VIEWER).user
    with pytest.raises(NotAllowed):
        update(schedule, viewer, version=3, name="Another name")
    update(schedule, world.ana, version=4, name="Another name")
    care_schedules.delete(schedule.id, by=world.ana, version=5, **ON_THE_WEB)
    assert not CareSchedule.objects.exists()


def test_who_takes_a_schedule_over_from_another_nanny_does_not_learn_her_rate(world):
    beas = world.schedule(nanny=world.bea_of_riveras, hourly_rate=Decimal("41.00"))
    update(beas, world.noor, nanny_id=world.noor_of_riveras.id)
    beas.refresh_from_db()
    assert (beas.nanny, beas.hourly_rate) == (world.noor_of_riveras, world.riveras.default_hourly_rate)
    noors = world.schedule(hourly_rate=Decimal("41.00"))
    update(noors, world.ana, nanny_id=world.bea_of_riveras.id)
    noors.refresh_from_db()
    assert noors.hourly_rate == world.riveras.default_hourly_rate

"""Schedules that are kept planned by themselves: on somebody's word, once a week, and never against a deletion."""

from datetime import date, time, timedelta

import pytest

from handsel.actions import care_schedules, care_sessions, extending, generation, time_off
from handsel.models import CareSession, Event, GenerationBatch, Notice
from handsel.queries import freshness
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.recurrence import Recurrence, Weekday
from handsel.rules.refusals import Invalid, NotAllowed, VersionConflict
from handsel.rules.roles import Role
from tests.actions.kept_planned import A_WEEK, NEXT_WEEK, TWO_WEEKS, keep, slots
from tests.world import NOW, ON_THE_WEB, wall


def test_the_wish_is_on_the_word_of_who_said_so(world):
    schedule = world.schedule()
    keep(schedule, world.noor, 4)
    assert (schedule.weeks_ahead, schedule.extended_by, schedule.extended_week) == (4, world.noor_of_riveras, None)
    assert schedule.version == 2
    event = world.last_event(world.riveras)
    assert (event.kind, event.by) == ("care_schedule.updated", world.noor_of_riveras)
    assert event.changes == {"weeks_ahead": [None, 4]}
    keep(schedule, world.ana, 5)
    assert schedule.extended_by == world.ana_of_riveras
    keep(schedule, world.noor, 5)  # the same again is no change
    assert (schedule.extended_by, schedule.version) == (world.ana_of_riveras, 3)
    care_schedules.update(schedule.id, Draft.of(name="Early"), by=world.noor, **ON_THE_WEB)
    schedule.refresh_from_db()
    assert schedule.extended_by == world.ana_of_riveras
    extending.extend(NOW)
    keep(schedule, world.noor, None)
    assert (schedule.weeks_ahead, schedule.extended_by, schedule.extended_week) == (None, None, None)
    assert world.last_event(world.riveras).changes == {"weeks_ahead": [5, None]}


def test_it_may_be_wished_for_as_the_schedule_is_made(world):
    draft = Draft.of(
        name="Tuesdays",
        recurrence=Recurrence.WEEKLY,
        days_of_week=frozenset({Weekday.TUESDAY}),
        start_time=time(9),
        end_time=time(12),
        start_date=date(2026, 6, 1),
        child_ids=(world.emma.id,),
        weeks_ahead=1,
    )
    schedule = care_schedules.create(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)
    assert schedule.extended_by_id == world.ana_of_riveras.id
    assert world.last_event(world.riveras).changes["weeks_ahead"] == [None, 1]
    assert extending.extend(NOW) == 2
    assert slots(schedule) == [date(2026, 6, 2), date(2026, 6, 9)]


def test_who_may_not_plan_wishes_nothing_and_nobody_wishes_for_a_year(world):
    schedule = world.schedule()
    with pytest.raises(NotAllowed):
        keep(schedule, world.join(world.riveras, Role.VIEWER).user)
    with pytest.raises(VersionConflict):
        keep(schedule, world.ana, version=7)
    for weeks in (0, 27):
        with pytest.raises(Invalid) as refusal:
            keep(schedule, world.ana, weeks)
        assert refusal.value.errors.keys() == {"weeks_ahead"}
    schedule.refresh_from_db()
    assert (schedule.weeks_ahead, schedule.version) == (None, 1)


def test_the_weeks_ahead_are_planned_and_each_week_one_more(world):
    schedule, other = world.schedule(), world.schedule(name="Afternoons")
    keep(schedule, world.ana)
    assert extending.extend(NOW) == 8
    assert slots(schedule) == TWO_WEEKS
    assert not slots(other)
    assert [extending.extend(NOW + timedelta(days=day)) for day in range(7)] == [0] * 7
    assert extending.extend(NOW + A_WEEK) == 3
    assert slots(schedule) == TWO_WEEKS + NEXT_WEEK
    schedule.refresh_from_db()
    assert (schedule.version, schedule.extended_week) == (2, date(2026, 6, 8))


def test_care_of_today_is_planned_while_it_lies_ahead(world):
    schedule = world.schedule()
    keep(schedule, world.ana)
    extending.extend(wall("2026-06-01 05:59"))
    assert slots(schedule) == [date(2026, 6, 1), *TWO_WEEKS]


def test_the_sessions_are_like_those_of_any_generation(world):
    schedule = world.schedule(children=[world.emma, world.theo], notes="Boots.")
    keep(schedule, world.ana)
    extending.extend(NOW)
    batch = GenerationBatch.objects.get()
    assert (batch.from_date, batch.to_date, batch.created_by) == (
        date(2026, 6, 2),
        date(2026, 6, 21),
        world.ana_of_riveras,
    )
    for session in CareSession.objects.all():
        assert (session.batch, session.is_confirmed, session.notes) == (batch, False, "Boots.")
        assert session.nanny == world.noor_of_riveras
        assert set(session.children.all()) == {world.emma, world.theo}
    events = Event.objects.filter(kind__in=("care_schedule.generated", "care_session.generated"))
    assert events.count() == 9
    assert {(event.by, event.source) for event in events} == {(world.ana_of_riveras, Source.WORKER)}


def test_every_parent_is_told_once_also_who_wished_it(world):
    keep(world.schedule(), world.ana)
    extending.extend(NOW)
    assert world.told(world.ana) == world.told(world.luis) == ["sessions.to_confirm"]
    assert world.told(world.noor) == []
    facts = Notice.objects.get(person=world.ana).facts
    assert facts == {
        "by": "Handsel",
        "by_id": None,
        "count": 8,
        "schedule": "Mornings",
        "first": "2026-06-03",
        "last": "2026-06-19",
    }


def test_where_no_parent_has_joined_it_is_told_to_who_wished_it(world):
    for member in (world.ana_of_riveras, world.luis_of_riveras):
        world.leave(member)
    keep(world.schedule(), world.noor)
    extending.extend(NOW)
    assert world.told(world.noor) == ["sessions.to_confirm"]


def test_the_pages_that_show_it_are_new(world):
    keep(world.schedule(), world.ana)
    before = freshness.stamp(world.noor.id, at=NOW)
    extending.extend(NOW)
    assert freshness.stamp(world.noor.id, at=NOW) != before


# What is there, and what somebody did not want


def test_what_is_there_stays_and_the_gaps_are_filled(world):
    schedule = world.schedule()
    days = Draft.of(from_date=date(2026, 6, 8), to_date=date(2026, 6, 12))
    made = generation.generate(schedule.id, days, by=world.noor, **ON_THE_WEB)
    care_sessions.cancel(made.created[0].session_id, by=world.ana, **ON_THE_WEB)
    time_off.create(
        world.riveras.id,
        Draft.of(nanny_id=None, from_date=date(2026, 6, 15), to_date=date(2026, 6, 15)),
        by=world.ana,
        **ON_THE_WEB,
    )
    before = list(CareSession.objects.order_by("id").values())
    keep(schedule, world.ana)
    assert extending.extend(NOW) == 4
    assert slots(schedule) == [day for day in TWO_WEEKS if day != date(2026, 6, 15)]
    assert list(CareSession.objects.filter(batch_id=made.batch_id).order_by("id").values()) == before


@pytest.mark.parametrize("again", ["next week", "off and on", "longer", "other days"])
def test_what_somebody_deleted_never_comes_back_by_itself(world, again):
    schedule = world.schedule()
    keep(schedule, world.ana)
    extending.extend(NOW)
    care_sessions.delete(CareSession.objects.get(slot_date=TWO_WEEKS[2]).id, by=world.noor, **ON_THE_WEB)
    # Planned by hand beyond what is kept planned, and deleted there too.
    days = Draft.of(from_date=NEXT_WEEK[0], to_date=NEXT_WEEK[2])
    made = generation.generate(schedule.id, days, by=world.noor, **ON_THE_WEB)
    care_sessions.delete(made.created[1].session_id, by=world.noor, **ON_THE_WEB)
    deleted = {TWO_WEEKS[2], NEXT_WEEK[1]}
    if again == "off and on":
        keep(schedule, world.luis, None)
        keep(schedule, world.luis, 3)
    elif again == "longer":
        keep(schedule, world.luis, 3)
    elif again == "other days":
        draft = Draft.of(days_of_week=frozenset({Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.FRIDAY}))
        care_schedules.update(schedule.id, draft, by=world.luis, **ON_THE_WEB)
    extending.extend(NOW + timedelta(days=1))
    extending.extend(NOW + A_WEEK)
    extending.extend(NOW + 2 * A_WEEK)
    planned = slots(schedule)
    assert deleted.isdisjoint(planned)
    assert set(planned) >= {*TWO_WEEKS, *NEXT_WEEK} - deleted
    assert len(planned) == len(set(planned))
    # By hand it comes.
    days = Draft.of(from_date=NEXT_WEEK[1], to_date=NEXT_WEEK[1])
    assert len(generation.generate(schedule.id, days, by=world.noor, **ON_THE_WEB).created) == 1


def test_an_undone_generation_is_not_made_again(world):
    schedule = world.schedule()
    keep(schedule, world.ana)
    extending.extend(NOW)
    undone = generation.undo(GenerationBatch.objects.get().id, by=world.luis, **ON_THE_WEB)
    assert (undone.removed, undone.kept) == (8, 0)
    keep(schedule, world.ana, None)
    keep(schedule, world.ana, 2)
    assert extending.extend(NOW) == 0
    assert extending.extend(NOW + A_WEEK) == 3
    assert slots(schedule) == NEXT_WEEK


def test_another_day_is_planned_in_the_weeks_that_are_planned_already(world):
    schedule = world.schedule()
    keep(schedule, world.ana)
    extending.extend(NOW)
    draft = Draft.of(days_of_week=frozenset({Weekday.TUESDAY}))
    care_schedules.update(schedule.id, draft, by=world.noor, **ON_THE_WEB)
    assert extending.extend(NOW) == 3
    assert slots(schedule) == sorted(TWO_WEEKS + [date(2026, 6, day) for day in (2, 9, 16)])


def test_an_end_that_is_put_off_leaves_no_hole(world):
    schedule = world.schedule(end_date=date(2026, 6, 9))
    keep(schedule, world.ana)
    extending.extend(NOW)
    assert slots(schedule) == TWO_WEEKS[:3]
    extending.extend(NOW + A_WEEK)
    care_schedules.update(schedule.id, Draft.of(end_date=None), by=world.ana, **ON_THE_WEB)
    extending.extend(NOW + A_WEEK + timedelta(hours=1))
    assert slots(schedule) == TWO_WEEKS + NEXT_WEEK


def test_a_time_without_a_worker_leaves_no_hole_ahead(world):
    schedule = world.schedule()
    keep(schedule, world.ana)
    extending.extend(NOW)
    extending.extend(NOW + 2 * A_WEEK)
    assert slots(schedule) == [*TWO_WEEKS, *NEXT_WEEK, date(2026, 6, 29), date(2026, 7, 1), date(2026, 7, 3)]

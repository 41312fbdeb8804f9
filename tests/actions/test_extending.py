"""Schedules that are kept planned by themselves: on somebody's word, once a week, and never against a deletion."""

import logging
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import OperationalError
from django.test.utils import CaptureQueriesContext

from handsel.actions import care_schedules, care_sessions, extending, generation, members, time_off
from handsel.models import CareSchedule, CareSession, Child, Event, Family, GenerationBatch, Notice
from handsel.queries import freshness
from handsel.rules import local_time
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.recurrence import Recurrence, Weekday
from handsel.rules.refusals import Invalid, NotAllowed, VersionConflict
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB, wall

# Mondays, Wednesdays and Fridays. It is Monday, 1 June, eight o'clock: this morning's care from six has begun.
TWO_WEEKS = [date(2026, 6, day) for day in (3, 5, 8, 10, 12, 15, 17, 19)]
NEXT_WEEK = [date(2026, 6, day) for day in (22, 24, 26)]
A_WEEK = timedelta(weeks=1)


def keep(schedule, by, weeks=2, **said):
    care_schedules.update(schedule.id, Draft.of(weeks_ahead=weeks), by=by, **ON_THE_WEB, **said)
    schedule.refresh_from_db()


def slots(schedule):
    return list(CareSession.objects.filter(schedule=schedule).order_by("slot_date").values_list("slot_date", flat=True))


def test_the_wish_is_on_the_word_of_who_said_so(world):
    schedule = world.schedule()
    keep(schedule, world.noor, 4)
    assert (schedule.weeks_ahead, schedule.extended_by, schedule.extended_in) == (4, world.noor_of_riveras, None)
    assert schedule.version == 2
    event = world.last_event(world.riveras)
    assert (event.kind, event.by) == ("care_schedule.updated", world.noor_of_riveras)
    assert event.changes == {"weeksAhead": [None, 4]}
    keep(schedule, world.ana, 5)
    assert schedule.extended_by == world.ana_of_riveras
    keep(schedule, world.noor, 5)  # the same again is no change
    assert (schedule.extended_by, schedule.version) == (world.ana_of_riveras, 3)
    care_schedules.update(schedule.id, Draft.of(name="Early"), by=world.noor, **ON_THE_WEB)
    schedule.refresh_from_db()
    assert schedule.extended_by == world.ana_of_riveras
    extending.extend(NOW)
    keep(schedule, world.noor, None)
    assert (schedule.weeks_ahead, schedule.extended_by, schedule.extended_in) == (None, None, None)
    assert world.last_event(world.riveras).changes == {"weeksAhead": [5, None]}


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
    assert world.last_event(world.riveras).changes["weeksAhead"] == [None, 1]
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
    assert (schedule.version, schedule.extended_in) == (2, date(2026, 6, 8))


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
    assert (batch.from_date, batch.to_date, batch.made_by) == (
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
    found = slots(schedule)
    assert deleted.isdisjoint(found)
    assert set(found) >= {*TWO_WEEKS, *NEXT_WEEK} - deleted
    assert len(found) == len(set(found))
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


# When it stops


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
    assert event.changes == {"weeksAhead": [2, None]}
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
    still_sunday, monday = (datetime.fromisoformat(said).astimezone(UTC) for said in (still_sunday, monday))
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
    starts = {one.slot_date: one.scheduled_start for one in CareSession.objects.all()}
    assert starts[date(2026, 10, 30)] == datetime(2026, 10, 30, 10, tzinfo=UTC)
    assert starts[date(2026, 11, 2)] == datetime(2026, 11, 2, 11, tzinfo=UTC)


# What breaks


def test_one_that_breaks_keeps_no_other_back_and_only_its_kind_is_logged(world, monkeypatch, caplog):
    broken, whole = world.schedule(), world.schedule(name="Afternoons")
    for schedule in (broken, whole):
        keep(schedule, world.ana)
    generate = generation.generate

    def trip(schedule_id, *args, **said):
        made = generate(schedule_id, *args, **said)
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

    monkeypatch.setattr(generation.outbox, "tell", die)
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
        world.schedule(weeks_ahead=2, extended_by=world.ana_of_riveras, extended_in=date(2026, 6, 1))
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

    assert cost(1) == cost(26) <= 22
    assert CareSchedule.objects.count() == 2

"""Care that was confirmed and that nobody started, recorded afterwards."""

from datetime import timedelta

import pytest

from handsel.actions import care_sessions
from handsel.models import CareSession, Notice
from handsel.rules import fields
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.refusals import Invalid, NotAllowed, WrongState
from tests.world import NOW, ON_THE_WEB, wall

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
STAYS = {"status", "actual_start", "actual_end", "version", "updated_at"}


@pytest.fixture
def friday(world) -> CareSession:
    """Confirmed, over since Friday, and never started; today is Monday."""
    return world.session("2026-05-29 06:00", hours=8.5, state=State.CONFIRMED)


def record(session, person, **fields):
    return care_sessions.record(session.id, Draft.of(**fields), by=person, **ON_THE_WEB)


def test_as_planned(world, friday):
    before = CareSession.objects.filter(id=friday.id).values().get()
    done = record(friday, world.noor)
    after = CareSession.objects.filter(id=friday.id).values().get()
    assert {name for name in after if after[name] != before[name]} == STAYS
    assert done.state is State.COMPLETED
    assert done.actual_times == (friday.scheduled_start, friday.scheduled_end)
    event = world.last_event(world.riveras)
    assert (event.kind, event.by, event.at, event.reason) == (
        "care_session.recorded",
        world.noor_of_riveras,
        NOW,
        "",
    )
    assert event.changes == {
        "status": ["SCHEDULED", "COMPLETED"],
        "actual_start": [None, "2026-05-29T10:00:00Z"],
        "actual_end": [None, "2026-05-29T18:30:00Z"],
    }
    assert world.told(world.ana) == world.told(world.luis) == ["session.recorded"]


def test_with_other_times_and_a_note(world, friday):
    done = record(friday, world.ana, actual_start=wall("2026-05-29 05:58"), actual_end=None, notes="A long walk.")
    assert done.actual_times == (wall("2026-05-29 05:58"), friday.scheduled_end)
    assert CareSession.objects.get(id=friday.id).notes == "A long walk."
    assert world.last_event(world.riveras).changes["notes"] == ["", "A long walk."]
    assert world.told(world.noor) == ["session.recorded"]


def test_a_time_without_an_offset_is_the_familys_wall_time(world, friday):
    start, end = fields.moment("2026-05-29T06:10"), fields.moment("2026-05-29T14:45")
    done = record(friday, world.noor, actual_start=start, actual_end=end)
    assert done.actual_times == (wall("2026-05-29 06:10"), wall("2026-05-29 14:45"))


@pytest.mark.parametrize(
    ("times", "wrong"),
    [
        ({"actual_start": wall("2026-05-29 01:59")}, {"actual_start"}),
        ({"actual_start": wall("2026-05-29 14:30")}, {"actual_start"}),
        ({"actual_end": wall("2026-05-29 06:00")}, {"actual_end"}),
        ({"actual_end": NOW + 6 * MINUTE}, {"actual_end"}),
        ({"actual_end": wall("2026-05-30 06:01")}, {"actual_end"}),
        ({"actual_start": wall("2026-05-29 09:00"), "actual_end": wall("2026-05-29 08:00")}, {"actual_end"}),
        ({"actual_start": NOW + HOUR, "actual_end": NOW + 2 * HOUR}, {"actual_start", "actual_end"}),
    ],
)
def test_times_out_of_reach_are_named(world, friday, times, wrong):
    with pytest.raises(Invalid) as refused:
        record(friday, world.noor, **times)
    assert refused.value.errors.keys() == wrong
    friday.refresh_from_db()
    assert friday.state is State.CONFIRMED


def test_what_is_under_way_is_recorded_with_an_end_that_is_past(world):
    session = world.session("2026-06-01 06:00", hours=8, state=State.CONFIRMED)
    with pytest.raises(Invalid) as refused:
        record(session, world.noor)
    assert refused.value.errors.keys() == {"actual_end"}
    assert record(session, world.noor, actual_end=NOW).actual_end == NOW


def test_what_is_still_to_come_is_not_recorded(world):
    session = world.session(NOW, state=State.CONFIRMED)
    with pytest.raises(WrongState, match="still to come"):
        record(session, world.noor)


def test_a_nanny_takes_what_nobody_has_by_recording_it_and_a_parent_takes_nothing(world):
    first, second = (
        world.session(f"2026-05-{day} 06:00", hours=8, state=State.CONFIRMED, nanny=None) for day in (28, 29)
    )
    done = record(first, world.bea)
    assert (done.nanny_id, done.nanny_person_id) == (world.bea_of_riveras.id, world.bea.id)
    assert world.last_event(world.riveras).changes["nanny_id"] == [None, str(world.bea_of_riveras.id)]
    assert record(second, world.ana).nanny_id is None
    mine = world.session("2026-05-27 06:00", hours=8, state=State.CONFIRMED)
    with pytest.raises(NotAllowed):
        record(mine, world.bea)


def test_recording_asks_for_no_clash_and_no_running_session(world, friday):
    world.session("2026-05-29 08:00", hours=2, state=State.COMPLETED, family=world.okafors)
    world.session("2026-06-01 07:00", hours=8, state=State.IN_PROGRESS, family=world.okafors)
    assert record(friday, world.noor).state is State.COMPLETED


def test_who_is_told_hears_that_the_nanny_was_recorded_elsewhere_at_the_time(world, friday):
    world.session("2026-05-29 08:00", hours=2, state=State.COMPLETED, family=world.okafors)
    record(friday, world.noor)
    assert {notice.facts["shared_minutes"] for notice in Notice.objects.all()} == {120}

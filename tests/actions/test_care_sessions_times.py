"""When a session may start and end: four hours early, never in the future, and a phone's clock may be off a little."""

from datetime import datetime, timedelta

import pytest

from handsel.actions import care_sessions
from handsel.models import CareSession
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.refusals import Invalid, WrongState
from tests.world import NOW, ON_THE_WEB, wall

pytestmark = pytest.mark.any_database

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
FORGIVEN = 5 * MINUTE


def start(session, by, *, time=None, at=NOW):
    return care_sessions.start(session.id, Draft.of(at=time), by=by, at=at, source=Source.API)


def complete(session, by, *, time=None, at=NOW):
    return care_sessions.complete(session.id, Draft.of(at=time), by=by, at=at, source=Source.API)


def refused_at(action, *args, **options):
    with pytest.raises(Invalid) as refused:
        action(*args, **options)
    assert refused.value.errors.keys() == {"at"}


def test_four_hours_early_is_the_earliest_start(world):
    session = world.session(NOW + 4 * HOUR + SECOND, state=State.CONFIRMED)
    refused_at(start, session, world.noor)
    assert start(session, world.noor, at=NOW + SECOND).actual_start == NOW + SECOND


def test_a_late_start_has_no_limit(world):
    session = world.session(NOW - timedelta(days=40), state=State.CONFIRMED)
    assert start(session, world.noor).actual_start == NOW


@pytest.mark.parametrize(
    ("sent", "recorded"),
    [
        (NOW - 3 * HOUR, NOW - 3 * HOUR),
        (NOW, NOW),
        # What a fast clock says of the future is taken for now.
        (NOW + FORGIVEN, NOW),
        (NOW - timedelta(milliseconds=300), NOW - SECOND),
    ],
    ids=["three hours ago", "now", "five minutes ahead", "a third of a second ago"],
)
def test_a_phone_that_was_offline_sends_its_own_time(world, sent, recorded):
    session = world.session(NOW + HOUR, state=State.CONFIRMED)
    start(session, world.noor, time=sent)
    session.refresh_from_db()
    assert session.actual_start == recorded
    assert session.updated_at == NOW


@pytest.mark.parametrize(
    "sent",
    [NOW - 3 * HOUR - SECOND, NOW + FORGIVEN + SECOND, NOW + HOUR],
    ids=["four hours and a second early", "more than five minutes ahead", "as planned, but that is to come"],
)
def test_a_start_outside_its_window_names_at(world, sent):
    session = world.session(NOW + HOUR, state=State.CONFIRMED)
    refused_at(start, session, world.noor, time=sent)
    session.refresh_from_db()
    assert (session.state, session.version) == (State.CONFIRMED, 1)


def test_a_time_without_an_offset_is_the_familys_wall_time(world):
    session = world.session("2026-06-01 07:00", state=State.CONFIRMED)
    start(session, world.noor, time=datetime.fromisoformat("2026-06-01 07:05"))
    session.refresh_from_db()
    assert session.actual_start == wall("2026-06-01 07:05")


def test_care_ends_between_its_start_and_now(world):
    session = world.session("2026-06-01 06:00", state=State.IN_PROGRESS)
    refused_at(complete, session, world.noor, time=session.actual_start - SECOND)
    refused_at(complete, session, world.noor, time=NOW + FORGIVEN + SECOND)
    assert complete(session, world.noor, time=NOW + FORGIVEN).actual_end == NOW


def test_care_may_end_as_it_starts(world):
    session = world.session("2026-06-01 07:00", state=State.CONFIRMED)
    within_this_second = NOW + timedelta(milliseconds=700)
    start(session, world.noor, at=within_this_second)
    completed = complete(session, world.noor, at=within_this_second)
    assert completed.actual_start == completed.actual_end == NOW


def test_who_completes_in_the_moment_before_somebody_starts_ends_it_as_it_starts(world):
    """Two machines ask at once, and the one whose clock was read first gets its turn last."""
    session = world.session("2026-06-01 08:00", state=State.IN_PROGRESS)
    completed = complete(session, world.noor, at=NOW - SECOND)
    assert completed.actual_start == completed.actual_end == NOW


def test_care_may_end_long_after_it_was_planned_to(world):
    session = world.session("2026-05-31 08:00", hours=2, state=State.IN_PROGRESS)
    assert complete(session, world.noor).actual_end == NOW


@pytest.mark.parametrize("by", ["noor", "ana"])
def test_nobody_books_a_weekend_by_one_press(world, by):
    session = world.session("2026-05-29 06:00", state=State.IN_PROGRESS)
    refused_at(care_sessions.complete, session.id, by=getattr(world, by), **ON_THE_WEB)
    done = care_sessions.complete(session.id, Draft.of(at=wall("2026-05-29 14:30")), by=world.ana, **ON_THE_WEB)
    assert (done.state, done.actual_end) == (State.COMPLETED, wall("2026-05-29 14:30"))


def test_who_may_not_move_a_session_in_this_state_hears_of_the_state_first(world):
    session = world.session(NOW + 9 * HOUR)
    with pytest.raises(WrongState):
        start(session, world.noor, time=NOW + HOUR)


@pytest.mark.parametrize("move", [care_sessions.confirm, care_sessions.cancel])
def test_an_answer_counts_from_when_it_arrives_and_cannot_come_from_the_future(world, move):
    session = world.session()
    refused_at(move, session.id, Draft.of(at=NOW + HOUR), by=world.ana, **ON_THE_WEB)
    move(session.id, Draft.of(at=NOW - HOUR), by=world.ana, **ON_THE_WEB)
    stored = CareSession.objects.get(id=session.id)
    assert NOW in (stored.confirmed_at, stored.cancelled_at)


def test_every_wrong_field_of_a_move_comes_in_one_answer(world):
    session = world.session(NOW + 9 * HOUR, state=State.CONFIRMED)
    wrong = {"reason": "Keep this to 4,000 characters at most.", "at": "Write date and time."}
    with pytest.raises(Invalid) as refused:
        care_sessions.start(session.id, Draft(wrong=wrong), by=world.noor, **ON_THE_WEB)
    assert refused.value.errors == wrong

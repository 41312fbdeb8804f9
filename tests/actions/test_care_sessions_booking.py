"""No double booking and one running session: asked kindly by the actions, for each nanny over all their families."""

from datetime import timedelta

import pytest

from handsel.actions import care_sessions
from handsel.models import CareSession, Event, Notice
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.refusals import AlreadyRunning, Clash
from tests.world import ON_THE_WEB, wall


def confirm(session, by):
    return care_sessions.confirm(session.id, by=by, **ON_THE_WEB)


def update(session, by, **fields):
    return care_sessions.update(session.id, Draft.of(**fields), by=by, **ON_THE_WEB)


def start(session, by):
    return care_sessions.start(session.id, by=by, **ON_THE_WEB)


def test_the_second_confirmation_of_the_same_hours_is_refused_and_names_the_first(world):
    first = world.session("2026-06-02 09:00", state=State.CONFIRMED)
    second = world.session("2026-06-02 16:00")
    with pytest.raises(Clash) as refused:
        confirm(second, world.ana)
    (clash,) = refused.value.clashes
    assert (clash.session_id, clash.busy) == (first.id, False)
    assert (clash.scheduled_start, clash.scheduled_end) == (first.scheduled_start, first.scheduled_end)
    second.refresh_from_db()
    assert (second.state, second.version) == (State.UNCONFIRMED, 1)
    assert not Event.objects.exists()
    assert not Notice.objects.exists()


def test_another_familys_session_is_only_busy(world):
    theirs = world.session("2026-06-02 09:00", family=world.okafors, state=State.CONFIRMED, notes="Zuri's dentist")
    ours = world.session("2026-06-02 16:00")
    with pytest.raises(Clash) as refused:
        confirm(ours, world.ana)
    (clash,) = refused.value.clashes
    assert (clash.session_id, clash.busy) == (None, True)
    assert (clash.scheduled_start, clash.scheduled_end) == (theirs.scheduled_start, theirs.scheduled_end)
    assert str(theirs.id) not in repr(clash) + refused.value.detail


def test_every_clash_is_named_soonest_first(world):
    late = world.session("2026-06-02 14:00", hours=2, state=State.CONFIRMED)
    world.session("2026-06-02 12:00", hours=1, state=State.CONFIRMED, family=world.okafors)
    early = world.session("2026-06-02 08:00", hours=2, state=State.CONFIRMED)
    with pytest.raises(Clash) as refused:
        confirm(world.session("2026-06-02 09:00", hours=8), world.ana)
    assert [clash.session_id for clash in refused.value.clashes] == [early.id, None, late.id]


def test_sessions_that_touch_do_not_clash(world):
    world.session("2026-06-02 09:00", hours=4, state=State.CONFIRMED)
    world.session("2026-06-02 15:00", hours=2, state=State.IN_PROGRESS)
    assert confirm(world.session("2026-06-02 13:00", hours=2), world.ana).state is State.CONFIRMED


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.CANCELLED, State.COMPLETED])
def test_what_is_tentative_cancelled_or_over_takes_no_time(world, state):
    world.session("2026-06-02 09:00", state=state)
    assert confirm(world.session("2026-06-02 09:00"), world.ana).state is State.CONFIRMED


def test_a_running_session_takes_the_nannys_time(world):
    world.session("2026-06-02 09:00", state=State.IN_PROGRESS)
    with pytest.raises(Clash):
        confirm(world.session("2026-06-02 09:00"), world.ana)


def test_other_nannies_and_nobody_do_not_clash(world):
    world.session("2026-06-02 09:00", state=State.CONFIRMED)
    assert confirm(world.session("2026-06-02 09:00", nanny=world.bea_of_riveras), world.ana).state is State.CONFIRMED
    for _ in range(2):
        assert confirm(world.session("2026-06-02 09:00", nanny=None), world.ana).state is State.CONFIRMED


def test_a_nanny_share_clashes_with_nothing(world):
    world.session("2026-06-02 09:00", state=State.CONFIRMED)
    shared = world.session("2026-06-02 09:00", family=world.okafors, overlap_allowed=True)
    assert confirm(shared, world.ada).state is State.CONFIRMED
    assert confirm(world.session("2026-06-02 17:00", hours=1), world.ana).state is State.CONFIRMED


def test_whoever_may_update_says_that_it_may_overlap(world):
    world.session("2026-06-02 09:00", state=State.CONFIRMED)
    session = world.session("2026-06-02 09:00")
    update(session, world.noor, overlap_allowed=True)
    assert confirm(session, world.ana).overlap_allowed
    with pytest.raises(Clash):
        update(session, world.noor, overlap_allowed=False)
    session.refresh_from_db()
    assert session.overlap_allowed


@pytest.mark.parametrize("change", ["times", "nanny"])
def test_a_parent_cannot_move_an_agreed_session_onto_another(world, change):
    other = world.session("2026-06-02 09:00", state=State.CONFIRMED)
    if change == "times":
        session = world.session("2026-06-03 09:00", state=State.CONFIRMED)
        fields = {"scheduled_start": wall("2026-06-02 10:00"), "scheduled_end": wall("2026-06-02 11:00")}
    else:
        session = world.session("2026-06-02 09:00", state=State.CONFIRMED, nanny=world.bea_of_riveras)
        fields = {"nanny_id": world.noor_of_riveras.id}
    with pytest.raises(Clash) as refused:
        update(session, world.ana, **fields)
    assert [clash.session_id for clash in refused.value.clashes] == [other.id]
    assert CareSession.objects.get(id=session.id).version == 1


def test_a_nanny_may_since_her_change_makes_it_tentative(world):
    world.session("2026-06-02 09:00", state=State.CONFIRMED)
    session = world.session("2026-06-03 09:00", state=State.CONFIRMED)
    fields = {"scheduled_start": wall("2026-06-02 10:00"), "scheduled_end": wall("2026-06-02 11:00")}
    assert update(session, world.noor, **fields).state is State.UNCONFIRMED


def test_one_session_runs_at_a_time_over_all_families(world):
    world.session("2026-06-01 05:00", hours=2, family=world.okafors, state=State.IN_PROGRESS)
    session = world.session("2026-06-01 08:00", state=State.CONFIRMED)
    with pytest.raises(AlreadyRunning):
        start(session, world.noor)
    session.refresh_from_db()
    assert (session.state, session.actual_start) == (State.CONFIRMED, None)
    assert not Event.objects.exists()


def test_another_runs_beside_it_where_somebody_said_so(world):
    world.session("2026-06-01 05:00", hours=2, state=State.IN_PROGRESS)
    shared = world.session("2026-06-01 08:00", state=State.CONFIRMED, family=world.okafors, overlap_allowed=True)
    assert start(shared, world.noor).state is State.IN_PROGRESS


def test_the_next_starts_when_the_first_is_complete(world):
    running = world.session("2026-06-01 05:00", hours=2, state=State.IN_PROGRESS)
    session = world.session("2026-06-01 08:00", state=State.CONFIRMED)
    care_sessions.complete(running.id, by=world.noor, **ON_THE_WEB)
    assert start(session, world.noor).state is State.IN_PROGRESS


def test_bea_cannot_take_a_session_while_hers_overlaps_it_or_runs(world):
    nobodys = world.session("2026-06-01 08:00", hours=2, state=State.CONFIRMED, nanny=None)
    of_bea = world.session("2026-06-01 09:00", hours=2, state=State.CONFIRMED, nanny=world.bea_of_riveras)
    with pytest.raises(Clash):
        start(nobodys, world.bea)
    care_sessions.start(of_bea.id, by=world.bea, **ON_THE_WEB)
    with pytest.raises(AlreadyRunning):
        start(nobodys, world.bea)
    nobodys.refresh_from_db()
    assert nobodys.nanny is None


def test_a_restored_session_needs_its_own_confirmation_and_then_may_clash(world):
    cancelled = world.session("2026-06-02 09:00", state=State.CANCELLED)
    world.session("2026-06-02 09:00", state=State.CONFIRMED)
    assert care_sessions.restore(cancelled.id, by=world.ana, **ON_THE_WEB).state is State.UNCONFIRMED
    with pytest.raises(Clash):
        confirm(cancelled, world.ana)


def test_a_long_session_that_began_the_day_before_is_found(world):
    world.session("2026-06-01 21:00", hours=24, state=State.CONFIRMED)
    with pytest.raises(Clash):
        confirm(world.session(wall("2026-06-02 21:00") - timedelta(minutes=1), hours=1), world.ana)

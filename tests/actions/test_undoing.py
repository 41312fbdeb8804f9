"""Undo takes the last move back, with every column as it was."""

from datetime import timedelta

import pytest

from handsel.actions import care_sessions, change_requests
from handsel.models import CareSession, Event, Notice
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.moves import MOVES, Move
from handsel.rules.refusals import AlreadyRunning, Clash, NotAllowed, NotVisible, VersionConflict, WrongState
from handsel.rules.roles import Role
from tests.world import NOW, wall

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)

# The move, the session it is made of, and how long it may be taken back; None: as long as it runs.
UNDONE = {
    "confirm": (Move.CONFIRM, {"start": "2026-06-02 09:00"}, 15 * MINUTE),
    "cancel": (Move.CANCEL, {"start": "2026-06-02 09:00", "state": State.CONFIRMED}, 15 * MINUTE),
    "cancel, unconfirmed": (Move.CANCEL, {"start": "2026-06-02 09:00"}, 15 * MINUTE),
    "cancel, over": (Move.CANCEL, {"start": "2026-05-29 06:00", "state": State.CONFIRMED}, DAY),
    "start": (Move.START, {"start": "2026-06-01 07:00", "state": State.CONFIRMED}, None),
    "start, nobody's": (Move.START, {"start": "2026-06-01 07:00", "state": State.CONFIRMED, "nanny": None}, None),
    "complete": (Move.COMPLETE, {"start": "2026-06-01 00:00", "state": State.IN_PROGRESS}, DAY),
    "record": (Move.RECORD, {"start": "2026-05-29 06:00", "state": State.CONFIRMED}, DAY),
    "record, nobody's": (Move.RECORD, {"start": "2026-05-29 06:00", "state": State.CONFIRMED, "nanny": None}, DAY),
}
EVERY = pytest.mark.parametrize("case", UNDONE)


def columns(session):
    row = CareSession.objects.filter(id=session.id).values().get()
    return {name: row[name] for name in row if name not in ("version", "updated_at")}


def by(person, at=NOW):
    return {"by": person, "at": at, "source": Source.WEB}


def made(world, case, *, at=NOW, **draft):
    """The session after the move, and who made it."""
    move, session_columns, _ = UNDONE[case]
    session = world.session(**session_columns)
    person = world.ana if move in (Move.CONFIRM, Move.CANCEL) else world.noor
    before = columns(session)
    care_sessions.move(move, session.id, Draft.of(**draft), **by(person, at))
    return session, person, before


@EVERY
def test_every_column_is_what_it_was(world, case):
    session, person, before = made(world, case)
    undone = care_sessions.undo(session.id, **by(person, NOW + MINUTE))
    assert columns(session) == before
    assert undone.version == CareSession.objects.get(id=session.id).version == 3
    event = world.last_event(world.riveras)
    assert (event.kind, event.at) == ("care_session.undone", NOW + MINUTE)
    assert event.changes["move"] == [None, UNDONE[case][0].value]
    assert undone.state is session.state


@EVERY
def test_for_how_long(world, case):
    session, person, before = made(world, case)
    *_, limit = UNDONE[case]
    last = NOW + (limit or 400 * DAY)
    if limit:
        with pytest.raises(WrongState, match="too late"):
            care_sessions.undo(session.id, **by(person, last + SECOND))
    care_sessions.undo(session.id, **by(person, last))
    assert columns(session) == before | ({"nanny_id": None, "nanny_person_id": None} if "nobody" in case else {})


@EVERY
def test_notes_written_since_stay(world, case):
    session, person, before = made(world, case)
    draft = Draft.of(notes="Boots, please.", reason="Forgotten.")
    care_sessions.update(session.id, draft, **by(world.ana, NOW + MINUTE))
    care_sessions.undo(session.id, **by(person, NOW + MINUTE))
    assert columns(session) == before | {"notes": "Boots, please."}


@EVERY
def test_what_else_changed_stands_in_the_way(world, case):
    session, person, _ = made(world, case)
    state = CareSession.objects.get(id=session.id).state
    change = {
        State.CONFIRMED: {"overlap_allowed": True},
        State.IN_PROGRESS: None,
        State.COMPLETED: {"actual_start": wall("2026-05-29 06:05"), "reason": "Late."},
        State.CANCELLED: {"cancel_reason": "A fever."},
    }[state]
    if change is None:
        return
    if case == "complete":
        change["actual_start"] = wall("2026-06-01 00:05")
    care_sessions.update(session.id, Draft.of(**change), **by(world.ana, NOW + MINUTE))
    with pytest.raises(WrongState, match="cannot be undone"):
        care_sessions.undo(session.id, **by(person, NOW + MINUTE))


def test_the_start_of_a_running_session_may_have_been_put_right_meanwhile(world):
    session, noor, before = made(world, "start")
    care_sessions.update(session.id, Draft.of(actual_start=wall("2026-06-01 07:05")), **by(noor))
    event = world.last_event(world.riveras)
    assert (event.kind, event.reason) == ("care_session.updated", "")
    assert event.changes == {"actual_start": ["2026-06-01T12:00:00Z", "2026-06-01T11:05:00Z"]}
    care_sessions.undo(session.id, **by(noor))
    assert columns(session) == before


def test_a_second_undo_goes_one_move_further_back_and_needs_the_version(world):
    session = world.session("2026-06-01 07:00")
    unconfirmed = columns(session)
    care_sessions.confirm(session.id, **by(world.ana))
    confirmed = columns(session)
    care_sessions.start(session.id, **by(world.noor))
    running = columns(session)
    care_sessions.complete(session.id, **by(world.noor))
    coordinator = world.join(world.riveras, Role.COORDINATOR).user
    care_sessions.undo(session.id, **by(coordinator))
    for before in (running, confirmed):
        assert columns(session) == before
        with pytest.raises(WrongState, match="already undone"):
            care_sessions.undo(session.id, **by(coordinator))
        version = CareSession.objects.get(id=session.id).version
        with pytest.raises(VersionConflict):
            care_sessions.undo(session.id, version=version - 1, **by(coordinator))
        care_sessions.undo(session.id, version=version, **by(coordinator))
    assert columns(session) == unconfirmed
    with pytest.raises(WrongState):
        care_sessions.undo(session.id, version=7, **by(coordinator))
    # What is made anew is the last move again.
    care_sessions.confirm(session.id, **by(world.ana))
    assert care_sessions.undo(session.id, **by(world.ana)).state is State.UNCONFIRMED


def test_a_second_press_of_who_may_not_undo_the_step_before_is_too_late_and_not_forbidden(world):
    session = world.session("2026-06-01 07:00")
    care_sessions.confirm(session.id, **by(world.ana))
    care_sessions.start(session.id, **by(world.noor))
    care_sessions.undo(session.id, **by(world.noor))
    with pytest.raises(WrongState, match="already undone"):
        care_sessions.undo(session.id, **by(world.noor))
    with pytest.raises(NotAllowed):
        care_sessions.undo(session.id, version=4, **by(world.noor))
    with pytest.raises(NotAllowed):
        care_sessions.undo(session.id, **by(world.bea))


def test_what_is_not_undone(world):
    restored = world.session(state=State.CANCELLED)
    care_sessions.restore(restored.id, **by(world.ana))
    made_confirmed = care_sessions.create_impromptu(
        world.riveras.id,
        Draft.of(
            scheduled_start=wall("2026-06-04 09:00"),
            scheduled_end=wall("2026-06-04 10:00"),
            child_ids=(world.emma.id,),
            is_confirmed=True,
        ),
        **by(world.ana),
    )
    agreed = world.session("2026-06-03 09:00")
    request = change_requests.ask(agreed.id, Draft.of(message="Later?"), **by(world.ana))
    change_requests.accept(request.id, **by(world.noor))
    for session in (restored, made_confirmed, agreed, world.session("2026-06-05 09:00")):
        with pytest.raises(WrongState, match="cannot be undone"):
            care_sessions.undo(session.id, **by(world.ana))


def test_nothing_older_than_such_a_change_is_undone(world):
    session = world.session()
    care_sessions.confirm(session.id, **by(world.ana))
    care_sessions.cancel(session.id, **by(world.ana))
    care_sessions.restore(session.id, **by(world.ana))
    with pytest.raises(WrongState):
        care_sessions.undo(session.id, **by(world.ana))


@EVERY
def test_who_may_undo_it(world, case):
    session, _, _ = made(world, case)
    capability = MOVES[UNDONE[case][0]].capability
    viewer = world.join(world.riveras, Role.VIEWER).user
    for person in (world.bea, viewer):
        with pytest.raises(NotAllowed):
            care_sessions.undo(session.id, **by(person))
    for stranger in (world.ada, world.sam):
        with pytest.raises(NotVisible):
            care_sessions.undo(session.id, **by(stranger))
    if capability.name == "CONFIRM":
        with pytest.raises(NotAllowed):
            care_sessions.undo(session.id, **by(world.noor))
    if capability.name == "START":
        with pytest.raises(NotAllowed):
            care_sessions.undo(session.id, **by(world.ana))
    coordinator = world.join(world.riveras, Role.COORDINATOR).user
    assert care_sessions.undo(session.id, version=2, **by(coordinator)).state is session.state


@pytest.mark.parametrize("case", ["cancel", "record", "cancel, over"])
def test_the_time_of_the_nanny_may_be_gone(world, case):
    session, person, _ = made(world, case)
    world.session(session.scheduled_start, hours=1, state=State.CONFIRMED, family=world.okafors)
    with pytest.raises(Clash):
        care_sessions.undo(session.id, **by(person))
    assert CareSession.objects.get(id=session.id).version == 2


def test_the_nanny_may_run_another_session_meanwhile(world):
    session, noor, _ = made(world, "complete")
    world.session("2026-06-01 09:00", state=State.IN_PROGRESS, family=world.okafors)
    with pytest.raises(AlreadyRunning):
        care_sessions.undo(session.id, **by(noor))


def test_who_was_told_is_told_of_the_undo(world):
    session, noor, _ = made(world, "start")
    care_sessions.undo(session.id, **by(noor, NOW + 2 * MINUTE))
    assert world.told(world.ana) == world.told(world.luis) == ["session.started", "session.start_undone"]
    assert world.told(noor) == []


def test_what_is_undone_within_its_minute_was_never_told(world):
    session, noor, _ = made(world, "start")
    care_sessions.undo(session.id, **by(noor, NOW + 59 * SECOND))
    assert not Notice.objects.exists()


def test_a_rate_that_was_set_for_nobody_stays_when_the_taking_is_undone(world):
    session = world.session("2026-06-01 07:00", state=State.CONFIRMED, nanny=None, hourly_rate="31.50")
    care_sessions.start(session.id, **by(world.bea))
    undone = care_sessions.undo(session.id, **by(world.bea))
    assert (undone.nanny_id, undone.nanny_person_id) == (None, None)
    assert str(CareSession.objects.get(id=session.id).hourly_rate) == "31.50"


def test_many_at_once(world):
    week = [world.session(f"2026-06-0{day} 09:00") for day in (2, 3, 4)]
    ids = [session.id for session in week]
    care_sessions.move_many(Move.CONFIRM, world.riveras.id, Draft.of(session_ids=ids), **by(world.ana))
    care_sessions.update(ids[2], Draft.of(hourly_rate=None), **by(world.luis))
    draft = Draft.of(session_ids=ids, made_at=NOW)
    answer = care_sessions.undo_many(world.riveras.id, draft, **by(world.ana, NOW + 2 * MINUTE))
    assert answer.moved == ids[:2]
    assert [(refused.session_id, refused.code) for refused in answer.refused] == [(ids[2], "wrong_state")]
    assert world.told(world.noor)[-1] == "sessions.confirm_undone"
    assert Event.objects.filter(kind="care_session.undone").count() == 2


def test_of_many_only_the_very_press_is_taken_back(world):
    session = world.session()
    care_sessions.confirm(session.id, **by(world.ana))
    care_sessions.cancel(session.id, **by(world.luis, NOW + MINUTE))
    draft = Draft.of(session_ids=[session.id], made_at=NOW)
    answer = care_sessions.undo_many(world.riveras.id, draft, **by(world.ana, NOW + MINUTE))
    assert [refused.code for refused in answer.refused] == ["wrong_state"]


def test_a_parent_starts_where_the_family_has_no_nanny(world):
    session = world.session("2026-06-01 07:00", state=State.CONFIRMED, nanny=None)
    with pytest.raises(NotAllowed):
        care_sessions.start(session.id, **by(world.ana))
    for nanny in (world.noor_of_riveras, world.bea_of_riveras):
        world.leave(nanny)
    assert care_sessions.start(session.id, **by(world.ana)).nanny_id is None
    assert care_sessions.undo(session.id, **by(world.luis)).state is State.CONFIRMED

"""Confirm and cancel many sessions: each as if alone, with one UPDATE and one notice to the nanny."""

import copy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from handsel.actions import care_sessions
from handsel.models import CareSession, Event, Member, Notice
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible, Refusal, WrongState
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB


def confirm(world, sessions, *, by, family=None):
    draft = Draft.of(session_ids=[getattr(session, "id", session) for session in sessions])
    return care_sessions.move_many(Move.CONFIRM, (family or world.riveras).id, draft, by=by, **ON_THE_WEB)


def cancel(world, sessions, *, by, **fields):
    draft = Draft.of(session_ids=[getattr(session, "id", session) for session in sessions], **fields)
    return care_sessions.move_many(Move.CANCEL, world.riveras.id, draft, by=by, **ON_THE_WEB)


def week(world, **columns):
    return [world.session(f"2026-06-0{day} 09:00", **columns) for day in (2, 3, 4)]


def codes(answer):
    return {refused.session_id: refused.code for refused in answer.refused}


def states(sessions):
    return [CareSession.objects.get(id=session.id).state for session in sessions]


def test_all_are_confirmed_with_a_line_each_and_one_notice(world):
    sessions = week(world)
    answer = confirm(world, reversed(sessions), by=world.ana)
    assert answer.moved == [session.id for session in reversed(sessions)]
    assert answer.refused == []
    for session in CareSession.objects.all():
        assert (session.state, session.confirmed_at) == (State.CONFIRMED, NOW)
        assert (session.confirmed_by, session.version, session.updated_at) == (world.ana_of_riveras, 2, NOW)
        event = Event.objects.get(session_id=session.id)
        assert (event.kind, event.changes) == ("care_session.confirmed", {"is_confirmed": [False, True]})
    told = Notice.objects.order_by("person__name").values_list("person__name", "kind", "facts__count")
    assert list(told) == [("Luis", "sessions.confirmed", 3), ("Noor", "sessions.confirmed", 3)]


def test_what_changed_after_it_was_seen_is_left_alone(world):
    changed, same, unsaid = sessions = week(world)
    CareSession.objects.filter(id=changed.id).update(version=2)
    draft = Draft.of(session_ids=[session.id for session in sessions], versions={changed.id: 1, same.id: 1})
    for move in (Move.CONFIRM, Move.CANCEL):
        answer = care_sessions.move_many(move, world.riveras.id, draft, by=world.ana, **ON_THE_WEB)
        assert codes(answer)[changed.id] == "version_conflict"
        assert changed.id not in answer.moved
    assert states(sessions) == [State.UNCONFIRMED, State.CONFIRMED, State.CANCELLED]
    assert same.id not in answer.moved
    assert answer.moved == [unsaid.id]


@pytest.mark.parametrize("move", Move)
def test_alone_and_among_others_the_version_comes_before_the_state(world, move):
    """Of a session where it may not move: what changed since it was seen is said first, else that it cannot move."""
    person = world.join(world.riveras, Role.COORDINATOR).user
    session = world.session(state=State.COMPLETED, version=3)
    for version, code in ((2, "version_conflict"), (3, "wrong_state")):
        with pytest.raises(Refusal) as refused:
            care_sessions.move(move, session.id, by=person, version=version, **ON_THE_WEB)
        draft = Draft.of(session_ids=[session.id], versions={session.id: version})
        answer = care_sessions.move_many(move, world.riveras.id, draft, by=person, **ON_THE_WEB)
        assert [(refusal.code, refusal.detail) for refusal in answer.refused] == [(code, refused.value.detail)]
        assert refused.value.code == code


@pytest.mark.parametrize("wrong", ["at", "reason"])
def test_the_state_comes_before_what_is_wrong_with_the_input(world, wrong):
    session, draft = world.session(state=State.CANCELLED), Draft(wrong={wrong: "Nonsense."})
    with pytest.raises(WrongState):
        care_sessions.confirm(session.id, draft, by=world.ana, **ON_THE_WEB)
    with pytest.raises(Invalid):
        care_sessions.confirm(world.session().id, draft, by=world.ana, **ON_THE_WEB)


def test_any_move_can_be_made_of_many(world):
    running = [
        world.session("2026-06-01 07:00", state=State.IN_PROGRESS),
        world.session("2026-06-01 07:00", state=State.IN_PROGRESS, nanny=world.bea_of_riveras),
    ]
    draft = Draft.of(session_ids=[session.id for session in running])
    answer = care_sessions.move_many(Move.COMPLETE, world.riveras.id, draft, by=world.noor, **ON_THE_WEB)
    assert answer.moved == [running[0].id]
    assert codes(answer) == {running[1].id: "not_allowed"}
    assert world.told(world.ana) == ["session.completed"]


def test_of_two_started_at_once_a_nanny_has_the_first(world):
    ids = [world.session(f"2026-06-01 {hour}:00", hours=1, state=State.CONFIRMED).id for hour in ("08", "09")]
    draft = Draft.of(session_ids=ids)
    answer = care_sessions.move_many(Move.START, world.riveras.id, draft, by=world.noor, **ON_THE_WEB)
    assert (answer.moved, codes(answer)) == (ids[:1], {ids[1]: "already_running"})


def test_one_alone_is_told_as_one(world):
    (session, *_) = week(world)
    confirm(world, [session], by=world.ana)
    notice = Notice.objects.get(person=world.noor)
    assert (notice.kind, notice.session_id) == ("session.confirmed", session.id)


def test_each_nanny_is_told_of_hers(world):
    confirm(world, week(world) + week(world, nanny=world.bea_of_riveras)[:1], by=world.ana)
    assert world.told(world.noor) == ["sessions.confirmed"]
    assert world.told(world.bea) == ["session.confirmed"]
    assert (world.told(world.luis), world.told(world.ana)) == (["sessions.confirmed"], [])


def test_each_is_answered_by_itself(world):
    good = world.session("2026-06-02 09:00", hours=2)
    confirmed = world.session("2026-06-03 09:00", state=State.CONFIRMED)
    cancelled = world.session("2026-06-04 09:00", state=State.CANCELLED)
    clashing = world.session("2026-06-03 16:00", hours=2)
    foreign = world.session("2026-06-05 09:00", family=world.okafors)
    missing = uuid7()
    answer = confirm(world, [good, confirmed, cancelled, clashing, foreign, missing, good], by=world.ana)
    assert answer.moved == [good.id]
    assert codes(answer) == {
        confirmed.id: "wrong_state",
        cancelled.id: "wrong_state",
        clashing.id: "clash",
        foreign.id: "not_found",
        missing: "not_found",
    }
    assert all(refused.detail for refused in answer.refused)
    assert states([confirmed, cancelled, clashing, foreign]) == [
        State.CONFIRMED,
        State.CANCELLED,
        State.UNCONFIRMED,
        State.UNCONFIRMED,
    ]
    assert Event.objects.count() == 1


def test_a_foreign_session_and_a_missing_one_are_answered_alike(world):
    foreign, missing = world.session(family=world.okafors), uuid7()
    answer = confirm(world, [foreign, missing], by=world.ana)
    assert len({(refused.code, refused.detail, refused.clashes) for refused in answer.refused}) == 1
    # Noor is in both families, and yet the one she asks in is the Riveras'.
    assert set(codes(cancel(world, [foreign], by=world.noor)).values()) == {"not_found"}


def test_of_sessions_that_overlap_each_other_the_first_asked_wins(world):
    first, second = world.session("2026-06-02 09:00"), world.session("2026-06-02 16:00")
    answer = confirm(world, [second, first], by=world.ana)
    assert answer.moved == [second.id]
    (refused,) = answer.refused
    assert (refused.session_id, [clash.session_id for clash in refused.clashes]) == (first.id, [second.id])


def test_another_familys_session_in_the_way_is_only_busy(world):
    theirs = world.session("2026-06-02 09:00", family=world.okafors, state=State.CONFIRMED)
    answer = confirm(world, [world.session("2026-06-02 10:00")], by=world.ana)
    (clash,) = answer.refused[0].clashes
    assert (clash.busy, clash.scheduled_start) == (True, theirs.scheduled_start)


def test_sessions_that_touch_or_may_overlap_or_have_nobody_go_through_together(world):
    touching = [world.session("2026-06-02 09:00", hours=2), world.session("2026-06-02 11:00", hours=2)]
    shared = world.session("2026-06-02 10:00", overlap_allowed=True)
    nobodys = [world.session("2026-06-02 10:00", nanny=None) for _ in range(2)]
    beas = world.session("2026-06-02 10:00", nanny=world.bea_of_riveras)
    assert confirm(world, [*touching, shared, *nobodys, beas], by=world.ana).refused == []


def test_who_confirms_all(world):
    sessions = week(world)
    for person in (world.noor, world.join(world.riveras, Role.VIEWER).user):
        with pytest.raises(NotAllowed):
            confirm(world, sessions, by=person)
    for person in (world.sam, world.ada):
        with pytest.raises(NotVisible):
            confirm(world, sessions, by=person)
    coordinator = world.join(world.riveras, Role.COORDINATOR).user
    assert len(confirm(world, sessions, by=coordinator).moved) == 3


def test_a_nanny_in_charge_confirms_all_on_the_familys_word(world):
    Member.objects.filter(id=world.noor_of_okafors.id).update(is_founder=True)
    world.leave(world.ada_of_okafors)
    sessions = week(world, family=world.okafors)
    assert len(confirm(world, sessions, by=world.noor, family=world.okafors).moved) == 3
    for event in Event.objects.all():
        assert event.changes["on_the_familys_word"] == [None, True]
    assert not Notice.objects.exists()


def test_cancelling_a_vacation_week(world):
    sessions = [
        world.session("2026-06-02 09:00"),
        world.session("2026-06-03 09:00"),
        world.session("2026-06-04 09:00", state=State.CONFIRMED),
    ]
    answer = cancel(world, sessions, by=world.ana, reason="We are at the sea.")
    assert answer.moved == [session.id for session in sessions]
    for session in CareSession.objects.all():
        assert (session.state, session.cancelled_at) == (State.CANCELLED, NOW)
        assert (session.cancelled_by, session.cancel_reason) == (world.ana_of_riveras, "We are at the sea.")
        event = Event.objects.get(session_id=session.id)
        assert (event.kind, event.reason) == ("care_session.cancelled", "We are at the sea.")
    assert CareSession.objects.filter(is_confirmed=True).count() == 1
    told = Notice.objects.order_by("person__name").values_list("person__name", "kind", "facts__count")
    assert list(told) == [("Luis", "sessions.cancelled", 3), ("Noor", "sessions.cancelled", 3)]


def test_a_nanny_cancels_hers_and_nobodys_but_not_beas_and_each_parent_hears_once(world):
    own, nobodys = world.session("2026-06-02 09:00"), world.session("2026-06-03 09:00", nanny=None)
    beas = world.session("2026-06-04 09:00", nanny=world.bea_of_riveras)
    over = world.session("2026-05-29 09:00", state=State.COMPLETED)
    beas_over = world.session("2026-05-29 09:00", state=State.COMPLETED, nanny=world.bea_of_riveras)
    answer = cancel(world, [own, nobodys, beas, over, beas_over], by=world.noor)
    assert answer.moved == [own.id, nobodys.id]
    # Authority before state: of Bea's she learns nothing.
    assert codes(answer) == {beas.id: "not_allowed", over.id: "wrong_state", beas_over.id: "not_allowed"}
    assert world.told(world.ana) == world.told(world.luis) == ["sessions.cancelled"]
    assert world.told(world.noor) == world.told(world.bea) == []


def test_who_only_reads_cancels_nothing(world):
    sessions = week(world)
    with pytest.raises(NotAllowed):
        cancel(world, sessions, by=world.join(world.riveras, Role.VIEWER).user)
    with pytest.raises(NotVisible):
        cancel(world, sessions, by=world.sam)


def test_when_none_can_move_nothing_is_written(world):
    sessions = week(world, state=State.CANCELLED)
    assert confirm(world, sessions, by=world.ana).moved == []
    assert cancel(world, sessions, by=world.ana).moved == []
    assert not Event.objects.exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize("ids", [[], None, [uuid7() for _ in range(501)]], ids=["none", "null", "501"])
def test_one_to_500_at_once(world, ids):
    for move, by in ((Move.CONFIRM, world.ana), (Move.CANCEL, world.noor)):
        with pytest.raises(Invalid) as refused:
            care_sessions.move_many(move, world.riveras.id, Draft.of(session_ids=ids), by=by, **ON_THE_WEB)
        assert refused.value.errors.keys() == {"session_ids"}


def test_500_at_once_cost_no_more_statements_than_three(world):
    def statements(count):
        CareSession.objects.all().delete()
        sessions = [world.session(), world.session(nanny=world.bea_of_riveras)]
        nobodys = world.session(nanny=None)
        sessions += [nobodys, *(copied(nobodys) for _ in range(count - 3))]
        CareSession.objects.bulk_create(sessions[3:])
        with CaptureQueriesContext(connection) as captured:
            assert len(confirm(world, sessions, by=world.ana).moved) == count
        return len(captured)

    # On PostgreSQL the pay of each of the three is shared beside, and the events' numbers are asked for.
    assert statements(500) == statements(3) <= 15 + 4 * (connection.vendor == "postgresql")


def copied(session):
    other = copy.copy(session)
    other.pk = uuid7()
    return other

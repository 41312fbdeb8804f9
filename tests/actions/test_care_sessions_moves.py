"""Confirm, cancel, start, complete, record and restore: each state, each move, everybody who might try."""

from dataclasses import dataclass

import pytest
from django.db import transaction

from handsel.actions import care_sessions
from handsel.models import CareSession, Event, Member, Notice
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import State, Status
from handsel.rules.pay.sessions import CancelledFor
from handsel.rules.refusals import NotAllowed, NotVisible, Refusal, VersionConflict, WrongState
from handsel.rules.roles import Role
from tests.world import LONG_AGO, NOW, ON_THE_WEB

ACTIONS = {
    "confirm": care_sessions.confirm,
    "cancel": care_sessions.cancel,
    "start": care_sessions.start,
    "complete": care_sessions.complete,
    "record": care_sessions.record,
    "restore": care_sessions.restore,
}

# What each move makes of each standing, for who may make it.
BECOMES = {
    ("confirm", "unconfirmed"): "CONFIRMED",
    ("cancel", "unconfirmed"): "CANCELLED",
    ("cancel", "confirmed"): "CANCELLED",
    ("start", "confirmed"): "IN_PROGRESS",
    ("complete", "in progress"): "COMPLETED",
    ("record", "confirmed"): "COMPLETED",
    ("restore", "cancelled"): "UNCONFIRMED",
    ("restore", "cancelled, never agreed"): "UNCONFIRMED",
}

STANDINGS = {
    "unconfirmed": {"state": State.UNCONFIRMED},
    "confirmed": {"state": State.CONFIRMED},
    "in progress": {"state": State.IN_PROGRESS},
    "completed": {"state": State.COMPLETED},
    "cancelled": {"state": State.CANCELLED},
    "cancelled, never agreed": {
        "state": State.CANCELLED,
        "is_confirmed": False,
        "confirmed_at": None,
        "confirmed_by": None,
    },
    "cancelled, and over": {"state": State.CANCELLED, "start": "2026-05-29 07:00"},
}

# Who may make the move, of a session that has Noor and of one that has nobody.
MAY_WITH_NOOR = {
    "confirm": {"parent", "coordinator"},
    "cancel": {"parent", "coordinator", "Noor"},
    "start": {"coordinator", "Noor"},
    "complete": {"parent", "coordinator", "Noor"},
    "record": {"parent", "coordinator", "Noor"},
    "restore": {"parent", "coordinator", "Noor"},
}
MAY_WITH_NOBODY = {
    "confirm": {"parent", "coordinator"},
    "cancel": {"parent", "coordinator", "Noor", "Bea"},
    "start": {"coordinator", "Noor", "Bea"},
    "complete": {"parent", "coordinator"},
    "record": {"parent", "coordinator", "Noor", "Bea"},
    "restore": {"parent", "coordinator", "Noor", "Bea"},
}
STRANGERS = {"Ada, a parent of another family", "Sam", "a removed nanny"}


def everybody(world):
    former_nanny = world.join(world.riveras, Role.NANNY)
    world.leave(former_nanny)
    return {
        "parent": world.ana,
        "coordinator": world.join(world.riveras, Role.COORDINATOR).user,
        "Noor": world.noor,
        "Bea": world.bea,
        "viewer": world.join(world.riveras, Role.VIEWER).user,
        "Ada, a parent of another family": world.ada,
        "Sam": world.sam,
        "a removed nanny": former_nanny.user,
    }


def outcome(move, session, person):
    """The state it came to, or the code of the refusal; a refusal must have changed nothing and told nobody."""
    before = everything_of(session)
    try:
        draft = Draft.of(actual_end=NOW) if move == "record" else Draft.of()
        moved = ACTIONS[move](session.id, draft, by=person, **ON_THE_WEB)
    except Refusal as refusal:
        assert everything_of(session) == before
        return refusal.code
    stored = CareSession.objects.get(id=session.id)
    assert moved.state == stored.state
    assert stored.version == moved.version == session.version + 1
    assert stored.updated_at == NOW
    assert Event.objects.filter(session_id=session.id).count() == 1
    return stored.state.value


def everything_of(session):
    return (
        CareSession.objects.filter(id=session.id).values().get(),
        Event.objects.count(),
        Notice.objects.count(),
    )


@pytest.mark.parametrize(
    "has_noor",
    [
        pytest.param(True, id="with Noor"),
        # Others may then, and what is written is the same.
        pytest.param(False, id="with nobody", marks=pytest.mark.any_database),
    ],
)
@pytest.mark.parametrize("standing", STANDINGS)
@pytest.mark.parametrize("move", ACTIONS)
def test_who_may_move_what(world, move, standing, has_noor):
    nanny = {} if has_noor else {"nanny": None}
    session = world.session(**{"start": "2026-06-01 07:00", **STANDINGS[standing], **nanny})
    may = (MAY_WITH_NOOR if has_noor else MAY_WITH_NOBODY)[move]
    people = everybody(world)
    outcomes, expected = {}, {}
    for name, person in people.items():
        with transaction.atomic():
            outcomes[name] = outcome(move, session, person)
            transaction.set_rollback(True)
        if name in STRANGERS:
            expected[name] = "not_found"
        elif name not in may:
            # Authority comes before state: who may not act learns nothing of it.
            expected[name] = "not_allowed"
        else:
            expected[name] = BECOMES.get((move, standing), "wrong_state")
    assert outcomes == expected


@dataclass
class Moved:
    """What a move leaves behind."""

    columns: dict
    kind: str
    changes: dict


def moved(world, move, session, **fields):
    before = CareSession.objects.filter(id=session.id).values().get()
    person = world.noor if move in ("start", "complete") else world.ana
    ACTIONS[move](session.id, Draft.of(**fields), by=person, at=NOW, source=Source.API)
    after = CareSession.objects.filter(id=session.id).values().get()
    event = Event.objects.get(session_id=session.id)
    member = world.noor_of_riveras if person == world.noor else world.ana_of_riveras
    assert (event.by, event.at, event.source, event.family) == (member, NOW, "API", world.riveras)
    assert event.reason == fields.get("reason", "")
    columns = {name: after[name] for name in after if after[name] != before[name]}
    assert columns.pop("version") == before["version"] + 1
    assert columns.pop("updated_at") == NOW
    return Moved(columns, event.kind, event.changes)


def test_what_confirming_writes(world):
    written = moved(world, "confirm", world.session())
    assert written.columns == {
        "is_confirmed": True,
        "confirmed_at": NOW,
        "confirmed_by_id": world.ana_of_riveras.id,
    }
    assert (written.kind, written.changes) == ("care_session.confirmed", {"is_confirmed": [False, True]})


def test_what_cancelling_writes_and_that_it_keeps_what_had_been_agreed(world):
    written = moved(world, "cancel", world.session(state=State.CONFIRMED), reason="Emma has a fever.")
    assert written.columns == {
        "status": "CANCELLED",
        "cancelled_at": NOW,
        "cancelled_by_id": world.ana_of_riveras.id,
        "cancelled_for": "FAMILY",
        "cancel_reason": "Emma has a fever.",
    }
    assert written.kind == "care_session.cancelled"
    assert written.changes == {"status": ["SCHEDULED", "CANCELLED"], "cancelled_for": ["", "FAMILY"]}


def test_a_cancellation_is_the_choice_of_the_side_who_cancels_unless_they_say_otherwise(world):
    for by, draft, whose in [
        (world.ana, {}, "FAMILY"),
        (world.noor, {}, "NANNY"),
        (world.ana, {"cancelled_for": CancelledFor.NANNY}, "NANNY"),
        (world.noor, {"cancelled_for": CancelledFor.FAMILY}, "FAMILY"),
    ]:
        session = world.session(state=State.CONFIRMED)
        care_sessions.cancel(session.id, Draft.of(**draft), by=by, **ON_THE_WEB)
        session.refresh_from_db()
        assert session.cancelled_for == whose
        care_sessions.undo(session.id, by=by, **ON_THE_WEB)
        session.refresh_from_db()
        assert session.cancelled_for == ""
        session.delete()


def test_whose_choice_it_was_is_put_right_by_who_may_cancel_and_told(world):
    session = world.session(state=State.CANCELLED)
    right = Draft.of(cancelled_for=CancelledFor.NANNY)
    care_sessions.update(session.id, right, by=world.ana, **ON_THE_WEB)
    session.refresh_from_db()
    assert session.cancelled_for == "NANNY"
    assert world.last_event(world.riveras).changes == {"cancelled_for": ["FAMILY", "NANNY"]}
    assert world.told(world.noor) == world.told(world.luis) == ["session.cancelled_for_another"]
    with pytest.raises(NotAllowed):
        care_sessions.update(session.id, Draft.of(cancelled_for=CancelledFor.FAMILY), by=world.bea, **ON_THE_WEB)
    with pytest.raises(WrongState):
        care_sessions.update(world.session().id, right, by=world.ana, **ON_THE_WEB)


def test_what_starting_writes(world):
    written = moved(world, "start", world.session("2026-06-01 08:10", state=State.CONFIRMED))
    assert written.columns == {"status": "IN_PROGRESS", "actual_start": NOW}
    assert written.kind == "care_session.started"
    assert written.changes == {
        "status": ["SCHEDULED", "IN_PROGRESS"],
        "actual_start": [None, "2026-06-01T12:00:00Z"],
    }


def test_what_completing_writes_and_that_it_keeps_the_confirmation(world):
    written = moved(world, "complete", world.session("2026-06-01 06:00", state=State.IN_PROGRESS))
    assert written.columns == {"status": "COMPLETED", "actual_end": NOW}
    assert written.kind == "care_session.completed"
    assert written.changes == {
        "status": ["IN_PROGRESS", "COMPLETED"],
        "actual_end": [None, "2026-06-01T12:00:00Z"],
    }


def test_restoring_clears_the_confirmation_and_the_cancellation(world):
    cancelled = world.session(state=State.CANCELLED, cancel_reason="Emma has a fever.")
    written = moved(world, "restore", cancelled)
    assert written.columns == {
        "status": "SCHEDULED",
        "is_confirmed": False,
        "confirmed_at": None,
        "confirmed_by_id": None,
        "cancelled_at": None,
        "cancelled_by_id": None,
        "cancelled_for": "",
        "cancel_reason": "",
    }
    assert written.kind == "care_session.restored"
    assert written.changes == {
        "status": ["CANCELLED", "SCHEDULED"],
        "is_confirmed": [True, False],
        "cancelled_for": ["FAMILY", ""],
    }


def test_restoring_what_nobody_had_agreed_to_speaks_of_no_confirmation(world):
    never_agreed = {"is_confirmed": False, "confirmed_at": None, "confirmed_by": None}
    written = moved(world, "restore", world.session(state=State.CANCELLED, **never_agreed))
    assert written.changes == {"status": ["CANCELLED", "SCHEDULED"], "cancelled_for": ["FAMILY", ""]}


def test_a_cancelled_session_can_be_restored_until_its_planned_end(world):
    ending_now = world.session("2026-06-01 04:00", hours=4, state=State.CANCELLED)
    with pytest.raises(WrongState):
        care_sessions.restore(ending_now.id, by=world.ana, **ON_THE_WEB)
    a_second_longer = world.session("2026-06-01 04:00", hours=4 + 1 / 3600, state=State.CANCELLED)
    assert care_sessions.restore(a_second_longer.id, by=world.ana, **ON_THE_WEB).state is State.UNCONFIRMED


def test_a_repeated_move_is_refused(world):
    session = world.session("2026-06-01 07:00")
    for move, person in (("confirm", world.ana), ("start", world.noor), ("complete", world.noor)):
        ACTIONS[move](session.id, by=person, **ON_THE_WEB)
        with pytest.raises(WrongState):
            ACTIONS[move](session.id, by=person, **ON_THE_WEB)
    cancelled = world.session("2026-06-02 09:00")
    for move in ("cancel", "restore"):
        ACTIONS[move](cancelled.id, by=world.ana, **ON_THE_WEB)
        with pytest.raises(WrongState):
            ACTIONS[move](cancelled.id, by=world.ana, **ON_THE_WEB)
    assert Event.objects.count() == 5


def test_bea_takes_a_session_that_has_nobody_by_starting_it(world):
    session = world.session("2026-06-01 07:00", state=State.CONFIRMED, nanny=None)
    care_sessions.start(session.id, by=world.bea, **ON_THE_WEB)
    session.refresh_from_db()
    assert (session.nanny, session.nanny_person) == (world.bea_of_riveras, world.bea)
    assert world.last_event(world.riveras).changes["nanny_id"] == [None, str(world.bea_of_riveras.id)]
    with pytest.raises(NotAllowed):
        care_sessions.complete(session.id, by=world.noor, **ON_THE_WEB)
    assert care_sessions.complete(session.id, by=world.bea, **ON_THE_WEB).state is State.COMPLETED


def test_a_coordinator_starts_for_others_and_takes_nothing(world):
    coordinator = world.join(world.riveras, Role.COORDINATOR).user
    session = world.session("2026-06-01 07:00", state=State.CONFIRMED, nanny=None)
    started = care_sessions.start(session.id, by=coordinator, **ON_THE_WEB)
    assert (started.nanny_id, started.nanny_person_id) == (None, None)
    assert care_sessions.complete(session.id, by=coordinator, **ON_THE_WEB).state is State.COMPLETED


def test_the_nanny_who_founded_a_family_confirms_on_its_word_until_a_parent_joins(world):
    Member.objects.filter(id=world.noor_of_okafors.id).update(is_founder=True)
    world.leave(world.ada_of_okafors)
    of_noor, nobodys, later = (
        world.session(f"2026-06-0{day} 09:00", family=world.okafors, **columns)
        for day, columns in ((2, {}), (3, {"nanny": None}), (4, {}))
    )
    for session in (of_noor, nobodys):
        care_sessions.confirm(session.id, by=world.noor, **ON_THE_WEB)
        changes = Event.objects.get(session_id=session.id).changes
        assert changes == {"is_confirmed": [False, True], "on_the_familys_word": [None, True]}

    Member.objects.filter(id=world.ada_of_okafors.id).update(removed_at=None)
    with pytest.raises(NotAllowed):
        care_sessions.confirm(later.id, by=world.noor, **ON_THE_WEB)


def test_a_nanny_who_joined_is_never_in_charge(world):
    for parent in (world.ana_of_riveras, world.luis_of_riveras):
        world.leave(parent)
    with pytest.raises(NotAllowed):
        care_sessions.confirm(world.session().id, by=world.noor, **ON_THE_WEB)


def test_a_removed_nanny_is_a_stranger_even_to_her_own_session_and_at_home_again_when_she_returns(world):
    session = world.session("2026-06-01 07:00", state=State.CONFIRMED)
    world.leave(world.noor_of_riveras)
    with pytest.raises(NotVisible):
        care_sessions.start(session.id, by=world.noor, **ON_THE_WEB)
    Member.objects.filter(id=world.noor_of_riveras.id).update(removed_at=None)
    assert care_sessions.start(session.id, by=world.noor, **ON_THE_WEB).state is State.IN_PROGRESS


@pytest.mark.parametrize("move", ACTIONS)
def test_an_old_version_is_refused_after_authority_and_before_state(world, move):
    session = world.session(state=State.COMPLETED, version=7)
    coordinator = world.join(world.riveras, Role.COORDINATOR).user
    with pytest.raises(VersionConflict):
        ACTIONS[move](session.id, by=coordinator, version=6, **ON_THE_WEB)
    viewer = world.join(world.riveras, Role.VIEWER).user
    with pytest.raises(NotAllowed):
        ACTIONS[move](session.id, by=viewer, version=6, **ON_THE_WEB)
    with pytest.raises(WrongState):
        ACTIONS[move](session.id, by=coordinator, version=7, **ON_THE_WEB)
    assert CareSession.objects.get(id=session.id).version == 7


def test_a_move_with_the_version_that_was_seen_goes_through(world):
    session = world.session(version=3)
    care_sessions.confirm(session.id, by=world.ana, version=3, **ON_THE_WEB)
    care_sessions.cancel(session.id, by=world.ana, version=4, **ON_THE_WEB)
    session.refresh_from_db()
    assert (session.version, session.status) == (5, Status.CANCELLED)


def test_a_move_of_what_does_not_exist_looks_like_a_strangers(world):
    session = world.session()
    gone = session.id
    session.delete()
    with pytest.raises(NotVisible) as missing:
        care_sessions.confirm(gone, by=world.ana, **ON_THE_WEB)
    with pytest.raises(NotVisible) as foreign:
        care_sessions.confirm(world.session(family=world.okafors).id, by=world.ana, **ON_THE_WEB)
    assert (missing.value.detail, missing.value.code) == (foreign.value.detail, foreign.value.code)


def test_the_generated_session_moves_like_any_other_and_keeps_its_slot(world):
    schedule = world.schedule()
    session = world.session("2026-06-01 07:00", schedule=schedule, slot_date="2026-06-01", created_at=LONG_AGO)
    care_sessions.confirm(session.id, by=world.ana, **ON_THE_WEB)
    assert Event.objects.get(session_id=session.id).schedule_id == schedule.id
    session.refresh_from_db()
    assert session.slot_date.isoformat() == "2026-06-01"

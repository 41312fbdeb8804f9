"""Changing a session: what a confirmation means, what may be edited when, and that nothing is half-written."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from uuid_utils.compat import uuid7

from handsel.actions import care_sessions
from handsel.models import CareSession, Child, Event, Notice
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible, VersionConflict, WrongState
from handsel.rules.roles import Role
from tests.world import LONG_AGO, NOW, ON_THE_WEB, wall

# A wall time that says no offset.
naive = datetime.fromisoformat


def update(session, by, *, version=None, **fields):
    changed = care_sessions.update(session.id, Draft.of(**fields), by=by, version=version, **ON_THE_WEB)
    session.refresh_from_db()
    assert (changed.state, changed.version) == (session.state, session.version)
    return changed


def wrong_fields(session, by, **fields):
    before = CareSession.objects.filter(id=session.id).values().get()
    with pytest.raises(Invalid) as refused:
        care_sessions.update(session.id, Draft.of(**fields), by=by, **ON_THE_WEB)
    assert CareSession.objects.filter(id=session.id).values().get() == before
    assert not Event.objects.exists()
    return set(refused.value.errors)


def named(world, fields):
    """The same with the ids of the people it names."""
    with_ids = dict(fields)
    if "child_ids" in fields:
        with_ids["child_ids"] = tuple(getattr(world, name).id for name in fields["child_ids"])
    if fields.get("nanny_id"):
        with_ids["nanny_id"] = getattr(world, fields["nanny_id"]).id
    return with_ids


def attending(session):
    return set(session.children.all())


# Everything a confirmation stands for, and what is said of it.
AGREED = {
    "start": {"scheduled_start": wall("2026-06-02 10:00")},
    "end": {"scheduled_end": wall("2026-06-02 18:00")},
    "rate": {"hourly_rate": Decimal("31.00")},
    "no rate": {"hourly_rate": None},
    "children": {"child_ids": ("emma", "theo")},
    "another nanny": {"nanny_id": "bea_of_riveras"},
    "no nanny": {"nanny_id": None},
}
NOT_AGREED = {
    "notes": {"notes": "Rain boots are by the door."},
    "leave to overlap": {"overlap_allowed": True},
}


@pytest.mark.parametrize("what", AGREED)
def test_what_noor_changes_of_a_confirmed_session_needs_a_new_answer(world, what):
    session = world.session(state=State.CONFIRMED)
    update(session, world.noor, **named(world, AGREED[what]))
    assert session.state is State.UNCONFIRMED
    assert (session.confirmed_at, session.confirmed_by) == (None, None)
    assert world.last_event(world.riveras).changes["is_confirmed"] == [True, False]
    for parent in (world.ana, world.luis):
        assert world.told(parent) == ["session.confirmation_withdrawn"]
    assert world.told(world.noor) == []


@pytest.mark.parametrize("role", [Role.PARENT, Role.COORDINATOR])
@pytest.mark.parametrize("what", AGREED)
def test_what_the_family_changes_of_a_confirmed_session_stays_agreed_and_the_nanny_is_told(world, what, role):
    person = world.ana if role is Role.PARENT else world.join(world.riveras, role).user
    session = world.session(state=State.CONFIRMED)
    update(session, person, **named(world, AGREED[what]))
    assert session.state is State.CONFIRMED
    assert (session.confirmed_at, session.confirmed_by) == (LONG_AGO, world.ana_of_riveras)
    assert "is_confirmed" not in world.last_event(world.riveras).changes
    assert world.told(world.noor) == ["session.changed"]
    assert world.told(person) == []


@pytest.mark.parametrize("what", NOT_AGREED)
def test_what_was_no_part_of_the_agreement_leaves_it_standing(world, what):
    session = world.session(state=State.CONFIRMED)
    update(session, world.noor, **named(world, NOT_AGREED[what]))
    assert session.state is State.CONFIRMED
    assert world.history(world.riveras) == ["care_session.updated"]
    assert not Notice.objects.exists()


@pytest.mark.parametrize("what", AGREED | NOT_AGREED)
def test_a_tentative_session_changes_without_a_word_to_anybody(world, what):
    session = world.session()
    update(session, world.noor, **named(world, (AGREED | NOT_AGREED)[what]))
    assert (session.state, session.version) == (State.UNCONFIRMED, 2)
    assert not Notice.objects.exists()


def test_the_parents_read_the_old_beside_the_new_but_no_pay(world):
    session = world.session(state=State.CONFIRMED)
    update(
        session,
        world.noor,
        scheduled_start=wall("2026-06-02 10:00"),
        hourly_rate=Decimal("31.00"),
        child_ids=(world.theo.id,),
    )
    (notice,) = Notice.objects.filter(person=world.ana)
    assert notice.session == session
    assert notice.facts["changes"] == {
        "scheduled_start": ["2026-06-02T13:00:00Z", "2026-06-02T14:00:00Z"],
        "rate_changed": [None, True],
        "child_ids": [[str(world.emma.id)], [str(world.theo.id)]],
    }
    assert notice.facts["names"] == {str(world.emma.id): "Emma", str(world.theo.id): "Theo"}
    # History tells the pay too, and whose it is.
    event = world.last_event(world.riveras)
    assert event.changes["hourly_rate"] == ["25.00", "31.00"]
    assert event.nanny == world.noor_of_riveras


def test_when_the_nanny_changes_both_hear_of_it_and_neither_reads_the_others_pay(world):
    session = world.session(state=State.CONFIRMED)
    update(session, world.ana, nanny_id=world.bea_of_riveras.id, hourly_rate=Decimal("31.00"))
    assert (session.nanny, session.nanny_person) == (world.bea_of_riveras, world.bea)
    assert world.told(world.noor) == world.told(world.bea) == ["session.changed"]
    assert world.last_event(world.riveras).nanny is None


def test_the_same_values_again_are_no_change(world):
    session = world.session(state=State.CONFIRMED, children=[world.emma, world.theo], notes="Boots.")
    update(
        session,
        world.noor,
        scheduled_start=naive("2026-06-02 09:00"),
        scheduled_end=wall("2026-06-02 17:00"),
        hourly_rate=Decimal(25),
        notes="Boots.",
        child_ids=(world.theo.id, world.emma.id),
        nanny_id=world.noor_of_riveras.id,
        overlap_allowed=False,
        actual_start=None,
        actual_end=None,
    )
    assert (session.state, session.version, session.updated_at) == (State.CONFIRMED, 1, LONG_AGO)
    assert not Event.objects.exists()
    assert not Notice.objects.exists()


def test_the_same_values_again_are_no_change_of_a_night_that_the_clocks_made_longer(world):
    """Generated for 06:00 to 05:30 over the end of summer time: 24 and a half hours."""
    session = world.session("2026-10-31 06:00", scheduled_end=wall("2026-11-01 05:30"))
    assert session.scheduled_end - session.scheduled_start > timedelta(hours=24)
    same = {"scheduled_start": session.scheduled_start, "scheduled_end": session.scheduled_end}
    longer = {**same, "scheduled_end": session.scheduled_end + timedelta(minutes=1)}
    assert wrong_fields(session, world.noor, **longer) == {"scheduled_end"}
    update(session, world.noor, notes="Boots.", **same)
    assert session.notes == "Boots."


def test_the_same_values_again_are_no_change_even_of_a_session_that_is_over(world):
    session = world.session("2026-05-29 09:00", state=State.COMPLETED)
    update(session, world.noor, scheduled_start=session.scheduled_start, nanny_id=session.nanny_id)
    assert session.version == 1


EDITABLE = {
    State.UNCONFIRMED: {"planned", "notes"},
    State.CONFIRMED: {"planned", "notes"},
    State.IN_PROGRESS: {"notes", "start"},
    State.COMPLETED: {"rate", "notes", "start", "end"},
    State.CANCELLED: {"notes", "why"},
}
ATTEMPTS = {
    "planned": [
        {"scheduled_start": wall("2026-06-01 07:00")},
        {"scheduled_end": wall("2026-06-01 11:00")},
        {"child_ids": ("theo",)},
        {"nanny_id": None},
        {"overlap_allowed": True},
    ],
    "rate": [{"hourly_rate": Decimal("31.00")}],
    "notes": [{"notes": "Boots."}],
    "start": [{"actual_start": wall("2026-06-01 05:55")}],
    "end": [{"actual_end": wall("2026-06-01 07:35")}],
    "why": [{"cancel_reason": "Emma has a fever."}],
}


@pytest.mark.parametrize("state", State)
def test_what_may_be_edited_when(world, state):
    allowed = EDITABLE[state] | ({"rate"} if "planned" in EDITABLE[state] else set())
    for kind, attempts in ATTEMPTS.items():
        for attempt in attempts:
            session = world.session("2026-06-01 06:00", hours=1.5, state=state)
            if kind in allowed:
                update(session, world.ana, reason="A slip of the finger.", **named(world, attempt))
                assert session.version == 2
            else:
                with pytest.raises(WrongState):
                    update(session, world.ana, reason="A slip of the finger.", **named(world, attempt))
            # Out of the way of the next, and past the models: a nanny is booked once.
            CareSession.objects.filter(id=session.id).update(overlap_allowed=True)
            if state is State.IN_PROGRESS:
                session.delete()


@pytest.mark.parametrize("state", [State.IN_PROGRESS, State.COMPLETED, State.CANCELLED])
def test_state_comes_before_input(world, state):
    session = world.session("2026-05-29 09:00", state=state)
    elsewhere, here = {"scheduled_start": "Not a time."}, {"notes": "Too long."}
    for draft in (Draft(wrong=elsewhere), Draft({"overlap_allowed": True}, here)):
        with pytest.raises(WrongState):
            care_sessions.update(session.id, draft, by=world.ana, **ON_THE_WEB)
    with pytest.raises(Invalid) as refused:
        care_sessions.update(session.id, Draft(wrong={**elsewhere, **here}), by=world.ana, **ON_THE_WEB)
    assert refused.value.errors.keys() == {*elsewhere, *here}


def test_a_correction_needs_a_reason_tells_the_other_side_and_keeps_the_old(world):
    session = world.session("2026-05-29 09:00", state=State.COMPLETED)
    corrected = {"actual_end": wall("2026-05-29 17:20"), "hourly_rate": Decimal("26.50")}
    assert wrong_fields(session, world.noor, **corrected) == {"reason"}
    assert wrong_fields(session, world.noor, reason="", **corrected) == {"reason"}

    update(session, world.noor, reason="The bus was late.", **corrected)
    assert session.actual_end == wall("2026-05-29 17:20")
    assert session.state is State.COMPLETED
    assert session.is_confirmed
    event = world.last_event(world.riveras)
    assert (event.kind, event.reason) == ("care_session.corrected", "The bus was late.")
    assert event.changes == {
        "actual_end": ["2026-05-29T21:00:00Z", "2026-05-29T21:20:00Z"],
        "hourly_rate": ["25.00", "26.50"],
    }
    assert world.told(world.ana) == world.told(world.luis) == ["session.corrected"]
    assert world.told(world.noor) == []

    update(session, world.luis, notes="Thank you.", reason="Added later.")
    assert world.told(world.noor) == ["session.corrected"]


def test_corrected_times_lie_in_order_and_in_the_past(world):
    session = world.session("2026-05-29 09:00", state=State.COMPLETED)
    why = {"reason": "A slip of the finger."}
    assert wrong_fields(session, world.ana, actual_end=wall("2026-05-29 08:59"), **why) == {"actual_end"}
    assert wrong_fields(session, world.ana, actual_start=wall("2026-05-29 17:01"), **why) == {"actual_start"}
    assert wrong_fields(session, world.ana, actual_end=NOW + timedelta(hours=1), **why) == {"actual_end"}
    assert wrong_fields(session, world.ana, actual_start=None, actual_end=None, **why) == {"actual_start", "actual_end"}


def test_a_corrected_time_is_stored_to_the_second_it_was_said(world):
    session = world.session("2026-05-29 09:00", state=State.COMPLETED)
    corrected = datetime(2026, 5, 29, 12, 58, 37, tzinfo=UTC)
    update(session, world.noor, actual_start=corrected, reason="The door's own clock.")
    assert session.actual_start == corrected


def test_every_wrong_field_comes_in_one_answer(world):
    session = world.session()
    draft = Draft(
        {"scheduled_end": wall("2026-06-02 08:00"), "child_ids": (world.zuri.id,), "nanny_id": uuid7()},
        {"hourly_rate": "Enter an amount from 0 to 9999.99.", "notes": "Enter this as text."},
    )
    with pytest.raises(Invalid) as refused:
        care_sessions.update(session.id, draft, by=world.ana, **ON_THE_WEB)
    assert set(refused.value.errors) == {"scheduled_end", "child_ids", "nanny_id", "hourly_rate", "notes"}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"scheduled_end": wall("2026-06-02 09:00")}, "scheduled_end"),
        ({"scheduled_start": wall("2026-06-02 17:00")}, "scheduled_start"),
        ({"scheduled_end": wall("2026-06-03 09:00") + timedelta(seconds=1)}, "scheduled_end"),
        ({"scheduled_start": None}, "scheduled_start"),
        ({"scheduled_end": None}, "scheduled_end"),
        ({"scheduled_start": naive("1969-12-31 23:00")}, "scheduled_start"),
        ({"scheduled_end": naive("2200-01-01 00:00")}, "scheduled_end"),
        ({"scheduled_end": naive("9999-12-31 23:59")}, "scheduled_end"),
        ({"child_ids": ()}, "child_ids"),
        ({"child_ids": None}, "child_ids"),
    ],
    ids=[
        "no length",
        "starts as it ends",
        "over 24 hours",
        "no start",
        "no end",
        "before 1970",
        "after 2199",
        "at the end of time",
        "no child",
        "null for children",
    ],
)
def test_what_no_session_may_be(world, fields, wrong):
    assert wrong in wrong_fields(world.session(), world.ana, **fields)


def test_exactly_24_hours_are_allowed(world):
    session = world.session()
    update(session, world.ana, scheduled_end=wall("2026-06-03 09:00"))
    assert session.scheduled_end - session.scheduled_start == timedelta(hours=24)


def test_wall_time_is_the_familys(world):
    session = world.session()
    update(session, world.ana, scheduled_start=naive("2026-06-02 10:00"), scheduled_end=naive("2026-06-02 12:00"))
    assert (session.scheduled_start, session.scheduled_end) == (wall("2026-06-02 10:00"), wall("2026-06-02 12:00"))


def test_an_archived_child_may_stay_but_not_come(world):
    session = world.session(children=[world.emma])
    Child.objects.filter(id__in=[world.emma.id, world.theo.id]).update(archived_at=LONG_AGO)
    assert wrong_fields(session, world.ana, child_ids=(world.emma.id, world.theo.id)) == {"child_ids"}
    update(session, world.ana, child_ids=(world.emma.id,), notes="Boots.")
    assert attending(session) == {world.emma}


def test_only_a_nanny_of_the_family_may_be_its_nanny(world):
    session = world.session()
    former = world.join(world.riveras, Role.NANNY)
    world.leave(former)
    for member in (world.noor_of_okafors, world.ana_of_riveras, former):
        assert wrong_fields(session, world.ana, nanny_id=member.id) == {"nanny_id"}


def test_a_moved_session_keeps_its_slot(world):
    session = world.session(schedule=world.schedule(), slot_date="2026-06-02")
    update(session, world.ana, scheduled_start=wall("2026-06-04 09:00"), scheduled_end=wall("2026-06-04 17:00"))
    assert session.slot_date.isoformat() == "2026-06-02"


def test_who_may_update(world):
    of_noor, nobodys = world.session("2026-06-02 09:00"), world.session("2026-06-03 09:00", nanny=None)
    coordinator, viewer = (world.join(world.riveras, role).user for role in (Role.COORDINATOR, Role.VIEWER))
    for number, person in enumerate((world.ana, coordinator, world.noor)):
        update(of_noor, person, notes=f"{number}")
    for person in (world.bea, viewer):
        with pytest.raises(NotAllowed):
            update(of_noor, person, notes="Not mine.")
    update(nobodys, world.bea, notes="Anybody's.")
    for person in (world.sam, world.ada):
        with pytest.raises(NotVisible):
            update(of_noor, person, notes="Whose?")


def test_an_old_version_changes_nothing(world):
    session = world.session(version=3)
    with pytest.raises(VersionConflict):
        update(session, world.ana, version=2, notes="Boots.")
    update(session, world.ana, version=3, notes="Boots.")
    assert session.version == 4

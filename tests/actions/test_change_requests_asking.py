"""Asking for a change: who may, about what, and what a proposal may say."""

from datetime import UTC, datetime

import pytest

from handsel.actions import change_requests, children
from handsel.models import ChangeRequest
from handsel.rules.change_requests import Answer
from handsel.rules.drafts import Draft
from handsel.rules.fields import moment
from handsel.rules.lifecycle import State
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible, WrongState
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB, wall

pytestmark = pytest.mark.any_database

LATER = {"scheduled_start": moment("2026-06-02T10:00"), "scheduled_end": moment("2026-06-02T18:00")}


def asked(session, by, **draft) -> ChangeRequest:
    return change_requests.ask(session.id, Draft.of(**{"message": "An hour later?", **draft}), by=by, **ON_THE_WEB)


def accept(request, by, **draft) -> ChangeRequest:
    return change_requests.accept(request.id, Draft.of(**draft), by=by, **ON_THE_WEB)


def decline(request, by, **draft) -> ChangeRequest:
    return change_requests.decline(request.id, Draft.of(**draft), by=by, **ON_THE_WEB)


def withdraw(request, by, **draft) -> ChangeRequest:
    return change_requests.withdraw(request.id, Draft.of(**draft), by=by, **ON_THE_WEB)


def test_ana_asks_noor_for_other_hours_and_children(world):
    session = world.session("2026-06-02 09:00")
    request = asked(session, world.ana, **LATER, child_ids=(world.emma.id, world.theo.id))
    request.refresh_from_db()
    assert (request.status, request.asked_by, request.asked_at) == (Answer.OPEN, world.ana_of_riveras, NOW)
    # Without an offset it is the family's wall time.
    assert (request.scheduled_start, request.scheduled_end) == (wall("2026-06-02 10:00"), wall("2026-06-02 18:00"))
    assert request.child_ids == [str(world.emma.id), str(world.theo.id)]
    assert world.told(world.noor) == ["change_request.asked"]
    assert world.told(world.luis) == world.told(world.ana) == []
    event = world.last_event(world.riveras)
    assert (event.kind, event.session_id, event.reason) == ("change_request.asked", session.id, "An hour later?")
    assert event.changes == {
        "scheduled_start": [None, "2026-06-02T14:00:00Z"],
        "scheduled_end": [None, "2026-06-02T22:00:00Z"],
        "child_ids": [None, [str(world.emma.id), str(world.theo.id)]],
    }


def test_noor_asks_the_parents_about_a_confirmed_session(world):
    asked(world.session(state=State.CONFIRMED), world.noor)
    assert world.told(world.ana) == world.told(world.luis) == ["change_request.asked"]
    assert world.told(world.noor) == []


def test_a_nanny_asks_only_about_a_confirmed_session_since_she_may_change_the_others(world):
    with pytest.raises(WrongState):
        asked(world.session(), world.noor)


@pytest.mark.parametrize("state", [State.IN_PROGRESS, State.COMPLETED, State.CANCELLED])
def test_nothing_is_asked_of_a_session_that_is_no_longer_to_come(world, state):
    session = world.session("2026-06-01 06:00", hours=1, state=state)
    for person in (world.ana, world.noor):
        with pytest.raises(WrongState):
            asked(session, person)


def test_a_session_has_one_open_request(world):
    session = world.session(state=State.CONFIRMED)
    first = asked(session, world.ana)
    for person in (world.luis, world.noor):
        with pytest.raises(WrongState):
            asked(session, person)
    withdraw(first, world.ana)
    assert asked(session, world.noor)


def test_who_has_no_part_in_it_asks_nothing(world):
    session = world.session(state=State.CONFIRMED)
    for person in (world.bea, world.join(world.riveras, Role.VIEWER).user):
        with pytest.raises(NotAllowed):
            asked(session, person)
    for person in (world.ada, world.sam):
        with pytest.raises(NotVisible):
            asked(session, person)
    assert asked(world.session("2026-06-03 09:00", state=State.CONFIRMED, nanny=None), world.bea)


@pytest.mark.parametrize("message", [None, ""])
def test_everything_wrong_with_a_request_is_said_at_once(world, message):
    session = world.session()
    draft = {"message": message, "scheduled_end": moment("2026-06-02T09:00"), "child_ids": (world.zuri.id,)}
    with pytest.raises(Invalid) as refusal:
        asked(session, world.ana, **draft)
    assert refusal.value.errors.keys() == {"message", "scheduled_end", "child_ids"}
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize(
    ("proposal", "wrong"),
    [
        ({"scheduled_start": moment("2026-06-02T17:00")}, "scheduled_start"),  # the end stays at 17:00
        ({"scheduled_end": moment("2026-06-03T09:01")}, "scheduled_end"),
        ({"scheduled_start": datetime.max.replace(tzinfo=UTC)}, "scheduled_start"),
        ({"child_ids": ()}, "child_ids"),
    ],
)
def test_a_proposal_is_held_to_the_rules_of_a_session(world, proposal, wrong):
    with pytest.raises(Invalid) as refusal:
        asked(world.session("2026-06-02 09:00"), world.ana, **proposal)
    assert list(refusal.value.errors) == [wrong]


def test_an_archived_child_may_stay_but_not_come(world):
    session = world.session()
    world.schedule(children=[world.theo])
    for child in (world.emma, world.theo):
        children.delete(child.id, by=world.ana, **ON_THE_WEB)
    with pytest.raises(Invalid):
        asked(session, world.ana, child_ids=(world.emma.id, world.theo.id))
    assert asked(session, world.ana, child_ids=(world.emma.id,))

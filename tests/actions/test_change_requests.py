"""One side asks the other to change a session; the other agrees, declines, or the asker takes it back."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from handsel.actions import care_sessions, change_requests, children, members
from handsel.actions.care_sessions.editing import child_ids
from handsel.models import ChangeRequest
from handsel.rules.change_requests import Answer
from handsel.rules.drafts import Draft
from handsel.rules.fields import moment
from handsel.rules.lifecycle import State
from handsel.rules.refusals import Clash, Invalid, NotAllowed, NotVisible, WrongState
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB, wall

LATER = {"scheduled_start": moment("2026-06-02T10:00"), "scheduled_end": moment("2026-06-02T18:00")}


def asked(session, by, **draft) -> ChangeRequest:
    return change_requests.ask(session.id, Draft.of(**{"message": "An hour later?", **draft}), by=by, **ON_THE_WEB)


def accept(request, by, **draft) -> ChangeRequest:
    return change_requests.accept(request.id, Draft.of(**draft), by=by, **ON_THE_WEB)


def decline(request, by, **draft) -> ChangeRequest:
    return change_requests.decline(request.id, Draft.of(**draft), by=by, **ON_THE_WEB)


def withdraw(request, by, **draft) -> ChangeRequest:
    return change_requests.withdraw(request.id, Draft.of(**draft), by=by, **ON_THE_WEB)


# Accepting


def test_noor_accepts_and_the_session_is_as_ana_asked_and_confirmed(world):
    session = world.session("2026-06-02 09:00")
    request = accept(asked(session, world.ana, **LATER, child_ids=(world.theo.id,)), world.noor, message="Gladly.")
    session.refresh_from_db()
    assert (session.scheduled_start, session.scheduled_end) == (wall("2026-06-02 10:00"), wall("2026-06-02 18:00"))
    assert child_ids(session) == [world.theo.id]
    assert (session.state, session.version) == (State.CONFIRMED, 2)
    # Ana agreed by asking; a nanny does not confirm for the family.
    assert (session.confirmed_by, session.confirmed_at) == (world.ana_of_riveras, NOW)
    request.refresh_from_db()
    assert (request.status, request.answer) == (Answer.ACCEPTED, "Gladly.")
    assert (request.answered_by, request.answered_at) == (world.noor_of_riveras, NOW)
    assert world.history(world.riveras) == [
        "change_request.asked",
        "change_request.accepted",
        "care_session.updated",
        "care_session.confirmed",
    ]
    assert world.told(world.ana) == ["change_request.accepted"]
    assert world.told(world.luis) == ["change_request.accepted"]


def test_luis_accepts_what_noor_asked_and_the_session_stays_confirmed_as_it_was(world):
    session = world.session("2026-06-02 09:00", state=State.CONFIRMED)
    accept(asked(session, world.noor, scheduled_start=moment("2026-06-02T08:00")), world.luis)
    confirmed = (session.confirmed_by, session.confirmed_at)
    session.refresh_from_db()
    assert (session.scheduled_start, session.scheduled_end) == (wall("2026-06-02 08:00"), wall("2026-06-02 17:00"))
    assert (session.confirmed_by, session.confirmed_at) == confirmed
    assert world.history(world.riveras) == ["change_request.asked", "change_request.accepted", "care_session.updated"]
    event = world.last_event(world.riveras)
    assert event.changes == {"scheduled_start": ["2026-06-02T13:00:00Z", "2026-06-02T12:00:00Z"]}
    assert world.told(world.noor) == ["change_request.accepted"]


def test_the_parent_who_accepts_confirms(world):
    """The nanny asked while the session was confirmed; meanwhile it lost its confirmation."""
    session = world.session(state=State.CONFIRMED)
    request = asked(session, world.noor)
    type(session).objects.filter(id=session.id).update(is_confirmed=False, confirmed_at=None, confirmed_by=None)
    accept(request, world.luis)
    session.refresh_from_db()
    assert (session.state, session.confirmed_by) == (State.CONFIRMED, world.luis_of_riveras)


def test_a_request_with_a_message_alone_changes_nothing_but_the_confirmation(world):
    agreed, tentative = world.session(state=State.CONFIRMED), world.session("2026-06-03 09:00")
    accept(asked(agreed, world.ana), world.noor)
    accept(asked(tentative, world.ana), world.noor)
    agreed.refresh_from_db()
    tentative.refresh_from_db()
    assert (agreed.version, tentative.version, tentative.state) == (1, 2, State.CONFIRMED)
    kinds = world.history(world.riveras)
    assert "care_session.updated" not in kinds
    assert kinds.count("care_session.confirmed") == 1


def test_the_same_children_in_another_order_are_no_change(world):
    session = world.session(children=[world.emma, world.theo], state=State.CONFIRMED)
    accept(asked(session, world.ana, child_ids=(world.theo.id, world.emma.id)), world.noor)
    assert "care_session.updated" not in world.history(world.riveras)


def test_nobody_answers_their_own_request_or_their_own_side(world):
    session = world.session(state=State.CONFIRMED)
    by_ana = asked(session, world.ana)
    viewer = world.join(world.riveras, Role.VIEWER).user
    for answer in (accept, decline):
        for person in (world.ana, world.luis, world.bea, viewer):
            with pytest.raises(NotAllowed):
                answer(by_ana, person)
        for person in (world.ada, world.sam):
            with pytest.raises(NotVisible):
                answer(by_ana, person)
    withdraw(by_ana, world.ana)
    by_noor = asked(session, world.noor)
    for answer in (accept, decline):
        for person in (world.noor, world.bea, viewer):
            with pytest.raises(NotAllowed):
                answer(by_noor, person)
    assert ChangeRequest.objects.filter(status=Answer.OPEN).count() == 1


def test_a_coordinator_answers_for_either_side_and_the_nanny_hears_of_it(world):
    coordinator = world.join(world.riveras, Role.COORDINATOR)
    session = world.session("2026-06-02 09:00")
    accept(asked(session, world.ana, **LATER), coordinator.user)
    assert world.told(world.noor) == ["change_request.asked", "change_request.accepted"]
    session.refresh_from_db()
    assert session.confirmed_by == coordinator
    accept(asked(session, world.noor), coordinator.user)


def test_any_nanny_of_the_family_answers_for_a_session_that_has_none(world):
    session = world.session(nanny=None)
    accept(asked(session, world.ana), world.bea)
    session.refresh_from_db()
    assert (session.state, session.nanny) == (State.CONFIRMED, None)


def test_an_answered_request_is_not_answered_again(world):
    session = world.session()
    for first in (accept, decline):
        request = asked(session, world.ana)
        first(request, world.noor)
        for again in (accept, decline):
            with pytest.raises(WrongState):
                again(request, world.noor)
        with pytest.raises(WrongState):
            withdraw(request, world.ana)
    assert world.history(world.riveras).count("change_request.accepted") == 1


def test_who_loses_a_race_of_answers_changes_nothing(world, monkeypatch):
    """Noor looks while the request is open; before she writes, Ana takes it back."""
    session = world.session("2026-06-02 09:00")
    request = asked(session, world.ana, **LATER)
    look = change_requests._open

    def and_then_ana_withdraws(request_id, *, by):
        request = look(request_id, by=by)
        ChangeRequest.objects.filter(id=request_id).update(
            status=Answer.WITHDRAWN, answered_by=world.ana_of_riveras, answered_at=NOW
        )
        return request

    monkeypatch.setattr(change_requests, "_open", and_then_ana_withdraws)
    with pytest.raises(WrongState):
        accept(request, world.noor)
    session.refresh_from_db()
    assert (session.state, session.scheduled_start) == (State.UNCONFIRMED, wall("2026-06-02 09:00"))
    assert world.history(world.riveras) == ["change_request.asked"]


@pytest.mark.parametrize("state", [State.IN_PROGRESS, State.CANCELLED])
def test_a_session_that_moved_on_takes_no_proposal_but_the_request_can_be_closed(world, state):
    session = world.session(state=State.CONFIRMED)
    request = asked(session, world.ana)
    now = {State.IN_PROGRESS: {"actual_start": NOW}}.get(
        state, {"cancelled_at": NOW, "cancelled_by": world.ana_of_riveras, "cancelled_for": "FAMILY"}
    )
    type(session).objects.filter(id=session.id).update(status=state.status, **now)
    with pytest.raises(WrongState):
        accept(request, world.noor)
    assert decline(request, world.noor).status == Answer.DECLINED


def test_a_proposal_that_no_longer_fits_is_not_applied(world):
    session = world.session("2026-06-02 09:00")
    request = asked(session, world.ana, scheduled_start=moment("2026-06-02T16:00"))
    type(session).objects.filter(id=session.id).update(scheduled_end=wall("2026-06-02 16:00"))
    with pytest.raises(WrongState):
        accept(request, world.noor)
    other = world.session("2026-06-03 09:00")
    request = asked(other, world.ana, child_ids=(world.theo.id,))
    children.delete(world.theo.id, by=world.ana, **ON_THE_WEB)
    with pytest.raises(WrongState):
        accept(request, world.noor)
    assert ChangeRequest.objects.filter(status=Answer.OPEN).count() == 2


def test_accepting_books_nobody_twice(world):
    elsewhere = world.session("2026-06-02 17:30", hours=2, family=world.okafors, state=State.CONFIRMED)
    session = world.session("2026-06-02 09:00")
    request = asked(session, world.ana, **LATER)
    with pytest.raises(Clash) as refusal:
        accept(request, world.noor)
    (clash,) = refusal.value.clashes
    assert clash.busy
    assert clash.scheduled_start == elsewhere.scheduled_start
    request.refresh_from_db()
    session.refresh_from_db()
    assert (request.status, session.state, session.version) == (Answer.OPEN, State.UNCONFIRMED, 1)


def test_the_word_of_who_left_or_only_reads_by_now_confirms_nothing(world):
    session = world.session()
    request = asked(session, world.luis)
    members.change_role(world.luis_of_riveras.id, Draft.of(role=Role.VIEWER), by=world.ana, **ON_THE_WEB)
    with pytest.raises(WrongState):
        accept(request, world.noor)
    members.remove(world.luis_of_riveras.id, by=world.ana, **ON_THE_WEB)
    with pytest.raises(WrongState):
        accept(request, world.noor)
    decline(request, world.noor)
    assert world.told(world.luis) == []


def test_what_a_nanny_asked_before_she_left_can_still_be_answered(world):
    session = world.session(state=State.CONFIRMED)
    request = asked(session, world.noor)
    members.remove(world.noor_of_riveras.id, by=world.ana, **ON_THE_WEB)
    accept(request, world.luis)
    assert "change_request.accepted" not in world.told(world.noor)


# Declining and withdrawing


def test_noor_declines_with_a_word_and_the_session_stays_as_it_is(world):
    session = world.session("2026-06-02 09:00")
    request = decline(asked(session, world.ana, **LATER), world.noor, message="I have the Okafors then.")
    request.refresh_from_db()
    assert (request.status, request.answer) == (Answer.DECLINED, "I have the Okafors then.")
    session.refresh_from_db()
    assert (session.state, session.version) == (State.UNCONFIRMED, 1)
    event = world.last_event(world.riveras)
    assert (event.kind, event.reason) == ("change_request.declined", "I have the Okafors then.")
    assert world.told(world.ana) == ["change_request.declined"]


def test_only_who_asked_takes_it_back_and_nobody_is_told(world):
    session = world.session(state=State.CONFIRMED)
    request = asked(session, world.ana)
    for person in (world.luis, world.noor, world.bea):
        with pytest.raises(NotAllowed):
            withdraw(request, person)
    with pytest.raises(NotVisible):
        withdraw(request, world.sam)
    assert withdraw(request, world.ana, message="Never mind.").status == Answer.WITHDRAWN
    assert world.history(world.riveras)[-1] == "change_request.withdrawn"
    assert world.told(world.noor) == ["change_request.asked"]


def test_a_word_that_cannot_be_read_answers_nothing_but_authority_is_asked_first(world):
    request = asked(world.session(), world.ana)
    unreadable = Draft({}, {"message": "Too long."})
    for answer, person in (
        (change_requests.accept, world.noor),
        (change_requests.decline, world.noor),
        (change_requests.withdraw, world.ana),
    ):
        with pytest.raises(Invalid) as refusal:
            answer(request.id, unreadable, by=person, **ON_THE_WEB)
        assert list(refusal.value.errors) == ["message"]
        with pytest.raises(NotAllowed):
            answer(request.id, unreadable, by=world.luis, **ON_THE_WEB)
    request.refresh_from_db()
    assert request.status == Answer.OPEN


def test_a_request_that_does_not_exist_is_not_there(world):
    for answer in (change_requests.accept, change_requests.decline, change_requests.withdraw):
        with pytest.raises(NotVisible):
            answer(uuid4(), by=world.ana, **{**ON_THE_WEB, "at": NOW + timedelta(days=1)})


def test_noor_confirms_nothing_in_anas_name_that_ana_never_saw(world):
    session = world.session()
    request = asked(session, world.ana, scheduled_end=wall("2026-06-02 18:00"))
    care_sessions.update(session.id, Draft.of(hourly_rate=Decimal("99.00")), by=world.noor, **ON_THE_WEB)
    with pytest.raises(WrongState, match="confirm it again"):
        accept(request, world.noor)
    session.refresh_from_db()
    assert (session.state, session.confirmed_by) == (State.UNCONFIRMED, None)
    # A coordinator speaks for the family, and sees what it is now.
    assert accept(request, world.join(world.riveras, Role.COORDINATOR).user).status == Answer.ACCEPTED


def test_what_noor_confirms_as_ana_asked_is_confirmed_on_the_familys_word(world):
    session = world.session()
    accept(asked(session, world.ana, scheduled_end=wall("2026-06-02 18:00")), world.noor)
    session.refresh_from_db()
    assert session.confirmed_by == world.ana_of_riveras
    assert world.last_event(world.riveras).changes == {
        "is_confirmed": [False, True],
        "on_the_familys_word": [None, True],
    }


def test_a_request_about_a_session_without_a_nanny_is_told_to_every_nanny(world):
    asked(world.session(nanny=None), world.ana)
    assert world.told(world.noor) == world.told(world.bea) == ["change_request.asked"]


def test_who_only_reads_by_now_takes_nothing_back(world):
    request = asked(world.session(), world.luis)
    members.change_role(world.luis_of_riveras.id, Draft.of(role=Role.VIEWER), by=world.ana, **ON_THE_WEB)
    with pytest.raises(NotAllowed):
        withdraw(request, world.luis)

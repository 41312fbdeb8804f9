"""The moves of a session, all of them, and when they are too early, too late or out of place."""

from datetime import UTC, datetime, timedelta

import pytest

from handsel.rules import lifecycle
from handsel.rules.lifecycle import MOVES, Move, State, Status
from handsel.rules.roles import Role

pytestmark = pytest.mark.no_database

SIX = datetime(2026, 6, 1, 6, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)

# The whole table, move by move. What is not here is refused.
ALLOWED = {
    ("UNCONFIRMED", "CONFIRM"): "CONFIRMED",
    ("UNCONFIRMED", "CANCEL"): "CANCELLED",
    ("CONFIRMED", "CANCEL"): "CANCELLED",
    ("CONFIRMED", "START"): "IN_PROGRESS",
    ("IN_PROGRESS", "COMPLETE"): "COMPLETED",
    ("CANCELLED", "RESTORE"): "UNCONFIRMED",
}


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("state", State)
def test_every_state_and_every_move(state, move):
    allowed = (state, move) in ALLOWED
    assert lifecycle.may_move(state, move, scheduled_end=SIX + HOUR, at=SIX) is allowed
    if allowed:
        assert MOVES[move].to == ALLOWED[state, move]


@pytest.mark.parametrize(
    ("at", "allowed"), [(SIX - SECOND, True), (SIX, False), (SIX + SECOND, False), (SIX - 400 * 24 * HOUR, True)]
)
def test_a_cancelled_session_can_be_restored_while_its_end_lies_ahead(at, allowed):
    assert lifecycle.may_move(State.CANCELLED, Move.RESTORE, scheduled_end=SIX, at=at) is allowed


@pytest.mark.parametrize("state", State)
def test_only_restoring_asks_for_the_time(state):
    for move in set(Move) - {Move.RESTORE}:
        past = lifecycle.may_move(state, move, scheduled_end=SIX, at=SIX + 48 * HOUR)
        assert past is lifecycle.may_move(state, move) is ((state, move) in ALLOWED)


@pytest.mark.parametrize("times", [{}, {"at": SIX}, {"scheduled_end": SIX}])
def test_restoring_without_knowing_the_time_is_a_mistake(times):
    with pytest.raises(ValueError, match="scheduled_end"):
        lifecycle.may_move(State.CANCELLED, Move.RESTORE, **times)


@pytest.mark.parametrize(
    ("status", "is_confirmed", "state"),
    [
        ("SCHEDULED", False, State.UNCONFIRMED),
        ("SCHEDULED", True, State.CONFIRMED),
        ("IN_PROGRESS", True, State.IN_PROGRESS),
        ("IN_PROGRESS", False, State.IN_PROGRESS),
        ("COMPLETED", True, State.COMPLETED),
        ("COMPLETED", False, State.COMPLETED),
        ("CANCELLED", True, State.CANCELLED),
        ("CANCELLED", False, State.CANCELLED),
    ],
)
def test_the_state_of_what_is_stored(status, is_confirmed, state):
    assert lifecycle.state(status, is_confirmed) is state
    assert state.status is Status(status)


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("state", State)
def test_a_refused_move_says_why(state, move):
    sentence = lifecycle.why_not(state, move)
    assert sentence.startswith("This session is ")
    assert sentence.endswith(".")


def test_the_reasons_people_read():
    assert (
        lifecycle.why_not(State.UNCONFIRMED, Move.START)
        == "This session is not confirmed yet, so it cannot be started."
    )
    assert lifecycle.why_not(State.COMPLETED, Move.CANCEL) == "This session is completed, so it cannot be cancelled."
    assert (
        lifecycle.why_not(State.CANCELLED, Move.RESTORE) == "This session is over, so it cannot be restored any more."
    )


@pytest.mark.parametrize(
    ("at", "fine"),
    [
        (SIX - 4 * HOUR - SECOND, False),
        (SIX - 4 * HOUR, True),
        (SIX, True),
        (SIX + 20 * MINUTE, True),
        (SIX + 25 * MINUTE, True),
        (SIX + 25 * MINUTE + SECOND, False),
    ],
)
def test_a_session_starts_from_four_hours_early_up_to_now_and_a_little_skew(at, fine):
    message = lifecycle.start_window(at, scheduled_start=SIX, now=SIX + 20 * MINUTE)
    assert (message is None) is fine


@pytest.mark.parametrize(
    ("at", "fine"),
    [
        (SIX - SECOND, False),
        (SIX, True),
        (SIX + 8 * HOUR, True),
        (SIX + 8 * HOUR + 5 * MINUTE, True),
        (SIX + 8 * HOUR + 5 * MINUTE + SECOND, False),
    ],
)
def test_a_session_ends_between_its_start_and_now_and_a_little_skew(at, fine):
    message = lifecycle.complete_window(at, actual_start=SIX, now=SIX + 8 * HOUR)
    assert (message is None) is fine


def test_what_may_be_edited_when():
    planned = {"scheduled_start", "scheduled_end", "hourly_rate", "notes", "child_ids", "nanny_id", "overlap_allowed"}
    expected = {
        "UNCONFIRMED": planned,
        "CONFIRMED": planned,
        "IN_PROGRESS": {"notes"},
        "COMPLETED": {"actual_start", "actual_end", "hourly_rate", "notes"},
        "CANCELLED": {"notes"},
    }
    assert expected == lifecycle.EDITABLE
    assert planned - {"notes", "overlap_allowed"} == lifecycle.AGREED


def test_care_that_has_begun_is_kept():
    assert {"UNCONFIRMED", "CONFIRMED", "CANCELLED"} == lifecycle.DELETABLE


@pytest.mark.parametrize("asker", Role)
def test_a_nanny_asks_for_changes_to_what_is_agreed_and_everybody_else_before_that_too(asker):
    asked = {state for state in State if state in lifecycle.open_to_requests(asker)}
    assert asked == ({State.CONFIRMED} if asker is Role.NANNY else {State.UNCONFIRMED, State.CONFIRMED})

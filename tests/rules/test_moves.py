"""The moves of a session, all of them, and when they are too early, too late or out of place."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from handsel.rules import moves
from handsel.rules.lifecycle import State
from handsel.rules.moves import MOVES, Move

pytestmark = pytest.mark.no_database

SIX = datetime(2026, 6, 1, 6, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@dataclass
class Times:
    scheduled_start: datetime = SIX
    actual_start: datetime | None = SIX


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
    assert moves.may_move(state, move, scheduled_end=SIX + HOUR, at=SIX) is allowed
    if allowed:
        assert MOVES[move].to == ALLOWED[state, move]


@pytest.mark.parametrize(
    ("at", "allowed"), [(SIX - SECOND, True), (SIX, False), (SIX + SECOND, False), (SIX - 400 * 24 * HOUR, True)]
)
def test_a_cancelled_session_can_be_restored_while_its_end_lies_ahead(at, allowed):
    assert moves.may_move(State.CANCELLED, Move.RESTORE, scheduled_end=SIX, at=at) is allowed


@pytest.mark.parametrize("state", State)
def test_only_restoring_asks_for_the_time(state):
    for move in set(Move) - {Move.RESTORE}:
        past = moves.may_move(state, move, scheduled_end=SIX, at=SIX + 48 * HOUR)
        assert past is moves.may_move(state, move) is ((state, move) in ALLOWED)


@pytest.mark.parametrize("times", [{}, {"at": SIX}, {"scheduled_end": SIX}])
def test_restoring_without_knowing_the_time_is_a_mistake(times):
    with pytest.raises(ValueError, match="scheduled_end"):
        moves.may_move(State.CANCELLED, Move.RESTORE, **times)


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("state", State)
def test_a_refused_move_says_why(state, move):
    sentence = moves.why_not(state, move)
    assert sentence.startswith("This session is ")
    assert sentence.endswith(".")


def test_the_reasons_people_read():
    assert moves.why_not(State.UNCONFIRMED, Move.START) == "This session is not confirmed yet, so it cannot be started."
    assert moves.why_not(State.COMPLETED, Move.CANCEL) == "This session is completed, so it cannot be cancelled."
    assert moves.why_not(State.CANCELLED, Move.RESTORE) == "This session is over, so it cannot be restored any more."


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
    message = moves.start_window(at, Times(), now=SIX + 20 * MINUTE)
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
    message = moves.complete_window(at, Times(), now=SIX + 8 * HOUR)
    assert (message is None) is fine

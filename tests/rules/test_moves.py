"""The moves of a session, all of them, and when they are too early, too late or out of place."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from handsel.rules import moments, moves
from handsel.rules.lifecycle import State
from handsel.rules.moves import MOVES, Move

pytestmark = pytest.mark.no_database

SIX = datetime(2026, 6, 1, 6, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@dataclass
class Times:
    scheduled_start: datetime = SIX
    actual_start: datetime | None = SIX
    time_zone: str = "America/New_York"


# The whole table, move by move. What is not here is refused.
ALLOWED = {
    ("UNCONFIRMED", "CONFIRM"): "CONFIRMED",
    ("UNCONFIRMED", "CANCEL"): "CANCELLED",
    ("CONFIRMED", "CANCEL"): "CANCELLED",
    ("CONFIRMED", "START"): "IN_PROGRESS",
    ("CONFIRMED", "RECORD"): "COMPLETED",
    ("IN_PROGRESS", "COMPLETE"): "COMPLETED",
    ("CANCELLED", "RESTORE"): "UNCONFIRMED",
}


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("state", State)
def test_every_state_and_every_move(state, move):
    allowed = (state, move) in ALLOWED
    assert moves.may_move(state, move, scheduled_start=SIX - HOUR, scheduled_end=SIX + HOUR, at=SIX) is allowed
    if allowed:
        assert MOVES[move].to == ALLOWED[state, move]


@pytest.mark.parametrize(
    ("at", "allowed"), [(SIX - SECOND, True), (SIX, False), (SIX + SECOND, False), (SIX - 400 * 24 * HOUR, True)]
)
def test_a_cancelled_session_can_be_restored_while_its_end_lies_ahead(at, allowed):
    times = {"scheduled_start": SIX - HOUR, "scheduled_end": SIX}
    assert moves.may_move(State.CANCELLED, Move.RESTORE, at=at, **times) is allowed


@pytest.mark.parametrize(("at", "allowed"), [(SIX, False), (SIX + SECOND, True), (SIX + 400 * 24 * HOUR, True)])
def test_a_session_is_recorded_once_its_start_is_past(at, allowed):
    times = {"scheduled_start": SIX, "scheduled_end": SIX + 8 * HOUR}
    assert moves.may_move(State.CONFIRMED, Move.RECORD, at=at, **times) is allowed


@pytest.mark.parametrize("state", State)
def test_only_restoring_and_recording_ask_for_the_time(state):
    times = {"scheduled_start": SIX - HOUR, "scheduled_end": SIX}
    for move in set(Move) - {Move.RESTORE, Move.RECORD}:
        past = moves.may_move(state, move, at=SIX + 48 * HOUR, **times)
        assert past is moves.may_move(state, move) is ((state, move) in ALLOWED)


@pytest.mark.parametrize("times", [{}, {"at": SIX}, {"scheduled_end": SIX}, {"at": SIX, "scheduled_end": SIX}])
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
    assert moves.why_not(State.CONFIRMED, Move.RECORD) == "This session is still to come, so it cannot be recorded."


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
    assert (not moments.start_window(Times(), at=at, now=SIX + 20 * MINUTE)) is fine


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
    assert (not moments.complete_window(Times(), at=at, now=SIX + 8 * HOUR)) is fine


def test_where_the_clock_went_back_since_the_start_the_end_says_so():
    [said] = moments.complete_window(Times(), at=SIX - HOUR, now=SIX - HOUR).values()
    assert "the clock went back" in said
    [said] = moments.complete_window(Times(), at=SIX - HOUR, now=SIX).values()
    assert said == "A session cannot end before it started."


NIGHT_BACK = datetime(2026, 10, 31, 22, tzinfo=UTC)  # the clocks of New York go back at 06:00 UTC on 1 November


@pytest.mark.parametrize(
    ("start", "hours", "fine"),
    [(SIX, 24, True), (SIX, 24.001, False), (NIGHT_BACK, 25, True), (NIGHT_BACK, 25.001, False)],
)
def test_care_lasts_a_day_and_an_hour_more_where_the_clocks_change(start, hours, fine):
    times = Times(scheduled_start=start, actual_start=start)
    end = start + hours * HOUR
    assert (not moments.complete_window(times, at=end, now=end)) is fine
    assert (not moments.record_window(times, actual_start=start, actual_end=end, now=end)) is fine


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        (SIX, SIX + HOUR, set()),
        (SIX - 4 * HOUR, SIX + HOUR, set()),
        (SIX - 4 * HOUR - SECOND, SIX + HOUR, {"actual_start"}),
        (SIX, SIX + 9 * HOUR + 6 * MINUTE, {"actual_end"}),
        (SIX + 10 * HOUR, SIX + 11 * HOUR, {"actual_start", "actual_end"}),
        (SIX, SIX, {"actual_start", "actual_end"}),
    ],
)
def test_what_is_recorded_lies_between_four_hours_before_the_plan_and_now(start, end, wrong):
    assert moments.record_window(Times(), actual_start=start, actual_end=end, now=SIX + 9 * HOUR).keys() == wrong

"""The states of a session, and what may be edited, deleted and asked for in each."""

import pytest

from handsel.rules import lifecycle
from handsel.rules.lifecycle import State, Status
from handsel.rules.roles import Role

pytestmark = pytest.mark.no_database


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


def test_what_may_be_edited_when():
    planned = {"scheduled_start", "scheduled_end", "hourly_rate", "notes", "child_ids", "nanny_id", "overlap_allowed"}
    expected = {
        "UNCONFIRMED": planned,
        "CONFIRMED": planned,
        "IN_PROGRESS": {"notes", "actual_start"},
        "COMPLETED": {"actual_start", "actual_end", "hourly_rate", "notes"},
        "CANCELLED": {"notes", "cancel_reason", "cancelled_for"},
    }
    assert expected == lifecycle.EDITABLE
    assert planned - {"notes", "overlap_allowed"} == lifecycle.AGREED


def test_care_that_has_begun_is_kept():
    assert {"UNCONFIRMED", "CONFIRMED", "CANCELLED"} == lifecycle.DELETABLE


@pytest.mark.parametrize("asker", Role)
def test_a_nanny_asks_for_changes_to_what_is_agreed_and_everybody_else_before_that_too(asker):
    states = {state for state in State if state in lifecycle.open_to_requests(asker)}
    assert states == ({State.CONFIRMED} if asker is Role.NANNY else {State.UNCONFIRMED, State.CONFIRMED})

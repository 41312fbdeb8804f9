"""Of many equal moves at the same instant exactly one wins."""

import httpx
import pytest

from tests.races.concurrency import Household, at_once, codes, statuses

pytestmark = pytest.mark.no_database

CROWD = 200
A_FEW = 48
LINES = {
    "confirm": "care_session.confirmed",
    "cancel": "care_session.cancelled",
    "start": "care_session.started",
    "complete": "care_session.completed",
}


def race(household: Household, move: str, *, crowd: int) -> tuple[str, list[httpx.Response]]:
    """The session, and what so many clients were answered who all ask for the same move of it at once."""
    before = {"complete": ["confirm", "start"], "start": ["confirm"]}.get(move, [])
    session_id = household.session()
    for earlier in before:
        person = household.parent if earlier == "confirm" else household.nanny
        assert person.post(f"/care-sessions/{session_id}/{earlier}").is_success
    # Where both sides may, both do.
    people = {
        "confirm": [household.parent],
        "cancel": [household.parent, household.nanny],
        "start": [household.nanny],
        "complete": [household.nanny],
    }[move]
    with household.town.devices(people, crowd) as clients:
        asks = [lambda client=client: client.post(f"/care-sessions/{session_id}/{move}") for client in clients]
        return session_id, at_once(asks, threads=crowd)


@pytest.mark.parametrize("move", LINES)
def test_of_200_equal_moves_exactly_one_wins(town, move):
    one_wins(town.household(), move, crowd=CROWD)


@pytest.mark.parametrize("move", LINES)
def test_however_slow_the_writers_are_one_wins(slow, move):
    one_wins(slow.household(), move, crowd=A_FEW)


@pytest.mark.parametrize("move", LINES)
def test_without_the_guards_more_than_one_wins(unguarded, move):
    household = unguarded.household()
    session_id, answers = race(household, move, crowd=A_FEW)
    assert statuses(answers)[200] > 1
    assert household.events(session_id).count(LINES[move]) > 1


def one_wins(household: Household, move: str, *, crowd: int) -> None:
    session_id, answers = race(household, move, crowd=crowd)
    assert statuses(answers) == {200: 1, 409: crowd - 1}
    assert codes(answers) == {"wrong_state": crowd - 1}
    events = household.events(session_id)
    assert events[-1] == LINES[move]
    assert len(events) == len(set(events))
    (won,) = [answer.json() for answer in answers if answer.is_success]
    assert household.one(session_id) == won

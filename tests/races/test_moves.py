"""Of many equal moves at the same instant exactly one wins."""

from itertools import cycle

import httpx
import pytest

from tests.races.crowd import THREADS, Household, at_once, codes, statuses

pytestmark = pytest.mark.races

REQUESTS = 200
LINES = {
    "confirm": "care_session.confirmed",
    "cancel": "care_session.cancelled",
    "start": "care_session.started",
    "complete": "care_session.completed",
}


def race(household: Household, move: str, *, requests: int) -> tuple[str, list[httpx.Response]]:
    """The session, and what was answered to this many equal moves of it."""
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
    asks = [
        lambda person=person: person.post(f"/care-sessions/{session_id}/{move}")
        for person, _ in zip(cycle(people), range(requests), strict=False)
    ]
    return session_id, at_once(asks)


@pytest.mark.parametrize("move", LINES)
def test_of_200_equal_moves_exactly_one_wins(town, move):
    household = town.household()
    session_id, answers = race(household, move, requests=REQUESTS)
    assert statuses(answers) == {200: 1, 409: REQUESTS - 1}
    assert codes(answers) == {"wrong_state": REQUESTS - 1}
    events = household.events(session_id)
    assert events[-1] == LINES[move]
    assert len(events) == len(set(events))
    (won,) = [answer.json() for answer in answers if answer.is_success]
    assert household.one(session_id) == won


@pytest.mark.parametrize("move", LINES)
def test_without_the_guards_more_than_one_wins(unguarded, move):
    household = unguarded.household()
    session_id, answers = race(household, move, requests=2 * THREADS)
    assert statuses(answers)[200] > 1
    assert household.events(session_id).count(LINES[move]) > 1

"""Of many equal moves at the same instant exactly one wins."""

import httpx
import pytest

from tests.races.concurrency import FamilyClients, count_codes, count_statuses, run_concurrently
from tests.run import NIGHTLY

pytestmark = pytest.mark.no_database

CROWD = 200 if NIGHTLY else 64
A_FEW = 48
LINES = {
    "confirm": "care_session.confirmed",
    "cancel": "care_session.cancelled",
    "start": "care_session.started",
    "complete": "care_session.completed",
}


def race(family: FamilyClients, move: str, *, crowd: int) -> tuple[str, list[httpx.Response]]:
    """The session, and what so many clients were answered who all ask for the same move of it at once."""
    before = {"complete": ["confirm", "start"], "start": ["confirm"]}.get(move, [])
    session_id = family.session()
    for earlier in before:
        person = family.parent if earlier == "confirm" else family.nanny
        assert person.post(f"/care-sessions/{session_id}/{earlier}").is_success
    # Where both sides may, both do.
    people = {
        "confirm": [family.parent],
        "cancel": [family.parent, family.nanny],
        "start": [family.nanny],
        "complete": [family.nanny],
    }[move]
    with family.client_pool.more_clients(people, crowd) as clients:
        asks = [lambda client=client: client.post(f"/care-sessions/{session_id}/{move}") for client in clients]
        return session_id, run_concurrently(asks, threads=crowd)


@pytest.mark.parametrize("move", LINES)
def test_of_many_equal_moves_exactly_one_wins(client_pool, move):
    one_wins(client_pool.family(), move, crowd=CROWD)


@pytest.mark.nightly
@pytest.mark.parametrize("move", LINES)
def test_however_slow_the_writers_are_one_wins(slow, move):
    one_wins(slow.family(), move, crowd=A_FEW)


@pytest.mark.nightly
@pytest.mark.parametrize("move", LINES)
def test_without_the_guards_more_than_one_wins(unguarded, move):
    family = unguarded.family()
    session_id, answers = race(family, move, crowd=A_FEW)
    assert count_statuses(answers)[200] > 1
    assert family.events(session_id).count(LINES[move]) > 1


def one_wins(family: FamilyClients, move: str, *, crowd: int) -> None:
    session_id, answers = race(family, move, crowd=crowd)
    assert count_statuses(answers) == {200: 1, 409: crowd - 1}
    assert count_codes(answers) == {"wrong_state": crowd - 1}
    events = family.events(session_id)
    assert events[-1] == LINES[move]
    assert len(events) == len(set(events))
    (won,) = [answer.json() for answer in answers if answer.is_success]
    assert family.session_now(session_id) == won

"""Of many equal moves at the same instant exactly one wins."""

from datetime import timedelta

import httpx
import pytest

from tests.races.concurrency import FamilyClients, count_codes, count_statuses, now, run_concurrently
from tests.run import NIGHTLY

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

CROWD = 200 if NIGHTLY else 32  # more than a server's processes and threads answer at once
A_FEW = 48
LINES = {
    "confirm": "care_session.confirmed",
    "cancel": "care_session.cancelled",
    "start": "care_session.started",
    "complete": "care_session.completed",
    "record": "care_session.recorded",
    "undo": "care_session.undone",
}
BEFORE = {"complete": ["confirm", "start"], "start": ["confirm"], "record": ["confirm"], "undo": ["confirm", "start"]}
# What excludes each other, of a session that is confirmed: the move and who makes it.
RIVALS = {
    "undo of a confirmation and start": [("undo", "parent"), ("start", "nanny")],
    "record, start and cancel": [("record", "parent"), ("record", "nanny"), ("start", "nanny"), ("cancel", "parent")],
}


def race(family: FamilyClients, move: str, *, crowd: int) -> tuple[str, list[httpx.Response]]:
    """The session, and what so many clients were answered who all ask for the same move of it at once."""
    session_id = ready(family, BEFORE.get(move, []), is_over=move == "record")
    # Where both sides may, both do.
    people = {
        "confirm": [family.parent],
        "cancel": [family.parent, family.nanny],
        "start": [family.nanny],
        "complete": [family.nanny, family.parent],
        "record": [family.nanny, family.parent],
        "undo": [family.nanny],
    }[move]
    with family.client_pool.more_clients(people, crowd) as clients:
        asks = [lambda client=client: client.post(f"/care-sessions/{session_id}/{move}") for client in clients]
        return session_id, run_concurrently(asks, threads=crowd)


def ready(family: FamilyClients, moves: list[str], *, is_over: bool = False) -> str:
    """A session of now, or of this morning, that these moves have been made of."""
    session_id = family.session(now() - timedelta(hours=3) if is_over else None)
    for move in moves:
        person = family.parent if move == "confirm" else family.nanny
        assert person.post(f"/care-sessions/{session_id}/{move}").is_success
    return session_id


@pytest.mark.parametrize("rivals", RIVALS)
def test_of_moves_that_exclude_each_other_exactly_one_wins(client_pool, rivals):
    family = client_pool.family()
    session_id = ready(family, ["confirm"], is_over=True)
    asks = [(move, getattr(family, person)) for move, person in RIVALS[rivals]]
    with family.client_pool.more_clients([person for _, person in asks], CROWD) as clients:
        moves = [asks[number % len(asks)][0] for number in range(len(clients))]
        answers = run_concurrently(
            [
                lambda client=client, move=move: client.post(f"/care-sessions/{session_id}/{move}")
                for client, move in zip(clients, moves, strict=True)
            ],
            threads=CROWD,
        )
    assert count_statuses(answers)[200] == 1
    # A parent who comes too late to undo their confirmation may not undo the start.
    assert count_codes(answers).keys() <= {"wrong_state", "not_allowed"}
    assert len(family.events(session_id)) == 3


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

"""Thousands of requests from 64 clients for one move of one session: one winner, one line of history, one notice."""

import random
import threading
from uuid import UUID, uuid4

import httpx
import pytest

from handsel.rules.moves import MOVES as STEPS
from handsel.rules.moves import Move
from tests.races.concurrency import FamilyClients, count_codes, count_statuses, run_concurrently
from tests.races.test_moves import BEFORE, LINES, ready
from tests.sizes import seeds, size

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

CLIENTS = 64
MOVES = ["confirm", "cancel", "start", "complete", "record"]  # undoing takes back what was told, instead of telling
REFUSED = {"wrong_state", "version_conflict"}


def test_of_thousands_from_64_clients_one_wins(client_pool, measured):
    requests, chosen = size("requests on one session"), seeds("seeds of one session")
    for place, seed in enumerate(chosen):
        one_wins(client_pool.family(), MOVES[place % len(MOVES)], requests, random.Random(seed))
    measured(
        f"{len(chosen)} x {requests:,} requests from {CLIENTS} clients: one winner, event and notice each, no 5xx",
        seed=chosen[0],
    )


def one_wins(family: FamilyClients, move: str, requests: int, chance: random.Random) -> None:
    """Some ask plainly, some name the version that they saw, some send a key of their own, in an order of chance."""
    session_id = ready(family, BEFORE.get(move, []), is_over=move == "record")
    seen = {"If-Match": f'"{family.session_now(session_id)["version"]}"'}
    people = {"confirm": [family.parent], "start": [family.nanny]}.get(move, [family.parent, family.nanny])
    with family.client_pool.more_clients(people, CLIENTS) as clients:
        mine = threading.local()
        free = iter(clients)

        def ask(headers: dict[str, str]) -> httpx.Response:
            if not hasattr(mine, "client"):
                mine.client = next(free)
            return mine.client.post(f"/care-sessions/{session_id}/{move}", headers=headers)

        headers = [chance.choice([{}, {}, seen, {"Idempotency-Key": str(uuid4())}]) for _ in range(requests)]
        answers = run_concurrently([lambda sent=sent: ask(sent) for sent in headers], threads=CLIENTS)
    counted = count_statuses(answers)
    assert counted == {200: 1, 409: counted[409], 412: counted[412]}
    assert counted.total() == requests
    assert count_codes(answers).keys() <= REFUSED
    assert family.events(session_id).count(LINES[move]) == 1
    # Of two people one moved it, and the other is told.
    notice = STEPS[Move(move.upper())].notice
    told = family.client_pool.server.rows(
        "SELECT COUNT(*) FROM handsel_notice WHERE session_id = %s AND kind = %s", UUID(session_id), notice
    )
    assert told == [(1,)]
    (won,) = [answer.json() for answer in answers if answer.is_success]
    assert family.session_now(session_id) == won

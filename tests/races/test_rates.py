"""64 nannies take what is nobody's and read all they may, while a parent gives and takes away sessions: none of them
reads what another is paid.
"""

import threading
from datetime import timedelta
from functools import partial

import httpx
import pytest

from tests.races.concurrency import FamilyClients, count_codes, invitation, join, json_of, now, run_concurrently

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]

NANNIES, SESSIONS, ROUNDS = 64, 8, 4
OF_ANOTHER, USUAL = "77.31", "25.00"


def test_64_nannies_read_no_other_ones_rate(client_pool, measured):
    families = [client_pool.family(), client_pool.family()]  # two, since fifty are all that a family may have
    nannies: list[tuple[FamilyClients, httpx.Client, str]] = []
    for number in range(NANNIES):
        family, nanny = families[number % 2], client_pool.new_client()
        nannies.append((family, nanny, json_of(join(nanny, invitation(family.parent, family.id, "NANNY")))["id"]))
    session_ids = {
        family.id: [
            family.session(now() + timedelta(days=2 + number), hourlyRate=OF_ANOTHER) for number in range(SESSIONS)
        ]
        for family in families
    }
    over = threading.Event()
    parents = [
        threading.Thread(target=_give_and_take, args=(family, session_ids[family.id], over)) for family in families
    ]
    for parent in parents:
        parent.start()
    asks = [
        partial(_take_and_read, *nanny, session_ids[nanny[0].id][(number + turn) % SESSIONS])
        for turn in range(ROUNDS)
        for number, nanny in enumerate(nannies)
    ]
    answers = [answer for some in run_concurrently(asks, threads=NANNIES) for answer in some]
    over.set()
    for parent in parents:
        parent.join()
    assert not [answer.request.url for answer in answers if OF_ANOTHER in answer.text]
    assert all(answer.status_code < 500 for answer in answers)
    refused = count_codes(answers)
    assert refused.keys() <= {"not_allowed", "version_conflict", "wrong_state", "clash", "not_found"}
    taken = sum(answer.request.method == "PATCH" and answer.is_success for answer in answers)
    assert taken
    measured(
        f"{client_pool.server.database}: {len(answers):,} answers to {NANNIES} nannies, {taken} sessions taken, "
        f"{refused.total()} refused ({', '.join(sorted(refused))}), no rate of another's"
    )


def _give_and_take(family: FamilyClients, session_ids: list[str], over: threading.Event) -> None:
    """Give each session to the family's first nanny at their rate, and then to nobody, again and again."""
    while not over.is_set():
        for session_id in session_ids:
            given = {"nannyId": family.nanny_id, "hourlyRate": OF_ANOTHER}
            family.parent.patch(f"/care-sessions/{session_id}", json=given)
            family.parent.patch(f"/care-sessions/{session_id}", json={"nannyId": None})


def _take_and_read(family: FamilyClients, nanny: httpx.Client, member_id: str, session_id: str) -> list[httpx.Response]:
    path = f"/care-sessions/{session_id}"
    return [
        nanny.patch(path, json={"nannyId": member_id}),
        nanny.get(path),
        nanny.get(f"{path}/events", params={"limit": 100}),
        nanny.get(f"/families/{family.id}/care-sessions", params={"limit": 100}),
        nanny.get(f"/families/{family.id}/events", params={"limit": 100}),
    ]

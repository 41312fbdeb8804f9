"""One person fills their room for kept answers from 64 clients at once, and no other person's."""

import secrets
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from handsel.actions.idempotency import MOST_KEPT
from tests.races.concurrency import FamilyClients, count_codes, count_statuses, now, run_concurrently

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]

CLIENTS = 64
REQUESTS = 1_200


def session(family: FamilyClients) -> dict[str, Any]:
    start = now() + timedelta(days=3)
    return {
        "scheduledStart": start.isoformat(),
        "scheduledEnd": (start + timedelta(hours=1)).isoformat(),
        "childIds": [family.child_id],
        "notes": secrets.token_hex(2_000),
    }


def ask(family: FamilyClients, key: str, body: dict[str, Any] | None = None) -> httpx.Response:
    body = body or session(family)
    headers = {"Idempotency-Key": key}
    return family.parent.post(f"/families/{family.id}/care-sessions", json=body, headers=headers)


def test_64_clients_with_one_key_each_twenty_times_make_one_session_of_each_key(client_pool):
    family = client_pool.family()
    bodies = {f"same-{number}": session(family) for number in range(20)}
    asks = [partial(ask, family, key, body) for key, body in bodies.items() for _ in range(CLIENTS)]
    answers = run_concurrently(asks, threads=CLIENTS)
    assert count_statuses(answers).keys() <= {201, 409}
    assert count_codes(answers).keys() <= {"in_progress"}
    made = {row["id"] for row in family.sessions()}
    assert len(made) == len(bodies)
    assert {answer.json()["id"] for answer in answers if answer.status_code == 201} == made
    # Whoever was sent away comes again, and is told the same.
    assert {ask(family, key, body).json()["id"] for key, body in bodies.items()} == made


def test_nobody_keeps_more_than_their_room(client_pool):
    family, other = client_pool.family(), client_pool.family()
    answers = run_concurrently([partial(ask, family, f"fill-{number}") for number in range(REQUESTS)], threads=CLIENTS)
    statuses = count_statuses(answers)
    assert statuses.keys() == {201, 429}
    assert count_codes(answers).keys() == {"too_many_requests"}
    # Each answer holds 2,000 random bytes that no compression makes fewer.
    assert MOST_KEPT / 5_000 < statuses[201] < MOST_KEPT / 2_000
    assert all(0 < int(answer.headers["Retry-After"]) <= 86_400 for answer in answers if answer.status_code == 429)
    assert ask(other, "mine").status_code == 201

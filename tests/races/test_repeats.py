"""A request that is sent again because nobody heard the answer is done once."""

from datetime import timedelta

import httpx
import pytest

from tests.races.concurrency import FamilyClients, count_statuses, now, run_concurrently

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

SENDERS = 10


def tomorrow(family: FamilyClients) -> dict:
    start = now() + timedelta(days=1)
    return {
        "scheduledStart": start.isoformat(),
        "scheduledEnd": (start + timedelta(hours=2)).isoformat(),
        "childIds": [family.child_id],
    }


def race(family: FamilyClients, body: dict) -> list[httpx.Response]:
    """What ten are answered who send the same body with the same key at the same instant."""

    def post() -> httpx.Response:
        path, key = f"/families/{family.id}/care-sessions", {"Idempotency-Key": "tomorrow"}
        return family.parent.post(path, json=body, headers=key)

    return run_concurrently([post] * SENDERS, threads=SENDERS)


def test_ten_equal_requests_with_one_key_make_one_session(client_pool):
    family = client_pool.family()
    body = tomorrow(family)
    answers = race(family, body)
    assert count_statuses(answers).keys() <= {201, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"in_progress"}
    (session,) = family.sessions()
    assert {answer.json()["id"] for answer in answers if answer.status_code == 201} == {session["id"]}
    assert family.events(session["id"]) == ["care_session.created"]
    # Whoever was sent away comes again, and is told the same.
    (again,) = {answer.text for answer in race(family, body)}
    assert again == next(answer.text for answer in answers if answer.status_code == 201)


@pytest.mark.nightly
def test_without_the_guards_there_are_more(unguarded):
    family = unguarded.family()
    race(family, tomorrow(family))
    assert len(family.sessions()) > 1

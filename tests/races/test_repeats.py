"""A request that is sent again because nobody heard the answer is done once."""

from datetime import timedelta

import httpx
import pytest

from tests.races.concurrency import Household, at_once, now, statuses

pytestmark = pytest.mark.no_database

SENDERS = 10


def tomorrow(household: Household) -> dict:
    start = now() + timedelta(days=1)
    return {
        "scheduledStart": start.isoformat(),
        "scheduledEnd": (start + timedelta(hours=2)).isoformat(),
        "childIds": [household.child_id],
    }


def race(household: Household, body: dict) -> list[httpx.Response]:
    """What ten are answered who send the same body with the same key at the same instant."""

    def post() -> httpx.Response:
        path, key = f"/families/{household.id}/care-sessions", {"Idempotency-Key": "tomorrow"}
        return household.parent.post(path, json=body, headers=key)

    return at_once([post] * SENDERS, threads=SENDERS)


def test_ten_equal_requests_with_one_key_make_one_session(town):
    household = town.household()
    body = tomorrow(household)
    answers = race(household, body)
    assert statuses(answers).keys() <= {201, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"in_progress"}
    (session,) = household.sessions()
    assert {answer.json()["id"] for answer in answers if answer.status_code == 201} == {session["id"]}
    assert household.events(session["id"]) == ["care_session.created"]
    # Whoever was sent away comes again, and is told the same.
    (again,) = {answer.text for answer in race(household, body)}
    assert again == next(answer.text for answer in answers if answer.status_code == 201)


def test_without_the_guards_there_are_more(unguarded):
    household = unguarded.household()
    race(household, tomorrow(household))
    assert len(household.sessions()) > 1

"""Everything at once on the same few sessions: no request breaks, and the book is in order at the end."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import combinations, product

import httpx
import pytest

from tests.races.concurrency import FamilyClients, count_statuses, now, run_concurrently

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

type Deed = Callable[[httpx.Client, str], httpx.Response]

SESSIONS = 8
# Twenty minutes apart and an hour long, so that neighbours are in each other's way.
APART, LENGTH = timedelta(minutes=20), timedelta(hours=1)


def _move(name: str) -> Deed:
    return lambda person, session: person.post(f"/care-sessions/{session}/{name}")


def _move_to(minutes: int) -> Deed:
    start = now() + timedelta(minutes=minutes)
    times = {"scheduledStart": start.isoformat(), "scheduledEnd": (start + LENGTH).isoformat()}
    return lambda person, session: person.patch(f"/care-sessions/{session}", json=times)


def _note(text: str, **headers: str) -> Deed:
    return lambda person, session: person.patch(f"/care-sessions/{session}", json={"notes": text}, headers=headers)


def deeds(family: FamilyClients, session_ids: list[str]) -> list[Deed]:
    everything = {"sessionIds": session_ids}
    return [
        _move("confirm"),
        _move("cancel"),
        _move("restore"),
        _move("start"),
        _move("complete"),
        _move_to(30),
        _move_to(95),
        _note("Boots."),
        _note("Swimming.", **{"If-Match": '"2"'}),
        lambda person, _: person.post(f"/families/{family.id}/care-sessions/confirm", json=everything),
    ]


def test_a_whirl_breaks_nothing(client_pool):
    family = client_pool.family()
    session_ids = [family.session(now() + number * APART, hours=1) for number in range(SESSIONS)]
    everything = list(product((family.parent, family.nanny), session_ids, deeds(family, session_ids)))
    # Each once, in an order that mixes them: 59 has no factor in common with their number.
    mixed = [everything[number * 59 % len(everything)] for number in range(len(everything))]
    answers = run_concurrently([lambda ask=ask: ask[2](ask[0], ask[1]) for ask in mixed])
    assert count_statuses(answers).keys() <= {200, 403, 409, 412, 422}
    # The plan of a session that was started meanwhile stands, and what was completed is corrected for a reason.
    refused = [error["field"] for answer in answers if answer.status_code == 422 for error in answer.json()["errors"]]
    assert set(refused) <= {"scheduledStart", "scheduledEnd", "reason"}
    assert count_statuses(answers)[200] > SESSIONS

    rows = family.sessions()
    assert sorted(row["id"] for row in rows) == sorted(session_ids)
    for row in rows:
        # Each change counted once, with its line.
        assert len(family.events(row["id"])) == row["version"]
        assert (row["actualStart"] is not None) is (row["status"] in ("IN_PROGRESS", "COMPLETED"))
    assert Counter(row["status"] for row in rows)["IN_PROGRESS"] <= 1
    agreed = [row for row in rows if row["isConfirmed"] and row["status"] in ("SCHEDULED", "IN_PROGRESS")]
    for session, other in combinations(agreed, 2):
        assert _end(session) <= _start(other) or _end(other) <= _start(session)


def _start(row: dict) -> datetime:
    return datetime.fromisoformat(row["scheduledStart"])


def _end(row: dict) -> datetime:
    return datetime.fromisoformat(row["scheduledEnd"])


def test_a_session_is_confirmed_or_deleted_and_never_both(client_pool):
    family = client_pool.family()
    session_ids = [family.session(now() + timedelta(days=number + 1)) for number in range(10)]
    asks = [
        ask
        for session_id in session_ids
        for ask in (
            lambda session_id=session_id: family.parent.delete(
                f"/care-sessions/{session_id}", headers={"If-Match": '"1"'}
            ),
            lambda session_id=session_id: family.parent.post(f"/care-sessions/{session_id}/confirm"),
        )
    ]
    answers = run_concurrently(asks, threads=len(asks))
    counted = count_statuses(answers)
    assert counted.keys() <= {200, 204, 404, 412}
    assert counted[200] + counted[204] == len(session_ids)
    assert len(family.sessions(isConfirmed="true")) == len(family.sessions()) == counted[200]


def test_undoing_and_confirming_at_once_agree_on_what_is_left(client_pool):
    family = client_pool.family()
    schedule_id = family.schedule()
    june = {"from": "2026-06-01", "to": "2026-06-30"}
    made = family.parent.post(f"/care-schedules/{schedule_id}/generate-sessions", json=june).json()
    session_ids = [slot["sessionId"] for slot in made["created"]]
    asks = [
        lambda session_id=session_id: family.parent.post(f"/care-sessions/{session_id}/confirm")
        for session_id in session_ids
    ]
    asks.insert(3, lambda: family.nanny.post(f"/generation-batches/{made['batchId']}/undo"))
    answers = run_concurrently(asks, threads=len(asks))
    (undone,) = [answer.json() for answer in answers if "removed" in answer.json()]
    counted = count_statuses([answer for answer in answers if "removed" not in answer.json()])
    assert counted.keys() <= {200, 404}
    assert counted[404] == undone["removed"]
    left = family.sessions()
    assert len(left) == counted[200]
    assert all(row["isConfirmed"] for row in left)

"""The one nanny that two families share: promised once, and at work in one place at a time."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from tests.races.concurrency import ClientPool, FamilyClients, count_statuses, now, run_concurrently

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

PAIRS = 10


@pytest.fixture
def two_families() -> Callable[[ClientPool], tuple[FamilyClients, FamilyClients]]:
    def make(client_pool: ClientPool) -> tuple[FamilyClients, FamilyClients]:
        nanny = client_pool.new_client()
        return client_pool.family(nanny), client_pool.family(nanny)

    return make


def confirmations(riveras: FamilyClients, okafors: FamilyClients) -> list[tuple[httpx.Response, httpx.Response]]:
    """Ten days on which both families agree to overlapping hours at the same instant: what each was answered."""
    answers: dict[str, httpx.Response] = {}
    days = [now() + timedelta(days=number + 1) for number in range(PAIRS)]
    pairs = [(riveras.session(day, hours=8), okafors.session(day + timedelta(hours=7), hours=8)) for day in days]

    def confirm(family: FamilyClients, session_id: str) -> httpx.Response:
        answers[session_id] = family.parent.post(f"/care-sessions/{session_id}/confirm")
        return answers[session_id]

    asks = [
        lambda family=family, session_id=session_id: confirm(family, session_id)
        for pair in pairs
        for family, session_id in zip((riveras, okafors), pair, strict=True)
    ]
    run_concurrently(asks, threads=2 * PAIRS)
    return [(answers[ours], answers[theirs]) for ours, theirs in pairs]


def test_of_two_families_one_gets_the_nanny_and_the_other_hears_that_she_is_busy(client_pool, two_families):
    riveras, okafors = two_families(client_pool)
    for answers in confirmations(riveras, okafors):
        won, lost = sorted(answers, key=lambda answer: answer.status_code)
        assert (won.status_code, lost.status_code) == (200, 409)
        problem = lost.json()
        assert problem["code"] == "clash"
        (clash,) = problem["clashes"]
        assert clash == {
            "busy": True,
            "scheduledStart": won.json()["scheduledStart"],
            "scheduledEnd": won.json()["scheduledEnd"],
        }
        assert won.json()["id"] not in lost.text
    assert len(riveras.sessions(isConfirmed="true")) + len(okafors.sessions(isConfirmed="true")) == PAIRS


@pytest.mark.nightly
def test_without_the_guards_both_families_get_the_nanny(unguarded, two_families):
    answers = confirmations(*two_families(unguarded))
    assert any(count_statuses(pair)[200] == 2 for pair in answers)


def starts(riveras: FamilyClients, okafors: FamilyClients) -> list[httpx.Response]:
    """The nanny starts two sessions that do not overlap, in two families, six times each at the same instant."""
    first = riveras.session(now() - timedelta(hours=3), hours=1, isConfirmed=True)
    second = okafors.session(now() - timedelta(hours=1), hours=1, isConfirmed=True)
    asks = [
        lambda session_id=session_id: riveras.nanny.post(f"/care-sessions/{session_id}/start")
        for session_id in [first, second] * 6
    ]
    return run_concurrently(asks, threads=12)


def test_one_session_runs_at_a_time(client_pool, two_families):
    riveras, okafors = two_families(client_pool)
    answers = starts(riveras, okafors)
    assert count_statuses(answers) == {200: 1, 409: 11}
    codes = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    # Five repeat the winner; six come for the other session.
    assert (codes.count("wrong_state"), codes.count("already_running")) == (5, 6)
    running = riveras.sessions(status="IN_PROGRESS") + okafors.sessions(status="IN_PROGRESS")
    assert len(running) == 1


@pytest.mark.nightly
def test_without_the_guards_two_run(unguarded, two_families):
    riveras, okafors = two_families(unguarded)
    starts(riveras, okafors)
    assert len(riveras.sessions(status="IN_PROGRESS")) == len(okafors.sessions(status="IN_PROGRESS")) == 1


def test_confirming_all_and_confirming_one_by_one_agree_on_who_was_first(client_pool, two_families):
    riveras, okafors = two_families(client_pool)
    days = [now() + timedelta(days=number + 1) for number in range(PAIRS)]
    ours = [riveras.session(day, hours=8) for day in days]
    theirs = [okafors.session(day, hours=8) for day in days]

    def all_at_once(family: FamilyClients, ids: list[str]) -> httpx.Response:
        return family.parent.post(f"/families/{family.id}/care-sessions/confirm", json={"sessionIds": ids})

    asks = [
        lambda: all_at_once(riveras, ours),
        lambda: all_at_once(okafors, list(reversed(theirs))),
        *(
            lambda session_id=session_id: riveras.parent.post(f"/care-sessions/{session_id}/confirm")
            for session_id in ours
        ),
        *(
            lambda session_id=session_id: okafors.parent.post(f"/care-sessions/{session_id}/confirm")
            for session_id in theirs
        ),
    ]
    answers = run_concurrently(asks, threads=len(asks))
    assert set(count_statuses(answers)) <= {200, 409}
    confirmed = {family.id: family.sessions(isConfirmed="true") for family in (riveras, okafors)}
    assert sorted(row["scheduledStart"] for rows in confirmed.values() for row in rows) == [
        row["scheduledStart"] for row in riveras.sessions()
    ]

"""The one nanny that two families share: promised once, and at work in one place at a time."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from tests.races.concurrency import Household, Town, at_once, now, statuses

pytestmark = pytest.mark.no_database

PAIRS = 10


@pytest.fixture
def two_families() -> Callable[[Town], tuple[Household, Household]]:
    def make(town: Town) -> tuple[Household, Household]:
        nanny = town.person()
        return town.household(nanny), town.household(nanny)

    return make


def confirmations(riveras: Household, okafors: Household) -> list[tuple[httpx.Response, httpx.Response]]:
    """Ten days on which both families agree to overlapping hours at the same instant: what each was answered."""
    answers: dict[str, httpx.Response] = {}
    days = [now() + timedelta(days=number + 1) for number in range(PAIRS)]
    pairs = [(riveras.session(day, hours=8), okafors.session(day + timedelta(hours=7), hours=8)) for day in days]

    def confirm(household: Household, session_id: str) -> httpx.Response:
        answers[session_id] = household.parent.post(f"/care-sessions/{session_id}/confirm")
        return answers[session_id]

    asks = [
        lambda household=household, session_id=session_id: confirm(household, session_id)
        for pair in pairs
        for household, session_id in zip((riveras, okafors), pair, strict=True)
    ]
    at_once(asks, threads=2 * PAIRS)
    return [(answers[ours], answers[theirs]) for ours, theirs in pairs]


def test_of_two_families_one_gets_the_nanny_and_the_other_hears_that_she_is_busy(town, two_families):
    riveras, okafors = two_families(town)
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


def test_without_the_guards_both_families_get_her(unguarded, two_families):
    answers = confirmations(*two_families(unguarded))
    assert any(statuses(pair)[200] == 2 for pair in answers)


def starts(riveras: Household, okafors: Household) -> list[httpx.Response]:
    """She starts two sessions that do not overlap, in two families, six times each at the same instant."""
    first = riveras.session(now() - timedelta(hours=3), hours=1, isConfirmed=True)
    second = okafors.session(now() - timedelta(hours=1), hours=1, isConfirmed=True)
    asks = [
        lambda session_id=session_id: riveras.nanny.post(f"/care-sessions/{session_id}/start")
        for session_id in [first, second] * 6
    ]
    return at_once(asks, threads=12)


def test_one_session_runs_at_a_time(town, two_families):
    riveras, okafors = two_families(town)
    answers = starts(riveras, okafors)
    assert statuses(answers) == {200: 1, 409: 11}
    found = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    # Five repeat the winner; six come for the other session.
    assert (found.count("wrong_state"), found.count("already_running")) == (5, 6)
    running = riveras.sessions(status="IN_PROGRESS") + okafors.sessions(status="IN_PROGRESS")
    assert len(running) == 1


def test_without_the_guards_two_run(unguarded, two_families):
    riveras, okafors = two_families(unguarded)
    starts(riveras, okafors)
    assert len(riveras.sessions(status="IN_PROGRESS")) == len(okafors.sessions(status="IN_PROGRESS")) == 1


def test_confirming_all_and_confirming_one_by_one_agree_on_who_was_first(town, two_families):
    riveras, okafors = two_families(town)
    days = [now() + timedelta(days=number + 1) for number in range(PAIRS)]
    ours = [riveras.session(day, hours=8) for day in days]
    theirs = [okafors.session(day, hours=8) for day in days]

    def all_at_once(household: Household, ids: list[str]) -> httpx.Response:
        return household.parent.post(f"/families/{household.id}/care-sessions/confirm", json={"sessionIds": ids})

    asks = [
        lambda: all_at_once(riveras, ours),
        lambda: all_at_once(okafors, list(reversed(theirs))),
        *(lambda one=one: riveras.parent.post(f"/care-sessions/{one}/confirm") for one in ours),
        *(lambda one=one: okafors.parent.post(f"/care-sessions/{one}/confirm") for one in theirs),
    ]
    answers = at_once(asks, threads=len(asks))
    assert set(statuses(answers)) <= {200, 409}
    confirmed = {household.id: household.sessions(isConfirmed="true") for household in (riveras, okafors)}
    assert sorted(row["scheduledStart"] for rows in confirmed.values() for row in rows) == [
        row["scheduledStart"] for row in riveras.sessions()
    ]

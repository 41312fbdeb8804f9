"""Many who make something at the same instant do not pass a cap together."""

import httpx
import pytest

from tests.races.concurrency import (
    ClientPool,
    FamilyClients,
    count_codes,
    count_statuses,
    invitation,
    join,
    now,
    run_concurrently,
)

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

CROWD = 12


def race(client_pool: ClientPool) -> tuple[list[httpx.Response], int]:
    """What a parent is answered who adds 36 children from twelve threads, and how many children there are then."""
    family = client_pool.family()
    path = f"/families/{family.id}/children"
    asks = [lambda: family.parent.post(path, json={"firstName": "Ida"})] * 3 * CROWD
    answers = run_concurrently(asks, threads=CROWD)
    return answers, len(family.parent.get(path).json()["items"])


def test_no_crowd_adds_more_children_than_a_family_may_have(client_pool):
    answers, children = race(client_pool)
    assert count_statuses(answers) == {201: 29, 409: 7}
    assert count_codes(answers) == {"limit_reached": 7}
    assert children == 30


@pytest.mark.nightly
@pytest.mark.nightly
def test_without_the_guards_it_adds_more(unguarded):
    _, children = race(unguarded)
    assert children > 30


@pytest.mark.nightly
def test_no_crowd_generates_more_sessions_than_a_family_may_have_ahead(client_pool):
    """Seven schedules of a year each, at once: five have room, and what is refused is refused whole."""
    family = client_pool.family()
    daily = [day.upper() for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")]
    schedules = [family.schedule(name=f"Daily {number}", daysOfWeek=daily, nannyId=None) for number in range(7)]
    year = now().year + 1
    answers = run_concurrently([_generate(family, schedule_id, year) for schedule_id in schedules], threads=7)
    assert count_statuses(answers) == {200: 5, 409: 2}
    assert count_codes(answers) == {"limit_reached": 2}
    assert {len(answer.json()["created"]) for answer in answers if answer.is_success} in ({364}, {365})


def _generate(family: FamilyClients, schedule_id: str, year: int):
    days = {"from": f"{year}-01-01", "to": f"{year}-12-30"}
    return lambda: family.parent.post(f"/care-schedules/{schedule_id}/generate-sessions", json=days)


@pytest.mark.nightly
def test_of_two_who_accept_the_last_place_at_once_one_comes_in(client_pool):
    """Again and again: who came in leaves, and it is the last place once more."""
    family = client_pool.family()
    for _ in range(47):
        assert join(client_pool.new_client(), invitation(family.parent, family.id, "VIEWER")).status_code == 200
    for _ in range(10):
        two = [(client_pool.new_client(), invitation(family.parent, family.id, "VIEWER")) for _ in range(2)]
        answers = run_concurrently([lambda pair=pair: join(*pair) for pair in two], threads=2)
        assert count_statuses(answers) == {200: 1, 409: 1}
        assert count_codes(answers) == {"limit_reached": 1}
        members = family.parent.get(f"/families/{family.id}/members", params={"limit": 500}).json()["items"]
        assert len(members) == 50
        [last] = [answer.json()["id"] for answer in answers if answer.is_success]
        assert family.parent.delete(f"/members/{last}").status_code == 204

"""One invitation lets one person in; one person is one member; and a family is never left without a manager."""

import httpx
import pytest

from tests.races.concurrency import ClientPool, count_codes, count_statuses, invitation, join, json_of, run_concurrently

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

CROWD = 12


def race(client_pool: ClientPool) -> tuple[list[httpx.Response], list[dict]]:
    """What twelve persons are answered who accept one invitation at the same instant, and who is a member then."""
    family = client_pool.family()
    token = invitation(family.parent, family.id, "PARENT")
    people = [client_pool.new_client() for _ in range(CROWD)]
    answers = run_concurrently([lambda person=person: join(person, token) for person in people], threads=CROWD)
    return answers, family.parent.get(f"/families/{family.id}/members").json()["items"]


def test_an_invitation_lets_one_in(client_pool):
    answers, members = race(client_pool)
    assert count_statuses(answers) == {200: 1, 404: CROWD - 1}
    assert len(members) == 3


@pytest.mark.nightly
def test_without_the_guards_it_lets_more_in(unguarded):
    answers, members = race(unguarded)
    assert count_statuses(answers)[200] > 1
    assert len(members) > 3


def test_one_person_with_two_invitations_becomes_one_member(client_pool):
    family = client_pool.family()
    person = client_pool.new_client()
    tokens = [invitation(family.parent, family.id, role) for role in ("PARENT", "VIEWER") * 5]
    answers = run_concurrently([lambda token=token: join(person, token) for token in tokens], threads=len(tokens))
    assert count_statuses(answers) == {200: 1, 409: len(tokens) - 1}
    (membership,) = person.get("/me").json()["memberships"]
    (won,) = [answer.json() for answer in answers if answer.is_success]
    assert (membership["memberId"], membership["role"]) == (won["id"], won["role"])


@pytest.mark.parametrize("how", ["remove each other", "both leave"])
def test_of_two_parents_one_stays(client_pool, how):
    family = client_pool.family()
    ana, luis = family.parent, client_pool.new_client()
    luis_id = json_of(join(luis, invitation(ana, family.id, "PARENT")))["id"]
    ana_id = ana.get("/me").json()["memberships"][0]["memberId"]
    whom = {"remove each other": (luis_id, ana_id), "both leave": (ana_id, luis_id)}[how]
    answers = run_concurrently(
        [lambda: ana.delete(f"/members/{whom[0]}"), lambda: luis.delete(f"/members/{whom[1]}")], threads=2
    )
    assert count_statuses(answers)[204] == 1
    assert count_codes(answers).keys() <= {"not_found", "not_allowed", "wrong_state"}
    assert len(ana.get("/me").json()["memberships"]) + len(luis.get("/me").json()["memberships"]) == 1

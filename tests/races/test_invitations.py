"""One invitation lets one person in; one person is one member; and a family is never left without a manager."""

import httpx
import pytest

from tests.races.concurrency import Town, at_once, codes, invitation, join, made, statuses

pytestmark = pytest.mark.no_database

CROWD = 12


def race(town: Town) -> tuple[list[httpx.Response], list[dict]]:
    """What twelve persons are answered who accept one invitation at the same instant, and who is a member then."""
    household = town.household()
    token = invitation(household.parent, household.id, "PARENT")
    people = [town.person() for _ in range(CROWD)]
    answers = at_once([lambda person=person: join(person, token) for person in people], threads=CROWD)
    return answers, household.parent.get(f"/families/{household.id}/members").json()["items"]


def test_an_invitation_lets_one_in(town):
    answers, members = race(town)
    assert statuses(answers) == {200: 1, 404: CROWD - 1}
    assert len(members) == 3


def test_without_the_guards_it_lets_more_in(unguarded):
    answers, members = race(unguarded)
    assert statuses(answers)[200] > 1
    assert len(members) > 3


def test_one_person_with_two_invitations_becomes_one_member(town):
    household = town.household()
    person = town.person()
    tokens = [invitation(household.parent, household.id, role) for role in ("PARENT", "VIEWER") * 5]
    answers = at_once([lambda token=token: join(person, token) for token in tokens], threads=len(tokens))
    assert statuses(answers) == {200: 1, 409: len(tokens) - 1}
    (membership,) = person.get("/me").json()["memberships"]
    (won,) = [answer.json() for answer in answers if answer.is_success]
    assert (membership["memberId"], membership["role"]) == (won["id"], won["role"])


@pytest.mark.parametrize("how", ["remove each other", "both leave"])
def test_of_two_parents_one_stays(town, how):
    household = town.household()
    ana, luis = household.parent, town.person()
    luis_id = made(join(luis, invitation(ana, household.id, "PARENT")))["id"]
    ana_id = ana.get("/me").json()["memberships"][0]["memberId"]
    whom = {"remove each other": (luis_id, ana_id), "both leave": (ana_id, luis_id)}[how]
    answers = at_once(
        [lambda: ana.delete(f"/members/{whom[0]}"), lambda: luis.delete(f"/members/{whom[1]}")], threads=2
    )
    assert statuses(answers)[204] == 1
    assert codes(answers).keys() <= {"not_found", "not_allowed", "wrong_state"}
    assert len(ana.get("/me").json()["memberships"]) + len(luis.get("/me").json()["memberships"]) == 1

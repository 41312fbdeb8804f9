"""Families, children and members over HTTP."""

import pytest

from tests.api.contract import Api

pytestmark = pytest.mark.any_database


def test_me_names_every_family_and_role(world, noor):
    me = noor.get("/me").json()
    assert (me["id"], me["name"], me["email"]) == (str(world.noor.id), "Noor", "noor@example.com")
    assert [
        (membership["familyName"], membership["role"], membership["memberId"]) for membership in me["memberships"]
    ] == [
        ("Okafors", "NANNY", str(world.noor_of_okafors.id)),
        ("Riveras", "NANNY", str(world.noor_of_riveras.id)),
    ]


def test_who_founds_a_family_is_its_parent_or_what_she_says(world, sam):
    made = sam.post("/families", {"name": " Strangers ", "timeZone": "Asia/Kathmandu", "currency": "NPR"})
    assert made.status_code == 201
    family = made.json()
    assert made["Location"] == f"/api/v1/families/{family['id']}"
    assert family["name"] == "Strangers"
    assert family["defaultHourlyRate"] is None
    assert sam.get("/me").json()["memberships"][0]["role"] == "PARENT"
    sent = {"name": "S", "timeZone": "Asia/Kathmandu", "currency": "NPR", "role": "NANNY", "defaultHourlyRate": 12.5}
    assert sam.post("/families", sent).json()["defaultHourlyRate"] == "12.50"
    assert {membership["role"] for membership in sam.get("/me").json()["memberships"]} == {"PARENT", "NANNY"}


def test_a_viewer_founds_nothing(sam):
    answer = sam.post("/families", {"name": "S", "timeZone": "UTC", "currency": "USD", "role": "VIEWER"})
    assert [error["field"] for error in answer.json()["errors"]] == ["role"]


def test_families_are_those_one_is_a_member_of(world, noor, ana, sam):
    assert [family["name"] for family in noor.get("/families").json()["items"]] == ["Riveras", "Okafors"]
    assert [family["name"] for family in ana.get("/families").json()["items"]] == ["Riveras"]
    assert sam.get("/families").json() == {"items": [], "next": None}


def test_a_familys_settings_change_for_parents_alone(world, ana, noor):
    path = f"/families/{world.riveras.id}"
    changed = ana.patch(path, {"notes": "Ring twice", "defaultHourlyRate": "26", "timeZone": "Europe/London"}).json()
    assert (changed["notes"], changed["defaultHourlyRate"], changed["timeZone"], changed["version"]) == (
        "Ring twice",
        "26.00",
        "Europe/London",
        2,
    )
    assert noor.get(path).json()["defaultHourlyRate"] is None
    assert noor.patch(path, {"notes": ""}).json()["code"] == "not_allowed"


def test_children_come_change_and_are_archived_once_named(world, ana, noor):
    made = noor.post(
        f"/families/{world.riveras.id}/children",
        {"firstName": "Newborn", "dateOfBirth": "2024-02-29", "allergies": "nuts\r\nand soy", "lastName": None},
    )
    assert made.status_code == 201
    child = made.json()
    assert (child["allergies"], child["dateOfBirth"], child["lastName"]) == ("nuts\nand soy", "2024-02-29", "")
    path = f"/children/{child['id']}"
    assert noor.patch(path, {"medications": "none"}).json()["medications"] == "none"
    assert noor.patch(path, {"firstName": "Renamed"}).status_code == 403
    assert ana.patch(path, {"firstName": "Renamed"}).json()["firstName"] == "Renamed"
    assert ana.delete(path).status_code == 204
    assert ana.get(path).status_code == 404
    world.session()
    assert ana.delete(f"/children/{world.emma.id}").status_code == 204
    assert ana.get(f"/children/{world.emma.id}").json()["isArchived"] is True
    children = ana.get(f"/families/{world.riveras.id}/children").json()["items"]
    assert [(listed["firstName"], listed["isArchived"]) for listed in children] == [("Emma", True), ("Theo", False)]


def test_addresses_are_for_who_manages_members(world, ana, noor):
    path = f"/families/{world.riveras.id}/members"
    assert [(member["name"], member["role"], member["email"]) for member in ana.get(path).json()["items"]] == [
        ("Ana", "PARENT", "ana@example.com"),
        ("Luis", "PARENT", "luis@example.com"),
        ("Noor", "NANNY", "noor@example.com"),
        ("Bea", "NANNY", "bea@example.com"),
    ]
    assert all("email" not in member for member in noor.get(path).json()["items"])


def test_a_role_changes_and_a_membership_ends(world, ana, bea):
    path = f"/members/{world.bea_of_riveras.id}"
    assert ana.patch(path, {"role": "COORDINATOR"}).json()["role"] == "COORDINATOR"
    assert ana.delete(path).status_code == 204
    assert bea.get(f"/families/{world.riveras.id}").status_code == 404
    assert ana.get(f"/families/{world.riveras.id}/members").json()["items"][-1]["name"] == "Noor"


def test_the_last_manager_stays(world, ana):
    world.leave(world.luis_of_riveras)
    assert ana.delete(f"/members/{world.ana_of_riveras.id}").json()["code"] == "wrong_state"


def test_an_invitation_lets_one_person_in_once(world, ana, sam):
    made = ana.post(f"/families/{world.riveras.id}/invitations", {"email": "Sam@example.com", "role": "VIEWER"})
    assert made.status_code == 201
    assert made.json()["expiresAt"] == "2026-06-15T12:00:00Z"
    token = made.json()["acceptUrl"].rpartition("/")[2]
    joined = sam.post("/invitations/accept", {"token": token})
    assert (joined.status_code, joined.json()["role"]) == (200, "VIEWER")
    assert Api(world, world.ada).post("/invitations/accept", {"token": token}).status_code == 404
    assert sam.get(f"/families/{world.riveras.id}").json()["defaultHourlyRate"] is None


def test_an_invitations_address_leads_to_its_page(world, ana, client):
    made = ana.post(f"/families/{world.riveras.id}/invitations", {"email": "sam@example.com", "role": "NANNY"}).json()
    page = client.get(made["acceptUrl"].removeprefix("http://testserver"), follow=True)
    assert page.status_code == 200


def test_nobody_is_invited_by_a_nanny_unless_she_founded_the_family_alone(world, noor, sam):
    sent = {"email": "guest@example.com", "role": "PARENT"}
    assert noor.post(f"/families/{world.riveras.id}/invitations", sent).json()["code"] == "not_allowed"
    family = sam.post("/families", {"name": "S", "timeZone": "UTC", "currency": "EUR", "role": "NANNY"}).json()
    assert sam.post(f"/families/{family['id']}/invitations", sent).status_code == 201

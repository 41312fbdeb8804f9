"""The tax number by the API: its owner's, shown by its last four characters, and whole to a token that writes."""

import pytest
from django.test import Client

from handsel.env import new_encryption_key
from tests.api.contract import Api

pytestmark = pytest.mark.any_database

HERE = "/me/tax-identity"
SENT = {"kind": "SSN", "number": "912-34-5678", "legalName": "Noor Haddad", "address": "12 Elm Street\nNew York"}
SHOWN = {key: value for key, value in SENT.items() if key != "number"} | {"lastFour": "5678", "sharedWith": []}


@pytest.fixture
def noor(world) -> Api:
    return Api(world, world.noor)


def test_it_is_put_shown_revealed_and_deleted(noor, world):
    assert noor.get(HERE).status_code == 404
    assert noor.delete(HERE).status_code == 404
    put = noor.send("PUT", HERE, SENT)
    assert (put.status_code, put.json()) == (200, SHOWN)
    assert noor.get(HERE).json() == noor.get(HERE, "reveal=false").json() == SHOWN
    assert noor.get(HERE, "reveal=true").json() == SHOWN | {"number": "912-34-5678"}
    reader = Api(world, world.noor, scope="read")
    assert reader.get(HERE).json() == SHOWN
    assert (reader.get(HERE, "reveal=true").status_code, reader.send("PUT", HERE, SENT).status_code) == (403, 403)
    assert noor.get(HERE, "reveal=yes").json()["errors"][0]["field"] == "reveal"
    browser = Client()
    browser.force_login(world.noor)
    assert Api(world, client=browser).get(HERE, "reveal=true").json()["number"] == "912-34-5678"
    assert Api(world, world.ana).get(HERE, "reveal=true").status_code == 404
    assert noor.delete(HERE).status_code == 204
    assert noor.get(HERE).status_code == 404


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"number": "12"}, {"number"}),
        ({"kind": "VAT"}, {"kind"}),
        ({"kind": None, "number": None, "legalName": None}, {"kind", "number", "legalName"}),
        ({"legalName": " "}, {"legalName"}),
        ({"lastFour": "5678"}, {"lastFour"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(noor, changes, fields):
    body = {key: value for key, value in (SENT | changes).items() if value is not None}
    answer = noor.send("PUT", HERE, body)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == fields
    assert "12" not in answer.json()["detail"]


def test_it_is_shared_and_taken_back(noor, world):
    there = f"{HERE}/shares/{world.riveras.id}"
    assert noor.send("PUT", there).status_code == 404
    noor.send("PUT", HERE, SENT)
    assert [noor.send("PUT", there).status_code for _ in range(2)] == [204, 204]
    assert noor.get(HERE).json()["sharedWith"] == [str(world.riveras.id)]
    events = Api(world, world.ana).get(f"/families/{world.riveras.id}/events").json()["items"]
    assert [(event["kind"], event["changes"]) for event in events] == [("tax_number.shared", {})]
    assert [noor.delete(there).status_code for _ in range(2)] == [204, 204]
    assert Api(world, world.sam).delete(there).status_code == 404


def test_what_no_key_opens_says_so(noor, settings):
    noor.send("PUT", HERE, SENT)
    settings.ENCRYPTION_KEYS = [new_encryption_key()]
    answer = noor.get(HERE)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert answer.json()["detail"] == "Your tax number cannot be read: enter it again."
    assert noor.send("PUT", HERE, SENT).status_code == 200

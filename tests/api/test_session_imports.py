"""Importing sessions by the API: what is sent, what is answered, and how large it may be."""

import pytest

from handsel.models import CareSession
from tests.actions.test_session_imports import GOOD, HEADING
from tests.api.contract import Api

pytestmark = pytest.mark.any_database


def send(api: Api, family, *rows: str, query: str = "", media: str = "text/csv", **headers: str):
    raw = "\n".join([HEADING, *rows]).encode()
    return api.send("POST", f"/families/{family.id}/session-imports{query}", raw, media=media, **headers)


@pytest.fixture
def ana(world) -> Api:
    return Api(world, world.ana)


def test_it_is_looked_at_imported_and_taken_back(ana, world):
    dry = send(ana, world.riveras, GOOD, query="?dryRun=true").json()
    row = {"row": 2, "outcome": "CREATED", "sessionId": None, "errors": [], "warnings": []}
    assert dry == {
        "importId": None,
        "dryRun": True,
        "rows": [row],
        "created": 1,
        "existing": 0,
        "refused": 0,
    }
    made = send(ana, world.riveras, GOOD, media="text/csv; charset=utf-8").json()
    session = CareSession.objects.get()
    assert made["rows"] == [row | {"sessionId": str(session.id)}]
    assert send(ana, world.riveras, GOOD).json()["existing"] == 1
    undone = ana.post(f"/session-imports/{made['importId']}/undo")
    assert (undone.status_code, undone.json()) == (200, {"removed": 1, "kept": 0})


def test_refused_rows_are_answered_with_their_errors(ana, world):
    answer = send(ana, world.riveras, GOOD, GOOD.replace("Emma", "Zuri"))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    rows = answer.json()["rows"]
    assert [row["outcome"] for row in rows] == ["CREATED", "REFUSED"]
    assert rows[1]["errors"] == [{"column": "Children", "message": "Nobody here is called Zuri."}]
    assert rows[0]["sessionId"] is None
    assert not CareSession.objects.exists()
    assert send(ana, world.riveras, GOOD.replace("Emma", "Zuri"), query="?dryRun=true").json()["refused"] == 1
    assert send(ana, world.riveras, GOOD, GOOD.replace("Emma", "Zuri"), query="?skipRefused=true").status_code == 200


def test_a_key_repeats_the_answer(ana, world):
    first = send(ana, world.riveras, GOOD, Idempotency_Key="a")
    again = send(ana, world.riveras, GOOD, Idempotency_Key="a")
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"


def test_what_may_not_be_sent(ana, world):
    assert send(ana, world.riveras, GOOD, media="application/json").status_code == 415
    assert send(ana, world.riveras, GOOD, media="text/csv; charset=latin-1").status_code == 415
    assert send(ana, world.riveras, "x" * 5_000_000).status_code == 413
    assert send(ana, world.riveras, GOOD, query="?dryRun=maybe").status_code == 422
    assert send(ana, world.riveras, GOOD, query="?dry=true").status_code == 422
    assert send(ana, world.riveras, *["x,x,x,x"] * 5_001).json()["errors"][0]["field"] == "body"
    assert send(Api(world, world.noor), world.riveras, GOOD).status_code == 403
    assert send(Api(world, world.sam), world.riveras, GOOD).status_code == 404


def test_more_than_a_megabyte_is_taken_here(ana, world):
    rows = [f"{GOOD.replace('Emma', 'Theo')}{' ' * 400}"] * 3_000
    assert send(ana, world.riveras, *rows, query="?dryRun=true").json()["created"] == 1

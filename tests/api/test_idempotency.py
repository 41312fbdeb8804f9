"""A lost answer: the same request again is answered as it was, and done once."""

import json
import zlib
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from handsel.actions import children, idempotency, invitations
from handsel.actions import families as actions
from handsel.models import Child, Family, IdempotencyKey, Invitation
from handsel.rules.lifecycle import State
from tests.api.contract import Api
from tests.world import NOW, ON_THE_WEB

CHILD = {"firstName": "Newborn"}


@pytest.fixture
def path(world) -> str:
    return f"/families/{world.riveras.id}/children"


def test_the_same_again_gets_the_first_answer(world, ana, path):
    first = ana.post(path, CHILD, Idempotency_Key="newborn")
    again = ana.post(path, CHILD, Idempotency_Key="newborn")
    assert (again.status_code, again.content, again["Location"]) == (201, first.content, first["Location"])
    assert (again["Idempotency-Replayed"], "Idempotency-Replayed" in first) == ("true", False)
    assert Child.objects.filter(first_name="Newborn").count() == 1


def test_an_answer_stays_as_it_was_when_the_thing_moves_on(world, ana, noor):
    path = f"/care-sessions/{world.session('2026-06-01 07:00', state=State.CONFIRMED).id}"
    first = noor.post(f"{path}/start", Idempotency_Key="k")
    noor.post(f"{path}/complete")
    again = noor.post(f"{path}/start", Idempotency_Key="k")
    assert (again.status_code, again.json(), again["ETag"]) == (200, first.json(), first["ETag"])


def test_an_empty_answer_is_kept_too(world, noor):
    path = f"/care-sessions/{world.session('2026-06-01 09:00', state=State.CONFIRMED).id}/running-late"
    first, again = (noor.post(path, {"minutes": 10}, Idempotency_Key="k") for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content) == (204, b"")
    assert again["Idempotency-Replayed"] == "true"
    assert world.told(world.ana) == ["session.running_late"]


@pytest.mark.parametrize("change", ["body", "path", "spelling"])
def test_a_key_is_for_one_request(world, ana, path, change):
    ana.post(path, CHILD, Idempotency_Key="k")
    other = {
        "body": (path, {"firstName": "Second"}),
        "path": (f"/families/{world.riveras.id}/time-off", CHILD),
        "spelling": (path, json.dumps(CHILD, indent=1).encode()),
    }[change]
    assert ana.post(*other, Idempotency_Key="k").json()["code"] == "idempotency_key_reused"


def test_keys_of_different_people_are_different(world, ana, noor, path):
    ids = {person.post(path, CHILD, Idempotency_Key="k").json()["id"] for person in (ana, noor)}
    assert len(ids) == 2


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256, "a\tb"])
def test_a_key_is_visible_ascii(ana, path, key):
    answer = ana.post(path, CHILD, Idempotency_Key=key)
    assert [error["field"] for error in answer.json()["errors"]] == ["Idempotency-Key"]
    assert ana.post(path, CHILD, Idempotency_Key="!" + "~" * 254).status_code == 201


def test_a_refusal_is_not_kept(world, ana, noor, path):
    session = world.session()
    confirm = f"/care-sessions/{session.id}/confirm"
    assert noor.post(confirm, Idempotency_Key="k").status_code == 403
    assert ana.post(path, {}, Idempotency_Key="k").status_code == 422
    assert ana.post(path, b"{", Idempotency_Key="k").status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert ana.post(path, CHILD, Idempotency_Key="k").status_code == 201


def test_a_dry_run_is_not_kept(world, ana):
    generate = f"/care-schedules/{world.schedule().id}/generate-sessions"
    days = {"from": "2026-06-01", "to": "2026-06-07"}
    assert ana.post(generate, {**days, "dryRun": True}, Idempotency_Key="k").status_code == 200
    assert not IdempotencyKey.objects.exists()
    assert ana.post(generate, days, Idempotency_Key="k").json()["batchId"]


def test_who_has_two_megabytes_of_answers_waits_for_the_oldest_to_go(world, ana, noor, path, monkeypatch):
    first = ana.post(path, CHILD, Idempotency_Key="k")
    IdempotencyKey.objects.update(size=idempotency.MOST_KEPT)
    refused = ana.post(path, CHILD, Idempotency_Key="another")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused["Retry-After"] == str(24 * 60 * 60)
    assert [row.key for row in IdempotencyKey.objects.all()] == ["k"]
    # What was kept still is, others have room of their own, and without a key nobody waits.
    assert ana.post(path, CHILD, Idempotency_Key="k").content == first.content
    assert noor.post(path, CHILD, Idempotency_Key="another").status_code == 201
    assert ana.post(path, CHILD).status_code == 201
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(hours=24))
    assert ana.post(path, CHILD, Idempotency_Key="another").status_code == 201


def test_an_answer_counts_as_it_is_kept(world, ana, path):
    """Compressed, with what its row takes; and as long as there is none, with as much as a large one."""
    ana.post(path, {**CHILD, "notes": "naps at noon " * 300}, Idempotency_Key="k")
    kept = IdempotencyKey.objects.get()
    assert len(kept.body) < kept.size < 1_000
    IdempotencyKey.objects.update(size=idempotency.MOST_KEPT - 10_000)
    assert ana.post(path, CHILD, Idempotency_Key="another").status_code == 429


def test_what_breaks_frees_the_key_and_leaves_nothing(world, ana, monkeypatch):
    whole = actions.create

    def half(*args, **options):
        whole(*args, **options)
        raise RuntimeError

    sent = {"name": "Halfway", "timeZone": "UTC", "currency": "USD"}
    with monkeypatch.context() as patch:
        patch.setattr(actions, "create", half)
        answer = ana.client.post(
            "/api/v1/families", sent, content_type="application/json", headers={**ana.headers, "Idempotency-Key": "k"}
        )
    assert answer.status_code == 500
    assert not Family.objects.filter(name="Halfway").exists()
    assert ana.post("/families", sent, Idempotency_Key="k").status_code == 201


def test_while_the_first_is_under_way_the_second_waits(world, ana, path):
    ana.post(path, CHILD, Idempotency_Key="k")
    IdempotencyKey.objects.update(status=None)
    answer = ana.post(path, CHILD, Idempotency_Key="k")
    assert (answer.status_code, answer.json()["code"]) == (409, "in_progress")
    assert int(answer["Retry-After"]) >= 1
    # A while later its process is taken for dead, and the key for free: within a minute, as the API promises.
    assert idempotency.LEASE.total_seconds() <= 60
    IdempotencyKey.objects.update(next_at=NOW + timedelta(seconds=1))
    assert ana.post(path, CHILD, Idempotency_Key="k").json()["code"] == "in_progress"
    IdempotencyKey.objects.update(next_at=NOW)
    assert ana.post(path, CHILD, Idempotency_Key="k").status_code == 201
    assert IdempotencyKey.objects.get().next_at == NOW + idempotency.LEASE


def test_a_slow_first_request_loses_to_who_took_over(world, ana, path, monkeypatch):
    """And its own work is undone: nothing happens twice."""

    whole = children.create

    def slow(*args, **options):
        IdempotencyKey.objects.update(next_at=NOW)
        return whole(*args, **options)

    monkeypatch.setattr(children, "create", slow)
    assert ana.post(path, CHILD, Idempotency_Key="k").json()["code"] == "in_progress"
    assert not Child.objects.filter(first_name="Newborn").exists()


def test_after_a_day_a_key_is_forgotten(world, ana, path, monkeypatch):
    first = ana.post(path, CHILD, Idempotency_Key="k").json()
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(hours=24) - timedelta(seconds=1))
    assert ana.post(path, CHILD, Idempotency_Key="k").json() == first
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(hours=24))
    assert ana.post(path, {"firstName": "Second"}, Idempotency_Key="other").status_code == 201
    assert [row.key for row in IdempotencyKey.objects.all()] == ["other"]
    assert ana.post(path, CHILD, Idempotency_Key="k").json() != first


def test_who_has_left_gets_no_answer_again(world, ana, noor, path):
    made = noor.post(path, CHILD, Idempotency_Key="child")
    schedule = world.schedule()
    generate = f"/care-schedules/{schedule.id}/generate-sessions"
    batch = noor.post(generate, {"from": "2026-06-01", "to": "2026-06-07"}, Idempotency_Key="generate").json()[
        "batchId"
    ]
    undo = f"/generation-batches/{batch}/undo"
    noor.post(undo, Idempotency_Key="undo")
    ana.delete(f"/care-schedules/{schedule.id}")
    assert (
        noor.post(generate, {"from": "2026-06-01", "to": "2026-06-07"}, Idempotency_Key="generate").status_code == 200
    )
    world.leave(world.noor_of_riveras)
    for address, body, key in (
        (path, CHILD, "child"),
        (generate, {"from": "2026-06-01", "to": "2026-06-07"}, "generate"),
        (undo, None, "undo"),
    ):
        answer = noor.post(address, body, Idempotency_Key=key)
        assert answer.json()["code"] == "not_found"
        assert made.json()["id"] not in answer.content.decode()


def test_every_post_keeps_whose_family_its_answer_tells_of(world, ana, noor, sam):
    session = world.session(state=State.CONFIRMED)
    change_request = noor.post(
        f"/care-sessions/{session.id}/change-requests", {"message": "?"}, Idempotency_Key="a"
    ).json()
    ana.post(f"/change-requests/{change_request['id']}/decline", Idempotency_Key="b")
    token = (
        ana.post(
            f"/families/{world.riveras.id}/invitations",
            {"email": "guest@example.com", "role": "PARENT"},
            Idempotency_Key="c",
        )
        .json()["acceptUrl"]
        .rpartition("/")[2]
    )
    sam.post("/invitations/accept", {"token": token}, Idempotency_Key="d")
    ana.post(
        f"/families/{world.riveras.id}/care-sessions/confirm", {"sessionIds": [str(session.id)]}, Idempotency_Key="e"
    )
    days = {"from": "2026-06-01", "to": "2026-06-01"}
    ana.post(f"/families/{world.riveras.id}/time-off", days, Idempotency_Key="f")
    generate = f"/care-schedules/{world.schedule().id}/generate-sessions"
    batch = ana.post(generate, days, Idempotency_Key="i").json()["batchId"]
    for key in ("j", "k"):
        ana.post(f"/generation-batches/{batch}/undo", Idempotency_Key=key)
    assert IdempotencyKey.objects.count() == 9
    assert {row.family_id for row in IdempotencyKey.objects.all()} == {world.riveras.id}
    family = ana.post("/families", {"name": "S", "timeZone": "UTC", "currency": "USD"}, Idempotency_Key="g").json()
    assert str(IdempotencyKey.objects.get(key="g").family_id) == family["id"]


@pytest.mark.parametrize("ended_by", ["accepting", "revoking"])
def test_the_link_of_an_invitation_that_is_over_is_kept_nowhere(world, ana, sam, ended_by):
    path, sent = f"/families/{world.riveras.id}/invitations", {"email": "sam@example.com", "role": "PARENT"}
    first = ana.post(path, sent, Idempotency_Key="sam").json()
    assert ana.post(path, sent, Idempotency_Key="sam").json() == first
    other = ana.post(path, {**sent, "email": "ada@example.com"}, Idempotency_Key="ada").json()
    secret = first["acceptUrl"].rpartition("/")[2]
    if ended_by == "accepting":
        sam.post("/invitations/accept", {"token": secret})
    else:
        invitations.revoke(UUID(first["id"]), by=world.ana, **ON_THE_WEB)
    stored_answers = [bytes(row.body) for row in IdempotencyKey.objects.all()]
    assert not any(secret in zlib.decompress(body).decode() for body in stored_answers if body)
    # A late repeat does not open the door once more.
    assert ana.post(path, sent, Idempotency_Key="sam").json()["code"] == "not_found"
    assert Invitation.objects.count() == 2
    assert ana.post(path, {**sent, "email": "ada@example.com"}, Idempotency_Key="ada").json() == other


def test_a_key_says_nothing_on_other_methods(world, ana):
    path = f"/families/{world.riveras.id}"
    assert ana.patch(path, {"notes": "1"}, Idempotency_Key="k").json()["version"] == 2
    assert ana.patch(path, {"notes": "2"}, Idempotency_Key="k").json()["version"] == 3
    assert Api(world, world.ana).get(path, Idempotency_Key="").status_code == 200

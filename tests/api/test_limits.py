"""What is over a cap that no family meets is refused by the API with 409, and all that is not making goes on."""

from datetime import timedelta

import pytest

from handsel.actions import invitations
from handsel.models import CareSession, Family, Member
from handsel.rules import limits
from handsel.rules.drafts import Draft
from tests.world import ON_THE_WEB, wall

pytestmark = pytest.mark.any_database

JUNE = {"from": "2026-06-01", "to": "2026-06-30"}


@pytest.fixture
def invitation(world):
    """The token of an open invitation to the Riveras."""
    draft = Draft.of(email="sam@example.com", role="VIEWER")
    return invitations.invite(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)[1]


def session(world, start="2026-06-02 18:00"):
    begins = wall(start)
    ends = begins + timedelta(hours=2)
    times = {"scheduledStart": begins.isoformat(), "scheduledEnd": ends.isoformat()}
    return f"/families/{world.riveras.id}/care-sessions", {**times, "childIds": [str(world.emma.id)]}


def child(world):
    return f"/families/{world.riveras.id}/children", {"firstName": "Ida"}


def family(_world):
    return "/families", {"name": "Moons", "timeZone": "Europe/Madrid", "currency": "EUR"}


def refused(answer, *words: str) -> None:
    assert answer.status_code == 409, answer.content
    problem = answer.json()
    assert problem["code"] == "limit_reached"
    assert all(word in problem["detail"] for word in words), problem["detail"]


@pytest.mark.parametrize(
    ("cap", "make", "words"),
    [
        ("SESSIONS_AHEAD", session, ["1 sessions ahead", "this would make 2", "delete or cancel some"]),
        ("CHILDREN", child, ["3 children", "Remove one who no longer needs care"]),
        ("FAMILIES_FOUNDED", family, ["1 families", "Somebody else can add the next one"]),
    ],
)
def test_the_one_too_many_is_refused_by_a_sentence_that_names_cap_and_way_out(
    world, ana, monkeypatch, cap, make, words
):
    monkeypatch.setattr(limits, cap, 3 if make is child else 1)
    path, body = make(world)
    assert ana.post(path, body).status_code == 201
    refused(ana.post(path, body), *words)


def test_the_member_too_many_is_refused_on_accepting(world, sam, monkeypatch, invitation):
    count = Member.objects.filter(family=world.riveras).count()
    monkeypatch.setattr(limits, "MEMBERS", count)
    accepting = "/invitations/accept", {"token": invitation}
    refused(sam.post(*accepting), f"{count} members", "When one of them leaves")
    world.leave(world.bea_of_riveras)
    assert sam.post(*accepting).status_code == 200


@pytest.mark.parametrize(
    ("cap", "words"), [("SESSIONS_AHEAD", "A family can have 12"), ("SESSIONS_OF_A_SCHEDULE", "A schedule can have 12")]
)
def test_a_generation_is_refused_whole_and_its_dry_run_is_the_same(world, ana, monkeypatch, cap, words):
    path = f"/care-schedules/{world.schedule().id}/generate-sessions"
    monkeypatch.setattr(limits, cap, 12)
    answers = [ana.post(path, JUNE | {"dryRun": dry}) for dry in (True, False)]
    for answer in answers:
        refused(answer, words, "13", "Plan a shorter time")
    first, second = ({**answer.json(), "requestId": ""} for answer in answers)
    assert first == second
    assert not CareSession.objects.exists()
    monkeypatch.setattr(limits, cap, 13)
    assert len(ana.post(path, JUNE).json()["created"]) == 13


def test_what_is_over_the_caps_already_stays_and_all_but_making_goes_on(world, ana, bea, monkeypatch):
    """Confirm, edit, cancel, restore, start, complete, correct, a record of what is over, and undo."""
    generated = ana.post(f"/care-schedules/{world.schedule().id}/generate-sessions", JUNE).json()
    ahead, other, *_ = (f"/care-sessions/{row['sessionId']}" for row in generated["created"])
    running = f"/care-sessions/{world.session('2026-06-01 08:00', nanny=world.bea_of_riveras).id}"
    for cap in ("SESSIONS_AHEAD", "SESSIONS_OF_A_SCHEDULE", "CHILDREN", "MEMBERS", "FAMILIES_FOUNDED"):
        monkeypatch.setattr(limits, cap, 0)
    for path in (ahead, running):
        assert ana.post(f"{path}/confirm").status_code == 200
    assert ana.patch(ahead, {"notes": "Naps at noon."}).status_code == 200
    for move in ("cancel", "restore"):
        assert ana.post(f"{other}/{move}").status_code == 200
    for move in ("start", "complete"):
        assert bea.post(f"{running}/{move}").status_code == 200
    times = {"actualStart": wall("2026-06-01 07:30").isoformat(), "reason": "They came early."}
    assert ana.patch(running, times).status_code == 200
    assert ana.post(*session(world, "2026-05-20 09:00")).status_code == 201
    assert ana.patch(f"/children/{world.emma.id}", {"notes": "Naps at noon."}).status_code == 200
    assert ana.patch(f"/families/{world.riveras.id}", {"name": "The Riveras"}).status_code == 200
    assert ana.post(f"/generation-batches/{generated['batchId']}/undo").json()["removed"] == 11
    assert Family.objects.get(pk=world.riveras.pk).name == "The Riveras"

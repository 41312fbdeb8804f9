"""What is over a cap that no family meets is refused on its page, by a sentence that names the cap and the way out."""

import pytest

from handsel.actions import invitations
from handsel.models import Member
from handsel.rules import limits
from handsel.rules.drafts import Draft
from tests.world import ON_THE_WEB

pytestmark = pytest.mark.any_database


def test_one_session_too_many(ana, world, monkeypatch):
    monkeypatch.setattr(limits, "SESSIONS_AHEAD", 0)
    form = {"day": "2026-06-02", "starts": "15:00", "ends": "19:00", "child_ids": [str(world.emma.id)]}
    page = ana.post("new_session", world.riveras.id, status=409, notes="By the back door", **form)
    assert page.says("A family can have 0 sessions ahead, and this would make 1. Plan a shorter time, or delete")
    assert page.value_of("notes") == "By the back door"


@pytest.mark.parametrize(("cap", "what"), [("SESSIONS_AHEAD", "family"), ("SESSIONS_OF_A_SCHEDULE", "schedule")])
def test_a_generation_and_what_it_would_do(ana, world, monkeypatch, cap, what):
    schedule = world.schedule()
    monkeypatch.setattr(limits, cap, 12)
    june = {"from_date": "2026-06-01", "to_date": "2026-06-30"}
    for page in (
        ana.get("generate", schedule.id, status=409, kind="own", **june),
        ana.post("generate", schedule.id, status=409, **june),
    ):
        assert page.says(f"A {what} can have 12 sessions ahead")
        assert page.says("Plan a shorter time")
        assert page.value_of("to_date") == "2026-06-30"


def test_a_child_too_many_and_a_family_too_many(ana, world, monkeypatch):
    monkeypatch.setattr(limits, "CHILDREN", 2)
    page = ana.post("new_child", world.riveras.id, status=409, first_name="Ida")
    assert page.says("A family can have 2 children. Remove one who no longer needs care, then add this one.")
    assert page.value_of("first_name") == "Ida"
    monkeypatch.setattr(limits, "FAMILIES_FOUNDED", 0)
    new = {"role": "PARENT", "name": "Moons", "time_zone": "Europe/Lisbon", "currency": "EUR"}
    page = ana.post("new_family", status=409, **new)
    assert page.says("One person can add 0 families. Somebody else can add the next one and invite you.")
    assert page.value_of("name") == "Moons"


def test_a_member_too_many(sam, world, monkeypatch):
    count = Member.objects.filter(family=world.riveras).count()
    monkeypatch.setattr(limits, "MEMBERS", count)
    draft = Draft.of(email="sam@example.com", role="VIEWER")
    token = invitations.invite(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)[1]
    page = sam.post("invitation", token, status=409)
    assert page.says(f"A family can have {count} members. When one of them leaves, you can use this invitation.")

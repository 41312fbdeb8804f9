"""Who is told what: each once, nobody of their own act, and never of pay."""

import json
from datetime import date
from decimal import Decimal

import pytest

from handsel.actions import care_sessions, generation
from handsel.models import CareSession, Notice
from handsel.notices import audience, outbox
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind
from handsel.rules.refusals import Refusal
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB, wall

JUNE = Draft.of(from_date=date(2026, 6, 1), to_date=date(2026, 6, 30))


def everybody(world):
    return {
        name: world.told(getattr(world, name))
        for name in ("ana", "luis", "ada", "noor", "bea", "sam")
        if world.told(getattr(world, name))
    }


def test_a_generation_tells_each_parent_once(world):
    made = generation.generate(world.schedule().id, JUNE, by=world.noor, **ON_THE_WEB)
    assert everybody(world) == {"ana": ["sessions.to_confirm"], "luis": ["sessions.to_confirm"]}
    for notice in Notice.objects.all():
        assert (notice.batch_id, notice.session_id, notice.family) == (made.batch_id, None, world.riveras)
        assert (notice.at, notice.read_at) == (NOW, None)
        assert notice.facts == {
            "by": "Noor",
            "count": 13,
            "schedule": "Mornings",
            "first": "2026-06-01",
            "last": "2026-06-29",
        }


def test_a_parent_who_generates_is_not_told(world):
    generation.generate(world.schedule().id, JUNE, by=world.ana, **ON_THE_WEB)
    assert everybody(world) == {"luis": ["sessions.to_confirm"]}


@pytest.mark.parametrize(
    ("move", "by"),
    [("confirm", "ana"), ("cancel", "ana"), ("cancel", "noor"), ("restore", "ana"), ("restore", "noor")],
)
def test_the_other_side_hears_of_a_move(world, move, by):
    session = world.session(state=State.CANCELLED if move == "restore" else State.UNCONFIRMED)
    getattr(care_sessions, move)(session.id, by=getattr(world, by), **ON_THE_WEB)
    kind = {"confirm": "session.confirmed", "cancel": "session.cancelled", "restore": "session.restored"}[move]
    assert everybody(world) == ({"noor": [kind]} if by == "ana" else {"ana": [kind], "luis": [kind]})
    assert set(Notice.objects.values_list("session", flat=True)) == {session.id}


def test_a_session_that_has_nobody_tells_nobody(world):
    care_sessions.confirm(world.session(nanny=None).id, by=world.ana, **ON_THE_WEB)
    assert everybody(world) == {}


def test_who_left_the_family_is_told_nothing(world):
    session, other = world.session("2026-06-02 09:00"), world.session("2026-06-03 09:00")
    world.leave(world.noor_of_riveras)
    world.leave(world.luis_of_riveras)
    care_sessions.confirm(session.id, by=world.ana, **ON_THE_WEB)
    care_sessions.confirm_many(world.riveras.id, Draft.of(session_ids=[other.id]), by=world.ana, **ON_THE_WEB)
    generation.generate(world.schedule().id, JUNE, by=world.bea, **ON_THE_WEB)
    assert everybody(world) == {"ana": ["sessions.to_confirm"]}


def test_viewers_and_coordinators_are_told_nothing(world):
    members = [world.join(world.riveras, role) for role in (Role.VIEWER, Role.COORDINATOR)]
    generation.generate(world.schedule().id, JUNE, by=world.noor, **ON_THE_WEB)
    for member in members:
        assert world.told(member.user) == []


def test_a_refused_act_tells_nobody(world):
    session = world.session(state=State.CONFIRMED)
    for person in (world.ana, world.noor, world.sam):
        with pytest.raises(Refusal):
            care_sessions.confirm(session.id, by=person, **ON_THE_WEB)
    assert everybody(world) == {}


def test_no_notice_speaks_of_pay(world):
    pay = {"hourly_rate": Decimal("31.17")}
    made = generation.generate(world.schedule(**pay).id, JUNE, by=world.noor, **ON_THE_WEB)
    ids = [one.session_id for one in made.created]
    care_sessions.confirm_many(world.riveras.id, Draft.of(session_ids=ids[1:6]), by=world.ana, **ON_THE_WEB)
    first = Draft.of(scheduled_end=wall("2026-06-03 15:00"), hourly_rate=Decimal("41.17"))
    care_sessions.update(ids[1], first, by=world.ana, **ON_THE_WEB)
    care_sessions.update(ids[2], Draft.of(hourly_rate=Decimal("51.17")), by=world.noor, **ON_THE_WEB)
    care_sessions.update(ids[3], Draft.of(nanny_id=world.bea_of_riveras.id, **pay), by=world.ana, **ON_THE_WEB)
    care_sessions.delete(ids[4], by=world.ana, **ON_THE_WEB)
    done = world.session("2026-05-29 09:00", state=State.COMPLETED)
    corrected = Draft.of(hourly_rate=Decimal("61.17"), reason="A slip of the finger.")
    care_sessions.update(done.id, corrected, by=world.noor, **ON_THE_WEB)
    afternoon = Draft.of(
        scheduled_start=wall("2026-06-02 15:00"),
        scheduled_end=wall("2026-06-02 19:00"),
        child_ids=(world.emma.id,),
        is_confirmed=True,
        **pay,
    )
    care_sessions.create_impromptu(world.riveras.id, afternoon, by=world.noor, **ON_THE_WEB)

    told = [(notice.kind, json.dumps(notice.facts)) for notice in Notice.objects.all()]
    assert {kind for kind, _ in told} >= {
        "sessions.to_confirm",
        "sessions.confirmed",
        "session.changed",
        "session.confirmation_withdrawn",
        "session.cancelled",
        "session.corrected",
        "session.confirmed_on_the_familys_word",
    }
    for kind, facts in told:
        assert "1.17" not in facts, kind
        assert "hourlyRate" not in facts, kind


def test_a_deleted_session_leaves_its_notices_and_they_still_say_when(world):
    session = world.session(state=State.CONFIRMED)
    care_sessions.update(session.id, Draft.of(notes="Boots.", nanny_id=None), by=world.noor, **ON_THE_WEB)
    CareSession.objects.filter(id=session.id).delete()
    assert set(Notice.objects.values_list("session", "kind")) == {(None, "session.confirmation_withdrawn")}

    other = world.session(state=State.CONFIRMED)
    care_sessions.delete(other.id, by=world.ana, **ON_THE_WEB)
    (notice,) = Notice.objects.filter(person=world.noor)
    assert notice.facts == {"by": "Ana", "start": "2026-06-02T13:00:00+00:00", "zone": "America/New_York"}


def test_telling_nobody_writes_nothing(world):
    outbox.tell(NoticeKind.SESSION_CONFIRMED, [], by=world.ana, at=NOW, family_id=world.riveras.id)
    outbox.tell(NoticeKind.SESSION_CONFIRMED, [world.ana.id], by=world.ana, at=NOW, family_id=world.riveras.id)
    assert not Notice.objects.exists()


def test_the_audience_comes_in_the_order_they_joined(world):
    assert audience.parents(world.riveras.id) == [world.ana.id, world.luis.id]
    assert audience.nannies_of([None, world.noor_of_riveras.id, world.noor_of_riveras.id]) == [world.noor.id]
    assert audience.nannies_of([None]) == []

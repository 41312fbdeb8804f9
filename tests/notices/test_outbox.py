"""Who is told what: each once, nobody of their own act, and never of pay."""

import json
from datetime import date, time
from decimal import Decimal

import pytest

from handsel.actions import care_sessions, change_requests, generation, invitations, time_off
from handsel.models import CareSession, Member, Notice, User
from handsel.notices import audience, outbox
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
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


def done_by(person: User) -> dict[str, str]:
    return {"by": person.first_name, "by_id": str(person.id)}


def test_a_generation_tells_each_parent_once(world):
    made = generation.generate(world.schedule().id, JUNE, by=world.noor, **ON_THE_WEB)
    assert everybody(world) == {"ana": ["sessions.to_confirm"], "luis": ["sessions.to_confirm"]}
    for notice in Notice.objects.all():
        assert (notice.batch_id, notice.session_id, notice.family) == (made.batch_id, None, world.riveras)
        assert (notice.at, notice.read_at) == (NOW, None)
        assert notice.facts == {
            **done_by(world.noor),
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
def test_everybody_else_hears_of_a_move(world, move, by):
    session = world.session(state=State.CANCELLED if move == "restore" else State.UNCONFIRMED)
    getattr(care_sessions, move)(session.id, by=getattr(world, by), **ON_THE_WEB)
    kind = {"confirm": "session.confirmed", "cancel": "session.cancelled", "restore": "session.restored"}[move]
    assert everybody(world) == {name: [kind] for name in ("ana", "luis", "noor") if name != by}
    assert set(Notice.objects.values_list("session", flat=True)) == {session.id}


@pytest.mark.parametrize("move", ["start", "complete"])
def test_the_family_hears_that_care_began_and_ended_and_the_nanny_of_a_coordinators_press(world, move):
    kind = {"start": "session.started", "complete": "session.completed"}[move]
    coordinator = world.join(world.riveras, Role.COORDINATOR).user
    state = State.CONFIRMED if move == "start" else State.IN_PROGRESS
    of_noor = world.session("2026-06-01 08:00", state=state)
    getattr(care_sessions, move)(of_noor.id, by=world.noor, **ON_THE_WEB)
    assert everybody(world) == {"ana": [kind], "luis": [kind]}
    of_bea = world.session("2026-06-01 08:00", state=state, nanny=world.bea_of_riveras)
    getattr(care_sessions, move)(of_bea.id, by=coordinator, **ON_THE_WEB)
    assert everybody(world) == {"ana": [kind] * 2, "luis": [kind] * 2, "bea": [kind]}
    assert world.told(coordinator) == [kind]


def test_who_manages_hears_who_joined_and_so_does_who_invited(world):
    draft = Draft.of(email="sam@example.com", role=Role.NANNY)
    _, secret = invitations.invite(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)
    invitations.accept(Draft.of(token=secret), by=world.sam, **ON_THE_WEB)
    assert everybody(world) == {"ana": ["member.joined"], "luis": ["member.joined"]}
    for notice in Notice.objects.all():
        assert (notice.family, notice.facts) == (world.riveras, {**done_by(world.sam), "role": "NANNY"})


def test_the_nanny_who_kept_the_book_alone_hears_that_the_parent_came(world):
    world.leave(world.ada_of_okafors)
    Member.objects.filter(pk=world.noor_of_okafors.pk).update(is_founder=True)
    draft = Draft.of(email="ada@example.com", role=Role.PARENT)
    _, secret = invitations.invite(world.okafors.id, draft, by=world.noor, **ON_THE_WEB)
    invitations.accept(Draft.of(token=secret), by=world.ada, **ON_THE_WEB)
    assert everybody(world) == {"noor": ["member.joined"]}


@pytest.mark.parametrize(
    ("who", "whose", "names"),
    [
        ("noor", "noor_of_riveras", ["ada", "ana", "luis"]),
        ("ana", "noor_of_riveras", ["luis", "noor"]),
        ("ana", None, ["bea", "noor"]),
    ],
)
def test_whom_it_concerns_hears_of_time_off_and_that_it_was_taken_back(world, who, whose, names):
    nanny_id = whose and getattr(world, whose).id
    days = {"from_date": date(2026, 6, 8), "to_date": date(2026, 6, 9)}
    draft = Draft.of(**days, nanny_id=nanny_id, start_time=time(9), end_time=time(12), reason="Dentist")
    entered = time_off.create(world.riveras.id, draft, by=getattr(world, who), **ON_THE_WEB)
    assert everybody(world) == {name: ["time_off.entered"] for name in names}
    facts = {
        **done_by(getattr(world, who)),
        "time_off": str(entered.id),
        "whose": whose and "Noor",
        "whose_id": whose and str(world.noor.id),
        "first": "2026-06-08",
        "last": "2026-06-09",
        "hours": ["09:00", "12:00"],
        "reason": "Dentist",
    }
    time_off.delete(entered.id, by=getattr(world, who), **ON_THE_WEB)
    assert everybody(world) == {name: ["time_off.entered", "time_off.taken_back"] for name in names}
    for notice in Notice.objects.all():
        # The Okafors are told of Noor's days, and not why.
        assert notice.facts == {name: facts[name] for name in facts if notice.person != world.ada or name != "reason"}


def test_who_is_told_that_it_will_not_happen_is_told_why(world):
    why = Draft.of(reason="Emma is ill.")
    care_sessions.cancel(world.session().id, why, by=world.ana, **ON_THE_WEB)
    ids = [world.session(f"2026-06-0{day} 09:00").id for day in (3, 4)]
    care_sessions.move_many(
        Move.CANCEL, world.riveras.id, Draft.of(session_ids=ids, reason="At the sea."), by=world.ana, **ON_THE_WEB
    )
    single, many = Notice.objects.filter(person=world.noor).order_by("kind")
    assert single.facts == {**done_by(world.ana), "reason": "Emma is ill."}
    assert many.facts == {
        **done_by(world.ana),
        "count": 2,
        "sessions": [str(session_id) for session_id in ids],
        "first": "2026-06-03",
        "last": "2026-06-04",
        "reason": "At the sea.",
    }


def test_what_a_nanny_cancels_as_one_of_one_is_told_of_as_that_one(world):
    session = world.session()
    care_sessions.move_many(
        Move.CANCEL, world.riveras.id, Draft.of(session_ids=[session.id]), by=world.noor, **ON_THE_WEB
    )
    assert everybody(world) == {"ana": ["session.cancelled"], "luis": ["session.cancelled"]}
    assert set(Notice.objects.values_list("session", flat=True)) == {session.id}


def test_a_request_says_what_and_why_and_its_answer_too(world):
    session = world.session(state=State.CONFIRMED)
    later = Draft.of(message="The train is late.", scheduled_start=wall("2026-06-02 10:00"))
    request = change_requests.ask(session.id, later, by=world.noor, **ON_THE_WEB)
    change_requests.accept(request.id, Draft.of(message="No hurry."), by=world.ana, **ON_THE_WEB)
    notice = Notice.objects.get(person=world.luis, kind="change_request.asked")
    moved = {"scheduled_start": ["2026-06-02T13:00:00Z", "2026-06-02T14:00:00Z"]}
    assert notice.facts == {**done_by(world.noor), "changes": moved, "reason": "The train is late."}
    accepted = Notice.objects.get(person=world.noor)
    assert accepted.facts == {**done_by(world.ana), "changes": moved, "reason": "No hurry."}


def test_a_request_that_is_taken_back_tells_nobody_anew(world):
    session = world.session(state=State.CONFIRMED)
    request = change_requests.ask(session.id, Draft.of(message="Later?"), by=world.noor, **ON_THE_WEB)
    change_requests.withdraw(request.id, by=world.noor, **ON_THE_WEB)
    assert everybody(world) == {"ana": ["change_request.asked"], "luis": ["change_request.asked"]}


def test_of_a_session_that_has_no_nanny_the_other_parent_hears(world):
    care_sessions.confirm(world.session(nanny=None).id, by=world.ana, **ON_THE_WEB)
    assert everybody(world) == {"luis": ["session.confirmed"]}


def test_who_left_the_family_is_told_nothing(world):
    session, other = world.session("2026-06-02 09:00"), world.session("2026-06-03 09:00")
    world.leave(world.noor_of_riveras)
    world.leave(world.luis_of_riveras)
    care_sessions.confirm(session.id, by=world.ana, **ON_THE_WEB)
    care_sessions.move_many(
        Move.CONFIRM, world.riveras.id, Draft.of(session_ids=[other.id]), by=world.ana, **ON_THE_WEB
    )
    generation.generate(world.schedule().id, JUNE, by=world.bea, **ON_THE_WEB)
    assert everybody(world) == {"ana": ["sessions.to_confirm"]}


def test_coordinators_are_told_as_parents_are_and_viewers_nothing(world):
    viewer, coordinator = (world.join(world.riveras, role).user for role in (Role.VIEWER, Role.COORDINATOR))
    generation.generate(world.schedule().id, JUNE, by=world.noor, **ON_THE_WEB)
    assert (world.told(viewer), world.told(coordinator)) == ([], ["sessions.to_confirm"])


def test_the_second_parent_hears_of_what_the_first_does(world):
    """Whoever planned on it hears: confirmed, changed, cancelled and deleted alike."""
    session, other = world.session("2026-06-02 09:00"), world.session("2026-06-03 09:00", state=State.CONFIRMED)
    care_sessions.confirm(session.id, by=world.ana, **ON_THE_WEB)
    care_sessions.update(session.id, Draft.of(scheduled_end=wall("2026-06-02 18:00")), by=world.ana, **ON_THE_WEB)
    care_sessions.cancel(session.id, by=world.ana, **ON_THE_WEB)
    care_sessions.delete(other.id, by=world.ana, **ON_THE_WEB)
    told = ["session.confirmed", "session.changed", "session.cancelled", "session.cancelled"]
    assert world.told(world.luis) == world.told(world.noor) == told
    assert world.told(world.ana) == []


def test_a_nanny_to_whom_another_gives_a_session_hears_that_it_changed_and_the_parents_that_they_are_asked(world):
    session = world.session(state=State.CONFIRMED)
    care_sessions.update(session.id, Draft.of(nanny_id=world.bea_of_riveras.id), by=world.noor, **ON_THE_WEB)
    asked = ["session.confirmation_withdrawn"]
    assert everybody(world) == {"ana": asked, "luis": asked, "bea": ["session.changed"]}


def test_the_other_parent_hears_that_a_request_was_declined(world):
    session = world.session(state=State.CONFIRMED)
    request = change_requests.ask(session.id, Draft.of(message="Later?"), by=world.noor, **ON_THE_WEB)
    change_requests.decline(request.id, by=world.ana, **ON_THE_WEB)
    assert world.told(world.luis) == ["change_request.asked", "change_request.declined"]
    assert world.told(world.noor) == ["change_request.declined"]


def test_a_refused_act_tells_nobody(world):
    session = world.session(state=State.CONFIRMED)
    for person in (world.ana, world.noor, world.sam):
        with pytest.raises(Refusal):
            care_sessions.confirm(session.id, by=person, **ON_THE_WEB)
    assert everybody(world) == {}


def test_no_notice_speaks_of_pay(world):
    pay = {"hourly_rate": Decimal("31.17")}
    made = generation.generate(world.schedule(**pay).id, JUNE, by=world.noor, **ON_THE_WEB)
    ids = [slot.session_id for slot in made.created]
    care_sessions.move_many(Move.CONFIRM, world.riveras.id, Draft.of(session_ids=ids[1:6]), by=world.ana, **ON_THE_WEB)
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

    notices = [(notice.kind, json.dumps(notice.facts)) for notice in Notice.objects.all()]
    assert {kind for kind, _ in notices} >= {
        "sessions.to_confirm",
        "sessions.confirmed",
        "session.changed",
        "session.confirmation_withdrawn",
        "session.cancelled",
        "session.corrected",
        "session.confirmed_on_the_familys_word",
    }
    for kind, facts in notices:
        assert "1.17" not in facts, kind
        assert "hourly_rate" not in facts, kind


def test_a_deleted_session_leaves_its_notices_and_they_still_say_when(world):
    session = world.session(state=State.CONFIRMED)
    care_sessions.update(session.id, Draft.of(notes="Boots.", nanny_id=None), by=world.noor, **ON_THE_WEB)
    CareSession.objects.filter(id=session.id).delete()
    assert set(Notice.objects.values_list("session", "kind")) == {(None, "session.confirmation_withdrawn")}

    other = world.session(state=State.CONFIRMED)
    care_sessions.delete(other.id, by=world.ana, **ON_THE_WEB)
    (notice,) = Notice.objects.filter(person=world.noor)
    assert notice.facts == {
        **done_by(world.ana),
        "start": "2026-06-02T13:00:00+00:00",
        "end": "2026-06-02T21:00:00+00:00",
        "zone": "America/New_York",
        "deleted": str(other.id),
        "version": 2,
    }


def test_telling_nobody_writes_nothing(world):
    outbox.notify(NoticeKind.SESSION_CONFIRMED, [], by=world.ana, at=NOW, family_id=world.riveras.id)
    outbox.notify(NoticeKind.SESSION_CONFIRMED, [world.ana.id], by=world.ana, at=NOW, family_id=world.riveras.id)
    assert not Notice.objects.exists()


def test_the_audience_comes_in_the_order_they_joined(world):
    assert audience.managers(world.riveras.id) == [world.ana.id, world.luis.id]
    assert audience.persons([None, world.noor_of_riveras.id, world.noor_of_riveras.id]) == [world.noor.id]
    assert audience.persons([None]) == []

"""One-time sessions: made directly, and confirmed at once where somebody may say so."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from uuid_utils.compat import uuid7

from handsel.actions import care_sessions
from handsel.models import CareSession, Event, Family, Member, Notice
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.refusals import Clash, Invalid, NotAllowed, NotVisible
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB, wall

# A wall time that says no offset.
naive = datetime.fromisoformat


def tomorrow_afternoon(world, **fields):
    """Can you watch Emma tomorrow from three to seven?"""
    return Draft.of(
        **{
            "scheduled_start": naive("2026-06-02T15:00"),
            "scheduled_end": naive("2026-06-02T19:00"),
            "child_ids": (world.emma.id,),
            "nanny_id": world.noor_of_riveras.id,
            **fields,
        }
    )


def create(world, by, **fields):
    made = care_sessions.create_impromptu(world.riveras.id, tomorrow_afternoon(world, **fields), by=by, **ON_THE_WEB)
    return CareSession.objects.get(id=made.id)


def test_what_is_made(world):
    session = create(world, world.ana, notes="Swimming at four.")
    assert (session.family, session.schedule, session.slot_date, session.batch) == (world.riveras, None, None, None)
    assert (session.scheduled_start, session.scheduled_end) == (wall("2026-06-02 15:00"), wall("2026-06-02 19:00"))
    assert (session.state, session.confirmed_at, session.confirmed_by) == (State.UNCONFIRMED, None, None)
    assert (session.nanny, session.nanny_person) == (world.noor_of_riveras, world.noor)
    assert (session.hourly_rate, session.time_zone) == (Decimal("25.00"), "America/New_York")
    assert (session.notes, session.overlap_allowed, session.version) == ("Swimming at four.", False, 1)
    assert list(session.children.all()) == [world.emma]
    event = Event.objects.get(session_id=session.id)
    assert (event.kind, event.by, event.nanny) == (
        "care_session.created",
        world.ana_of_riveras,
        world.noor_of_riveras,
    )
    assert event.changes == {
        "scheduled_start": [None, "2026-06-02T19:00:00Z"],
        "scheduled_end": [None, "2026-06-02T23:00:00Z"],
        "hourly_rate": [None, "25.00"],
        "notes": [None, "Swimming at four."],
        "nanny_id": [None, str(world.noor_of_riveras.id)],
        "is_confirmed": [None, False],
        "overlap_allowed": [None, False],
        "child_ids": [None, [str(world.emma.id)]],
    }


@pytest.mark.parametrize("role", [Role.PARENT, Role.COORDINATOR])
def test_a_parent_or_coordinator_confirms_because_they_agree(world, role):
    member = world.ana_of_riveras if role is Role.PARENT else world.join(world.riveras, role)
    session = create(world, member.user, is_confirmed=True)
    assert (session.state, session.confirmed_at, session.confirmed_by) == (State.CONFIRMED, NOW, member)
    assert "on_the_familys_word" not in world.last_event(world.riveras).changes
    assert world.told(world.noor) == world.told(world.luis) == ["session.confirmed"]
    assert world.told(world.ana) == ([] if role is Role.PARENT else ["session.confirmed"])


def test_a_nanny_confirms_on_the_familys_word_and_the_parents_hear_of_it(world):
    session = create(world, world.noor, is_confirmed=True)
    assert (session.state, session.confirmed_by) == (State.CONFIRMED, world.noor_of_riveras)
    assert world.last_event(world.riveras).changes["on_the_familys_word"] == [None, True]
    for parent in (world.ana, world.luis):
        assert world.told(parent) == ["session.confirmed_on_the_familys_word"]
    assert world.told(world.noor) == world.told(world.bea) == []


def test_a_tentative_session_of_a_nanny_asks_the_parents(world):
    create(world, world.noor)
    assert world.told(world.ana) == world.told(world.luis) == ["sessions.to_confirm"]
    assert world.told(world.noor) == []


def test_a_tentative_session_of_a_parent_is_told_to_the_nanny_and_asks_the_other_parent(world):
    create(world, world.ana)
    assert world.told(world.noor) == ["session.planned"]
    assert world.told(world.luis) == ["sessions.to_confirm"]


def test_a_session_that_noor_makes_for_bea_reaches_bea(world):
    create(world, world.noor, nanny_id=world.bea_of_riveras.id, is_confirmed=True)
    assert world.told(world.bea) == ["session.confirmed"]


def test_when_nothing_is_said_the_only_nanny_is_filled_in(world):
    fields = dict(tomorrow_afternoon(world).values)
    del fields["nanny_id"]
    with_two = care_sessions.create_impromptu(world.riveras.id, Draft(fields), by=world.ana, **ON_THE_WEB)
    assert with_two.nanny is None
    world.leave(world.bea_of_riveras)
    with_one = care_sessions.create_impromptu(world.riveras.id, Draft(fields), by=world.ana, **ON_THE_WEB)
    assert with_one.nanny == world.noor_of_riveras


def test_an_explicit_null_means_nobody(world):
    world.leave(world.bea_of_riveras)
    session = create(world, world.ana, nanny_id=None, is_confirmed=True)
    assert (session.nanny, session.nanny_person) == (None, None)
    assert not Notice.objects.exclude(person=world.luis).exists()


@pytest.mark.parametrize(("fields", "rate"), [({}, "25.00"), ({"hourly_rate": Decimal("31.50")}, "31.50")], ids=repr)
def test_the_rate_is_what_is_said_or_the_familys_default(world, fields, rate):
    assert create(world, world.noor, **fields).hourly_rate == Decimal(rate)


def test_no_rate_may_be_said_too(world):
    assert create(world, world.ana, hourly_rate=None).hourly_rate is None


def test_it_keeps_the_zone_it_was_made_in(world):
    session = create(world, world.ana)
    before = (session.scheduled_start, session.scheduled_end)
    Family.objects.filter(id=world.riveras.id).update(time_zone="Asia/Kathmandu")
    session.refresh_from_db()
    assert (session.scheduled_start, session.scheduled_end) == before
    assert session.time_zone == "America/New_York"
    assert create(world, world.ana).scheduled_start == before[0] - timedelta(hours=9, minutes=45)


def test_an_instant_is_taken_as_it_is(world):
    start = wall("2026-06-02 15:00")
    session = create(world, world.ana, scheduled_start=start, scheduled_end=start + timedelta(hours=24))
    assert session.scheduled_end - session.scheduled_start == timedelta(hours=24)


def test_every_wrong_field_comes_in_one_answer_and_nothing_is_written(world):
    draft = Draft(
        {
            "scheduled_start": naive("2026-06-02T15:00"),
            "scheduled_end": naive("2026-06-02T15:00"),
            "child_ids": (world.emma.id, world.zuri.id),
            "nanny_id": world.noor_of_okafors.id,
        },
        {"hourly_rate": "Enter an amount from 0 to 9999.99."},
    )
    with pytest.raises(Invalid) as refused:
        care_sessions.create_impromptu(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)
    assert set(refused.value.errors) == {"scheduled_end", "child_ids", "nanny_id", "hourly_rate"}
    with pytest.raises(Invalid) as refused:
        care_sessions.create_impromptu(world.riveras.id, Draft.of(), by=world.ana, **ON_THE_WEB)
    assert set(refused.value.errors) == {"scheduled_start", "scheduled_end", "child_ids"}
    assert not CareSession.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"scheduled_end": wall("2026-06-03 15:00") + timedelta(seconds=1)}, "scheduled_end"),
        ({"scheduled_end": wall("2026-06-02 14:59")}, "scheduled_end"),
        ({"scheduled_start": naive("2200-01-01 06:00")}, "scheduled_start"),
        ({"scheduled_start": naive("1969-12-31 06:00")}, "scheduled_start"),
        ({"scheduled_start": naive("0001-01-01 00:00")}, "scheduled_start"),
        ({"child_ids": ()}, "child_ids"),
        ({"child_ids": (uuid7(),)}, "child_ids"),
        ({"nanny_id": uuid7()}, "nanny_id"),
    ],
    ids=[
        "a second over 24 hours",
        "ends before it starts",
        "year 2200",
        "year 1969",
        "year 1",
        "no child",
        "an unknown child",
        "an unknown nanny",
    ],
)
def test_what_no_session_may_be(world, fields, wrong):
    with pytest.raises(Invalid) as refused:
        create(world, world.ana, **fields)
    assert wrong in refused.value.errors


def test_an_archived_child_is_not_chosen_anew(world):
    world.emma.archived_at = NOW
    world.emma.save()
    with pytest.raises(Invalid) as refused:
        create(world, world.ana)
    assert refused.value.errors.keys() == {"child_ids"}


def test_who_may_make_one(world):
    for person in (world.ana, world.noor, world.bea, world.join(world.riveras, Role.COORDINATOR).user):
        create(world, person)
    with pytest.raises(NotAllowed):
        create(world, world.join(world.riveras, Role.VIEWER).user)
    for person in (world.sam, world.ada):
        with pytest.raises(NotVisible):
            create(world, person)


def test_a_confirmed_one_may_not_clash(world):
    busy = world.session("2026-06-02 16:00", family=world.okafors, state=State.CONFIRMED)
    with pytest.raises(Clash) as refused:
        create(world, world.noor, is_confirmed=True)
    (clash,) = refused.value.clashes
    assert (clash.busy, clash.session_id, clash.scheduled_start) == (True, None, busy.scheduled_start)
    assert CareSession.objects.count() == 1
    assert create(world, world.noor).state is State.UNCONFIRMED
    assert create(world, world.noor, is_confirmed=True, overlap_allowed=True).state is State.CONFIRMED


def test_a_nanny_who_founded_the_family_has_nobody_to_tell(world):
    Member.objects.filter(id=world.noor_of_okafors.id).update(is_founder=True)
    world.leave(world.ada_of_okafors)
    draft = tomorrow_afternoon(world, child_ids=(world.zuri.id,), nanny_id=world.noor_of_okafors.id, is_confirmed=True)
    session = care_sessions.create_impromptu(world.okafors.id, draft, by=world.noor, **ON_THE_WEB)
    assert session.state is State.CONFIRMED
    assert world.last_event(world.okafors).changes["on_the_familys_word"] == [None, True]
    assert not Notice.objects.exists()

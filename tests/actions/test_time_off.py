"""Days and hours off: of the whole family, or of one nanny."""

from datetime import date, time
from uuid import uuid4

import pytest

from handsel.actions import time_off
from handsel.models import TimeOff
from handsel.rules.drafts import Draft
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB

WEEK = {"from_date": date(2026, 7, 6), "to_date": date(2026, 7, 12)}


def entered(world, *, by, **draft) -> TimeOff:
    return time_off.create(world.riveras.id, Draft.of(**{**WEEK, **draft}), by=by, **ON_THE_WEB).time_off


def test_the_riveras_are_away_for_a_week(world):
    away = entered(world, by=world.ana, nanny_id=None, reason="At the sea")
    away.refresh_from_db()
    assert (away.nanny, away.from_date, away.to_date) == (None, date(2026, 7, 6), date(2026, 7, 12))
    assert (away.entered_by, away.created_at) == (world.ana_of_riveras, NOW)
    event = world.last_event(world.riveras)
    assert event.kind == "time_off.created"
    assert event.changes == {
        "time_off_id": [None, str(away.id)],
        "from_date": [None, "2026-07-06"],
        "to_date": [None, "2026-07-12"],
        "reason": [None, "At the sea"],
    }


def test_when_no_nanny_is_named_a_parent_means_the_family_and_a_nanny_herself(world):
    assert entered(world, by=world.luis).nanny_id is None
    assert entered(world, by=world.noor).nanny_id == world.noor_of_riveras.id


def test_a_nanny_enters_her_own_and_nobody_elses(world):
    assert entered(world, by=world.noor, nanny_id=world.noor_of_riveras.id, start_time=time(6), end_time=time(12))
    for whose in (None, world.bea_of_riveras.id, world.noor_of_okafors.id, uuid4()):
        with pytest.raises(NotAllowed):
            entered(world, by=world.noor, nanny_id=whose)


def test_a_coordinator_enters_anybodys_but_who_only_reads_none(world):
    coordinator = world.join(world.riveras, Role.COORDINATOR).user
    assert entered(world, by=coordinator, nanny_id=world.bea_of_riveras.id).nanny_id == world.bea_of_riveras.id
    viewer = world.join(world.riveras, Role.VIEWER)
    for draft in ({}, {"nanny_id": viewer.id}):
        with pytest.raises(NotAllowed):
            entered(world, by=viewer.user, **draft)
    for person in (world.ada, world.sam):
        with pytest.raises(NotVisible):
            entered(world, by=person)


def test_the_nanny_named_is_one_of_this_family_and_still_there(world):
    world.leave(world.bea_of_riveras)
    for who in (world.luis_of_riveras.id, world.noor_of_okafors.id, world.bea_of_riveras.id, uuid4()):
        with pytest.raises(Invalid) as refusal:
            entered(world, by=world.ana, nanny_id=who)
        assert list(refusal.value.errors) == ["nanny_id"]


@pytest.mark.parametrize(
    ("draft", "wrong"),
    [
        ({"from_date": None, "to_date": None}, {"from_date", "to_date"}),
        ({"to_date": date(2026, 7, 5)}, {"to_date"}),
        ({"to_date": date(2027, 7, 7)}, {"to_date"}),
        ({"start_time": time(9)}, {"end_time"}),
        ({"end_time": time(9)}, {"start_time"}),
        ({"start_time": time(9), "end_time": time(9), "to_date": date(2026, 1, 1)}, {"end_time", "to_date"}),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(world, draft, wrong):
    with pytest.raises(Invalid) as refusal:
        entered(world, by=world.ana, **draft)
    assert refusal.value.errors.keys() == wrong
    assert not TimeOff.objects.exists()


def test_what_could_not_be_read_is_said_with_the_rest(world):
    draft = Draft({"from_date": date(2026, 7, 6), "start_time": time(9)}, {"to_date": "No such day.", "nanny_id": "?"})
    with pytest.raises(Invalid) as refusal:
        time_off.create(world.riveras.id, draft, by=world.noor, **ON_THE_WEB)
    assert refusal.value.errors == {
        "to_date": "No such day.",
        "nanny_id": "?",
        "end_time": "Hours need a start and an end.",
    }


def test_a_year_is_fine_and_so_are_one_day_and_a_night(world):
    assert entered(world, by=world.ana, to_date=date(2027, 7, 6))
    assert entered(world, by=world.ana, to_date=date(2026, 7, 6))
    assert entered(world, by=world.ana, start_time=time(22), end_time=time(6))


def test_time_off_is_taken_back_by_who_might_have_entered_it(world):
    of_noor = entered(world, by=world.noor)
    of_bea = entered(world, by=world.ana, nanny_id=world.bea_of_riveras.id)
    of_all = entered(world, by=world.ana)
    for other in (of_bea, of_all):
        with pytest.raises(NotAllowed):
            time_off.delete(other.id, by=world.noor, **ON_THE_WEB)
    for person in (world.ada, world.sam):
        with pytest.raises(NotVisible):
            time_off.delete(of_bea.id, by=person, **ON_THE_WEB)
    time_off.delete(of_noor.id, by=world.noor, **ON_THE_WEB)
    time_off.delete(of_bea.id, by=world.luis, **ON_THE_WEB)
    assert list(TimeOff.objects.all()) == [of_all]
    event = world.last_event(world.riveras)
    assert event.kind == "time_off.deleted"
    assert event.changes["time_off_id"] == [str(of_bea.id), None]
    assert event.changes["nanny_id"] == [str(world.bea_of_riveras.id), None]
    with pytest.raises(NotVisible):
        time_off.delete(of_noor.id, by=world.noor, **ON_THE_WEB)

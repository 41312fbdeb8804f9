"""Who looked is one line for each person, thing and day, written at most once an hour, by however many processes."""

from datetime import timedelta

import pytest

from handsel.actions import duties, people
from handsel.actions.access_log import Log, Look
from handsel.actions.erasing import erasures
from handsel.models import AccessLine
from handsel.rules.access_log import Noun, Thing, Way
from handsel.rules.erasing import Erased
from handsel.rules.history import Source
from tests.models.broken_access_log import a_look
from tests.world import NOW, ON_THE_WEB, wall

MINUTE = timedelta(minutes=1)


@pytest.fixture
def log() -> Log:
    return Log()


def look(world, thing=Thing.CARE_NOTES, noun=Noun.CHILD, thing_id=None, *, by=None, **columns) -> Look:
    return Look((by or world.ana).id, thing, noun, thing_id or world.emma.id, **columns)


def test_a_look_is_a_line_with_first_and_last_time_and_how_often(world, log):
    log.note([look(world, way=Way.TOKEN, came_by="1")], at=NOW)
    assert log.write(at=NOW) == 1
    log.note([look(world, way=Way.TOKEN, came_by="2")], at=NOW + 10 * MINUTE)
    log.note([look(world)], at=NOW + 20 * MINUTE)
    assert log.write(at=NOW + 59 * MINUTE) == 0
    assert log.write(at=NOW + 60 * MINUTE) == 1
    line = AccessLine.objects.get()
    assert (line.person, line.family, line.about_id, line.times) == (world.ana, world.riveras, world.emma.id, 3)
    assert (line.first_at, line.last_at, line.day) == (NOW, NOW + 20 * MINUTE, wall("2026-06-01").date())
    assert line.ways == ["token:1", "token:2"]


def test_several_processes_write_a_line_once_an_hour_together(world):
    first, second = Log(), Log()
    for log in (first, second):
        log.note([look(world)], at=NOW)
    assert (first.write(at=NOW), second.write(at=NOW)) == (1, 0)
    assert AccessLine.objects.get().times == 1
    # The first asks again before the hour is over, and has its turn after the second.
    first.note([look(world)], at=NOW + 30 * MINUTE)
    assert (second.write(at=NOW + 60 * MINUTE), first.write(at=NOW + 60 * MINUTE)) == (1, 0)
    assert first.write(at=NOW + 120 * MINUTE) == 1
    line = AccessLine.objects.get()
    assert (line.times, line.first_at, line.last_at) == (3, NOW, NOW + 30 * MINUTE)


def test_what_waits_is_written_as_the_process_ends(world, log):
    for minutes in (0, 1):
        log.note([look(world)], at=NOW + minutes * MINUTE)
        log.write(at=NOW + minutes * MINUTE)
    assert AccessLine.objects.get().times == 1
    assert log.write(at=NOW + 2 * MINUTE, is_last=True) == 1
    assert AccessLine.objects.get().times == 2


def test_a_clock_that_went_back_holds_nothing_up(world, log):
    a_look(world, written_at=NOW + timedelta(days=1))
    log.note([look(world)], at=NOW)
    assert log.write(at=NOW) == 1
    assert AccessLine.objects.get().times == 2


def test_a_day_ends_by_the_familys_clocks(world, log):
    for at in (wall("2026-06-01 23:59"), wall("2026-06-02 00:01")):
        log.note([look(world)], at=at)
    log.write(at=wall("2026-06-02 00:02"))
    days = AccessLine.objects.order_by("day").values_list("day", "times")
    assert [(f"{day}", times) for day, times in days] == [("2026-06-01", 1), ("2026-06-02", 1)]


def test_pay_is_that_of_the_nanny_whom_one_sees_or_asked_for(world, log):
    of_pay = {"thing": Thing.PAY, "noun": Noun.FAMILY, "thing_id": world.riveras.id}
    log.note([look(world, **of_pay)], at=NOW)
    log.note([look(world, **of_pay, nanny=str(world.bea_of_riveras.id))], at=NOW)
    log.note([look(world, **of_pay, nanny=str(world.noor_of_okafors.id))], at=NOW)  # of another family: as unsaid
    log.note([look(world, **of_pay, nanny="nonsense")], at=NOW)
    log.note([look(world, **of_pay, by=world.noor)], at=NOW)
    log.write(at=NOW)
    lines = set(AccessLine.objects.values_list("person__name", "nanny__user__name", "times"))
    assert lines == {("Ana", None, 3), ("Ana", "Bea", 1), ("Noor", "Noor", 1)}


def test_a_sign_in_opens_each_family_and_is_ones_own(world, log):
    log.note([look(world, Thing.SIGN_IN, Noun.PERSON, world.noor.id, by=world.noor)], at=NOW)
    log.write(at=NOW)
    assert set(AccessLine.objects.values_list("family__name", flat=True)) == {"Riveras", "Okafors", None}


def test_what_is_gone_is_written_nowhere(world, log):
    log.note([look(world, thing_id=world.riveras.id)], at=NOW)  # no such child
    assert log.write(at=NOW) == 0
    assert log.write(at=NOW, is_last=True) == 0


def test_a_line_is_kept_for_400_days(world):
    a_look(world, day=(NOW - timedelta(days=401)).date())
    kept = a_look(world, day=(NOW - timedelta(days=399)).date())
    duties.drop_over(NOW)
    assert AccessLine.objects.get() == kept


@pytest.mark.parametrize("kind", [Erased.CHILD, Erased.FAMILY])
def test_lines_go_with_the_child_or_the_family(world, kind):
    a_look(world)
    others = a_look(world, family=world.okafors, about_id=world.zuri.id)
    subject = erasures.find(kind, str(world.emma.id if kind is Erased.CHILD else world.riveras.id))
    erasures.erase(subject, at=NOW, source=Source.COMMAND)
    assert AccessLine.objects.get() == others


def test_an_account_takes_along_what_is_its_own_and_erasing_takes_all(world):
    a_look(world, person=world.luis, family=None, thing="SIGN_IN", about_id=world.luis.id)
    a_look(world, person=world.ana, family=None, owner=world.luis, thing="OPERATOR", about_id=world.luis.id)
    at_the_familys = a_look(world, person=world.luis)
    people.delete(by=world.luis, **ON_THE_WEB)
    assert AccessLine.objects.get() == at_the_familys
    erasures.erase(erasures.find(Erased.PERSON, str(world.luis.id)), at=NOW, source=Source.COMMAND)
    assert not AccessLine.objects.exists()

"""A page's stamp is another one when the page would be, and stays while nothing of it changes."""

from datetime import timedelta

import pytest

from handsel.actions import inbox, people, time_off
from handsel.models import CareSession, Notice
from handsel.queries import freshness
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from tests.actions.acts import ACTS, prepared
from tests.world import NOW, ON_THE_WEB, wall

pytestmark = pytest.mark.any_database


def stamps(world) -> dict[str, str]:
    return {person.name: freshness.stamp(person.id, at=NOW) for person in (world.ana, world.noor, world.sam)}


@pytest.mark.parametrize("name", ACTS)
def test_every_act_changes_the_stamp_of_those_it_concerns(world, name):
    do = prepared(world, name)
    before = stamps(world)
    do()
    after = stamps(world)
    # What counted in Ana's family already is new in the others alone.
    concerned = {"found_a_family": {"Sam"}, "count_time_off_everywhere": {"Noor"}}.get(name, {"Ana", "Noor"})
    assert {person for person in before if before[person] != after[person]} >= concerned


def test_what_is_read_and_whose_name_it_is(world):
    Notice.objects.create(person=world.ana, family=world.riveras, kind="session.cancelled", at=NOW)
    before = stamps(world)
    inbox.mark_all_read(by=world.ana, at=NOW)
    read = stamps(world)
    assert read["Ana"] != before["Ana"]
    people.update(Draft.of(name="Noor Haddad"), by=world.noor)
    assert stamps(world)["Ana"] != read["Ana"]


def test_who_belongs_nowhere_has_no_stamp(world):
    assert freshness.stamp(world.sam.id, at=NOW) == ""
    world.leave(world.ana_of_riveras)
    assert freshness.stamp(world.ana.id, at=NOW) == ""


def test_who_leaves_one_of_two_families_sees_another_page(world):
    before = freshness.stamp(world.noor.id, at=NOW)
    world.leave(world.noor_of_okafors)
    assert freshness.stamp(world.noor.id, at=NOW) != before


def test_another_familys_session_shows_only_where_it_is_in_the_way(world):
    world.session("2026-06-03 09:00")
    before = freshness.stamp(world.ana.id, at=NOW)
    world.session("2026-06-04 09:00", family=world.okafors)
    assert freshness.stamp(world.ana.id, at=NOW) == before
    other = world.session("2026-06-03 12:00", family=world.okafors)
    clash_warnings = freshness.stamp(world.ana.id, at=NOW)
    assert clash_warnings != before
    CareSession.objects.filter(pk=other.pk).update(scheduled_start=wall("2026-06-03 13:00"), updated_at=NOW)
    assert freshness.stamp(world.ana.id, at=NOW) != clash_warnings


def test_an_event_that_is_seen_late_counts(world):
    """Another worker's transaction took half a minute, and what came after it is there already."""
    time_off.create(world.riveras.id, _june(2), by=world.noor, **ON_THE_WEB)
    before = freshness.stamp(world.ana.id, at=NOW)
    late = {**ON_THE_WEB, "at": NOW - timedelta(seconds=30)}
    time_off.create(world.riveras.id, _june(9), by=world.noor, **late)
    assert freshness.stamp(world.ana.id, at=NOW) != before


def _june(day: int) -> Draft:
    first = wall(f"2026-06-{day:02} 00:00").date()
    return Draft.of(from_date=first, to_date=first)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-06-01 08:03", "2026-06-01 08:05"),  # 12:05 may be started from 08:05 on
        ("2026-06-01 12:04", "2026-06-01 12:05"),
        ("2026-06-01 13:36", "2026-06-01 13:37"),
        ("2026-06-01 23:59", "2026-06-02 00:00"),
    ],
)
def test_time_passes(world, before, after):
    world.session("2026-06-01 12:05", state=State.CONFIRMED, scheduled_end=wall("2026-06-01 13:37"))
    assert freshness.stamp(world.ana.id, at=wall(before)) != freshness.stamp(world.ana.id, at=wall(after))


def test_a_minute_alone_changes_nothing(world):
    world.session("2026-06-01 12:05", state=State.CONFIRMED)
    assert freshness.stamp(world.ana.id, at=NOW) == freshness.stamp(world.ana.id, at=NOW + timedelta(minutes=4))


def test_one_query_however_much_there_is(world, django_assert_num_queries):
    for hour in range(20):
        world.session(f"2026-06-02 {hour:02}:00", hours=1)
    for number in range(5):
        world.join(world.riveras, Role.VIEWER, name=f"Viewer {number}")
    with django_assert_num_queries(1):
        freshness.stamp(world.noor.id, at=NOW)

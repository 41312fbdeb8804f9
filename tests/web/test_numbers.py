"""No page asks the database more often because there is more to show."""

import pytest

from handsel.models import CareSession, Notice
from handsel.rules.lifecycle import State
from tests.web.crowd import crowd
from tests.world import LONG_AGO

COUNTS = pytest.mark.parametrize("count", [10, 1_000])


@COUNTS
def test_today(noor, world, count, django_assert_num_queries):
    world.schedule()
    world.session("2026-06-01 09:00", state=State.CONFIRMED)
    world.session("2026-06-01 17:00", state=State.CONFIRMED, hours=1)
    crowd(world, count)
    with django_assert_num_queries(13):
        noor.get("today")


@COUNTS
def test_home(ana, world, count, django_assert_num_queries):
    world.schedule()
    crowd(world, count, start="2026-06-09 06:00")
    crowd(world, count, state=State.CONFIRMED, start="2026-06-02 18:00")
    with django_assert_num_queries(14):
        ana.get("family_home", world.riveras.id)


@COUNTS
def test_the_familys_page(noor, world, count, django_assert_num_queries):
    world.schedule()
    crowd(world, count)
    crowd(world, count, state=State.COMPLETED, start="2026-01-02 06:00")
    with django_assert_num_queries(15):
        noor.get("family", world.riveras.id)


@COUNTS
def test_the_list_of_sessions(noor, world, count, django_assert_num_queries):
    crowd(world, count)
    with django_assert_num_queries(8):
        noor.get("family_sessions", world.riveras.id)


@COUNTS
def test_a_schedule(noor, world, count, django_assert_num_queries):
    schedule = world.schedule()
    crowd(world, count)
    CareSession.objects.update(schedule=schedule)
    with django_assert_num_queries(11):
        noor.get("schedule", schedule.id)


@COUNTS
def test_the_record(ana, world, count, django_assert_num_queries):
    crowd(world, count, state=State.COMPLETED, start="2026-01-02 06:00")
    with django_assert_num_queries(10):
        ana.get("family_records", world.riveras.id, 2026)
    with django_assert_num_queries(7):
        ana.get("family_records_csv", world.riveras.id, 2026)


@COUNTS
def test_the_inbox(ana, world, count, django_assert_num_queries):
    session = world.session()
    Notice.objects.bulk_create(
        Notice(
            person=world.ana,
            family=world.riveras,
            session=session,
            kind="session.cancelled",
            facts={"by": "Noor"},
            at=LONG_AGO,
        )
        for _ in range(count)
    )
    with django_assert_num_queries(7):
        ana.get("inbox")


def test_a_session_with_much_history(noor, ana, world, django_assert_num_queries):
    session = world.session("2026-06-01 08:00", state=State.IN_PROGRESS)
    for number in range(20):
        noor.post("edit_session", session.id, notes=f"Note {number}")
    with django_assert_num_queries(12):
        page = ana.get("session", session.id)
    assert page.html.count("changed the notes") == 20

"""Long books: what one answer reads has a bound, and no query has a variable for each session."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.access import tokens
from handsel.models import CalendarAddress, CareSession
from handsel.pages import today
from handsel.queries import calendar_feed, records
from handsel.rules.lifecycle import State
from tests.world import LONG_AGO, NOW, wall


def feed(world):
    secret = tokens.new_secret()
    shows = {"is_full": True, "shows_children": True, "shows_notes": True}
    CalendarAddress.objects.create(
        person=world.noor, name="Phone", secret_hash=tokens.hash_of(secret), created_at=LONG_AGO, **shows
    )
    return calendar_feed.appointments(calendar_feed.find(secret, at=NOW), link=str)


def test_a_calendar_is_bounded_and_what_is_to_come_has_its_places_first(world, monkeypatch):
    monkeypatch.setattr(calendar_feed, "MOST", 3)
    over = world.session("2026-05-28 09:00")
    coming = [world.session(f"2026-06-0{day} 09:00") for day in (2, 3)]
    assert [row.session_id for row in feed(world)] == [over.id, *(session.id for session in coming)]
    coming += [world.session(f"2026-06-0{day} 09:00") for day in (4, 5)]
    appointments = feed(world)
    assert [row.session_id for row in appointments] == [session.id for session in coming[:3]]
    assert all(row.child_names for row in appointments)


def test_today_reads_a_bounded_number_of_what_waits_and_tells_how_many_there_are(world, monkeypatch):
    for day in range(2, 7):
        world.session(f"2026-06-0{day} 09:00")
    [whole] = today.page(world.noor, at=NOW).waiting
    assert (whole.count, bool(whole.days), bool(whole.about)) == (5, True, True)
    monkeypatch.setattr(today, "MOST_WAITING", 2)
    page = today.page(world.noor, at=NOW)
    [cut] = page.waiting
    assert (cut.count, cut.rows, cut.days, cut.about) == (5, [], "", "")
    assert page.waiting_count == 5


@pytest.mark.parametrize("what", [feed, lambda world: records.year(world.ana, world.riveras.id, 2026).lines])
def test_no_query_has_a_variable_for_each_session(world, what):
    for number in range(60):
        world.session(wall("2026-05-10 09:00") + timedelta(hours=2 * number), hours=1, state=State.COMPLETED)
    with CaptureQueriesContext(connection) as queries:
        assert len(what(world)) == CareSession.objects.count() == 60
    some = str(CareSession.objects.earliest("scheduled_start").id)
    assert not any(some in query["sql"] or some.replace("-", "") in query["sql"] for query in queries)

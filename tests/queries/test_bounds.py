"""Long books: what one answer reads has a bound, and no query has a variable for each session."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.access import tokens
from handsel.models import CalendarAddress, CareSession
from handsel.pages import calendar, calendar_days, today
from handsel.pages.calendar import Asked, View
from handsel.queries import calendar_feed, records
from handsel.rules.lifecycle import State
from tests.world import LONG_AGO, NOW, wall


def feed(world):
    secret = tokens.new_secret()
    shows = {"is_full": True, "shows_children": True, "shows_notes": True}
    CalendarAddress.objects.create(
        person=world.noor, name="Phone", secret_hash=tokens.hash_of(secret), created_at=LONG_AGO, **shows
    )
    return calendar_feed.appointments(calendar_feed.find(secret, at=NOW), page="")


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


def test_today_tells_each_family_also_where_another_has_more_than_are_read(world, monkeypatch):
    for day in range(2, 7):
        world.session(f"2026-06-0{day} 09:00")
    late = world.session("2026-06-20 09:00", family=world.okafors)
    monkeypatch.setattr(today, "MOST_WAITING", 3)
    page = today.page(world.noor, at=NOW)
    assert [(wait.family_name, wait.count, [row.id for row in wait.rows]) for wait in page.waiting] == [
        ("Riveras", 5, []),
        ("Okafors", 1, [late.id]),
    ]
    for day in range(21, 24):
        world.session(f"2026-06-{day} 09:00", family=world.okafors)
    many = today.page(world.noor, at=NOW).waiting[1]
    assert (many.family_name, many.count, many.rows, many.days, many.about) == ("Okafors", 4, [], "", "")


@pytest.mark.parametrize("view", list(View))
def test_the_calendar_is_bounded_says_so_and_offers_no_time_that_it_did_not_read(world, monkeypatch, view):
    sessions = [world.session(f"2026-06-{day} 09:00") for day in ("02", "02", "03", "04")]
    asked = Asked(view, NOW.date() + timedelta(days=1))
    assert "not shown" not in calendar.page(world.ana, asked, at=NOW).cut
    monkeypatch.setattr(calendar_days, "MOST", 1)
    page = calendar.page(world.ana, asked, at=NOW)
    shown = [entry for column in page.columns for entry in column.entries]
    assert [entry.row.id for entry in shown if entry.row] == [sessions[0].id]
    assert "from Tuesday, 2\u00a0June on, some are not shown" in page.cut
    assert all(column.date < "2026-06-02" for column in page.columns if "gap" in {e.kind for e in column.entries})


def test_what_a_nanny_does_elsewhere_is_bounded_too(world, monkeypatch):
    for day in (2, 3, 4):
        world.session(f"2026-06-0{day} 09:00", family=world.okafors)
    monkeypatch.setattr(calendar_days, "MOST", 2)
    page = calendar.page(world.ana, Asked(View.WEEK), at=NOW)
    assert [column.date for column in page.columns for entry in column.entries if entry.kind == "busy"] == [
        "2026-06-02",
        "2026-06-03",
    ]
    assert "from Thursday, 4\u00a0June on" in page.cut


@pytest.mark.parametrize("what", [feed, lambda world: records.year(world.ana, world.riveras.id, 2026).lines])
def test_no_query_has_a_variable_for_each_session(world, what):
    for number in range(60):
        world.session(wall("2026-05-10 09:00") + timedelta(hours=2 * number), hours=1, state=State.COMPLETED)
    with CaptureQueriesContext(connection) as queries:
        assert len(what(world)) == CareSession.objects.count() == 60
    some = str(CareSession.objects.earliest("scheduled_start").id)
    assert not any(some in query["sql"] or some.replace("-", "") in query["sql"] for query in queries)

"""What is asked every day costs no more when years of sessions lie behind it."""

from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.models import CareSchedule, CareSession
from handsel.models.care_sessions import with_planned_to
from handsel.notices import reminders
from handsel.rules.lifecycle import State
from tests.web.many_rows import crowd
from tests.world import NOW


def test_what_shares_time_is_looked_for_near_that_time_alone(world):
    of_noor = CareSession.objects.filter(nanny_person=world.noor)
    for rows in (of_noor.overlapping(NOW, NOW + timedelta(hours=8)), of_noor.ending_after(NOW)):
        where = str(rows.query).partition("WHERE")[2]
        assert '"scheduled_start" > ' in where


def test_the_longest_session_is_found_in_its_last_minute(world):
    """25 hours: a day and night on which the clocks are put back."""
    session = world.session(datetime(2026, 10, 31, 12, 0, tzinfo=UTC), hours=25)
    last_minute = session.scheduled_end - timedelta(minutes=1)
    assert CareSession.objects.ending_after(last_minute).get() == session
    assert CareSession.objects.overlapping(last_minute, session.scheduled_end).get() == session


def test_how_far_a_schedule_is_planned_is_read_off_an_index(world):
    schedule, other = world.schedule(), world.schedule(name="Afternoons")
    for day in (1, 5, 3):
        slot = date(2026, 6, day)
        world.session(f"{slot} 06:00", schedule=schedule, slot_date=slot)
    schedules = with_planned_to(CareSchedule.objects.order_by("created_at", "id"))
    assert {row.pk: row.planned_to for row in schedules} == {schedule.pk: date(2026, 6, 5), other.pk: None}
    assert "JOIN" not in str(schedules.query)


def test_what_somebody_is_to_be_reminded_of_is_looked_for_near_now_by_an_index(world):
    session = world.session("2026-06-02 09:00", state=State.CONFIRMED)
    years_ago = world.session("2024-06-02 09:00", state=State.CONFIRMED)
    crowd(world, 1000, state=State.COMPLETED, start="2025-06-02 06:00")
    with CaptureQueriesContext(connection) as queries:
        assert reminders.sessions_to_look_at(NOW) == [session]
    assert years_ago.state is State.CONFIRMED  # nobody ever started it
    where = queries[0]["sql"].partition("WHERE")[2]
    assert where.count('"scheduled_start" > ') >= 2
    assert '"scheduled_start" <= ' in where
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE handsel_caresession")
            cursor.execute(f"EXPLAIN {queries[0]['sql']}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {queries[0]['sql']}")
        assert "sessions_by_start" in str(cursor.fetchall())

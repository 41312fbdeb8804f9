"""Times of families in different zones, in one list: each names its zone, also that of the reader's own clocks."""

from datetime import UTC, datetime

import pytest

from handsel.actions import care_sessions
from handsel.models import CareSession, Family, User
from handsel.rules.lifecycle import State
from tests.world import A_MINUTE_AGO

pytestmark = pytest.mark.any_database


@pytest.fixture(params=["", "America/New_York"])
def okafors_in_madrid(world, request):
    """Noor lives by each family's clocks, or by New York's."""
    Family.objects.filter(pk=world.okafors.pk).update(time_zone="Europe/Madrid")
    User.objects.filter(pk=world.noor.pk).update(time_zone=request.param)
    world.okafors.refresh_from_db()


def madrid(hour: int, day: int = 1, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour - 2, tzinfo=UTC)


def test_today(world, noor, okafors_in_madrid):
    world.session("2026-06-01 09:00", hours=1, state=State.CONFIRMED)
    world.session(madrid(19), hours=2, state=State.CONFIRMED, family=world.okafors)
    world.session("2026-05-29 09:00", state=State.CONFIRMED)
    page = noor.get("today")
    assert page.says("Riveras · New York time Emma 09:00")
    assert page.says("8 h · one-time · New York time")
    assert page.says("2 h · one-time · Madrid time")


def test_my_year(world, noor, okafors_in_madrid):
    world.session("2026-05-04 09:00", hours=1, state=State.COMPLETED)
    world.session(madrid(19, 4, 5), hours=2, state=State.COMPLETED, family=world.okafors)
    page = noor.get("my_records", 2026)
    assert page.says("09:00–10:00 New York time")
    assert page.says("19:00–21:00 Madrid time")
    assert not noor.get("family_records", world.riveras.id, 2026).says("New York time")


def test_the_inbox_and_a_mail(world, noor, okafors_in_madrid):
    for person, session in (
        (world.ana, world.session("2026-06-02 09:00", hours=1)),
        (world.ada, world.session(madrid(19, 2), hours=2, family=world.okafors)),
    ):
        care_sessions.confirm(session.id, by=person, **A_MINUTE_AGO)
    page = noor.get("inbox")
    assert page.says("09:00–10:00 · New York time")
    assert page.says("19:00–21:00 · Madrid time")


def test_days_that_one_cannot_come(world, noor, okafors_in_madrid):
    world.session("2026-06-02 09:00", hours=1, state=State.CONFIRMED)
    world.session(madrid(19, 2), hours=2, state=State.CONFIRMED, family=world.okafors)
    page = noor.get("cant_come", from_date="2026-06-02", to_date="2026-06-02")
    assert page.says("New York time")
    assert page.says("Madrid time")


def test_sessions_of_a_family_from_before_it_moved(world, ana):
    world.session("2026-06-02 09:00")
    assert not ana.get("family_sessions", world.riveras.id).says("New York time")
    moved = world.session("2026-06-03 09:00")
    CareSession.objects.filter(pk=moved.pk).update(time_zone="Europe/Madrid")
    for route in ("family_sessions", "family_home", "family"):
        page = ana.get(route, world.riveras.id)
        assert page.says("New York time")
        assert page.says("Madrid time")


def test_today_of_a_family_that_moved(world, noor):
    for start, state in (
        ("2026-06-01 09:00", State.CONFIRMED),
        ("2026-06-02 09:00", State.UNCONFIRMED),
        ("2026-06-03 09:00", State.UNCONFIRMED),
    ):
        world.session(start, hours=1, state=state)
    assert not noor.get("today").says("New York time")
    moved = world.session("2026-06-04 09:00")
    CareSession.objects.filter(pk=moved.pk).update(time_zone="America/Los_Angeles")
    page = noor.get("today")
    assert page.says("New York time")
    assert page.says("Los Angeles time")


def test_the_next_session_of_a_nanny_whose_only_family_moved(world, noor):
    world.session("2026-06-01 09:00", hours=1, state=State.CONFIRMED)
    Family.objects.filter(pk=world.riveras.pk).update(time_zone="America/Los_Angeles")
    Family.objects.filter(pk=world.okafors.pk).update(time_zone="America/Los_Angeles")
    assert noor.get("today").says("Riveras · New York time")

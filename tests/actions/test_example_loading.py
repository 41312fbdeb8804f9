"""Whenever the example families are loaded, they are as they would be at that hour."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from handsel.actions import example_families
from handsel.models import CareSession, User
from handsel.rules.history import Source

pytestmark = pytest.mark.any_database


def load(text: str) -> datetime:
    """Load the example as if it were this wall time in New York."""
    at = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York"))
    example_families.load(at=at, source=Source.COMMAND)
    return at


@pytest.mark.parametrize(
    "wall",
    [
        pytest.param("2026-06-05 14:30", marks=pytest.mark.nightly),  # at the very minute it ends
        pytest.param("2026-06-01 06:00", marks=pytest.mark.nightly),  # at the very minute it begins
        # a minute before the Okafors' afternoon, two days after the clocks went forward
        pytest.param("2026-03-10 12:59", marks=pytest.mark.nightly),
        # a Sunday, the day the clocks go back, when by the schedules alone nobody would be at work
        pytest.param("2026-11-01 19:59", marks=pytest.mark.nightly),
        pytest.param("2028-02-29 09:10", marks=pytest.mark.nightly),
    ],
)
def test_by_day_exactly_one_session_runs(db, wall):
    assert_one_runs(load(wall))


def assert_one_runs(at: datetime) -> None:
    running = CareSession.objects.get(status="IN_PROGRESS")
    assert running.actual_start <= at
    assert running.scheduled_start <= at


@pytest.mark.parametrize("wall", ["2026-06-01 05:59", "2026-06-07 23:30"])
@pytest.mark.nightly
def test_by_night_nobody_works(db, wall):
    load(wall)
    assert not CareSession.objects.filter(status="IN_PROGRESS").exists()


def test_in_production_nobody_gets_a_password_that_everybody_knows(db, settings):
    settings.ENVIRONMENT = type("Production", (), {"production": True})()
    with pytest.raises(SystemExit, match="not for production"):
        call_command("load_example_families")
    assert not User.objects.exists()

"""Two hundred days of people who forget, come late, fall ill, press twice and change their minds."""

import hypothesis
import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.workflows.deeds import RandomDays


def live(*, runs: int, deeds: int, derandomize: bool) -> int:
    """Return how many days were lived in so many runs of so many deeds."""
    before = RandomDays.lived
    settings = hypothesis.settings(
        max_examples=runs,
        stateful_step_count=deeds,
        deadline=None,
        derandomize=derandomize,
        database=None,
        suppress_health_check=[*hypothesis.HealthCheck],
    )
    run_state_machine_as_test(RandomDays, settings=settings)
    return RandomDays.lived - before


@pytest.mark.any_database
def test_a_day(db):
    assert live(runs=1, deeds=8, derandomize=True) >= 1


@pytest.mark.nightly
def test_a_hundred_days(db):
    """As many on the other database."""
    days = 0
    while days < 100:
        days += live(runs=10, deeds=120, derandomize=False)

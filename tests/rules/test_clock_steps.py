"""What a look at the clock says: whether it stepped, how far, and what then waits."""

from datetime import timedelta

import pytest

from handsel.rules import clock_steps
from handsel.rules.clock_steps import Step
from tests.world import NOW

pytestmark = pytest.mark.no_database

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))


@pytest.mark.parametrize("by", [-MINUTE, timedelta(), MINUTE, HOUR])
def test_a_little_is_no_step(by):
    assert clock_steps.step(NOW, NOW + by) is None


@pytest.mark.parametrize(
    ("by", "is_large", "says"),
    [
        (-MINUTE - SECOND, False, "went back by 61 seconds"),
        (-HOUR, False, "went back by 60 minutes"),
        (-DAY, True, "went back by 24 hours"),
        (HOUR + SECOND, True, "went ahead by 60 minutes"),
        (365 * DAY, True, "went ahead by 365 days"),
    ],
)
def test_a_step_says_which_way_and_how_far(by, is_large, says):
    step = clock_steps.step(NOW, NOW + by)
    assert (step.at, step.is_large) == (NOW + by, is_large)
    assert says in step.sentence


def test_what_a_large_step_holds_waits_for_its_period_and_ten_minutes_at_least():
    step = Step(NOW, DAY)
    for every, waits in ((MINUTE, 10 * MINUTE), (HOUR, HOUR)):
        assert step.holds(every, NOW)
        assert step.holds(every, NOW + waits - SECOND)
        assert not step.holds(every, NOW + waits)
    assert not step.holds(HOUR, NOW - SECOND)
    assert not Step(NOW, -HOUR).holds(HOUR, NOW)

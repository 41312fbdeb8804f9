"""Ways to a rate that one may not see, or to losing it."""

from decimal import Decimal

import pytest

from handsel.actions import care_schedules, care_sessions
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.refusals import Invalid, WrongState
from tests.world import ON_THE_WEB

pytestmark = pytest.mark.any_database

RATE, GUESS = Decimal("25.00"), Decimal("26.00")


@pytest.mark.parametrize("state", [State.CANCELLED, State.IN_PROGRESS])
def test_a_right_guess_at_the_rate_of_nobodys_session_is_refused_like_a_wrong_one(world, state):
    session = world.session(state=state, nanny=None)
    for rate in (RATE, GUESS):
        with pytest.raises(WrongState):
            care_sessions.update(session.id, Draft.of(hourly_rate=rate), by=world.bea, **ON_THE_WEB)


def test_a_right_guess_at_the_rate_of_done_care_needs_a_reason_too(world):
    session = world.session("2026-05-29 06:00", state=State.COMPLETED, nanny=None)
    for rate in (RATE, GUESS):
        with pytest.raises(Invalid):
            care_sessions.update(session.id, Draft.of(hourly_rate=rate), by=world.bea, **ON_THE_WEB)


def test_who_sends_back_the_null_that_she_saw_takes_no_rate_away(world):
    session, schedule = world.session(nanny=None), world.schedule()
    fields = {"notes": "Bring boots.", "hourly_rate": None}
    changed = care_sessions.update(session.id, Draft.of(**fields), by=world.bea, **ON_THE_WEB)
    assert (changed.notes, changed.hourly_rate) == ("Bring boots.", RATE)
    changed = care_schedules.update(schedule.id, Draft.of(**fields), by=world.bea, **ON_THE_WEB)
    assert (changed.notes, changed.hourly_rate) == ("Bring boots.", RATE)
    # Ana sees the rate: her null is an answer.
    assert care_sessions.update(session.id, Draft.of(**fields), by=world.ana, **ON_THE_WEB).hourly_rate is None
    assert care_schedules.update(schedule.id, Draft.of(**fields), by=world.ana, **ON_THE_WEB).hourly_rate is None


def test_a_right_guess_at_the_rate_of_another_nannys_schedule_looks_like_a_wrong_one(world):
    schedule = world.schedule(hourly_rate=RATE)
    seen = []
    for rate in (RATE, GUESS):
        changed = care_schedules.update(schedule.id, Draft.of(hourly_rate=rate), by=world.bea, **ON_THE_WEB)
        seen.append(changed.version)
    assert seen == [2, 3]


@pytest.mark.parametrize("also", [{}, {"hourly_rate": None}])
def test_a_schedule_that_changes_hands_does_not_tell_what_the_other_nanny_earns(world, also):
    schedule = world.schedule(hourly_rate=Decimal("31.00"))
    for nanny_id in (None, world.bea_of_riveras.id):
        draft = Draft.of(nanny_id=nanny_id, **also)
        assert care_schedules.update(schedule.id, draft, by=world.bea, **ON_THE_WEB).hourly_rate == RATE

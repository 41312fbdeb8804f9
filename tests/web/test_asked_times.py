"""Start and Complete, pressed late: they ask which time they are about. It is Monday, 1 June 2026, 08:00."""

import pytest

from handsel.models import CareSession, Notice
from handsel.rules.lifecycle import State
from tests.world import NOW, wall

pytestmark = pytest.mark.any_database


def test_a_forgotten_end_is_asked_for_and_told_as_it_was(ana, noor, world, it_is):
    started = wall("2026-05-29 22:30")
    night = world.session("2026-05-29 21:00", hours=9, state=State.IN_PROGRESS, actual_start=started)
    it_is("2026-05-30 19:00")
    page = noor.post("complete_session", night.id, status=200, version=1)
    assert page.says("When did it end?")
    assert page.says("Started Fri 29 May, 22:30, planned until 06:00. It is 19:00 now.")
    assert page.text.index("06:00 as planned") < page.text.index("Now ") < page.text.index("Other time")
    night.refresh_from_db()
    assert night.state is State.IN_PROGRESS
    page = noor.press("complete_session", night.id, version=1, when="planned")
    assert page.says("Completed: Fri 29 May, 22:30–06:00, 7 h 30 min.")
    night.refresh_from_db()
    assert night.actual_end == wall("2026-05-30 06:00")
    assert ana.get("inbox").says("7 h 30 min")


@pytest.mark.parametrize(
    ("typed", "day", "moment"),
    [
        ("05:40", "", "2026-05-30 05:40"),
        ("23:15", "", "2026-05-29 23:15"),
        ("22:30", "", "2026-05-29 22:30:20"),
        ("5:40 am", "", "2026-05-30 05:40"),
        ("20:00", "", None),
        ("", "", None),
    ],
)
def test_a_time_without_a_day_is_the_latest_that_is_possible(noor, world, it_is, typed, day, moment):
    started = wall("2026-05-29 22:30:20")
    night = world.session("2026-05-29 21:00", hours=9, state=State.IN_PROGRESS, actual_start=started)
    it_is("2026-05-30 19:00")
    assert noor.get("complete_session", night.id).says("Up to 19:00: Sat 30 May. Later: Fri 29 May.")
    sent = {"version": 1, "when": "other", "time": typed, "day": day}
    page = noor.post("complete_session", night.id, status=302 if moment else 422, **sent)
    night.refresh_from_db()
    if moment is None:
        wrong = "Enter a time from 29 May, 22:30 to 30 May, 19:00." if typed else "Fill this in."
        assert page.error_at("time") == wrong
        assert page.value_of("time") == typed
        assert night.state is State.IN_PROGRESS
    else:
        assert night.actual_end == wall(moment)


def test_what_ended_a_moment_ago_is_completed_at_once(noor, world, it_is):
    session = world.session("2026-06-01 06:00", hours=2, state=State.IN_PROGRESS)
    it_is("2026-06-01 08:15")
    noor.post("complete_session", session.id, version=1)
    other = world.session("2026-06-01 06:00", hours=2, state=State.IN_PROGRESS)
    it_is("2026-06-01 08:16")
    assert noor.post("complete_session", other.id, status=200, version=1).says("When did it end?")
    noor.press("complete_session", other.id, version=1, when="now")
    other.refresh_from_db()
    assert other.actual_end == wall("2026-06-01 08:16")


def test_a_late_start_is_asked_for(noor, world):
    session = world.session("2026-06-01 06:00", state=State.CONFIRMED)
    page = noor.post("start_session", session.id, status=200, version=1, next="/today/")
    assert page.says("When did it start?")
    assert page.says("Planned from 06:00 to 14:00. It is 08:00 now.")
    page = noor.press("start_session", session.id, version=1, when="planned", next="/today/")
    assert page.says("Started at 06:00: Mon 1 Jun, 06:00–14:00.")
    session.refresh_from_db()
    assert session.actual_start == wall("2026-06-01 06:00")


def test_a_page_that_changed_meanwhile_is_not_answered(noor, world):
    session = world.session("2026-06-01 06:00", state=State.CONFIRMED)
    CareSession.objects.update(version=2)
    page = noor.post("start_session", session.id, status=200, version=1)
    assert 'name="version" value="1"' in page.html
    assert noor.post("start_session", session.id, status=412, version=1, when="now").says("changed meanwhile")


def test_who_forgot_to_end_another_familys_session_is_not_locked_out(ana, ada, noor, world):
    running = world.session("2026-05-29 12:00", hours=6.5, family=world.okafors, state=State.IN_PROGRESS)
    session = world.session("2026-06-01 08:00", state=State.CONFIRMED)
    page = noor.get("today")
    assert page.offers("start_session", session.id)
    page = noor.post("start_session", session.id, status=200, version=1, next="/today/")
    assert page.says("You’re still with Zuri")
    assert page.says("Zuri until 18:30 as planned, and start here")
    assert page.offers("complete_session", running.id)
    answer = {"when": "now", "ends": running.id, "ends_when": "planned", "next": "/today/"}
    page = noor.press("start_session", session.id, version=1, **answer)
    assert page.says("Completed: Fri 29 May, 12:00–18:30, 6 h 30 min.")
    assert page.says("Started at 08:00: Mon 1 Jun, 08:00–16:00.")
    running.refresh_from_db()
    session.refresh_from_db()
    assert (running.actual_end, session.actual_start) == (wall("2026-05-29 18:30"), NOW)
    assert Notice.objects.filter(person=world.ada, kind="session.completed").count() == 1
    assert not ana.get("inbox").says("Zuri")


def test_one_step_is_both_or_neither(noor, world):
    running = world.session("2026-05-29 12:00", hours=6.5, family=world.okafors, state=State.IN_PROGRESS)
    session = world.session("2026-06-01 08:00", state=State.CONFIRMED)
    answer = {"when": "now", "ends": running.id, "ends_when": "planned"}
    noor.post("start_session", session.id, status=412, version=7, **answer)
    running.refresh_from_db()
    assert running.state is State.IN_PROGRESS
    for wrong in ("nonsense", session.id):
        noor.post("start_session", session.id, status=404 if wrong == "nonsense" else 409, **(answer | {"ends": wrong}))
    running.refresh_from_db()
    assert running.state is State.IN_PROGRESS


def test_a_coordinator_learns_nothing_of_what_runs_elsewhere(coordinator, world):
    world.session("2026-06-01 06:00", hours=1, family=world.okafors, state=State.IN_PROGRESS)
    session = world.session("2026-06-01 08:00", state=State.CONFIRMED)
    page = coordinator.post("start_session", session.id, status=409, version=1)
    assert not page.says("Zuri")


def test_who_may_not_press_is_asked_nothing(ana, bea, viewer, sam, world):
    session = world.session("2026-06-01 06:00", state=State.CONFIRMED)
    for visitor in (ana, bea, viewer):
        visitor.post("start_session", session.id, status=403, version=1)
        visitor.get("start_session", session.id, status=302)
    sam.post("start_session", session.id, status=404)
    sam.get("start_session", session.id, status=404)


def test_since_names_the_day(ana, noor, bea, world):
    running = wall("2026-05-29 18:35")
    world.session(
        "2026-05-29 18:30", hours=4, state=State.IN_PROGRESS, actual_start=running, nanny=world.bea_of_riveras
    )
    assert ana.get("family_home", world.riveras.id).says("Bea has been with Emma since Fri 29 May, 18:35.")
    assert bea.get("today").says("Started Fri 29 May, 18:35")
    assert ana.get("family_sessions", world.riveras.id, past="").says("since Fri 29 May, 18:35")


def test_the_week_draws_as_open_what_was_not_recorded(ana, noor, world, it_is):
    world.session("2026-06-01 06:00", state=State.CONFIRMED, hours=2)
    world.session("2026-06-02 06:00", state=State.COMPLETED, hours=2)
    world.session("2026-06-05 06:00", state=State.CONFIRMED, hours=2)
    world.session("2026-06-06 06:00", hours=2)
    it_is("2026-06-03 08:00")
    page = noor.get("today")
    assert page.html.count('class="mark" data-state="open"') == 1
    assert page.says("4 h confirmed · 2 h not recorded")
    home = ana.get("family_home", world.riveras.id)
    assert home.says("Planned 6 h $150.00 Not recorded 2 h $50.00 Done so far 2 h $50.00")
    assert home.says("06:00, not recorded")

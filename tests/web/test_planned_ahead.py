"""Planned automatically: chosen in the form or on the schedule's page, shown where one looks, stopped in one press."""

import pytest

from handsel.actions import extending
from handsel.models import CareSchedule, CareSession, GenerationBatch, User
from handsel.rules.lifecycle import State
from tests.web.controls import Controls
from tests.world import NOW

pytestmark = pytest.mark.any_database

SEEN = "WEEKLY|FRIDAY,MONDAY,WEDNESDAY|MONDAY|06:00:00|14:30:00|2026-06-01|None"


@pytest.fixture
def kept(world) -> CareSchedule:
    """The mornings, kept planned for two weeks on Ana's word."""
    return world.schedule(weeks_ahead=2, extended_by=world.ana_of_riveras)


def test_the_form_asks_and_the_page_says_on_whose_word(ana, noor, viewer, world):
    form = {
        "name": "Mornings",
        "child_ids": [str(world.emma.id)],
        "recurrence": "WEEKLY",
        "days_of_week": ["MONDAY", "WEDNESDAY", "FRIDAY"],
        "start_time": "06:00",
        "end_time": "14:30",
        "start_date": "2026-06-01",
        "nanny_id": str(world.noor_of_riveras.id),
        "hourly_rate": "25.00",
        "save": "yes",
        "seen": SEEN,
    }
    assert ana.get("new_schedule", world.riveras.id).says("Plan ahead automatically")
    page = ana.press("new_schedule", world.riveras.id, **form, weeks_ahead="4")
    assert page.says("Planned automatically 4 weeks ahead, set up by Ana")
    schedule = CareSchedule.objects.get()
    assert (schedule.weeks_ahead, schedule.extended_by) == (4, world.ana_of_riveras)
    shown = Controls(noor.get("edit_schedule", schedule.id).html).by_id["id_weeks_ahead"]
    assert shown.holds == ["4"]
    # What is not touched stays on Ana's word; who changes it gives her own.
    page = noor.press("edit_schedule", schedule.id, **form | {"name": "Early"}, weeks_ahead="4", version="1")
    assert page.says("4 weeks ahead, set up by Ana")
    page = noor.press("edit_schedule", schedule.id, **form | {"name": "Early"}, weeks_ahead="1", version="2")
    assert page.says("Planned automatically 1 week ahead, set up by Noor")
    page = viewer.get("schedule", schedule.id)
    assert page.says("1 week ahead, set up by Noor")
    assert not page.offers("keep_ahead", schedule.id)
    noor.press("edit_schedule", schedule.id, **form | {"name": "Early"}, weeks_ahead="", version="3")
    schedule.refresh_from_db()
    assert (schedule.weeks_ahead, schedule.extended_by) == (None, None)


def test_on_its_page_it_is_turned_on_and_stopped_in_one_press(noor, world):
    schedule = world.schedule()
    page = noor.get("schedule", schedule.id)
    assert page.says("Plan ahead automatically")
    assert not page.says("Stop planning automatically")
    assert Controls(page.html).by_id["id_weeks_ahead"].holds == ["4"]
    page = noor.press("keep_ahead", schedule.id, weeks_ahead="2", version="1")
    assert page.says("Mornings is planned ahead automatically from now on. It begins within 15 minutes.")
    assert page.says("Planned automatically 2 weeks ahead, set up by Noor")
    assert page.says("Stop planning automatically")
    assert page.value_of("weeks_ahead") == ""
    page = noor.press("keep_ahead", schedule.id, weeks_ahead="", version="2")
    assert page.says("Mornings is no longer planned ahead automatically. Its sessions stay.")
    assert not page.says("on Noor’s word")


def test_what_cannot_be_used_is_refused_and_whoever_was_first_is_not_overruled(noor, world, kept):
    schedule = world.schedule()
    for sent in ("0", "27", "many", "-1", "2.5"):
        page = noor.post("keep_ahead", schedule.id, status=422, weeks_ahead=sent, version="1")
        assert page.error_at("weeks_ahead") == "Choose one of these."
    page = noor.post("keep_ahead", kept.id, status=412, weeks_ahead="", version="7")
    assert page.says("Somebody changed this since you opened it.")
    kept.refresh_from_db()
    assert kept.weeks_ahead == 2


def test_today_says_what_is_planned_by_itself(noor, world, kept):
    world.schedule(name="Afternoons")
    extending.extend(NOW)
    page = noor.get("today")
    assert page.says("Mornings Riveras · planned to Fri 19 Jun · automatically, 2 weeks ahead")
    assert page.says("Afternoons Riveras · nothing planned yet Generate")


def test_a_sessions_history_tells_who_planned_it(ana, world, kept):
    extending.extend(NOW)
    session = CareSession.objects.order_by("slot_date")[0]
    assert ana.get("session", session.id).says("Handsel planned it from “Mornings”, set up by Ana")
    User.objects.filter(pk=world.ana.pk).update(language="es")
    assert ana.get("session", session.id).says("Handsel la planeó con “Mornings”, activado por Ana")
    page = ana.get("schedule", kept.id)
    assert page.says("Planeado automáticamente con 2 semanas de adelanto, activado por Ana")


def test_the_inbox_leads_who_wished_it_to_what_needs_an_answer(ana, kept):
    extending.extend(NOW)
    page = ana.get("inbox")
    assert page.says("8 sessions to confirm")
    assert page.says("3–19 Jun")


def test_what_was_generated_last_is_taken_back_on_the_schedules_page(ana, viewer, world, kept):
    assert not ana.get("schedule", kept.id).says("Undo the last generation")
    extending.extend(NOW)
    batch = GenerationBatch.objects.get()
    assert ana.get("schedule", kept.id).offers("undo_generation", batch.id)
    assert not viewer.get("schedule", kept.id).offers("undo_generation", batch.id)
    session = CareSession.objects.order_by("slot_date")[0]
    ana.press("confirm_session", session.id)
    page = ana.press("undo_generation", batch.id)
    assert page.says("7 sessions removed. 1 was changed or confirmed and stays.")
    assert not ana.get("schedule", kept.id).says("Undo the last generation")
    assert CareSession.objects.get().state is State.CONFIRMED

"""Schedules: what they mean is seen before they are saved; generating is seen before it happens."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from handsel.models import CareSchedule, User
from tests.world import World

pytestmark = pytest.mark.any_database

SEEN = "WEEKLY|FRIDAY,MONDAY,WEDNESDAY|MONDAY|06:00:00|14:30:00|2026-06-01|None"


@pytest.fixture
def form(world: World):
    def filled(**changes: Any) -> dict[str, Any]:
        return {
            "name": "Mon/Wed/Fri mornings",
            "child_ids": [str(world.emma.id), str(world.theo.id)],
            "recurrence": "WEEKLY",
            "days_of_week": ["MONDAY", "WEDNESDAY", "FRIDAY"],
            "start_time": "06:00",
            "end_time": "14:30",
            "start_date": "2026-06-01",
            "nanny_id": str(world.noor_of_riveras.id),
            "hourly_rate": "25.00",
        } | changes

    return filled


def test_a_preview_says_what_a_schedule_means_and_saves_nothing(ana, world, form):
    page = ana.post("new_schedule", world.riveras.id, status=200, preview="yes", **form())
    assert page.says("Every Monday, Wednesday and Friday 06:00–14:30, Emma and Theo with Noor, from 1 June 2026.")
    assert page.says("Mon 1 Jun 2026 Wed 3 Jun Fri 5 Jun Mon 8 Jun Wed 10 Jun Fri 12 Jun")
    assert page.says("A month 13 sessions A week 25.5 h Cost a week $637.50")
    assert page.says("Each is 8 h 30 min and costs $212.50.")
    assert page.value_of("seen") == SEEN
    assert not CareSchedule.objects.exists()


@pytest.mark.parametrize(
    ("changes", "figures"),
    [
        # 4.25 hours are 4.3 to one place, and cost what 4.25 do.
        (
            {"recurrence": "BIWEEKLY", "days_of_week": ["MONDAY"]},
            "A month 2.2 sessions A week 4.3 h Cost a week $106.25",
        ),
        ({"recurrence": "ONCE", "days_of_week": []}, "Hours 8 h 30 min Cost $212.50 Saving adds"),
    ],
)
def test_what_it_costs_is_of_a_week_or_of_the_one_session(ana, world, form, changes, figures):
    assert ana.post("new_schedule", world.riveras.id, status=200, preview="yes", **form(**changes)).says(figures)


def test_who_sees_no_pay_is_told_the_hours_alone(noor, world, form):
    page = noor.post("new_schedule", world.riveras.id, status=200, preview="yes", **form(hourly_rate=""))
    assert page.says("A month 13 sessions A week 25.5 h Each is 8 h 30 min. Saving adds")


@pytest.mark.parametrize(
    ("changes", "title", "dates"),
    [
        (
            {"recurrence": "MONTHLY", "days_of_week": ["TUESDAY"], "start_date": "2026-06-09"},
            "The second Tuesday of every month",
            "Tue 9 Jun 2026 Tue 14 Jul",
        ),
        (
            {"recurrence": "MONTHLY", "days_of_week": [], "start_date": "2026-06-30"},
            "Day 30 of every month, or its last day when it is shorter",
            "Tue 30 Jun 2026 Thu 30 Jul",
        ),
        (
            {"recurrence": "MONTHLY", "days_of_week": [], "start_date": "2026-07-31"},
            "The last day of every month",
            "Fri 31 Jul 2026 Mon 31 Aug Wed 30 Sep",
        ),
        (
            {"recurrence": "BIWEEKLY", "days_of_week": ["MONDAY"]},
            "Every second week on Monday",
            "Mon 1 Jun 2026 Mon 15 Jun",
        ),
        (
            {"recurrence": "BIWEEKLY", "days_of_week": ["MONDAY", "SUNDAY"], "start_date": "2026-06-07"},
            "Every second week on Monday and Sunday",
            "Sun 7 Jun 2026 Mon 15 Jun Sun 21 Jun",
        ),
        (
            {
                "recurrence": "BIWEEKLY",
                "days_of_week": ["MONDAY", "SUNDAY"],
                "start_date": "2026-06-07",
                "week_start": "SUNDAY",
            },
            "Every second week on Monday and Sunday",
            "Sun 7 Jun 2026 Mon 8 Jun Sun 21 Jun Mon 22 Jun",
        ),
        (
            {"recurrence": "ONCE", "days_of_week": [], "start_date": "2026-06-06"},
            "Once, on Saturday 6 June 2026",
            "Sat 6 Jun 2026",
        ),
        # The page hides the weekdays of a single session; one that is still ticked says nothing.
        (
            {"recurrence": "ONCE", "days_of_week": ["MONDAY"], "start_date": "2026-06-06"},
            "Once, on Saturday 6 June 2026",
            "Sat 6 Jun 2026",
        ),
    ],
)
def test_every_recurrence_is_said_in_words(ana, world, form, changes, title, dates):
    page = ana.post("new_schedule", world.riveras.id, status=200, preview="yes", **form(**changes))
    assert page.says(title)
    assert page.says(dates)


def test_as_it_is_filled_in_the_panel_says_the_same_as_the_page(ana, world, form):
    filled = form(name="", child_ids=[], hourly_rate="")
    page = ana.post("new_schedule", world.riveras.id, status=200, preview="yes", **form())
    part = ana.post("new_schedule", world.riveras.id, status=200, live="yes", **form())
    assert "<html" not in part.html
    assert part.text.removesuffix("Save") in page.text.replace("Preview again", "")
    # Days and hours are enough, whatever is missing yet; who has not chosen these either is asked nothing.
    part = ana.post("new_schedule", world.riveras.id, status=200, live="yes", **filled)
    assert part.says("06:00–14:30, from 1 June 2026.")
    part = ana.post("new_schedule", world.riveras.id, status=200, live="yes", **(filled | {"start_time": ""}))
    assert part.says("Before anything is saved you see the next six dates")
    part = ana.post("new_schedule", world.riveras.id, status=200, live="yes", **form(end_time="06:00"))
    assert part.says("Start and end are the same.")
    ana.post("new_schedule", world.riveras.id, status=200, live="yes", save="yes", seen=SEEN, **form())
    assert not CareSchedule.objects.exists()


def test_an_overnight_schedule_ends_the_next_day(ana, world, form):
    page = ana.post(
        "new_schedule", world.riveras.id, status=200, preview="yes", **form(start_time="21:00", end_time="06:00")
    )
    assert page.says("Ends the next day, 9 h.")


def test_nothing_is_saved_that_was_not_seen(ana, world, form):
    page = ana.post("new_schedule", world.riveras.id, status=200, save="yes", **form())
    assert page.says("Not saved yet. Look at what it means, then save.")
    page = ana.post("new_schedule", world.riveras.id, status=200, save="yes", seen=SEEN, **form(end_time="15:00"))
    assert page.says("Not saved yet.")
    assert not CareSchedule.objects.exists()
    page = ana.press("new_schedule", world.riveras.id, save="yes", seen=SEEN, **form(notes="Side door."))
    assert page.says("Mon/Wed/Fri mornings is saved. No session exists yet.")
    schedule = CareSchedule.objects.get()
    assert (schedule.hourly_rate, schedule.notes, schedule.nanny_id) == (
        Decimal("25.00"),
        "Side door.",
        world.noor_of_riveras.id,
    )


def test_saving_leads_to_generating_where_that_is_pressed(ana, world, form):
    page = ana.press("new_schedule", world.riveras.id, plan="yes", seen=SEEN, **form())
    assert page.says("Generate sessions")
    assert page.says("Generate 12 sessions")


@pytest.mark.parametrize(
    ("field", "sent", "message"),
    [
        ("name", "", "Fill this in."),
        ("name", "x" * 121, "Keep this to 120 characters at most."),
        ("name", "\x7f", "This has characters that can’t be shown. Enter it again without them."),
        ("child_ids", [], "Choose at least one child."),
        ("child_ids", ["00000000-0000-0000-0000-000000000000"], "There is no such child in this family."),
        ("recurrence", "DAILY", "Choose one of ONCE, WEEKLY, BIWEEKLY, MONTHLY."),
        ("days_of_week", [], "Choose at least one day of the week."),
        ("days_of_week", ["MOONDAY"], "Choose one of MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY."),
        ("week_start", "TUESDAY", "Choose one of MONDAY, SUNDAY."),
        ("start_time", "24:00", "Enter the time as HH:MM, like 06:00."),
        ("end_time", "06:00", "Start and end are the same. Care over a whole day ends a minute earlier."),
        ("start_date", "2026-02-31", "There is no such day in the calendar."),
        ("end_date", "2026-05-31", "The end date must not be before the start date."),
        ("hourly_rate", "10000", "Enter the amount as a number, like 25.00."),
        ("notes", "x" * 4001, "Keep this to 4,000 characters at most."),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_field_and_the_rest_is_kept(ana, world, form, field, sent, message):
    kept = {"notes": "Side door."} if field != "notes" else {"name": "Mornings"}
    page = ana.post(
        "new_schedule", world.riveras.id, status=422, save="yes", seen=SEEN, **form(**{**kept, field: sent})
    )
    assert page.error_at(field) == message
    for name, value in kept.items():
        assert page.value_of(name) == value
    assert not CareSchedule.objects.exists()


def test_a_new_schedule_counts_weeks_as_the_family_does_else_as_the_person(ana, luis, world):
    def week_start(page):
        return re.search(r'name="week_start" value="(\w+)"[^>]*checked', page.html)[1]

    User.objects.filter(pk=world.ana.pk).update(week_starts_on=6)
    assert week_start(ana.get("new_schedule", world.riveras.id)) == "SUNDAY"
    assert week_start(luis.get("new_schedule", world.riveras.id)) == "MONDAY"
    world.schedule(recurrence="WEEKLY", week_start="MONDAY")
    assert week_start(ana.get("new_schedule", world.riveras.id)) == "SUNDAY"
    schedule = world.schedule(recurrence="BIWEEKLY", week_start="MONDAY")
    assert week_start(ana.get("new_schedule", world.riveras.id)) == "MONDAY"
    CareSchedule.objects.filter(pk=schedule.pk).update(week_start="SUNDAY")
    assert week_start(luis.get("new_schedule", world.riveras.id)) == "SUNDAY"
    assert week_start(luis.get("edit_schedule", schedule.id)) == "SUNDAY"


def test_a_single_session_moves_to_another_day_with_its_hidden_weekdays(ana, world, form):
    schedule = world.schedule(recurrence="ONCE", days_of_week=["MONDAY"], children=[world.emma, world.theo])
    sent = form(recurrence="ONCE", days_of_week=["MONDAY"], start_date="2026-06-06")
    seen = "ONCE||MONDAY|06:00:00|14:30:00|2026-06-06|None"
    ana.press("edit_schedule", schedule.id, version=1, seen=seen, save="yes", **sent)
    schedule.refresh_from_db()
    assert (schedule.start_date, schedule.days_of_week) == (date(2026, 6, 6), frozenset())


def test_editing_shows_what_it_means_now_and_changes_no_session(ana, world, form):
    schedule = world.schedule(children=[world.emma, world.theo])
    session = world.session("2026-06-03 06:00", schedule=schedule, slot_date=date(2026, 6, 3))
    page = ana.get("edit_schedule", schedule.id)
    assert page.says("Every Monday, Wednesday and Friday")
    seen = "WEEKLY|FRIDAY,MONDAY,TUESDAY,WEDNESDAY|MONDAY|06:00:00|14:30:00|2026-06-01|None"
    four = form(days_of_week=["MONDAY", "TUESDAY", "WEDNESDAY", "FRIDAY"])
    page = ana.press("edit_schedule", schedule.id, version=1, seen=seen, save="yes", **four)
    assert page.says("is saved. No session has changed.")
    session.refresh_from_db()
    assert session.version == 1
    page = ana.post(
        "edit_schedule", schedule.id, status=412, version=1, seen=seen, save="yes", **(four | {"name": "Mine"})
    )
    assert page.says("Somebody changed this since you opened it.")
    assert page.value_of("name") == "Mine"


def test_a_nanny_sees_the_rate_of_her_own_schedules_alone(noor, bea, world, form):
    schedule = world.schedule(hourly_rate="33.33", children=[world.emma, world.theo])
    assert noor.get("edit_schedule", schedule.id).value_of("hourly_rate") == "33.33"
    page = bea.get("edit_schedule", schedule.id)
    assert "33.33" not in page.html
    sent = form()
    del sent["hourly_rate"]
    bea.press("edit_schedule", schedule.id, version=1, seen=SEEN, **sent)
    schedule.refresh_from_db()
    assert schedule.hourly_rate == Decimal("33.33")
    assert "33.33" not in bea.get("schedule", schedule.id).html


def test_switching_off_and_on_and_deleting(ana, world):
    schedule = world.schedule()
    page = ana.press("switch_schedule", schedule.id, version=1, on="no")
    assert page.says("Mornings is switched off.")
    page = ana.get("generate", schedule.id, status=409)
    assert page.says("This schedule is switched off.")
    ana.press("switch_schedule", schedule.id, version=2, on="yes")
    session = world.session("2026-06-03 06:00", schedule=schedule, slot_date=date(2026, 6, 3))
    page = ana.press("delete_schedule", schedule.id, version=3)
    assert page.says("Schedule Mornings deleted. Its sessions stay.")
    session.refresh_from_db()
    assert session.schedule_id is None


def test_an_older_version_is_not_deleted(ana, world):
    schedule = world.schedule(version=4)
    page = ana.post("delete_schedule", schedule.id, status=412, version=3)
    assert page.says("Somebody changed this since you opened it.")


def test_a_viewer_reads_schedules_and_plans_nothing(viewer, world):
    schedule = world.schedule(hourly_rate="33.33")
    page = viewer.get("schedule", schedule.id)
    assert page.says("Mornings")
    assert "33.33" not in page.html
    assert not page.offers("generate", schedule.id)
    assert viewer.get("schedules", world.riveras.id).says("Mornings")
    viewer.get("new_schedule", world.riveras.id, status=403)
    viewer.get("edit_schedule", schedule.id, status=403)
    viewer.get("generate", schedule.id, status=403)
    viewer.post("switch_schedule", schedule.id, status=403, on="no")


def test_a_stranger_finds_no_schedule(sam, ada, world):
    schedule = world.schedule()
    for visitor in (sam, ada):
        for route in ("schedule", "edit_schedule", "generate"):
            visitor.get(route, schedule.id, status=404)
        for route in ("switch_schedule", "delete_schedule", "generate"):
            visitor.post(route, schedule.id, status=404)


def test_a_double_press_saves_one_schedule(ana, world, form):
    token = ana.get("new_schedule", world.riveras.id).value_of("form_token")
    ana.press("new_schedule", world.riveras.id, form_token=token, save="yes", seen=SEEN, **form())
    ana.press("new_schedule", world.riveras.id, form_token=token, save="yes", seen=SEEN, **form())
    assert CareSchedule.objects.count() == 1

"""Generating on the pages: what would happen is seen before it happens."""

from datetime import date

import pytest

from handsel.models import CareSession, Notice, TimeOff
from handsel.rules.lifecycle import State
from tests.world import LONG_AGO

pytestmark = pytest.mark.any_database


def test_the_dry_run_shows_new_there_skipped_and_clashes(noor, world):
    schedule = world.schedule()
    world.session("2026-06-03 06:00", schedule=schedule, slot_date=date(2026, 6, 3), state=State.CANCELLED)
    world.session("2026-06-05 13:00", family=world.okafors, state=State.CONFIRMED, hours=2)
    off = {"family": world.riveras, "from_date": date(2026, 6, 8), "to_date": date(2026, 6, 8)}
    TimeOff.objects.create(**off, entered_by=world.ana_of_riveras, created_at=LONG_AGO)
    page = noor.get("generate", schedule.id, kind="own", from_date="2026-06-01", to_date="2026-06-14")
    assert page.says(
        "1–7 Jun Mon 1 New 06:00–14:30 Wed 3 Already planned 06:00–14:00 · cancelled "
        "Fri 5 New 06:00–14:30 Busy 13:00–15:00"
    )
    assert page.says("8–14 Jun Mon 8 Left out time off Wed 10 New 06:00–14:30 Fri 12 New 06:00–14:30")
    assert page.says("4 new, 1 already planned, 1 left out (time off) 1 clash")
    assert page.says("34 h. Ana and Luis will get one message and confirm each session.")
    assert CareSession.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "last", "count"), [("two", "2026-06-14", 6), ("four", "2026-06-28", 12), ("month", "2026-07-31", 27)]
)
def test_the_offered_ranges_begin_today_and_look_over_what_is_planned(noor, world, kind, last, count):
    schedule = world.schedule()
    page = noor.get("generate", schedule.id, kind=kind)
    assert (page.value_of("from_date"), page.value_of("to_date")) == ("2026-06-01", last)
    assert page.says(f"Generate {count} sessions")
    world.session("2026-06-10 06:00", schedule=schedule, slot_date=date(2026, 6, 10))
    page = noor.get("generate", schedule.id, kind=kind)
    assert page.value_of("from_date") == "2026-06-01"
    assert page.says(f"{count - 1} new, 1 already planned")


def test_where_nothing_is_to_generate_it_says_why(noor, world):
    schedule = world.schedule()
    off = {"family": world.riveras, "from_date": date(2026, 6, 1), "to_date": date(2026, 6, 7)}
    TimeOff.objects.create(**off, entered_by=world.ana_of_riveras, created_at=LONG_AGO)
    for days, why in (
        ({"from_date": "2026-06-02", "to_date": "2026-06-02"}, "the schedule has no date in this time."),
        ({"from_date": "2026-06-01", "to_date": "2026-06-07"}, "what has no session yet falls into time off."),
    ):
        assert noor.get("generate", schedule.id, kind="own", **days).says(f"Nothing to generate: {why}")
        assert noor.press("generate", schedule.id, **days).says(f"Nothing to generate: {why}")


def test_what_was_shown_is_generated_or_nothing(noor, ana, world):
    """Ana changes the schedule while Noor looks at its dry run."""
    schedule = world.schedule()
    june = {"from_date": "2026-06-01", "to_date": "2026-06-30"}
    shown = noor.get("generate", schedule.id, kind="own", **june)
    ana.press("switch_schedule", schedule.id, on="no")
    ana.press("switch_schedule", schedule.id, on="yes")
    page = noor.post("generate", schedule.id, status=412, version=shown.value_of("version"), **june)
    assert page.says("Somebody changed this since you opened it.")
    assert page.says("Generate 13 sessions")
    assert not CareSession.objects.exists()
    noor.press("generate", schedule.id, version=page.value_of("version"), **june)
    assert CareSession.objects.count() == 13


def test_a_changed_schedule_whose_sessions_would_clash_is_shown_anew(noor, world):
    schedule = world.schedule(version=2)
    world.session("2026-06-03 09:00", state=State.CONFIRMED)
    page = noor.post("generate", schedule.id, status=412, version=1, from_date="2026-06-01", to_date="2026-06-07")
    assert page.says("Somebody changed this since you opened it.")
    assert page.says("1 clash")


def test_generating_tells_the_parents_once_and_can_be_undone(noor, ana, world):
    schedule = world.schedule()
    page = noor.press("generate", schedule.id, from_date="2026-06-01", to_date="2026-06-30")
    assert page.says("13 sessions generated. Ana and Luis will get one message.")
    assert CareSession.objects.count() == 13
    assert Notice.objects.filter(person=world.ana).count() == 1
    page = noor.press("generate", schedule.id, from_date="2026-06-01", to_date="2026-06-30")
    assert page.says("Nothing to generate: every date has its session already.")
    batch = CareSession.objects.first().batch_id
    ana.press("confirm_session", CareSession.objects.order_by("scheduled_start").last().id)
    page = noor.press("undo_generation", batch)
    assert page.says("12 sessions removed. 1 was changed or confirmed and stays.")
    assert CareSession.objects.count() == 1


@pytest.mark.parametrize(
    ("dates", "field", "message"),
    [
        (("2026-06-14", "2026-06-01"), "to_date", "The last day must not be before the first."),
        (("2026-06-01", "2027-12-31"), "to_date", "Choose at most 366 days at once."),
        (("2026-02-30", "2026-06-01"), "from_date", "There is no such day in the calendar."),
        (("", "2026-06-01"), "from_date", "Fill this in."),
    ],
)
def test_a_range_that_makes_no_sense_is_refused_at_its_field(noor, world, dates, field, message):
    schedule = world.schedule()
    sent = {"from_date": dates[0], "to_date": dates[1]}
    for page in (
        noor.get("generate", schedule.id, status=422, kind="own", **sent),
        noor.post("generate", schedule.id, status=422, **sent),
    ):
        assert page.error_at(field) == message
    assert not CareSession.objects.exists()

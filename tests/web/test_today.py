"""A nanny's Today. It is Monday, 1 June 2026, 08:00 in New York."""

from datetime import date

import pytest

from handsel.models import Child, Family, TimeOff, User
from handsel.rules.lifecycle import State, Status
from tests.world import LONG_AGO, NOW

pytestmark = pytest.mark.any_database


def test_the_running_session_shows_its_time_and_ends_with_one_press(noor, world):
    running = world.session("2026-06-01 06:00", state=State.IN_PROGRESS, hours=8.5)
    page = noor.get("today")
    assert page.says("In progress")
    assert page.says("2 h 0 min")
    assert page.says("Planned 06:00–14:30")
    page = noor.press("complete_session", running.id, version=running.version, next="/today/")
    assert page.says("Completed: Mon 1 Jun, 06:00–08:00, 2 h.")
    running.refresh_from_db()
    assert (running.status, running.actual_end) == (Status.COMPLETED, NOW)


def test_allergies_stand_in_plain_sight_with_address_and_notes(noor, world):
    Child.objects.filter(pk=world.emma.pk).update(allergies="Peanuts. EpiPen in the blue bag.", notes="Naps at noon.")
    Family.objects.filter(pk=world.riveras.pk).update(address="48 Larkspur Lane")
    world.session("2026-06-01 09:00", state=State.CONFIRMED, notes="Swimming bag is packed.")
    page = noor.get("today")
    for words in (
        "Emma: Peanuts. EpiPen in the blue bag.",
        "Naps at noon.",
        "48 Larkspur Lane",
        "Swimming bag is packed.",
    ):
        assert page.says(words)
    assert page.html.index("Peanuts") < page.html.index("Naps at noon")


def test_the_next_session_starts_with_one_press(noor, world):
    session = world.session("2026-06-01 09:00", state=State.CONFIRMED)
    page = noor.get("today")
    assert page.says("in 1 h, until 17:00")
    assert page.offers("start_session", session.id)
    page = noor.press("start_session", session.id, version=session.version, next="/today/")
    assert page.says("Started at 08:00: Mon 1 Jun, 09:00–17:00.")
    assert page.offers("complete_session", session.id)


def test_a_nanny_who_begins_alone_is_led_from_step_to_step(noor, sam, world):
    sam.press("new_family", name="Okafors", role="NANNY", time_zone="America/New_York", currency="USD")
    family = Family.objects.get(members__user=world.sam)
    page = sam.get("today")
    assert page.says("Getting started · Okafors 1 of 4 done")
    assert page.offers("new_child", family.id)
    Child.objects.create(family=family, first_name="Zuri", created_at=LONG_AGO)
    page = sam.get("today")
    assert page.says("Getting started · Okafors 2 of 4 done")
    assert page.offers("new_schedule", family.id)
    assert not noor.get("today").says("Getting started · Riveras 3 of 4 done")


def test_start_opens_four_hours_before(noor, world):
    session = world.session("2026-06-01 13:00", state=State.CONFIRMED, hours=3)
    page = noor.get("today")
    assert page.says("You can start from 09:00.")
    assert not page.offers("start_session", session.id)


def test_what_is_over_and_was_not_started_is_named_as_not_recorded(noor, world):
    missed = world.session("2026-06-01 05:00", state=State.CONFIRMED, hours=2)
    page = noor.get("today")
    assert page.says("Nothing more today.")
    assert not page.says("No session today.")
    assert page.says("05:00 – 07:00 Not recorded Emma")
    assert page.says("0 min confirmed · 2 h not recorded")
    page = noor.get("session", missed.id)
    assert page.says("Did this happen? Record as planned")
    assert page.offers("record_session", missed.id)
    assert not page.offers("start_session", missed.id)


def test_only_the_session_that_is_due_can_be_started_from_here(noor, world):
    due = world.session("2026-06-01 08:30", state=State.CONFIRMED, hours=1)
    later = world.session("2026-06-01 10:00", state=State.CONFIRMED, hours=1)
    page = noor.get("today")
    assert page.offers("start_session", due.id)
    assert not page.offers("start_session", later.id)
    assert not noor.get("family", world.riveras.id).offers("start_session", due.id)
    assert noor.get("session", later.id).offers("start_session", later.id)


def test_an_early_start_says_so_before_it_is_pressed(noor, world):
    world.session("2026-06-01 08:30", state=State.CONFIRMED, hours=1)
    assert not noor.get("today").says("early")
    world.session("2026-06-01 08:31", state=State.CONFIRMED, hours=1, nanny=world.bea_of_riveras)
    early = world.session("2026-06-01 11:00", state=State.CONFIRMED, hours=1)
    assert noor.get("session", early.id).says("Planned for 11:00. Starting now is 3 h early.")


def test_what_waits_for_today_is_no_empty_day(noor, world):
    world.session("2026-06-01 11:00")
    page = noor.get("today")
    assert page.says("Nothing is confirmed for today yet.")
    assert not page.says("No session today.")


def test_what_is_done_stands_among_the_others_of_the_day(noor, world):
    world.session("2026-06-01 05:00", state=State.COMPLETED, hours=2)
    page = noor.get("today")
    assert page.says("Nothing more today.")
    assert page.says("05:00 – 07:00 Done Emma")


def test_an_unassigned_session_may_be_taken_by_her(noor, world):
    session = world.session("2026-06-01 09:00", state=State.CONFIRMED, nanny=None)
    noor.press("start_session", session.id, version=session.version)
    session.refresh_from_db()
    assert session.nanny_id == world.noor_of_riveras.id


def test_the_week_counts_what_is_agreed(noor, world):
    world.session("2026-06-02 09:00", state=State.CONFIRMED)
    world.session("2026-06-04 09:00", state=State.CONFIRMED, family=world.okafors, hours=4)
    world.session("2026-06-03 09:00")
    world.session("2026-06-05 09:00", state=State.CANCELLED)
    TimeOff.objects.create(
        family=world.riveras,
        nanny=world.noor_of_riveras,
        from_date=date(2026, 6, 6),
        to_date=date(2026, 6, 6),
        entered_by=world.noor_of_riveras,
        created_at=LONG_AGO,
    )
    page = noor.get("today")
    assert page.says("12 h confirmed")
    assert page.says("Tue 2 8 h Wed 3 – Thu 4 4 h Fri 5 – Sat 6 off Sun 7 –")


def test_what_waits_is_shown_one_by_one_or_as_one_line(noor, world):
    for day in range(2, 8):
        world.session(f"2026-06-{day:02} 09:00")
    world.session("2026-06-03 12:00", family=world.okafors, hours=4)
    page = noor.get("today")
    assert page.says("7 sessions")
    assert page.says("2–7 Jun Riveras Tue, Wed, Thu, Fri, Sat, Sun · 48 h")
    assert page.says("Wed 3 Jun, 12:00–16:00 Zuri Okafors")
    assert page.says("Overlaps Riveras, 09:00–17:00")


def test_each_active_schedule_says_how_far_it_is_planned(noor, world):
    schedule = world.schedule()
    world.schedule(name="Old one", is_active=False)
    world.session("2026-06-03 06:00", schedule=schedule, slot_date=date(2026, 6, 3))
    page = noor.get("today")
    assert page.says("Mornings Riveras · planned to Wed 3 Jun")
    assert page.offers("generate", schedule.id)
    assert not page.says("Old one")


def test_an_empty_day_says_when_the_next_session_is(noor, world):
    world.session("2026-06-05 09:00", state=State.CONFIRMED)
    page = noor.get("today")
    assert page.says("No session today. The next one is Friday, 5 June at 09:00.")


def test_the_next_session_is_one_they_come_to(noor, world):
    world.session("2026-06-03 09:00", state=State.CONFIRMED, nanny=None)
    world.session("2026-06-04 09:00", state=State.CONFIRMED)
    day = date(2026, 6, 4)
    off = {"from_date": day, "to_date": day, "created_at": LONG_AGO}
    TimeOff.objects.create(
        family=world.riveras, nanny=world.noor_of_riveras, person=world.noor, entered_by=world.noor_of_riveras, **off
    )
    world.session("2026-06-05 09:00", state=State.CONFIRMED)
    page = noor.get("today")
    assert page.says("Needs a nanny")
    assert page.says("You’re away")
    assert page.says("No session today. The next one is Friday, 5 June at 09:00.")


def test_a_removed_nanny_sees_nothing_of_the_family_any_more(noor, world):
    world.session("2026-06-01 09:00", state=State.CONFIRMED)
    world.leave(world.noor_of_riveras)
    page = noor.get("today")
    assert not page.says("Emma")


def test_who_is_no_nanny_has_no_today(ana, sam):
    assert ana.get("today", status=302).response["Location"] == "/"
    assert sam.get("today", status=302).response["Location"] == "/"


def test_twelve_hours_and_the_month_first_for_who_reads_so(noor, world):
    User.objects.filter(pk=world.noor.pk).update(hour_cycle=12, week_starts_on=6)
    world.session("2026-06-01 09:00", state=State.CONFIRMED)
    page = noor.get("today")
    assert page.says("Monday, June 1")
    assert page.says("9:00 AM")
    assert page.says("Sun 31 – Mon 1 8 h")


def test_another_zone_than_ones_own_is_named(noor, world):
    User.objects.filter(pk=world.noor.pk).update(time_zone="Europe/Lisbon")
    world.session("2026-06-01 09:00", state=State.CONFIRMED)
    world.session("2026-06-01 18:30", state=State.CONFIRMED, family=world.okafors, hours=1)
    page = noor.get("today")
    assert page.says("New York time")
    assert page.says("09:00")

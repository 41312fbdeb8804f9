"""A schedule changed after its sessions were planned: what it lacks is offered, what no longer fits is named."""

from datetime import date
from typing import Any

import pytest

from handsel.models import CareSchedule, CareSession, Event, TimeOff
from handsel.rules.lifecycle import State
from tests.web.visitor import Page
from tests.world import LONG_AGO, World

pytestmark = pytest.mark.any_database

# The clock shows Monday, 1 June 2026, noon: the Mondays, Wednesdays and Fridays until the 24th are planned.


@pytest.fixture
def planned(noor, world: World) -> CareSchedule:
    schedule = world.schedule(children=[world.emma])
    noor.press("generate", schedule.id, from_date="2026-06-01", to_date="2026-06-24")
    return schedule


# What the form of this schedule sends, and that of a session of it.
SCHEDULE: dict[str, Any] = {
    "name": "Mornings",
    "recurrence": "WEEKLY",
    "days_of_week": ["MONDAY", "WEDNESDAY", "FRIDAY"],
    "start_time": "06:00",
    "end_time": "14:30",
    "start_date": "2026-06-01",
    "hourly_rate": "25.00",
    "seen": "WEEKLY|FRIDAY,MONDAY,WEDNESDAY|MONDAY|06:00:00|14:30:00|2026-06-01|None",
    "save": "yes",
}
PLAN: dict[str, Any] = {"hourly_rate": "25.00", "notes": ""}


def who(world: World) -> dict[str, Any]:
    return {"child_ids": [str(world.emma.id)], "nanny_id": str(world.noor_of_riveras.id)}


def change(schedule: CareSchedule, *days: str) -> None:
    CareSchedule.objects.filter(pk=schedule.pk).update(days_of_week=[*days])


def offers_missing(page: Page) -> bool:
    return 'name="missing"' in page.html


def slots() -> list[int]:
    return sorted(CareSession.objects.filter(status="SCHEDULED").values_list("slot_date__day", flat=True))


def test_what_a_changed_schedule_lacks_is_planned_by_one_press_and_undone_where_it_was_pressed(ana, planned):
    before = slots()
    assert not offers_missing(ana.get("schedule", planned.id))
    change(planned, "MONDAY", "TUESDAY", "WEDNESDAY", "FRIDAY")
    page = ana.get("schedule", planned.id)
    assert page.says("Plan the 4 Tuesdays until 23 Jun")
    sent = {name: page.value_of(name) for name in ("from_date", "to_date", "missing")}
    assert sent == {"from_date": "2026-06-02", "to_date": "2026-06-23", "missing": "yes"}
    page = ana.press("generate", planned.id, **sent, version=1)
    assert page.says("4 sessions generated.")
    assert slots() == sorted([*before, 2, 9, 16, 23])
    assert not offers_missing(page)
    batch = CareSession.objects.get(slot_date=date(2026, 6, 2)).batch_id
    address = f"/schedules/{planned.id}/"
    assert page.offers("undo_generation", batch)
    response = ana.client.post(f"/generations/{batch}/undo/", {"next": address})
    assert response["Location"] == address
    assert slots() == before
    assert ana.get("schedule", planned.id).says("Plan the 4 Tuesdays until 23 Jun")


def test_what_was_deleted_or_falls_into_time_off_is_not_missing(ana, planned, world):
    ana.press("delete_session", CareSession.objects.get(slot_date=date(2026, 6, 10)).id, version=1)
    assert not offers_missing(ana.get("schedule", planned.id))
    change(planned, "MONDAY", "TUESDAY", "WEDNESDAY", "FRIDAY")
    off = {"family": world.riveras, "from_date": date(2026, 6, 9), "to_date": date(2026, 6, 9)}
    TimeOff.objects.create(**off, entered_by=world.ana_of_riveras, created_at=LONG_AGO)
    page = ana.get("schedule", planned.id)
    assert page.says("Plan the 3 Tuesdays until 23 Jun")
    sent = {name: page.value_of(name) for name in ("from_date", "to_date", "missing")}
    ana.press("generate", planned.id, **sent, version=1)
    assert {10, 9}.isdisjoint(slots())


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (["MONDAY", "WEDNESDAY", "FRIDAY", "SATURDAY", "SUNDAY"], "Plan the 6 missing sessions until 21 Jun"),
        (["MONDAY", "WEDNESDAY", "FRIDAY"], ""),
    ],
)
def test_missing_days_are_named_as_they_are(ana, planned, days, words):
    change(planned, *days)
    page = ana.get("schedule", planned.id)
    assert page.says(words) if words else not offers_missing(page)


def test_a_single_missing_day_is_named(ana, planned):
    CareSession.objects.filter(slot_date=date(2026, 6, 5)).delete()
    assert ana.get("schedule", planned.id).says("Plan Fri 5 Jun")


def test_sessions_that_no_longer_fit_are_named_and_cancelled_or_kept(ana, planned):
    change(planned, "MONDAY", "WEDNESDAY")
    agreed = CareSession.objects.get(slot_date=date(2026, 6, 5))
    ana.press("confirm_session", agreed.id, version=1)
    page = ana.get("schedule", planned.id, changed="yes")
    assert page.says("3 sessions no longer fit this schedule")
    assert page.says("Fri 5 Jun, 06:00–14:30 · Confirmed Fri 12 Jun, 06:00–14:30 · To confirm Fri 19 Jun")
    boxes = [f"{session.id}:{session.version}" for session in CareSession.objects.filter(slot_date__week_day=6)]
    address = f"/schedules/{planned.id}/"
    page = ana.press("cancel_sessions", planned.family_id, session=boxes, sure="yes", reason="", next=address)
    assert page.says("3 sessions cancelled.")
    assert not page.says("no longer fit")
    assert {5, 12, 19}.isdisjoint(slots())
    agreed.refresh_from_db()
    assert agreed.state is State.CANCELLED


def test_what_is_kept_is_named_no_more_and_stays_as_it_is(ana, luis, planned):
    change(planned, "MONDAY", "WEDNESDAY")
    first, *others = CareSession.objects.filter(slot_date__week_day=6).order_by("slot_date")
    before = slots()
    page = ana.press("keep_sessions", planned.id, session=[f"{session.id}:1" for session in others])
    assert page.says("2 sessions kept.")
    assert page.says("1 session no longer fits this schedule Fri 5 Jun")
    assert not page.says("Fri 12 Jun, 06:00–14:30 ·")
    page = luis.press("keep_sessions", planned.id, session=f"{first.id}:1")
    assert page.says("1 session kept.")
    assert not page.says("no longer fit")
    assert slots() == before
    assert {session.version for session in CareSession.objects.all()} == {1}
    assert luis.press("keep_sessions", planned.id).says("Choose at least one session.")
    assert luis.press("keep_sessions", planned.id, session=f"{first.id}:1").says("0 sessions kept.")
    kept = Event.objects.filter(kind="care_schedule.sessions_kept")
    assert [len(event.changes["session_ids"][1]) for event in kept.order_by("at")] == [2, 1]


def test_sessions_at_the_hours_that_the_schedule_meant_before_no_longer_fit(ana, noor, planned, world):
    """One that was moved for its own sake says nothing of the schedule, nor does one that is as it is now meant."""
    moved = CareSession.objects.get(slot_date=date(2026, 6, 3))
    ana.press(
        "edit_session",
        moved.id,
        version=1,
        **PLAN | who(world) | {"day": "2026-06-03", "starts": "10:00", "ends": "15:00"},
    )
    for version, hours in enumerate([("06:00", "15:00"), ("07:00", "15:00")], 1):
        sent = SCHEDULE | who(world) | {"start_time": hours[0], "end_time": hours[1], "version": str(version)}
        sent["seen"] = sent["seen"].replace("06:00:00|14:30:00", f"{hours[0]}:00|{hours[1]}:00")
        page = ana.press("edit_schedule", planned.id, **sent)
        assert page.says("10 sessions no longer fit this schedule")
    assert page.says("Fri 5 Jun, 06:00–14:30 · To confirm Mon 8 Jun")
    assert not page.says("Wed 3 Jun, 10:00–15:00 · To confirm")
    assert not offers_missing(page)
    ana.press("cancel_session", CareSession.objects.get(slot_date=date(2026, 6, 24)).id, version=1, reason="")
    page = noor.get("generate", planned.id, kind="own", from_date="2026-06-03", to_date="2026-06-26")
    assert page.says("Wed 3 Already planned 10:00–15:00 Fri 5 Already planned 06:00–14:30")
    assert page.says("Wed 24 Already planned 06:00–14:30 · cancelled Fri 26 New 07:00–15:00")
    again = CareSession.objects.get(slot_date=date(2026, 6, 5))
    noor.press(
        "edit_session",
        again.id,
        version=1,
        **PLAN | who(world) | {"day": "2026-06-05", "starts": "07:00", "ends": "15:00"},
    )
    assert ana.get("schedule", planned.id).says("8 sessions no longer fit this schedule")


def test_a_nanny_is_named_those_that_she_may_cancel(noor, planned, world):
    change(planned, "MONDAY", "WEDNESDAY")
    other = CareSession.objects.get(slot_date=date(2026, 6, 5))
    other.give_to(world.bea_of_riveras)
    other.save(update_fields=["nanny", "nanny_person"])
    assert noor.get("schedule", planned.id).says("2 sessions no longer fit this schedule")


def test_saving_a_change_leads_to_what_it_left_behind(ana, planned, world):
    days = {"days_of_week": ["MONDAY", "TUESDAY"]}
    days["seen"] = SCHEDULE["seen"].replace("FRIDAY,MONDAY,WEDNESDAY", "MONDAY,TUESDAY")
    page = ana.press("edit_schedule", planned.id, version=1, **SCHEDULE | who(world) | days)
    assert page.says("Plan the 4 Tuesdays until 23 Jun")
    assert page.says("7 sessions no longer fit this schedule")


def test_who_only_looks_is_offered_nothing(viewer, planned):
    change(planned, "TUESDAY")
    page = viewer.get("schedule", planned.id)
    assert not offers_missing(page)
    assert not page.says("no longer fit")

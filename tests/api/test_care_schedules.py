"""Schedules, what they mean, and the sessions made from them, over HTTP."""

import pytest

from handsel.models import BusyTime, OutsideCalendar
from tests.world import LONG_AGO, NOW, wall

pytestmark = pytest.mark.any_database

MORNINGS = {
    "name": "Regular Mon/Wed/Fri care",
    "recurrence": "WEEKLY",
    "daysOfWeek": ["FRIDAY", "MONDAY", "WEDNESDAY"],
    "startTime": "06:00",
    "endTime": "14:30",
    "hourlyRate": "25.00",
    "startDate": "2026-06-01",
}


@pytest.fixture
def mornings(world, ana) -> dict:
    sent = MORNINGS | {"childIds": [str(world.emma.id)], "nannyId": str(world.noor_of_riveras.id)}
    return ana.post(f"/families/{world.riveras.id}/care-schedules", sent).json()


def test_a_schedule_is_created_seen_changed_and_removed(world, ana):
    sent = MORNINGS | {"childIds": [str(world.theo.id), str(world.emma.id)], "notes": "By the back door"}
    made = ana.post(f"/families/{world.riveras.id}/care-schedules", sent)
    assert made.status_code == 201
    schedule = made.json()
    path = f"/care-schedules/{schedule['id']}"
    assert made["Location"] == "/api/v1" + path
    assert schedule["daysOfWeek"] == ["MONDAY", "WEDNESDAY", "FRIDAY"]
    assert schedule["rrule"] == "FREQ=WEEKLY;WKST=MO;BYDAY=MO,WE,FR"
    assert schedule["childIds"] == [str(world.theo.id), str(world.emma.id)]
    assert (schedule["startTime"], schedule["hourlyRate"], schedule["isActive"], schedule["endDate"]) == (
        "06:00",
        "25.00",
        True,
        None,
    )
    assert schedule["nannyId"] is None  # of two nannies nobody is guessed
    assert ana.get(path).json() == schedule
    changed = ana.patch(path, {"daysOfWeek": ["TUESDAY"], "isActive": False, "hourlyRate": None}).json()
    assert (changed["daysOfWeek"], changed["isActive"], changed["hourlyRate"]) == (["TUESDAY"], False, None)
    assert changed["version"] == 2
    assert ana.delete(path).status_code == 204
    assert ana.get(path).status_code == 404


def test_every_second_week_begins_on_monday_unless_the_schedule_says_sunday(world, ana, mornings):
    """Sunday the 7th is the last day of the Monday's week, and the first of the Sunday's."""
    path = f"/care-schedules/{mornings['id']}"
    assert mornings["weekStart"] == "MONDAY"
    for week_start, dates, code in (
        ("MONDAY", ["2026-06-07", "2026-06-15", "2026-06-21"], "MO"),
        ("SUNDAY", ["2026-06-07", "2026-06-08", "2026-06-21"], "SU"),
    ):
        changes = {"recurrence": "BIWEEKLY", "daysOfWeek": ["SUNDAY", "MONDAY"], "startDate": "2026-06-07"}
        schedule = ana.patch(path, changes | {"weekStart": week_start}).json()
        assert (schedule["weekStart"], schedule["daysOfWeek"]) == (week_start, ["MONDAY", "SUNDAY"])
        assert schedule["rrule"] == f"FREQ=WEEKLY;INTERVAL=2;WKST={code};BYDAY=MO,SU"
        sent = {"from": "2026-06-01", "to": "2026-06-21", "dryRun": True}
        made = ana.post(f"{path}/generate-sessions", sent).json()
        assert [slot["slotDate"] for slot in made["created"]] == dates
    assert ana.get(path).json()["weekStart"] == "SUNDAY"


@pytest.mark.parametrize("week_start", ["TUESDAY", "monday", "", None, 0])
def test_weeks_begin_on_no_other_day(world, ana, mornings, week_start):
    answer = ana.patch(f"/care-schedules/{mornings['id']}", {"weekStart": week_start})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["weekStart"]


def test_schedules_are_listed_active_or_not(world, ana):
    world.schedule(name="Mornings")
    world.schedule(name="Old ones", is_active=False)
    path = f"/families/{world.riveras.id}/care-schedules"
    for query, names in (
        ("", ["Mornings", "Old ones"]),
        ("isActive=true", ["Mornings"]),
        ("isActive=false", ["Old ones"]),
    ):
        assert [schedule["name"] for schedule in ana.get(path, query).json()["items"]] == names


def test_a_preview_is_what_the_schedule_means_and_nothing_else(ana, mornings):
    path = f"/care-schedules/{mornings['id']}"
    ana.patch(path, {"isActive": False})
    items = ana.get(f"{path}/occurrences", "from=2026-06-01&to=2026-06-03").json()["items"]
    assert items == [
        {
            "slotDate": "2026-06-01",
            "scheduledStart": "2026-06-01T10:00:00Z",
            "scheduledEnd": "2026-06-01T18:30:00Z",
        },
        {
            "slotDate": "2026-06-03",
            "scheduledStart": "2026-06-03T10:00:00Z",
            "scheduledEnd": "2026-06-03T18:30:00Z",
        },
    ]
    assert len(ana.get(f"{path}/occurrences", "from=2026-06-01&to=2027-06-01").json()["items"]) == 157


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", ["from", "to"]),
        ("from=2026-06-02&to=2026-06-01", ["to"]),
        ("from=2026-06-01&to=2027-06-02", ["to"]),
        ("from=2026-02-31&to=9999-01-01", ["from", "to"]),
        ("from=2026-06-01&from=2026-06-01&to=2026-06-01", ["from"]),
    ],
)
def test_a_range_is_a_year_at_most_and_the_right_way_round(ana, mornings, query, wrong):
    answer = ana.get(f"/care-schedules/{mornings['id']}/occurrences", query)
    assert [error["field"] for error in answer.json()["errors"]] == wrong


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_nannys_own_calendar_is_in_the_way_like_another_familys_session(world, ana, mornings, dry_run):
    """Each answer is held to the OpenAPI file, which has no other field for it."""
    calendar = OutsideCalendar.objects.create(
        person=world.noor, name="Private", encrypted_address="x", created_at=LONG_AGO, next_at=NOW
    )
    for start, end in (("08:00", "09:00"), ("09:00", "10:00"), ("20:00", "21:00")):
        times = {"starts_at": wall(f"2026-06-03 {start}"), "ends_at": wall(f"2026-06-03 {end}")}
        BusyTime.objects.create(calendar=calendar, created_at=NOW, **times)
    sent = {"from": "2026-06-01", "to": "2026-06-05", "dryRun": dry_run}
    done = ana.post(f"/care-schedules/{mornings['id']}/generate-sessions", sent).json()
    assert [slot["clashes"] for slot in done["created"]] == [
        [],
        [{"busy": True, "scheduledStart": "2026-06-03T12:00:00Z", "scheduledEnd": "2026-06-03T14:00:00Z"}],
        [],
    ]


def test_generating_says_what_was_made_what_was_there_and_what_was_skipped(world, ana, mornings):
    world.session("2026-06-03 08:00", family=world.okafors)
    ana.post(f"/families/{world.riveras.id}/time-off", {"from": "2026-06-05", "to": "2026-06-05"})
    path = f"/care-schedules/{mornings['id']}/generate-sessions"
    rehearsed = ana.post(path, {"from": "2026-06-01", "to": "2026-06-05", "dryRun": True}).json()
    assert (rehearsed["batchId"], rehearsed["dryRun"]) == (None, True)
    done = ana.post(path, {"from": "2026-06-01", "to": "2026-06-05"}).json()
    assert [(slot["slotDate"], len(slot["clashes"])) for slot in done["created"]] == [
        ("2026-06-01", 0),
        ("2026-06-03", 1),
    ]
    assert done["created"][1]["clashes"] == [
        {"busy": True, "scheduledStart": "2026-06-03T12:00:00Z", "scheduledEnd": "2026-06-03T20:00:00Z"}
    ]
    assert done["skipped"] == [{"slotDate": "2026-06-05", "reason": "TIME_OFF"}]
    assert [slot["slotDate"] for slot in rehearsed["created"]] == [slot["slotDate"] for slot in done["created"]]
    again = ana.post(path, {"from": "2026-06-01", "to": "2026-06-05"}).json()
    assert again["created"] == []
    assert [(slot["status"], slot["isConfirmed"]) for slot in again["existing"]] == [("SCHEDULED", False)] * 2
    wrong = ana.post(f"/generation-batches/{done['batchId']}/undo", {"dryRun": True})
    assert (wrong.status_code, [error["field"] for error in wrong.json()["errors"]]) == (422, ["dryRun"])
    undone = ana.post(f"/generation-batches/{done['batchId']}/undo")
    assert undone.json() == {"removed": 2, "kept": 0}
    assert ana.post(f"/generation-batches/{done['batchId']}/undo").json() == {"removed": 0, "kept": 0}


def test_an_inactive_schedule_generates_nothing(ana, mornings):
    ana.patch(f"/care-schedules/{mornings['id']}", {"isActive": False})
    answer = ana.post(f"/care-schedules/{mornings['id']}/generate-sessions", {"from": "2026-06-01", "to": "2026-06-05"})
    assert (answer.status_code, answer.json()["code"]) == (409, "schedule_inactive")


def test_rates_are_for_parents_and_the_nanny_they_pay(ana, noor, bea, viewer, mornings):
    path = f"/care-schedules/{mornings['id']}"
    rates = [reader.get(path).json()["hourlyRate"] for reader in (ana, noor, bea, viewer)]
    assert rates == ["25.00", "25.00", None, None]


def test_every_wrong_field_is_named_at_once(world, ana):
    sent = {
        "name": " ",
        "recurrence": "DAILY",
        "daysOfWeek": ["MONDAY", "FUNDAY"],
        "startTime": "24:00",
        "endTime": "6am",
        "startDate": "2026-02-31",
        "endDate": "9999-01-01",
        "hourlyRate": "-1",
        "childIds": ["nobody"],
        "nannyId": 7,
        "isActive": "true",
        "notes": "a\u0000b",
        "start_time": "06:00",
    }
    answer = ana.post(f"/families/{world.riveras.id}/care-schedules", sent)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == set(sent)


def test_what_only_the_database_knows_is_named_with_what_cannot_be_read(world, ana):
    sent = MORNINGS | {"childIds": [str(world.zuri.id)], "startTime": "noon", "daysOfWeek": [], "nannyId": None}
    answer = ana.post(f"/families/{world.riveras.id}/care-schedules", sent)
    assert [error["field"] for error in answer.json()["errors"]] == ["startTime", "childIds", "daysOfWeek"]

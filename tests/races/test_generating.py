"""Many who generate the same at the same instant make the same rows as one who does it once."""

from datetime import date, timedelta

import httpx
import pytest

from tests.races.concurrency import FamilyClients, count_statuses, run_concurrently

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

# Overlapping ranges that together are June to August 2026: thirteen weeks of Monday, Wednesday and Friday.
FIRST, LAST = date(2026, 6, 1), date(2026, 8, 30)
RANGES = [
    (FIRST.isoformat(), LAST.isoformat()),
    ("2026-07-01", LAST.isoformat()),
    (FIRST.isoformat(), "2026-07-19"),
    ("2026-06-20", "2026-08-09"),
]
SLOTS = [day.isoformat() for day in (FIRST + timedelta(number) for number in range(91)) if day.weekday() in (0, 2, 4)]


def race(family: FamilyClients, schedule_id: str) -> list[httpx.Response]:
    """What the parent and the nanny were answered who generated overlapping ranges from 16 threads."""
    asks = [
        lambda person=person, days=days: person.post(
            f"/care-schedules/{schedule_id}/generate-sessions",
            json={"from": days[0], "to": days[1]},
        )
        for days in RANGES * 4
        for person in (family.parent, family.nanny)
    ]
    return run_concurrently(asks, threads=16)


def test_16_threads_at_once_make_the_same_rows_as_one(client_pool):
    family = client_pool.family()
    together, alone = family.schedule(), family.schedule(nannyId=None)
    answers = race(family, together)
    assert count_statuses(answers) == {200: 32}
    family.parent.post(f"/care-schedules/{alone}/generate-sessions", json={"from": RANGES[0][0], "to": RANGES[0][1]})
    rows = {
        schedule_id: [
            (row["slotDate"], row["scheduledStart"], row["scheduledEnd"], row["hourlyRate"], row["childIds"])
            for row in family.sessions(scheduleId=schedule_id)
        ]
        for schedule_id in (together, alone)
    }
    assert rows[together] == rows[alone]
    assert [row[0] for row in rows[together]] == SLOTS
    generations = [answer.json() for answer in answers]
    assert sorted(made["slotDate"] for answer in generations for made in answer["created"]) == SLOTS
    # Each was told of its whole range, whoever made it.
    ranges = [sorted(made["slotDate"] for made in answer["created"] + answer["existing"]) for answer in generations]
    assert sorted(ranges) == sorted([slot for slot in SLOTS if first <= slot <= last] for first, last in RANGES * 8)


def test_a_cancelled_a_moved_and_an_edited_slot_stay_as_they_were(client_pool):
    """Whoever generates, and however many at once."""
    family = client_pool.family()
    schedule_id = family.schedule()
    days = {"from": FIRST.isoformat(), "to": LAST.isoformat()}
    family.parent.post(f"/care-schedules/{schedule_id}/generate-sessions", json=days)
    ids = {row["slotDate"]: row["id"] for row in family.sessions(scheduleId=schedule_id)}
    cancelled, moved, edited, gone = (f"/care-sessions/{ids[day]}" for day in SLOTS[10:14])
    family.parent.post(f"{cancelled}/cancel", json={"reason": "At the grandparents'"})
    # To a Tuesday, which the schedule does not know.
    family.parent.patch(moved, json={"scheduledStart": "2026-06-30T09:00", "scheduledEnd": "2026-06-30T12:00"})
    family.parent.patch(edited, json={"notes": "Swimming things", "hourlyRate": "31.00"})
    assert family.parent.delete(gone).status_code == 204
    before = family.sessions(scheduleId=schedule_id)
    assert len(before) == len(SLOTS) - 1
    assert count_statuses(race(family, schedule_id)) == {200: 32}
    after = family.sessions(scheduleId=schedule_id)
    assert [row for row in after if row["slotDate"] != SLOTS[13]] == before
    assert [row["slotDate"] for row in after].count(SLOTS[13]) == 1


@pytest.mark.nightly
def test_without_the_guards_slots_are_made_twice(unguarded):
    family = unguarded.family()
    schedule_id = family.schedule(endDate="2026-06-30")
    race(family, schedule_id)
    slots = [row["slotDate"] for row in family.sessions(scheduleId=schedule_id)]
    assert len(slots) > len(set(slots))

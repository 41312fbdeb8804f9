"""Several workers that plan the same schedules at once, and one that is killed: each slot once, each notice once."""

import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta

import pytest

from tests.races.concurrency import ClientPool, FamilyClients
from tests.run import NIGHTLY
from tests.server import ROOT, Server

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

# A Monday in New York, and the Mondays, Wednesdays and Fridays to the end of the eighth week after it.
NOW = "2027-03-01T08:00:00+00:00"
WEEKS, SCHEDULES, WORKERS = (8, 6, 3) if NIGHTLY else (8, 4, 2)
SLOTS = [
    day.isoformat()
    for day in (date(2027, 3, 1) + timedelta(number) for number in range(7 * (WEEKS + 1)))
    if day.weekday() in (0, 2, 4)
]


def planner(server: Server, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.races.planner", NOW, *arguments],
        cwd=server.home,
        env={"DJANGO_SETTINGS_MODULE": "handsel.settings", **server.environment, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def ready(server: Server) -> subprocess.Popen[str]:
    worker = planner(server)
    assert worker.stdout.readline() == "ready\n"
    return worker


def working(worker: subprocess.Popen[str]) -> subprocess.Popen[str]:
    worker.stdin.write("go\n")
    worker.stdin.flush()
    return worker


def made_by(worker: subprocess.Popen[str]) -> int:
    with worker:
        output, _ = worker.communicate(timeout=60)
    assert worker.returncode == 0
    return int(output)


def kept_planned(server: Server, family: FamilyClients) -> list[str]:
    """Schedules without a nanny, each to be kept planned for eight weeks."""
    schedules = [family.schedule(nannyId=None) for _ in range(SCHEDULES)]
    with planner(server, str(WEEKS), *schedules) as turning_on:
        assert turning_on.wait(timeout=60) == 0
    return schedules


def assert_planned_once(family: FamilyClients, schedules: list[str]) -> None:
    """Each slot, in one batch of which one history tells, and for each schedule one notice to the parent."""
    generated = Counter()
    for schedule_id in schedules:
        rows = family.sessions(scheduleId=schedule_id)
        assert [row["slotDate"] for row in rows] == SLOTS
        assert not any(row["isConfirmed"] for row in rows)
    cursor = {}
    while cursor is not None:
        page = family.parent.get(f"/families/{family.id}/events", params={"limit": 500, **cursor}).json()
        generated.update(event["kind"] for event in page["items"] if event["source"] == "WORKER")
        cursor = {"cursor": page["next"]} if page["next"] else None
    assert generated == {
        "care_schedule.generated": len(schedules),
        "care_session.generated": len(schedules) * len(SLOTS),
    }


def test_of_workers_that_plan_at_once_each_schedule_is_planned_by_one(client_pool):
    family = client_pool.family()
    schedules = kept_planned(client_pool.server, family)
    workers = [ready(client_pool.server) for _ in range(WORKERS)]
    made = [made_by(worker) for worker in [working(worker) for worker in workers]]
    assert sum(made) == len(schedules) * len(SLOTS)
    assert_planned_once(family, schedules)


@pytest.mark.nightly
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_what_a_killed_worker_left_is_whole_and_the_next_one_does_the_rest(database):
    with Server(database) as server, ClientPool(server) as client_pool:
        family = client_pool.family()
        schedules = kept_planned(server, family)
        with working(ready(server)) as worker:
            while not family.sessions(scheduleId=schedules[1]):
                time.sleep(0.001)
            worker.kill()
        planned = [len(family.sessions(scheduleId=schedule_id)) for schedule_id in schedules]
        assert set(planned) <= {0, len(SLOTS)}
        assert made_by(working(ready(server))) == len(schedules) * len(SLOTS) - sum(planned)
        assert_planned_once(family, schedules)


@pytest.mark.nightly
def test_without_the_guards_schedules_are_planned_twice(unguarded):
    family = unguarded.family()
    schedules = kept_planned(unguarded.server, family)
    workers = [ready(unguarded.server) for _ in range(WORKERS)]
    made = [made_by(worker) for worker in [working(worker) for worker in workers]]
    assert sum(made) > len(schedules) * len(SLOTS)

"""Tables of sessions that come in twice at once, or while the days that they are about are submitted."""

from datetime import date, timedelta

import httpx
import pytest

from tests.races.concurrency import FamilyClients, count_statuses, json_of, run_concurrently
from tests.run import NIGHTLY

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

CROWD = 24 if NIGHTLY else 3
TODAY = date.today()  # noqa: DTZ011 (of the server, which reads the same clock)
FIRST = TODAY - timedelta(days=8)
DAYS = 6


def table() -> bytes:
    days = [FIRST + timedelta(days=day) for day in range(DAYS)]
    rows = [f"{day} 09:00,{day} 17:00,Emma,Newcomer,20.00" for day in days]
    return "\n".join(["Planned start,Planned end,Children,Nanny,Hourly rate", *rows]).encode()


def send(family: FamilyClients) -> httpx.Response:
    headers = {"Content-Type": "text/csv"}
    return family.parent.post(f"/families/{family.id}/session-imports", content=table(), headers=headers)


def test_of_two_imports_of_the_same_file_the_second_finds_it_there(client_pool):
    family = client_pool.family()
    answers = run_concurrently([lambda: send(family)] * CROWD, threads=CROWD)
    assert count_statuses(answers) == {200: CROWD}
    assert sorted((answer.json()["created"], answer.json()["existing"]) for answer in answers) == [
        *[(0, DAYS)] * (CROWD - 1),
        (DAYS, 0),
    ]
    assert len(family.sessions()) == DAYS


def test_an_import_comes_before_what_is_submitted_or_is_refused(client_pool):
    family = client_pool.family()
    body = {"nannyId": family.nanny_id, "from": FIRST.isoformat(), "to": (TODAY - timedelta(days=1)).isoformat()}
    period_id = json_of(family.parent.post(f"/families/{family.id}/pay-periods", json=body))["id"]
    asks = [lambda: send(family), lambda: family.nanny.post(f"/pay-periods/{period_id}/submit", json={})]
    answers = run_concurrently(asks, threads=2)
    [imported] = [answer for answer in answers if "rows" in answer.json()]
    [submitted] = [answer for answer in answers if "rows" not in answer.json()]
    assert submitted.status_code == 200
    period = json_of(family.parent.get(f"/pay-periods/{period_id}"))
    if imported.status_code == 200:
        assert (imported.json()["created"], len(period["timesheet"]["lines"])) == (DAYS, DAYS)
    else:
        assert imported.status_code == 422
        assert {row["outcome"] for row in imported.json()["rows"]} == {"REFUSED"}
        assert (family.sessions(), period["timesheet"]["lines"]) == ([], [])
    assert send(family).status_code == (200 if imported.status_code == 200 else 422)  # all there, or all refused

"""Settling pay while somebody else settles it, corrects what is in it, or plans into it."""

from datetime import date, datetime, timedelta

import httpx
import pytest

from tests.races.concurrency import FamilyClients, count_codes, count_statuses, json_of, now, run_concurrently
from tests.run import NIGHTLY

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

CROWD = 64 if NIGHTLY else 12
TODAY = date.today()  # noqa: DTZ011 (of the server, which reads the same clock)
FIRST = TODAY - timedelta(days=5)


def recorded(family: FamilyClients) -> str:
    """A session of yesterday, of two hours."""
    session_id = family.session(now() - timedelta(days=1), hourlyRate="30.00")
    for move in ("confirm", "record"):
        assert family.parent.post(f"/care-sessions/{session_id}/{move}").is_success
    return session_id


def begun(family: FamilyClients) -> str:
    days = {"nannyId": family.nanny_id, "from": FIRST.isoformat(), "to": (TODAY - timedelta(days=1)).isoformat()}
    return json_of(family.parent.post(f"/families/{family.id}/pay-periods", json=days))["id"]


def press(client: httpx.Client, period_id: str, move: str, **body: object) -> httpx.Response:
    return client.post(f"/pay-periods/{period_id}/{move}", json=body)


def kinds(family: FamilyClients, period_id: str) -> list[str]:
    return [event["kind"] for event in json_of(family.parent.get(f"/pay-periods/{period_id}/events"))["items"]]


@pytest.mark.parametrize("move", ["submit", "approve"])
def test_of_many_equal_moves_one_wins(client_pool, move):
    family = client_pool.family()
    recorded(family)
    period_id = begun(family)
    if move == "approve":
        assert press(family.nanny, period_id, "submit").is_success
    with family.client_pool.more_clients([family.parent], CROWD) as clients:
        asks = [lambda client=client: press(client, period_id, move) for client in clients]
        answers = run_concurrently(asks, threads=CROWD)
    assert count_statuses(answers) == {200: 1, 409: CROWD - 1}
    assert count_codes(answers) == {"wrong_state": CROWD - 1}
    assert kinds(family, period_id).count(f"pay_period.{'submitted' if move == 'submit' else 'approved'}") == 1


def test_what_is_approved_is_what_stands_there(client_pool):
    """Corrections race with submitting and approving: each is in the amounts, or was refused."""
    family = client_pool.family()
    session_id, period_id = recorded(family), begun(family)
    start = json_of(family.parent.get(f"/care-sessions/{session_id}"))["actualStart"]

    def correct(minutes: int) -> httpx.Response:
        body = {"actualEnd": _later(start, minutes), "reason": "It was longer."}
        return family.parent.patch(f"/care-sessions/{session_id}", json=body)

    def settle() -> httpx.Response:
        press(family.nanny, period_id, "submit")
        return press(family.parent, period_id, "approve")

    asks = [*(lambda minutes=minutes: correct(minutes) for minutes in range(1, CROWD)), settle]
    answers = run_concurrently(asks, threads=CROWD)
    assert count_codes(answers).keys() <= {"locked", "wrong_state"}
    stored = json_of(family.parent.get(f"/pay-periods/{period_id}"))
    days = {"nannyId": family.nanny_id, "from": stored["from"], "to": stored["to"]}
    computed = json_of(family.parent.get(f"/families/{family.id}/timesheet", params=days))
    assert stored["status"] == "APPROVED"
    assert stored["totals"] == computed["totals"]


def test_nothing_is_planned_into_what_is_submitted(client_pool):
    family = client_pool.family()
    period_id = begun(family)
    weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
    schedule_id = family.schedule(startDate=FIRST.isoformat(), daysOfWeek=weekdays)
    days = {"from": FIRST.isoformat(), "to": (TODAY - timedelta(days=1)).isoformat()}
    asks = [
        lambda: family.parent.post(f"/care-schedules/{schedule_id}/generate-sessions", json=days),
        lambda: press(family.nanny, period_id, "submit", acceptUnpaid=True),
    ]
    answers = run_concurrently(asks, threads=2)
    assert count_statuses(answers) == {200: 2}
    [generated] = [answer.json() for answer in answers if "created" in answer.json()]
    made = {row["slotDate"] for row in generated["created"]}
    locked = {row["slotDate"] for row in generated["skipped"] if row["reason"] == "LOCKED"}
    assert made == set() or locked == set()  # before or after, and nothing between
    period = json_of(family.parent.get(f"/pay-periods/{period_id}"))
    assert {row["date"] for row in period["timesheet"]["apart"]} == made
    again = json_of(family.parent.post(f"/care-schedules/{schedule_id}/generate-sessions", json=days))
    assert again["created"] == []


def _later(start: str, minutes: int) -> str:
    return (datetime.fromisoformat(start) + timedelta(hours=1, minutes=minutes)).isoformat()


def test_what_is_answered_while_pay_is_approved_is_in_it_or_waits(client_pool):
    """Answers race with approving: what is paid is what was approved by then, and it stays."""
    family = client_pool.family()
    day = (TODAY - timedelta(days=1)).isoformat()
    body = {"nannyId": family.nanny_id, "date": day, "category": "MEALS", "amount": "1.00"}
    made = [json_of(family.nanny.post(f"/families/{family.id}/expenses", json=body))["id"] for _ in range(CROWD)]
    for expense_id in made[::2]:
        assert family.parent.post(f"/expenses/{expense_id}/approve").is_success
    period_id = begun(family)
    assert press(family.nanny, period_id, "submit").is_success

    def answer(place: int) -> httpx.Response:
        path = f"/expenses/{made[place]}"
        if place % 2:
            return family.parent.post(f"{path}/approve")
        return family.parent.post(f"{path}/decline", json={"answer": "Not for us."})

    asks = [*(lambda place=place: answer(place) for place in range(CROWD))]
    asks.insert(CROWD // 2, lambda: press(family.parent, period_id, "approve"))
    answers = run_concurrently(asks, threads=CROWD)
    assert count_codes(answers).keys() <= {"locked"}
    period = json_of(family.parent.get(f"/pay-periods/{period_id}"))
    assert period["status"] == "APPROVED"
    lines = {line["expenseId"] for line in period["timesheet"]["lines"]}
    settled = set()
    for expense_id in made:
        expense = json_of(family.parent.get(f"/expenses/{expense_id}"))
        if expense["payPeriodId"] is not None:
            assert (expense["payPeriodId"], expense["status"]) == (period_id, "APPROVED")
            settled.add(expense_id)
    assert settled == lines
    assert period["totals"]["reimbursements"] == f"{len(settled)}.00"

"""Expenses and pay periods: in which one an expense falls, what approving it settles, and what stays from then on."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.actions import receipts
from handsel.documents.receipt_files import ReceiptFile
from handsel.models import Expense, IssuedFile
from handsel.rules.lifecycle import State
from handsel.rules.receipts import FileType
from tests.api.contract import Api
from tests.world import ON_THE_WEB, World

pytestmark = pytest.mark.django_db

FIRST, SECOND = ("2026-05-18", "2026-05-24"), ("2026-05-25", "2026-05-31")


@pytest.fixture
def noors(world: World) -> str:
    return str(world.noor_of_riveras.id)


def begun(who: Api, world: World, days: tuple[str, str]) -> str:
    body = {"nannyId": str(world.noor_of_riveras.id), "from": days[0], "to": days[1]}
    return f"/pay-periods/{who.post(f'/families/{world.riveras.id}/pay-periods', body).json()['id']}"


def entered(who: Api, world: World, day: str, amount: str = "18.50") -> str:
    body = {"nannyId": str(world.noor_of_riveras.id), "date": day, "category": "MEALS", "amount": amount}
    made = who.post(f"/families/{world.riveras.id}/expenses", body)
    assert made.status_code == 201, made.content
    return f"/expenses/{made.json()['id']}"


def approve(ana: Api, period: str) -> dict[str, Any]:
    assert ana.post(f"{period}/submit").status_code == 200
    return ana.post(f"{period}/approve").json()


def lines(who: Api, period: str) -> list[tuple[str, str]]:
    timesheet = who.get(period).json()["timesheet"]
    return [(line["date"], line["amount"]) for line in timesheet["lines"] if line["kind"] == "EXPENSE"]


def test_an_expense_falls_in_the_first_period_that_can_settle_it(world, ana, noors):
    first, second = begun(ana, world, FIRST), begun(ana, world, SECOND)
    for day, amount in (("2026-03-02", "1.00"), ("2026-05-18", "2.00"), ("2026-05-25", "4.00"), ("2026-06-01", "8.00")):
        entered(ana, world, day, amount)
    assert lines(ana, first) == [("2026-03-02", "1.00"), ("2026-05-18", "2.00")]
    assert lines(ana, second) == [("2026-05-25", "4.00")]
    settled = approve(ana, first)
    assert (settled["totals"]["reimbursements"], settled["totals"]["due"]) == ("3.00", "3.00")
    entered(ana, world, "2026-05-20", "16.00")  # late: its own period is approved
    entered(ana, world, "2026-05-01", "32.00")
    assert lines(ana, first) == [("2026-03-02", "1.00"), ("2026-05-18", "2.00")]
    assert lines(ana, second) == [("2026-05-01", "32.00"), ("2026-05-20", "16.00"), ("2026-05-25", "4.00")]
    listed = ana.get(f"/families/{world.riveras.id}/pay-periods").json()["items"]
    assert [item["totals"]["due"] for item in listed] == ["52.00", "3.00"]
    [balance] = [
        item for item in ana.get(f"/families/{world.riveras.id}/balances").json()["items"] if item["nannyId"] == noors
    ]
    assert (balance["due"], balance["forecast"]) == ("3.00", "52.00")


def test_a_timesheet_of_free_days_has_them_by_their_day(world, ana, noors):
    first = begun(ana, world, FIRST)
    entered(ana, world, "2026-05-11")
    approve(ana, first)
    sheet = f"/families/{world.riveras.id}/timesheet"
    for days, due in (("from=2026-05-11&to=2026-05-17", "18.50"), ("from=2026-05-18&to=2026-05-24", "0.00")):
        assert ana.get(sheet, f"nannyId={noors}&{days}").json()["totals"]["due"] == due


def test_what_waits_for_an_answer_is_counted_and_goes_into_the_next_period(world, ana, noor):
    first = begun(ana, world, FIRST)
    pending = entered(noor, world, "2026-05-20")
    entered(noor, world, "2026-05-25")  # after its last day
    declined = entered(noor, world, "2026-05-20")
    ana.post(f"{declined}/decline", {"answer": "Not for us."})
    assert ana.get(first).json()["pendingExpenses"] == 1
    settled = approve(ana, first)
    assert (settled["pendingExpenses"], settled["totals"]["due"]) == (1, "0.00")
    second = begun(ana, world, SECOND)
    assert [item["pendingExpenses"] for item in _listed(ana, world)] == [2, 1]
    assert ana.post(f"{pending}/approve").json()["payPeriodId"] is None
    assert lines(ana, second) == [("2026-05-20", "18.50")]
    assert [item["pendingExpenses"] for item in _listed(ana, world)] == [1, 0]


def _listed(who: Api, world: World) -> list[dict[str, Any]]:
    return who.get(f"/families/{world.riveras.id}/pay-periods").json()["items"]


def test_what_is_approved_while_the_period_waits_is_in_it(world, ana, noor):
    world.session("2026-05-20 09:00", state=State.COMPLETED)
    period, expense = begun(noor, world, FIRST), entered(noor, world, "2026-05-20")
    submitted = noor.post(f"{period}/submit").json()
    assert (submitted["totals"]["due"], submitted["pendingExpenses"]) == ("200.00", 1)
    assert ana.post(f"{expense}/approve").status_code == 200
    seen = noor.get(period).json()
    assert (seen["totals"]["due"], seen["totals"]["reimbursements"], seen["pendingExpenses"]) == ("218.50", "18.50", 0)
    approved = ana.post(f"{period}/approve").json()
    assert (approved["totals"]["due"], noor.get(expense).json()["payPeriodId"]) == ("218.50", approved["id"])
    statement = IssuedFile.objects.get(document=approved["statementId"], format="json")
    assert b'"reimbursements": "18.50"' in statement.content.replace(b'":"', b'": "')


@pytest.fixture
def settled(world: World, ana: Api) -> tuple[str, str]:
    """An expense of Noor's with a receipt, which Ana approved, and the period that settled it."""
    period, expense = begun(ana, world, FIRST), entered(ana, world, "2026-05-20")
    photo = ReceiptFile(FileType.PDF, b"%PDF-1.4 %%EOF")
    receipts.add(Expense.objects.get().id, photo, by=world.ana, **ON_THE_WEB)
    approve(ana, period)
    return period, expense


def test_a_settled_expense_stays(world, ana, noor, settled):
    period, path = settled
    before = ana.get(path).json()
    assert before["payPeriodId"] == period.rpartition("/")[2]
    receipt = f"/receipts/{before['receipts'][0]['id']}"
    for answer in (
        ana.patch(path, {"amount": "19.50"}),
        ana.patch(path, {"amount": "18.50"}),
        ana.post(f"{path}/approve"),
        ana.post(f"{path}/decline", {"answer": "Not for us."}),
        ana.delete(receipt),
        ana.send("POST", f"{path}/receipts", b"no form", media="multipart/form-data; boundary=edge"),
        ana.delete(path),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "locked"), answer.content
        problem = answer.json()
        assert (problem["payPeriodId"], problem["periodStatus"]) == (before["payPeriodId"], "APPROVED")
        assert (problem["from"], problem["to"]) == FIRST
    assert ana.get(path).json() == before
    assert ana.get(receipt).status_code == 200
    assert noor.delete(path).json()["code"] == "not_allowed"  # Ana entered it
    stale = ana.patch(path, {"amount": "19.50"}, If_Match='"1"')
    assert stale.json()["code"] == "version_conflict"


def test_who_entered_what_is_settled_reads_that_it_is_locked(world, ana, noor):
    period, path = begun(ana, world, FIRST), entered(noor, world, "2026-05-20")
    ana.post(f"{path}/approve")
    assert noor.patch(path, {"note": "Lunch"}).json()["code"] == "wrong_state"
    approve(ana, period)
    for answer in (noor.patch(path, {"note": "Lunch"}), noor.delete(path)):
        assert (answer.status_code, answer.json()["code"]) == (409, "locked")


def test_reopening_frees_what_was_settled(world, ana, settled):
    period, path = settled
    version = ana.get(path).json()["version"]
    assert ana.post(f"{period}/reopen", {"reason": "It was 19.50."}).json()["totals"]["due"] == "18.50"
    freed = ana.get(path).json()
    assert (freed["payPeriodId"], freed["version"]) == (None, version + 1)
    assert ana.patch(path, {"amount": "19.50"}).status_code == 200
    again = approve(ana, period)
    assert (again["totals"]["due"], ana.get(path).json()["payPeriodId"]) == ("19.50", again["id"])


def test_what_is_settled_late_belongs_to_the_year_of_its_day(world, ana, noors):
    entered(ana, world, "2025-12-30")
    approve(ana, begun(ana, world, ("2026-01-05", "2026-01-11")))
    due = {
        year: ana.get(f"/families/{world.riveras.id}/years/{year}", f"nannyId={noors}").json()["totals"]["due"]
        for year in (2025, 2026)
    }
    assert due == {2025: "18.50", 2026: "0.00"}
    body = {"kind": "YEAR_FAMILY", "year": 2025}
    document = ana.post(f"/families/{world.riveras.id}/documents", body).json()
    content = ana.get(f"/documents/{document['id']}/file", "format=json").json()
    assert [(each["nannyId"], each["totals"]["due"]) for each in content["nannies"]] == [(noors, "18.50")]


def test_the_expenses_of_others_are_theirs(world, ana, noors):
    period = begun(ana, world, FIRST)
    body = {"nannyId": str(world.bea_of_riveras.id), "date": "2026-05-20", "category": "MEALS", "amount": "5.00"}
    ana.post(f"/families/{world.riveras.id}/expenses", body)
    assert lines(ana, period) == []
    assert approve(ana, period)["totals"]["due"] == "0.00"
    assert Expense.objects.get().pay_period is None


def test_lists_and_balances_ask_as_often_for_one_nanny_as_for_many(world, ana):
    """Each with a period that is computed."""
    paths = [f"/families/{world.riveras.id}/{name}" for name in ("pay-periods", "balances")]
    counts = []
    for nanny in (world.noor_of_riveras, world.bea_of_riveras):
        body = {"nannyId": str(nanny.id), "from": FIRST[0], "to": FIRST[1]}
        assert ana.post(paths[0], body).status_code == 201
        world.session("2026-05-20 09:00", state=State.COMPLETED, nanny=nanny)
        counts.append([asked(ana, path) for path in paths])
    assert counts[0] == counts[1]


def asked(who: Api, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert who.get(path).status_code == 200
    return len(queries)

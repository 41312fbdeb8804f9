"""Expenses over HTTP: what they hold, who answers and changes them, what a drive comes to, and who is told."""

from decimal import Decimal
from typing import Any

import pytest

from handsel.models import Expense, Notice, PayPolicy
from handsel.notices import validity
from handsel.pages import letters
from tests.api.contract import Api
from tests.world import LONG_AGO, NOW

pytestmark = pytest.mark.any_database


@pytest.fixture
def expenses(world) -> str:
    return f"/families/{world.riveras.id}/expenses"


@pytest.fixture
def museum(world) -> dict[str, Any]:
    return {"date": "2026-05-26", "category": "ACTIVITIES", "amount": "18.50", "note": "The museum"}


@pytest.fixture
def drive(world) -> dict[str, Any]:
    return {"date": "2026-05-26", "category": "MILEAGE", "distance": "12.4"}


@pytest.fixture
def terms(world) -> None:
    columns = {"family": world.riveras, "created_by": world.ana_of_riveras, "created_at": LONG_AGO}
    PayPolicy.objects.create(effective_from="2026-01-05", mileage_rate=Decimal("0.7250"), **columns)
    PayPolicy.objects.create(effective_from="2026-05-25", mileage_rate=Decimal("0.4500"), mileage_unit="KM", **columns)


def wrong(answer) -> set[str]:
    assert answer.status_code == 422, answer.content
    return {error["field"] for error in answer.json()["errors"]}


def test_what_a_nanny_enters_waits_for_the_family(world, noor, expenses, museum):
    made = noor.post(expenses, museum)
    assert (made.status_code, made["ETag"], made["Location"]) == (201, '"1"', f"/api/v1/expenses/{made.json()['id']}")
    assert made.json() == {
        "id": made.json()["id"],
        "familyId": str(world.riveras.id),
        "nannyId": str(world.noor_of_riveras.id),
        "date": "2026-05-26",
        "category": "ACTIVITIES",
        "amount": "18.50",
        "distance": None,
        "unit": None,
        "rate": None,
        "note": "The museum",
        "status": "PENDING",
        "answer": "",
        "decidedAt": None,
        "decidedBy": None,
        "payPeriodId": None,
        "receipts": [],
        "enteredBy": str(world.noor_of_riveras.id),
        "version": 1,
    }
    assert (world.told(world.ana), world.told(world.luis), world.told(world.noor)) == (
        ["expense.entered"],
        ["expense.entered"],
        [],
    )


def test_what_the_family_enters_is_approved_at_once(world, ana, noor, expenses, museum):
    made = ana.post(expenses, museum | {"nannyId": str(world.noor_of_riveras.id)}).json()
    assert (made["status"], made["decidedBy"], made["decidedAt"]) == (
        "APPROVED",
        str(world.ana_of_riveras.id),
        "2026-06-01T12:00:00Z",
    )
    assert (world.told(world.noor), world.told(world.luis)) == (["expense.approved"], [])
    assert noor.patch(f"/expenses/{made['id']}", {"note": "Mine"}).status_code == 403


def test_the_family_answers_and_may_change_its_answer(world, ana, noor, expenses, museum):
    path = f"/expenses/{noor.post(expenses, museum).json()['id']}"
    assert noor.post(f"{path}/approve").status_code == 403
    assert wrong(ana.post(f"{path}/decline", {"answer": " "})) == {"answer"}
    declined = ana.post(f"{path}/decline", {"answer": "We did not agree on this."}, If_Match='"1"')
    assert (declined.json()["status"], declined.json()["answer"], declined["ETag"]) == (
        "DECLINED",
        "We did not agree on this.",
        '"2"',
    )
    again = ana.post(f"{path}/decline", {"answer": "No."})
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    approved = ana.post(f"{path}/approve").json()
    assert (approved["status"], approved["answer"]) == ("APPROVED", "")
    assert ana.post(f"{path}/approve").json()["code"] == "wrong_state"
    assert ana.post(f"{path}/decline", {"answer": "After all not."}).json()["status"] == "DECLINED"
    assert world.told(world.noor) == ["expense.declined", "expense.approved", "expense.declined"]
    assert world.history(world.riveras) == [
        "expense.created",
        "expense.declined",
        "expense.approved",
        "expense.declined",
    ]
    assert world.last_event(world.riveras).reason == "After all not."


def test_a_nanny_changes_what_is_not_approved_and_what_was_declined_waits_anew(world, ana, noor, bea, expenses, museum):
    path = f"/expenses/{noor.post(expenses, museum).json()['id']}"
    assert noor.patch(path, {"amount": "17.50"}).json()["amount"] == "17.50"
    assert bea.patch(path, {"amount": "1.00"}).status_code == 404
    ana.post(f"{path}/decline", {"answer": "With a receipt, please."})
    changed = noor.patch(path, {"note": "The museum, for two"}).json()
    assert (changed["status"], changed["answer"], changed["decidedBy"]) == ("PENDING", "", None)
    assert world.told(world.ana) == ["expense.entered", "expense.entered"]
    ana.post(f"{path}/approve")
    for refused in (noor.patch(path, {"amount": "99.00"}), noor.delete(path)):
        assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert ana.patch(path, {"amount": "16.00"}).json()["status"] == "APPROVED"
    assert ana.delete(path).status_code == 204
    assert Expense.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({"date": "2026-06-02"}, {"date"}),
        ({"amount": None}, {"amount"}),
        ({"amount": "0.00"}, {"amount"}),
        ({"amount": "100000.00"}, {"amount"}),
        ({"amount": "-1.00"}, {"amount"}),
        ({"category": "FINE"}, {"category"}),
        ({"distance": "2.0"}, {"distance"}),
        ({"category": "MILEAGE"}, {"amount", "distance"}),
        ({"category": "MILEAGE", "amount": None, "distance": "12.45"}, {"distance"}),
        ({"category": "MILEAGE", "amount": None, "distance": "0"}, {"distance"}),
        ({"category": "MILEAGE", "amount": None, "distance": "10000"}, {"distance"}),
        ({"category": "MILEAGE", "amount": None, "distance": "12.4"}, {"distance"}),  # the terms have no rate
    ],
)
def test_what_an_expense_holds(noor, expenses, museum, sent, fields):
    assert wrong(noor.post(expenses, museum | sent)) == fields


def test_a_drive_comes_to_its_distance_times_the_rate_of_its_days_terms(world, noor, terms, expenses, drive):
    made = noor.post(expenses, drive | {"date": "2026-05-24"}).json()
    assert (made["amount"], made["distance"], made["unit"], made["rate"]) == ("8.99", "12.4", "MI", "0.7250")
    assert world.last_event(world.riveras).changes["rate"] == [None, "0.7250"]
    in_km = noor.post(expenses, drive | {"distance": 0.1}).json()
    assert (in_km["amount"], in_km["distance"], in_km["unit"], in_km["rate"]) == ("0.05", "0.1", "KM", "0.4500")
    path = f"/expenses/{made['id']}"
    assert noor.patch(path, {"distance": "10"}).json()["amount"] == "7.25"
    moved = noor.patch(path, {"date": "2026-05-26"}).json()
    assert (moved["amount"], moved["unit"], moved["rate"]) == ("4.50", "KM", "0.4500")
    assert wrong(noor.patch(path, {"category": "TRANSPORT"})) == {"amount"}
    bus = noor.patch(path, {"category": "TRANSPORT", "amount": "2.90"}).json()
    assert (bus["amount"], bus["distance"], bus["rate"], bus["unit"]) == ("2.90", None, None, None)


def test_the_list_is_by_day_and_filtered(world, ana, noor, bea, viewer, expenses, museum):
    for day in ("2026-05-27", "2026-05-26"):
        noor.post(expenses, museum | {"date": day})
    bea.post(expenses, museum | {"date": "2026-05-28"})
    ana.post(f"/expenses/{noor.get(expenses).json()['items'][0]['id']}/approve")

    def days(person: Api, query: str = "") -> list[str]:
        return [expense["date"][-2:] for expense in person.get(expenses, query).json()["items"]]

    assert days(ana) == ["26", "27", "28"]
    assert days(noor) == ["26", "27"]
    assert days(ana, "status=APPROVED") == ["26"]
    assert days(ana, f"nannyId={world.bea_of_riveras.id}") == ["28"]
    assert days(ana, "from=2026-05-27&to=2026-05-27") == ["27"]
    assert wrong(ana.get(expenses, "from=2026-05-27&to=2026-05-26")) == {"to"}
    assert viewer.get(expenses).status_code == 403
    assert bea.get(expenses, f"nannyId={world.noor_of_riveras.id}").status_code == 403


def test_what_is_told_holds_no_amount_and_leaves_only_while_it_is_so(world, ana, noor, expenses, museum):
    path = f"/expenses/{noor.post(expenses, museum).json()['id']}"
    notice = Notice.objects.get(person=world.ana)
    valid = validity.still_valid(world.ana, [notice], at=NOW)
    letter = letters.of_notices(list(valid.values()), [notice.id], at=NOW)
    pushed = letters.lock_screen(valid[notice.id], at=NOW)
    assert letter.subject == "Noor entered an expense · Tue 26 May"
    assert "18.50" not in f"{letter.subject}{letter.text}{letter.html}{pushed}{notice.facts}"
    ana.post(f"{path}/approve")
    notice.refresh_from_db()
    assert validity.still_valid(world.ana, [notice], at=NOW) == {}
    assert notice.over_at is not None
    ana.post(f"{path}/decline", {"answer": "Too much."})
    told = list(Notice.objects.filter(person=world.noor).order_by("id"))
    assert [validity.still_valid(world.noor, [each], at=NOW) != {} for each in told] == [False, True]


def test_what_is_approved_stands_in_the_timesheet_by_its_day(world, ana, noor, terms, expenses, museum, drive):
    paths = [
        f"/expenses/{noor.post(expenses, sent).json()['id']}"
        for sent in (drive | {"date": "2026-05-24"}, museum, museum | {"amount": "5.00", "date": "2026-05-25"})
    ]
    sheet = f"/families/{world.riveras.id}/timesheet"
    may = f"nannyId={world.noor_of_riveras.id}&from=2026-05-18&to=2026-05-31"
    assert ana.get(sheet, may).json()["lines"] == []
    for path in paths[:2]:
        ana.post(f"{path}/approve")
    answer = ana.get(sheet, may).json()
    assert [(line["kind"], line["date"], line["amount"]) for line in answer["lines"]] == [
        ("MILEAGE", "2026-05-24", "8.99"),
        ("EXPENSE", "2026-05-26", "18.50"),
    ]
    assert answer["lines"][0]["arithmetic"] == "12.4 x 0.7250 = 8.99"
    assert [line["expenseId"] for line in answer["lines"]] == [path.rpartition("/")[2] for path in paths[:2]]
    totals = answer["totals"]
    assert (totals["reimbursements"], totals["gross"], totals["due"]) == ("27.49", "0.00", "27.49")
    assert ana.get(sheet, may.replace("05-31", "05-25")).json()["totals"]["due"] == "8.99"

"""Payments over HTTP: what covers what, voids, balances and a year of what was approved."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from handsel.models import ApprovedAmounts, Event, Payment, PayPeriod
from handsel.rules.lifecycle import State
from handsel.rules.pay.periods import PeriodStatus
from tests.api.contract import Api
from tests.models.broken_pay_periods import NEXT, a_period
from tests.models.broken_payments import a_payment
from tests.world import LONG_AGO, World

pytestmark = pytest.mark.any_database

_NAMES = "work premium notWorked other gross reimbursements gifts due federalPremium workedMinutes overtimeMinutes"
NOTHING = dict.fromkeys([*_NAMES.split(), "notWorkedMinutes"], "0.00")


def approved(world: World, *, wages: str, expenses: str = "0.00", lines: Any = (), **columns: Any) -> PayPeriod:
    """A period that was approved at this amount: with these lines of a book, or none."""
    period = a_period(world, PeriodStatus.SUBMITTED, **columns)
    due = f"{Decimal(wages) + Decimal(expenses):.2f}"
    period.amounts = ApprovedAmounts.objects.create(
        family=period.family,
        period=period,
        approved_at=LONG_AGO,
        approved_by=world.ana_of_riveras,
        totals=NOTHING | {"work": wages, "gross": wages, "reimbursements": expenses, "due": due},
        lines=list(lines),
        **{name: [] for name in ("weeks", "apart", "warnings", "policy_ids")},
    )
    period.status, period.approved_at, period.approved_by = PeriodStatus.APPROVED, LONG_AGO, world.ana_of_riveras
    period.save()
    return period


@pytest.fixture
def payments(world) -> str:
    return f"/families/{world.riveras.id}/payments"


@pytest.fixture
def cash(world) -> dict[str, Any]:
    return {"nannyId": str(world.noor_of_riveras.id), "date": "2026-05-29", "amount": "300.00", "method": "CASH"}


def wrong(answer) -> set[str]:
    assert answer.status_code == 422, answer.content
    return {error["field"] for error in answer.json()["errors"]}


def refused(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_payment_is_recorded(world, ana, payments, cash):
    made = ana.post(payments, cash | {"note": "For May"})
    assert made.status_code == 201
    assert made["Location"] == f"/api/v1/payments/{made.json()['id']}"
    assert made.json() == {
        "id": made.json()["id"],
        "familyId": str(world.riveras.id),
        "note": "For May",
        "payPeriodId": None,
        "covers": [],
        "voids": None,
        "voidedBy": None,
        "reason": "",
        "acknowledgedAt": None,
        "recordedBy": str(world.ana_of_riveras.id),
        "createdAt": "2026-06-01T12:00:00Z",
        **cash,
    }
    event = Event.objects.get(kind="payment.recorded")
    assert event.nanny_id == world.noor_of_riveras.id
    assert event.changes["amount"] == [None, "300.00"]


def test_the_worked_example_of_two_periods_and_an_advance(world, ana, payments, cash):
    first = approved(world, wages="800.00", expenses="20.00")
    second = approved(world, wages="600.00", **NEXT)
    ana.post(payments, cash)
    named = ana.post(payments, cash | {"amount": "600.00", "payPeriodId": str(first.id)}).json()
    last = ana.post(payments, cash | {"amount": "600.00"}).json()
    assert named["covers"] == [
        {"payPeriodId": str(first.id), "amount": "520.00"},
        {"payPeriodId": str(second.id), "amount": "80.00"},
    ]
    assert last["covers"] == [{"payPeriodId": str(second.id), "amount": "520.00"}]
    (noors, beas) = ana.get(f"/families/{world.riveras.id}/balances").json()["items"]
    assert noors == {
        "nannyId": str(world.noor_of_riveras.id),
        "due": "1420.00",
        "paid": "1500.00",
        "balance": "-80.00",
        "ahead": "80.00",
        "forecast": "0.00",
        "periods": [
            {"payPeriodId": str(first.id), "due": "820.00", "covered": "820.00", "payState": "PAID"},
            {"payPeriodId": str(second.id), "due": "600.00", "covered": "600.00", "payState": "PAID"},
        ],
    }
    assert (beas["nannyId"], beas["balance"], beas["periods"]) == (str(world.bea_of_riveras.id), "0.00", [])
    assert [payment["id"] for payment in ana.get(payments).json()["items"]] == [
        *(last["id"], named["id"]),
        str(Payment.objects.order_by("id")[0].id),
    ]


def test_a_void_counts_nowhere_and_is_made_once(world, ana, noor, payments, cash):
    approved(world, wages="200.00")
    made = ana.post(payments, cash).json()
    path = f"/payments/{made['id']}"
    assert wrong(ana.post(f"{path}/void", {})) == {"reason"}
    void = ana.post(f"{path}/void", {"reason": "Never given."})
    assert void.status_code == 201
    body = void.json()
    assert (body["voids"], body["amount"], body["reason"]) == (made["id"], "300.00", "Never given.")
    assert (body["date"], body["covers"]) == ("2026-06-01", [])
    again = ana.get(path).json()
    assert (again["voidedBy"], again["covers"]) == (body["id"], [])
    for gone in (path, f"/payments/{body['id']}"):
        assert refused(ana.post(f"{gone}/void", {"reason": "Again."})) == (409, "wrong_state")
        assert refused(noor.post(f"{gone}/acknowledge")) == (409, "wrong_state")
    (noors, _) = ana.get(f"/families/{world.riveras.id}/balances").json()["items"]
    assert (noors["paid"], noors["balance"], noors["periods"][0]["payState"]) == ("0.00", "200.00", "UNPAID")


def test_the_nanny_acknowledges_once(world, ana, noor, payments, cash):
    path = f"/payments/{ana.post(payments, cash).json()['id']}/acknowledge"
    assert refused(ana.post(path)) == (403, "not_allowed")
    assert noor.post(path).json()["acknowledgedAt"] == "2026-06-01T12:00:00Z"
    assert refused(noor.post(path)) == (409, "wrong_state")


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({"amount": "0.00"}, {"amount"}),
        ({"amount": "-1.00"}, {"amount"}),
        ({"amount": "10000000.00"}, {"amount"}),
        ({"amount": "1.005"}, {"amount"}),
        ({"method": "APPLES"}, {"method"}),
        ({"date": "2026-06-02"}, {"date"}),
        ({"date": None, "amount": None}, {"date", "amount"}),
    ],
)
def test_what_makes_no_payment_is_said_at_its_field(ana, payments, cash, sent, fields):
    assert wrong(ana.post(payments, cash | sent)) == fields


def test_a_payment_names_an_approved_period_of_that_nanny_alone(world, ana, payments, cash):
    open_period = a_period(world)
    beas = approved(world, wages="1.00", nanny=world.bea_of_riveras)
    for period in (open_period, beas):
        assert wrong(ana.post(payments, cash | {"payPeriodId": str(period.id)})) == {"payPeriodId"}
    assert wrong(ana.post(payments, {name: cash[name] for name in cash if name != "nannyId"})) == {"nannyId"}


def test_a_nanny_sees_her_own_alone_and_a_viewer_none(world, noor, viewer, payments):
    hers = a_payment(world)
    beas = a_payment(world, nanny=world.bea_of_riveras)
    assert [payment["id"] for payment in noor.get(payments).json()["items"]] == [str(hers.id)]
    assert refused(noor.get(f"/payments/{beas.id}")) == (404, "not_found")
    assert refused(noor.get(payments, f"nannyId={world.bea_of_riveras.id}")) == (403, "not_allowed")
    family = f"/families/{world.riveras.id}"
    assert [each["nannyId"] for each in noor.get(f"{family}/balances").json()["items"]] == [
        str(world.noor_of_riveras.id)
    ]
    for path in (payments, f"{family}/balances", f"{family}/years/2026"):
        assert refused(viewer.get(path)) == (403, "not_allowed")
    assert refused(viewer.get(f"/payments/{hers.id}")) == (404, "not_found")


def line(day: str, amount: str, **fields: Any) -> dict[str, Any]:
    usual = {"kind": "WORK", "sessionId": day, "minutes": "60.00", "countedMinutes": "60.00"}
    return usual | {"date": day, "amount": amount} | fields


def test_a_year_is_of_approved_periods_by_the_day_of_each_line(world, ana, payments, cash):
    lines = [
        line("2025-12-31", "20.00"),
        line("2026-01-01", "30.00"),
        line("2026-01-02", "5.00", kind="MEALS", sessionId=None) | {"kind": "EXPENSE"},
    ]
    days = {"from_date": date(2025, 12, 29), "to_date": date(2026, 1, 4)}
    approved(world, wages="50.00", expenses="5.00", lines=lines, **days)
    waiting = a_period(world, from_date=date(2026, 1, 5), to_date=date(2026, 1, 11))
    ana.post(payments, cash | {"date": "2025-12-31", "amount": "10.00"})
    ana.post(payments, cash | {"date": "2026-04-01", "amount": "45.00"})
    year = ana.get(f"/families/{world.riveras.id}/years/2026", f"nannyId={world.noor_of_riveras.id}").json()
    assert year["months"][0] == {
        "month": 1,
        "sessions": 1,
        "workedMinutes": "60.00",
        "gross": "30.00",
        "premium": "0.00",
        "federalPremium": "0.00",
        "reimbursements": "5.00",
    }
    assert len(year["months"]) == 12
    assert year["totals"]["gross"] == "30.00"
    assert [quarter["wagesPaid"] for quarter in year["quarters"]] == ["0.00", "40.00", "0.00", "0.00"]
    assert year["notApproved"] == [str(waiting.id)]
    family = f"/families/{world.riveras.id}"
    assert wrong(ana.get(f"{family}/years/2026")) == {"nannyId"}
    for nothing in ("1969", "2200", "now", "02026"):
        assert refused(ana.get(f"{family}/years/{nothing}")) == (404, "not_found")


def test_the_currency_stays_once_a_payment_was_recorded_or_a_period_submitted(world, ana):
    path = f"/families/{world.riveras.id}"
    a_payment(world)
    assert refused(ana.patch(path, {"currency": "EUR"})) == (409, "locked")
    assert ana.patch(path, {"currency": "USD"}).status_code == 200
    a_period(world, PeriodStatus.QUERIED, family=world.okafors, nanny=world.noor_of_okafors)
    okafors = Api(world, world.ada).patch(f"/families/{world.okafors.id}", {"currency": "EUR"})
    assert refused(okafors) == (409, "locked")


def test_what_a_page_of_payments_asks_does_not_grow(world, ana, payments, cash, django_assert_max_num_queries):
    for number in range(5):
        a_payment(world, amount=Decimal(number + 1))
    ana.get(payments)
    with django_assert_max_num_queries(8):
        assert len(ana.get(payments).json()["items"]) == 5


def test_what_is_still_open_is_forecast_beside_the_balance_and_not_in_it(world, ana):
    world.session("2026-05-05 09:00", state=State.COMPLETED, hourly_rate=Decimal("20.00"))
    a_period(world)
    (noors, _) = ana.get(f"/families/{world.riveras.id}/balances").json()["items"]
    assert (noors["balance"], noors["periods"]) == ("0.00", [])
    assert Decimal(noors["forecast"]) > 0

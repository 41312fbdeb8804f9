"""Sums of what approving stored: the same totals as the timesheet had, the months of a year, and what a child cost."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from handsel.rules.pay import stored
from handsel.rules.pay.care_costs import PeriodCost
from handsel.rules.pay.stored import ApprovedPeriod

pytestmark = pytest.mark.no_database

CASES = json.loads((Path(__file__).parent / "pay_examples.json").read_text())["cases"]
MISSING = dict.fromkeys(["minutes", "countedMinutes", "sessionId", "itemId", "expenseId", "rate"])


def line(kind: str, day: str, amount: str, **more: Any) -> dict[str, Any]:
    return MISSING | {"kind": kind, "date": day, "amount": amount} | more


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_stored_lines_add_up_to_the_totals_of_the_example(case):
    expected = case["expected"]
    totals = stored.totals_of([MISSING | fields for fields in expected["lines"]], expected["weeks"])
    assert {name: totals[name] for name in expected["totals"]} == expected["totals"]
    assert stored.added([totals, totals])["due"] == stored.as_text(2 * stored.cents(totals["due"]))


def period(*lines: dict[str, Any], **more: Any) -> ApprovedPeriod:
    totals = stored.totals_of(lines, [])
    return ApprovedPeriod("p", "n", date(2025, 12, 29), date(2026, 1, 11), lines, more.get("weeks", ()), totals)


OVER_NEW_YEAR = period(
    line("WORK", "2025-12-31", "90.00", sessionId="a", minutes="360.00", countedMinutes="360.00"),
    line("WORK", "2026-01-02", "60.00", sessionId="b", minutes="240.00", countedMinutes="240.00"),
    line("BONUS", "2026-01-05", "-10.00", itemId="i"),
    line("EXPENSE", "2026-01-05", "8.99", expenseId="e"),
    weeks=[{"weekStart": "2025-12-29", "days": 7, "federalPremium": "5.00"}],
)


def test_amounts_belong_to_the_year_of_their_lines_date_and_weeks_to_that_of_their_last_day():
    lines, weeks = stored.of_year([OVER_NEW_YEAR], 2026)
    assert [line["amount"] for line in lines] == ["60.00", "-10.00", "8.99"]
    january, february = stored.months(lines, weeks)[:2]
    assert january == {
        "month": 1,
        "sessions": 1,
        "workedMinutes": "240.00",
        "gross": "50.00",
        "premium": "0.00",
        "federalPremium": "5.00",
        "reimbursements": "8.99",
    }
    assert (february["month"], february["gross"], february["sessions"]) == (2, "0.00", 0)
    assert stored.of_year([OVER_NEW_YEAR], 2025)[1] == []


def test_what_a_period_cost_each_child_and_what_was_paid_of_it():
    children_of = {"a": ["emma"], "b": ["emma", "theo"]}
    paid = [(date(2026, 1, 12), 100_00), (date(2026, 2, 1), 40_00)]
    cost = PeriodCost(OVER_NEW_YEAR, ["emma", "theo"], children_of, paid)
    # 90.00 + 30.00 and 30.00 of sessions, so four fifths and one of the rest; no expense is a cost of care.
    assert (cost.charge("emma"), cost.charge("theo")) == (112_00, 28_00)
    assert cost.paid("emma") == [(date(2026, 1, 12), 80_00), (date(2026, 2, 1), 32_00)]
    assert cost.earned_by_month("emma", 2026) == {1: 22_00}
    assert cost.earned_by_month("emma", 2025) == {12: 90_00}
    assert [line["amount"] for line in cost.lines_of("theo")] == ["60.00", "-10.00"]
    assert cost.charge("zuri") == 0

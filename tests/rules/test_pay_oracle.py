"""The first implementation of a timesheet against the second, which counts every minute."""

import json
from datetime import date
from random import Random
from typing import Any

import pytest

from handsel.rules.pay.items import Reimbursement
from handsel.rules.pay.lines import LineKind
from handsel.rules.pay.sessions import Apart
from handsel.rules.pay.timesheet import WarningCode, timesheet
from handsel.rules.pay.workweeks import Timeline
from tests.rules import pay_oracle
from tests.rules.pay_faults import FAULTS, planted
from tests.rules.pay_fortnights import fortnight
from tests.rules.test_pay_examples import CASES, answer, cents, item_of, money, session_of, terms_of

pytestmark = pytest.mark.no_database

Case = dict[str, Any]

SEED = 20_261_127
BY_DAY, BY_NIGHT, PARTS = 500, 20_000, 5
# What a fault is looked for in: rare ones need clocks that go back over a midnight.
TRIES = 2_000
FOUND_SOON = ["overtime of a night is one day's", "the rate worked is the regular one", "money is rounded per minute"]


def reimbursement_of(fields: Case) -> Reimbursement:
    kind = LineKind.MILEAGE if fields["category"] == "MILEAGE" else LineKind.EXPENSE
    return Reimbursement(fields["id"], kind, date.fromisoformat(fields["date"]), cents(fields["amount"]) or 0)


def first_answer(case: Case) -> Case:
    first, last = date.fromisoformat(case["from"]), date.fromisoformat(case["to"])
    sheet = timesheet(
        map(session_of, case["sessions"]),
        Timeline(map(terms_of, case["policies"])),
        first,
        last,
        items=map(item_of, case["items"]),
        reimbursements=[
            reimbursement_of(expense)
            for expense in case.get("expenses", [])
            if first <= date.fromisoformat(expense["date"]) <= last
        ],
    )
    written = answer(sheet)
    for fields, line in zip(written["lines"], sheet.lines, strict=True):
        if line.expense is not None:
            fields["expenseId"] = line.expense
    written["totals"]["reimbursements"] = money(sheet.totals.reimbursements)
    return written


def sorted_by_words(rows: list[Case]) -> list[Case]:
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def differences(case: Case) -> list[tuple[str, Any, Any]]:
    """Return each part of the timesheet on which the two do not agree."""
    ours, theirs = first_answer(case), pay_oracle.timesheet(case)
    for sheet in (ours, theirs):
        sheet["warnings"] = sorted_by_words(sheet["warnings"])
    return [(name, ours[name], theirs[name]) for name in theirs if ours[name] != theirs[name]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_second_one_keeps_the_worked_examples(case):
    written, expected = pay_oracle.timesheet(case), case["expected"]
    del written["totals"]["reimbursements"]
    for line, its in zip(written["lines"], expected["lines"], strict=True):
        assert line == its
    assert written == expected


def test_the_fortnights_reach_every_kind_of_line_and_every_reason():
    codes = [*Apart, *WarningCode, *(f"{count} versions" for count in range(4)), "short week"]
    missing = {*LineKind, *codes} - {Apart.NO_NANNY}  # of which a nanny has none
    for seed in range(SEED, SEED + BY_DAY):
        case = fortnight(Random(seed))
        sheet = pay_oracle.timesheet(case)
        missing -= {line["kind"] for line in sheet["lines"]} | {apart["reason"] for apart in sheet["apart"]}
        missing -= {warned["code"] for warned in sheet["warnings"]} | {f"{len(case['policies'])} versions"}
        missing -= {"short week" for week in sheet["weeks"] if week["days"] < 7}
        if not missing:
            return
    assert not missing


@pytest.mark.parametrize("part", range(PARTS))
def test_both_agree_on_random_fortnights(part):
    agree(range(SEED + part, SEED + BY_DAY, PARTS))


@pytest.mark.nightly
@pytest.mark.parametrize("part", range(PARTS))
def test_both_agree_on_many_random_fortnights(part, measured):
    agree(range(SEED + part, SEED + BY_NIGHT, PARTS))
    measured(f"{BY_NIGHT // PARTS:,} random fortnights: both agree", seed=SEED + part)


def agree(seeds: range) -> None:
    for seed in seeds:
        assert not differences(fortnight(Random(seed))), f"seed {seed}"


@pytest.mark.parametrize("name", FOUND_SOON)
def test_a_planted_fault_is_found(name):
    with planted(FAULTS[name]):
        assert fortnights_until_found()


@pytest.mark.nightly
@pytest.mark.parametrize("name", FAULTS)
def test_every_planted_fault_is_found(name, measured):
    with planted(FAULTS[name]):
        measured(f"found after {fortnights_until_found()} fortnights", seed=SEED)


def fortnights_until_found() -> int:
    for tried in range(TRIES):
        if differences(fortnight(Random(SEED + tried))):
            return tried + 1
    pytest.fail(f"{TRIES} fortnights do not show it")


def case_of(terms: list[Case], *times: str, zone: str = "America/New_York") -> Case:
    """Return a fortnight from Monday 2 March 2026 (or of what happened on 1 November 2008) at $20, done as planned."""
    fields = {"status": "COMPLETED", "isConfirmed": True, "timeZone": zone, "hourlyRate": "20.00"}
    sessions = [
        fields
        | {"id": f"s{start}", "cancelledAt": None, "cancelledFor": None}
        | dict.fromkeys(["scheduledStart", "actualStart"], start)
        | dict.fromkeys(["scheduledEnd", "actualEnd"], end)
        for start, end in zip(times[::2], times[1::2], strict=True)
    ]
    policies = [{"scope": "FAMILY"} | version for version in terms]
    first, last = ("2026-03-02", "2026-03-15") if times[0] > "2026" else ("2008-10-27", "2008-11-09")
    return {"policies": policies, "sessions": sessions, "items": [], "from": first, "to": last}


def test_a_minute_of_two_bands_is_one_nights():
    """02:30 is left out on 8 March and so is 03:30, when the next band has begun."""
    night = {"from": "03:15", "to": "02:30", "amount": "90.00", "atLeastMinutes": 60, "counts": True}
    terms = [{"effectiveFrom": "2026-01-05", "night": night}]
    case = case_of(terms, "2026-03-08T01:00:00Z", "2026-03-08T14:00:00Z")
    lines = first_answer(case)["lines"]
    assert [(line["kind"], line["minutes"]) for line in lines] == [("NIGHT", "390.00"), ("NIGHT", "390.00")]
    assert not differences(case)


def test_holiday_pay_of_two_versions_is_told_in_their_order_whatever_that_of_the_sessions():
    terms = [
        {"effectiveFrom": "2026-03-02", "rolledUpHolidayPercent": "10.00"},
        {"effectiveFrom": "2026-03-09", "rolledUpHolidayPercent": "20.00"},
    ]
    case = case_of(
        terms, *("2026-03-03T14:00:00Z", "2026-03-03T15:00:00Z"), *("2026-03-10T14:00:00Z", "2026-03-10T15:00:00Z")
    )
    for sessions in (case["sessions"], case["sessions"][::-1]):
        lines = first_answer(case | {"sessions": sessions})["lines"]
        assert [line["amount"] for line in lines[-2:]] == ["2.00", "4.00"]


def test_the_pay_date_is_the_day_that_clocks_show_when_they_have_gone_back_over_midnight():
    """At a minute past midnight of 2 November it was 23:01 of the first once more."""
    case = case_of([], "2008-11-02T03:00:00Z", "2008-11-02T05:00:00Z", zone="America/St_Johns")
    assert [line["date"] for line in first_answer(case)["lines"]] == ["2008-11-01"]
    assert not differences(case)

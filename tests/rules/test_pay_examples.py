"""The worked examples of how pay is computed, with every field: pay_examples/*.json."""

import json
import random
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from handsel.rules.pay import terms
from handsel.rules.pay.items import Item
from handsel.rules.pay.lines import LineKind
from handsel.rules.pay.timesheet import Timesheet, timesheet
from handsel.rules.pay.workweeks import Timeline
from handsel.rules.recurrence import Weekday

pytestmark = pytest.mark.no_database

CASES = json.loads((Path(__file__).parent / "pay_examples.json").read_text())["cases"]


@dataclass(frozen=True)
class Session:
    id: str
    status: str
    is_confirmed: bool
    time_zone: str
    scheduled_start: datetime
    scheduled_end: datetime
    actual_start: datetime | None
    actual_end: datetime | None
    hourly_rate: Decimal | None
    cancelled_at: datetime | None
    cancelled_for: str | None
    is_corrected: bool = False


def cents(text: str | None) -> int | None:
    return None if text is None else int(Decimal(text) * 100)


def at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def terms_of(policy: dict[str, Any]) -> terms.Terms:
    """Build a version from the API's field names; what is absent has its default."""
    whole = {
        "roundingMinutes": "rounding_minutes",
        "minimumMinutes": "minimum_minutes",
        "weeklyOvertimeAfter": "weekly_overtime_after",
        "dailyOvertimeAfter": "daily_overtime_after",
        "dailyDoubleAfter": "daily_double_after",
        "seventhDayDoubleAfter": "seventh_day_double_after",
        "federalOvertime": "federal_overtime",
        "guaranteedMinutes": "guaranteed_minutes",
    }
    hundredths = {
        "overtimeMultiplier": "overtime_multiplier",
        "doubleMultiplier": "double_multiplier",
        "holidayMultiplier": "holiday_multiplier",
        "basicRate": "basic_rate",
        "rolledUpHolidayPercent": "rolled_up_holiday_percent",
        "minimumWage": "minimum_wage",
    }
    words = {
        "workweekStart": ("workweek_start", Weekday),
        "payFor": ("pay_for", terms.PayFor),
        "roundingMode": ("rounding_mode", terms.RoundingMode),
        "seventhDay": ("seventh_day", terms.SeventhDay),
        "overtimeBase": ("overtime_base", terms.OvertimeBase),
    }
    values: dict[str, Any] = {
        "own": policy["scope"] == "NANNY",
        "effective_from": date.fromisoformat(policy["effectiveFrom"]),
        "holidays": frozenset(date.fromisoformat(holiday["date"]) for holiday in policy.get("holidays", [])),
        "cancellation_tiers": tuple(
            terms.Tier(tier["noticeHours"], tier["percent"], tier["minimumMinutes"])
            for tier in policy.get("cancellationTiers", [])
        ),
    }
    if night := policy.get("night"):
        begins, ends = time.fromisoformat(night["from"]), time.fromisoformat(night["to"])
        amount = cents(night["amount"]) or 0
        values["night"] = terms.Night(begins, ends, amount, night["atLeastMinutes"], night["counts"])
    for name, value in policy.items():
        if name in whole:
            values[whole[name]] = value
        elif name in hundredths:
            values[hundredths[name]] = cents(value)
        elif name in words:
            ours, kind = words[name]
            values[ours] = kind(value)
    return terms.Terms(**values)


def session_of(fields: dict[str, Any]) -> Session:
    times = ["scheduledStart", "scheduledEnd", "actualStart", "actualEnd"]
    rate = fields["hourlyRate"]
    return Session(
        fields["id"],
        fields["status"],
        fields["isConfirmed"],
        fields["timeZone"],
        *(at(fields[name]) for name in times),
        None if rate is None else Decimal(rate),
        at(fields["cancelledAt"]),
        fields["cancelledFor"],
    )


def item_of(fields: dict[str, Any]) -> Item:
    return Item(
        fields["id"],
        LineKind(fields["kind"]),
        date.fromisoformat(fields["date"]),
        fields.get("minutes"),
        cents(fields.get("hourlyRate")),
        cents(fields.get("amount")),
        fields.get("inRegularRate", False),
    )


def money(amount: int | Fraction | None, places: int = 2) -> str | None:
    if amount is None:
        return None
    scaled = Fraction(amount) * 10 ** (places - 2)
    return f"{Decimal((2 * scaled + 1) // 2).scaleb(-places):.{places}f}"


def minutes(length: int | Fraction | None) -> str | None:
    return None if length is None else money(100 * length)


def day(ordinal: int | None) -> str | None:
    return None if ordinal is None else date.fromordinal(ordinal).isoformat()


def answer(sheet: Timesheet) -> dict[str, Any]:
    """Write a timesheet as the examples do."""
    written: dict[str, Any] = {"lines": [], "weeks": [], "warnings": []}
    for line in sheet.lines:
        fields = {
            "kind": line.kind.value,
            "date": day(line.day),
            "minutes": minutes(line.minutes),
            "amount": money(line.amount),
        }
        about = {"sessionId": line.session, "itemId": line.item, "weekStart": day(line.week_start)}
        fields |= {name: value for name, value in about.items() if value is not None}
        if line.kind in {LineKind.WORK, LineKind.CANCELLATION, LineKind.GUARANTEE}:
            fields["rate"] = money(line.rate)
        if line.kind in {LineKind.WORK, LineKind.NIGHT}:
            fields["countedMinutes"] = minutes(line.counted)
        written["lines"].append(fields)
    written["apart"] = [
        {"sessionId": apart.session, "date": day(apart.day), "reason": apart.reason.value} for apart in sheet.apart
    ]
    for week in sheet.weeks:
        written["weeks"].append(
            {
                "weekStart": day(week.week.first),
                "days": week.week.days,
                "workedMinutes": minutes(week.worked_minutes),
                "overtimeMinutes": minutes(week.overtime_minutes),
                "regularRate": money(week.regular_rate, 4),
                "federalPremium": money(week.federal_premium),
            }
        )
    totals = sheet.totals
    written["totals"] = {
        "work": money(totals.work),
        "premium": money(totals.premium),
        "notWorked": money(totals.not_worked),
        "other": money(totals.other),
        "gross": money(totals.gross),
        "gifts": money(totals.gifts),
        "due": money(totals.due),
        "federalPremium": money(totals.federal_premium),
        "workedMinutes": minutes(totals.worked_minutes),
        "overtimeMinutes": minutes(totals.overtime_minutes),
        "notWorkedMinutes": minutes(totals.not_worked_minutes),
    }
    for warned in sheet.warnings:
        fields = {"code": warned.code.value, "sessionId": warned.session, "weekStart": day(warned.week_start)}
        fields |= {"minutes": minutes(warned.minutes), "amount": money(warned.amount)}
        written["warnings"].append({name: value for name, value in fields.items() if value is not None})
    return written


def computed(case: dict[str, Any], order: random.Random) -> dict[str, Any]:
    policies, sessions, items = (list(case[name]) for name in ("policies", "sessions", "items"))
    for rows in (policies, sessions, items):
        order.shuffle(rows)
    return answer(
        timesheet(
            map(session_of, sessions),
            Timeline(map(terms_of, policies)),
            date.fromisoformat(case["from"]),
            date.fromisoformat(case["to"]),
            items=map(item_of, items),
        )
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_worked_examples_come_out_to_the_cent(case):
    for seed in range(3):
        assert computed(case, random.Random(seed)) == case["expected"]

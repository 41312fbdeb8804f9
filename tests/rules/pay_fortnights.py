"""Random fortnights of one nanny, in the shape of `pay_examples.json`: every kind of line, every field's ends, both
clock changes, and up to three versions of terms.
"""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.rules.pay_oracle_minutes import PAID_TIME, WEEKDAYS

Case = dict[str, Any]

# A Monday and a zone: ordinary weeks, clocks that change at night in either direction, at a midnight (Havana), a minute
# past one, back into the day before (St. John's), by half an hour (Lord Howe), and over a year's end.
PLACES = [
    *[(date(2026, 3, 2), "America/New_York"), (date(2026, 10, 26), "America/New_York")] * 2,
    *[(date(2026, 5, 4), "America/Los_Angeles"), (date(2026, 3, 23), "Europe/London")],
    *[(date(2026, 3, 2), "America/Havana"), (date(2026, 10, 26), "America/Havana")],
    *[(date(2008, 3, 3), "America/St_Johns"), (date(2008, 10, 27), "America/St_Johns")],
    *[(date(2026, 3, 30), "Australia/Lord_Howe"), (date(2026, 12, 28), "Asia/Kathmandu")],
]
RATES = ["0.00", "0.01", "9999.99", "11.44", "15.00", "20.00", "20.00", "20.25", "24.50", "25.01", "33.33"]
BANDS = [
    *[("22:00", "06:00"), ("22:00", "06:00"), ("00:00", "05:00"), ("23:30", "01:30"), ("02:30", "03:15")],
    *[("20:00", "19:59"), ("03:15", "02:30")],  # the last begins before it has ended, where clocks go forward
]
PERCENTS = [0, 1, 33, 50, 75, 100]


def fortnight(random: Random) -> Case:
    monday, zone = random.choice(PLACES)
    zones = [zone] if random.random() < 0.9 else [zone, "Europe/London", "Pacific/Auckland"]
    first = monday + timedelta(random.choice([0, 0, -1, 1, 3, 6]))
    last = first + timedelta(random.choice([13, 13, 13, 6, 0, 15]))
    return {
        "policies": policies(random, monday),
        "sessions": sessions(random, monday, zones),
        "items": [item(random, monday, number) for number in range(random.choice([0, 0, 1, 3, 6]))],
        "expenses": [expense(random, monday, number) for number in range(random.choice([0, 0, 1, 2]))],
        "from": first.isoformat(),
        "to": last.isoformat(),
    }


def policies(random: Random, monday: date) -> list[Case]:
    scopes = random.choice([(), *[("FAMILY",)] * 4, ("NANNY",), *[("FAMILY", "FAMILY")] * 3, ("FAMILY", "NANNY")])
    if random.random() < 0.2:
        scopes = (*scopes, random.choice(["FAMILY", "NANNY"]))[:3]
    dated: dict[tuple[str, str], Case] = {}
    for scope in scopes:
        day = monday + timedelta(random.choice([-60, -13, random.randint(-10, 12), random.randint(-1, 8)]))
        dated[scope, day.isoformat()] = terms(random, monday) | {"scope": scope, "effectiveFrom": day.isoformat()}
    if len(scopes) > 1 and random.random() < 0.5:  # alike but for one field, so that a change shows by itself
        alike = min(dated.values(), key=lambda terms: terms["effectiveFrom"])
        for key, version in dated.items():
            field = random.choice(["workweekStart", "workweekStart", "weeklyOvertimeAfter", "rolledUpHolidayPercent"])
            stays = {name: version[name] for name in ("scope", "effectiveFrom", field)}
            dated[key] = alike | stays
    return list(dated.values())


def terms(random: Random, monday: date) -> Case:
    def often(*values: Any, chance: float = 0.4) -> Any:
        return random.choice(values[1:]) if random.random() < chance else values[0]

    overtime = often("1.50", "1.01", "4.00", "2.00", "1.25", chance=0.3)
    double = often("2.00", "4.00", "3.00", chance=0.3)
    daily = often(None, 1, 60, 480, 540, 1440)
    after = often(None, 1, 480, 720, 1440, chance=0.3)
    seventh = often("NONE", "OVERTIME", "OVERTIME_THEN_DOUBLE")
    guaranteed = often(0, 1, 1200, 2400, 2401, 10080, chance=0.35)
    holidays = [monday + timedelta(day) for day in random.sample(range(-3, 16), random.choice([0, 0, 1, 4]))]
    return {
        "workweekStart": often("MONDAY", "SUNDAY", *WEEKDAYS, chance=0.5),
        "payFor": often("ACTUAL", "PLANNED", "GREATER"),
        "roundingMinutes": often(0, 5, 6, 10, 15, 30),
        "roundingMode": often("NEAREST", "UP", "DOWN", chance=0.6),
        "minimumMinutes": often(0, 1, 60, 240, 1440, chance=0.2),
        "night": night(random) if random.random() < 0.4 else None,
        "weeklyOvertimeAfter": often(2400, None, 1, 600, 2100, 2640, 10080, chance=0.5),
        "dailyOvertimeAfter": daily,
        "dailyDoubleAfter": None if after is None else max(after, daily or 1),
        "seventhDay": seventh,
        "seventhDayDoubleAfter": random.choice([1, 60, 480, 1440]) if seventh == "OVERTIME_THEN_DOUBLE" else None,
        "overtimeMultiplier": overtime,
        "doubleMultiplier": max(double, overtime),
        "overtimeBase": often("WEIGHTED", "RATE_WORKED"),
        "federalOvertime": often(False, True, chance=0.6),
        "holidays": [{"date": day.isoformat(), "name": "Holiday"} for day in holidays],
        "holidayMultiplier": often("1.00", "1.50", "2.00", "4.00", chance=0.6),
        "guaranteedMinutes": guaranteed,
        "basicRate": random.choice(RATES) if guaranteed else None,
        "cancellationTiers": tiers(random),
        "rolledUpHolidayPercent": often("0.00", "0.01", "12.07", "30.00", chance=0.3),
        "minimumWage": often(None, "0.01", "15.00", "20.00", "9999.99", chance=0.3),
    }


def night(random: Random) -> Case:
    band = random.choice(BANDS)
    return {
        "from": band[0],
        "to": band[1],
        "amount": random.choice(["0.01", "60.00", "90.00", "99.99", "9999.99"]),
        "atLeastMinutes": random.choice([1, 30, 120, 240, 480, 1440]),
        "counts": random.random() < 0.6,
    }


def tiers(random: Random) -> list[Case]:
    hours = sorted(random.sample([1, 2, 24, 48, 96, 720], random.choice([0, 0, 1, 3, 5])))
    return [
        {"noticeHours": each, "percent": random.choice(PERCENTS), "minimumMinutes": random.choice([0, 0, 1, 120, 1440])}
        for each in hours
    ]


def sessions(random: Random, monday: date, zones: list[str]) -> list[Case]:
    chance = random.choice([0.2, 0.5, 0.9, 1.0])
    clock = random.choice([None, 7, 9, 18, 21, 23])
    made: list[Case] = []
    for day in range(-8, 15):
        for _ in range(2 if random.random() < 0.1 else 1):
            if random.random() < chance * (0.4 if day < -1 or random.random() < 0.1 else 1):
                made.append(session(random, monday + timedelta(day), random.choice(zones), clock, len(made)))
    return made


def session(random: Random, day: date, zone: str, clock: int | None, number: int) -> Case:
    hour = random.randint(0, 23) if clock is None or random.random() < 0.15 else clock
    fold = int(random.random() < 0.2)  # of two times the second
    wall = datetime.combine(day, time(hour, random.choice([0, 0, 15, 59]), fold=fold), ZoneInfo(zone))
    start = wall.astimezone(UTC)
    length = random.choice([480, 480, 540, 600, 75, 361]) if random.random() < 0.95 else random.choice([1, 1440])
    end = start + timedelta(minutes=length)
    status = "COMPLETED" if random.random() < 0.8 else random.choice(["CANCELLED"] * 3 + ["SCHEDULED", "IN_PROGRESS"])
    begun = start + timedelta(minutes=random.choice([0, 0, -7, 8, -240]), seconds=random.choice([0, 0, 1, 59]))
    ended = end + timedelta(minutes=random.choice([0, 0, 3, -12, 65]), seconds=random.choice([0, 0, 1, 59]))
    if ended < begun or random.random() < 0.02:
        ended = begun + timedelta(minutes=random.choice([0, 1, 7, 1440]))
    is_over, is_cancelled = status == "COMPLETED", status == "CANCELLED"
    notice = timedelta(hours=random.choice([-1, 1, 2, 10, 24, 48, 100, 720]), seconds=random.choice([0, 0, 1, -1]))
    return {
        "id": f"s{number:03}",
        "status": status,
        "isConfirmed": random.random() < 0.93,
        "timeZone": zone,
        "scheduledStart": start.isoformat(),
        "scheduledEnd": (end + timedelta(seconds=random.choice([0, 0, 59]))).isoformat(),
        "actualStart": begun.isoformat() if is_over or status == "IN_PROGRESS" else None,
        "actualEnd": ended.isoformat() if is_over else None,
        "hourlyRate": None if random.random() < 0.04 else random.choice(RATES),
        "cancelledAt": (start - notice).isoformat() if is_cancelled else None,
        "cancelledFor": random.choice(["FAMILY", "FAMILY", "NANNY"]) if is_cancelled else None,
    }


def item(random: Random, monday: date, number: int) -> Case:
    kind = random.choice([*PAID_TIME, "UNPAID_LEAVE", "BONUS", "BONUS", "ADJUSTMENT", "GIFT"])
    made = {"id": f"i{number:02}", "kind": kind, "date": (monday + timedelta(random.randint(-3, 15))).isoformat()}
    if kind in (*PAID_TIME, "UNPAID_LEAVE"):
        made["minutes"] = random.choice([1, 240, 480, 1440])
        return made if kind == "UNPAID_LEAVE" else made | {"hourlyRate": random.choice(RATES)}
    made["amount"] = random.choice(["0.01", "46.00", "99999.99"])
    if kind == "ADJUSTMENT" and random.random() < 0.5:
        made["amount"] = f"-{made['amount']}"
    return made | ({"inRegularRate": random.random() < 0.6} if kind == "BONUS" else {})


def expense(random: Random, monday: date, number: int) -> Case:
    day = monday + timedelta(random.randint(-2, 15))
    category = random.choice(["MEALS", "OTHER", "MILEAGE"])
    amount = random.choice(["0.01", "8.99", "99999.99"])
    return {"id": f"x{number:02}", "date": day.isoformat(), "category": category, "amount": amount}

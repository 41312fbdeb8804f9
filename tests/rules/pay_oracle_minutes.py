"""What the second way to a timesheet counts with: the kinds of lines and their sums, minutes, days, weeks and cents."""

from datetime import UTC, date, datetime, time
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Case = dict[str, Any]

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
PREMIUMS = ("HOLIDAY", "DOUBLE_TIME", "SEVENTH_DAY", "OVERTIME_DAILY", "OVERTIME_WEEKLY")
PAID_TIME = ("PAID_TIME_OFF", "PAID_HOLIDAY", "SICK")
KINDS = (
    *("WORK", "NIGHT", "CANCELLATION"),
    *PREMIUMS,
    *("WORKWEEK_CHANGE", "GUARANTEE"),
    *PAID_TIME,
    *("UNPAID_LEAVE", "BONUS", "ADJUSTMENT", "ROLLED_UP_HOLIDAY", "GIFT", "EXPENSE", "MILEAGE"),
)
SUMS = {
    "work": ("WORK", "NIGHT"),
    "premium": (*PREMIUMS, "WORKWEEK_CHANGE"),
    "notWorked": ("CANCELLATION", "GUARANTEE", *PAID_TIME),
    "other": ("BONUS", "ADJUSTMENT", "ROLLED_UP_HOLIDAY"),
    "reimbursements": ("EXPENSE", "MILEAGE"),
    "gifts": ("GIFT",),
}
NO_TERMS: Case = {
    "workweekStart": "MONDAY",
    "payFor": "ACTUAL",
    "roundingMinutes": 0,
    "roundingMode": "NEAREST",
    "minimumMinutes": 0,
    "seventhDay": "NONE",
    "overtimeMultiplier": "1.50",
    "doubleMultiplier": "2.00",
    "overtimeBase": "WEIGHTED",
    "federalOvertime": False,
    "holidays": [],
    "holidayMultiplier": "1.00",
    "guaranteedMinutes": 0,
    "cancellationTiers": [],
    "rolledUpHolidayPercent": "0.00",
}
NULL = "night weeklyOvertimeAfter dailyOvertimeAfter dailyDoubleAfter seventhDayDoubleAfter basicRate minimumWage"
NO_TERMS |= dict.fromkeys(NULL.split())


class Week(NamedTuple):
    start: date
    end: date
    version: int

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


# When, whose session, on which day, and where in Sheet.earnings stands what it earned: by time, then by session.
Minute = tuple[int, str, date, int]


class Premium(NamedTuple):
    minutes: dict[str, int]
    money: dict[str, Fraction]
    regular_rate: Fraction
    federal: Fraction


def cents(money: Fraction, places: int = 2) -> str:
    scale: int = 10**places
    whole = (money * scale + Fraction(1, 2)).__floor__()
    return f"{'-' if whole < 0 else ''}{abs(whole) // scale}.{abs(whole) % scale:0{places}d}"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def minute_of(text: str) -> int:
    return int(instant(text).timestamp()) // 60


@cache
def days_of_block(zone: ZoneInfo, block: int) -> list[date]:
    """The day of each of 1,440 minutes: the latest that has begun, where clocks went back over a midnight."""
    latest, days = date.min, []
    for at in range(block * 1440 - 180, block * 1440 + 1440):
        latest = max(latest, datetime.fromtimestamp(at * 60, zone).date())
        days.append(latest)
    return days[180:]


def day_of(zone: ZoneInfo, at: int) -> date:
    return days_of_block(zone, at // 1440)[at % 1440]


def wall(zone: ZoneInfo, day: date, clock: time) -> int:
    """A wall time: before a gap by the offset before it, of two the first."""
    return int(datetime.combine(day, clock, zone).timestamp()) // 60

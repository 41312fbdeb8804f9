"""The terms of pay: one dated version of what a family and a nanny agreed on."""

from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from fractions import Fraction
from typing import Any

from handsel.rules.recurrence import Weekday

# Whole numbers throughout: money in cents, rates in cents an hour, multipliers in hundredths, percents in hundredths of
# a percent, lengths in minutes.
TIMES_ONE = 100
HUNDRED_PERCENT = 10_000


class PayFor(StrEnum):
    """Which length of a session is paid."""

    ACTUAL = "ACTUAL"
    PLANNED = "PLANNED"
    GREATER = "GREATER"


class RoundingMode(StrEnum):
    """How a paid length is rounded to so many minutes; NEAREST takes halves up."""

    NEAREST = "NEAREST"
    UP = "UP"
    DOWN = "DOWN"


class SeventhDay(StrEnum):
    """What the seventh day in a row of a workweek is paid as."""

    NONE = "NONE"
    OVERTIME = "OVERTIME"
    OVERTIME_THEN_DOUBLE = "OVERTIME_THEN_DOUBLE"


class OvertimeBase(StrEnum):
    """What overtime multiplies: the regular rate of the week, or the rate of the hour itself (29 CFR 778.115, .419)."""

    WEIGHTED = "WEIGHTED"
    RATE_WORKED = "RATE_WORKED"


class PayFrequency(StrEnum):
    """What the next pay period is proposed as."""

    WEEK = "WEEK"
    TWO_WEEKS = "TWO_WEEKS"
    HALF_MONTH = "HALF_MONTH"
    MONTH = "MONTH"
    OWN = "OWN"


class MileageUnit(StrEnum):
    """What a distance that a nanny drove is measured in."""

    MI = "MI"
    KM = "KM"


@dataclass(frozen=True, slots=True)
class Night:
    """A night paid by a flat amount: the band of the clock, the cents, how many counted minutes in the band make it a
    night, and whether its minutes count toward overtime.
    """

    begins: time
    ends: time
    amount: int
    at_least: int
    counts: bool


@dataclass(frozen=True, slots=True)
class Tier:
    """What is paid of a session that the family cancels with less notice than so many hours: so many whole percent of
    the planned minutes, and so many minutes at least.
    """

    notice_hours: int
    percent: int
    minimum_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One version. Its defaults are what holds where nothing was agreed: minutes times rate.

    key: names the version, of whatever type; None for no version. own: one nanny's, rather than the family's.
    """

    key: object = None
    effective_from: date = date.min
    own: bool = False
    workweek_start: Weekday = Weekday.MONDAY
    pay_for: PayFor = PayFor.ACTUAL
    rounding_minutes: int = 0
    rounding_mode: RoundingMode = RoundingMode.NEAREST
    minimum_minutes: int = 0
    night: Night | None = None
    weekly_overtime_after: int | None = None
    daily_overtime_after: int | None = None
    daily_double_after: int | None = None
    seventh_day: SeventhDay = SeventhDay.NONE
    seventh_day_double_after: int | None = None
    overtime_multiplier: int = 150
    double_multiplier: int = 200
    overtime_base: OvertimeBase = OvertimeBase.WEIGHTED
    federal_overtime: bool = False
    holidays: frozenset[date] = frozenset()
    holiday_multiplier: int = TIMES_ONE
    guaranteed_minutes: int = 0
    basic_rate: int | None = None
    cancellation_tiers: tuple[Tier, ...] = ()
    rolled_up_holiday_percent: int = 0
    minimum_wage: int | None = None

    # Asked of every session and every week, and so worked out once.
    pays_what_passed: bool = field(init=False, repr=False, compare=False, default=True)
    has_premium_days: bool = field(init=False, repr=False, compare=False, default=False)
    days: dict[tuple[bool, bool], Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Say whether a session is paid just as long as it took, and whether some minutes of a day may be paid at a
        premium whatever the week comes to.
        """
        is_adjusted = self.pay_for is not PayFor.ACTUAL or self.rounding_minutes or self.minimum_minutes or self.night
        object.__setattr__(self, "pays_what_passed", not is_adjusted)
        has_premium_days = (
            self.daily_overtime_after is not None
            or self.daily_double_after is not None
            or self.seventh_day is not SeventhDay.NONE
            or (bool(self.holidays) and self.holiday_multiplier > TIMES_ONE)
        )
        object.__setattr__(self, "has_premium_days", has_premium_days)

    @property
    def has_premiums(self) -> bool:
        return self.weekly_overtime_after is not None or self.has_premium_days


NO_TERMS = Terms()


def rounded(numerator: int | Fraction, denominator: int = 1) -> int:
    """Return a fraction as a whole number, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)

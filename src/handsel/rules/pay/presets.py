"""The presets of pay terms: what a place's law asks for, as data, each with its source and what it does not cover.

A preset fills in a form and can be changed. A place is here once its rule was read at its source.
"""

from dataclasses import dataclass
from typing import Any

from handsel.rules.pay.terms import OvertimeBase, SeventhDay
from handsel.rules.recurrence import Weekday
from handsel.rules.sentences import Sentence, say


@dataclass(frozen=True, slots=True)
class Preset:
    """Values for the fields of Terms that differ from its defaults. sources: where the rule stands. says: in plain
    words, what it is for and what it leaves out.
    """

    name: str
    sets: dict[str, Any]
    sources: tuple[str, ...]
    says: Sentence


_FEDERAL = "29 CFR 778.107-115"
_FACT_SHEET = "DOL Fact Sheet 79D"

PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            "US_FEDERAL",
            {"weekly_overtime_after": 2400, "federal_overtime": True},
            (_FEDERAL, _FACT_SHEET),
            say(
                "After 40 hours a week, one and a half times. Not for live-in employees of a household, whom "
                "federal law gives no overtime (29 CFR 552.102)."
            ),
        ),
        Preset(
            "US_CA_ATTENDANT",
            {"daily_overtime_after": 540, "weekly_overtime_after": 2400, "federal_overtime": True},
            ("Cal. Lab. Code 1454", _FEDERAL),
            say(
                "After 9 hours a day, one and a half times (45 a week in California), with the stricter federal 40 "
                "hours a week."
            ),
        ),
        Preset(
            "US_CA_ATTENDANT_LIVE_IN",
            {"daily_overtime_after": 540, "weekly_overtime_after": 2700},
            ("Cal. Lab. Code 1454",),
            say("After 9 hours a day and 45 a week, one and a half times."),
        ),
        Preset(
            "US_CA_HOUSEHOLD",
            {
                "daily_overtime_after": 480,
                "daily_double_after": 720,
                "weekly_overtime_after": 2400,
                "seventh_day": SeventhDay.OVERTIME_THEN_DOUBLE,
                "seventh_day_double_after": 480,
                "federal_overtime": True,
            },
            ("IWC Wage Order 15, section 3", _FEDERAL),
            say(
                "For who spends more than a fifth of the time on other housework: after 8 hours a day or 40 a week "
                "one and a half times, after 12 hours twice, and the seventh day. Not for live-in employees."
            ),
        ),
        Preset(
            "US_NY",
            {"weekly_overtime_after": 2400, "seventh_day": SeventhDay.OVERTIME, "federal_overtime": True},
            ("N.Y. Labor Law 161(1), 170", _FEDERAL),
            say(
                "After 40 hours a week, and on the seventh day, one and a half times. A free day stands for 24 "
                "hours of rest in a row."
            ),
        ),
        Preset(
            "US_NY_LIVE_IN",
            {"weekly_overtime_after": 2640, "seventh_day": SeventhDay.OVERTIME},
            ("N.Y. Labor Law 161(1), 170",),
            say("After 44 hours a week, and on the seventh day, one and a half times."),
        ),
        Preset(
            "CA_BC",
            {
                "workweek_start": Weekday.SUNDAY,
                "daily_overtime_after": 480,
                "daily_double_after": 720,
                "weekly_overtime_after": 2400,
                "overtime_base": OvertimeBase.RATE_WORKED,
            },
            ("BC Employment Standards Act 35, 40",),
            say(
                "After 8 hours a day or 40 a week one and a half times, after 12 hours twice, at the rate of the "
                "hour. Not the 32 hours of rest nor the minimum daily pay; sitters of 15 hours a week or less are "
                "outside the Act (Reg. 32)."
            ),
        ),
        Preset(
            "CA_ON",
            {"weekly_overtime_after": 2640, "overtime_base": OvertimeBase.RATE_WORKED},
            ("Ontario Employment Standards Act 22(1), (1.1)",),
            say("After 44 hours a week one and a half times, at the rate of the hour. Not averaging agreements."),
        ),
        Preset(
            "GB_IRREGULAR",
            {"rolled_up_holiday_percent": 1207},
            ("gov.uk, Holiday pay reforms",),
            say(
                "Holiday pay of 12.07 percent on top, for irregular hours and part of a year; leave years from 1 "
                "April 2024."
            ),
        ),
    )
}

"""The fields of the terms of pay as they are entered: a parser for each kind, and what no field can tell alone.

Parsers take text and numbers alike. Each pattern is written for Python and for ECMA 262, and is the whole truth about
what its parser takes as text.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from handsel.rules.fields import Wrong
from handsel.rules.pay.presets import PRESETS, Preset
from handsel.rules.pay.terms import SeventhDay
from handsel.rules.sentences import Sentence, say

ROUNDINGS = (0, 5, 6, 10, 15, 30)
A_DAY, A_WEEK = 1440, 10_080
MOST_HOLIDAYS, MOST_TIERS = 60, 5
LONGEST_NOTICE_HOURS = 720

_CENTS = r"(?:\.[0-9]{1,2})?"
MULTIPLIER = rf"(?:1\.(?:0[1-9]|[1-9][0-9]?)|[23]{_CENTS}|4(?:\.00?)?)"
HOLIDAY_MULTIPLIER = rf"(?:1(?:\.00?)?|1\.[5-9][0-9]?|[23]{_CENTS}|4(?:\.00?)?)"
PERCENT = rf"(?:(?:[0-9]|[12][0-9]){_CENTS}|30(?:\.00?)?)"
MILEAGE_RATE = r"(?:0|[1-9][0-9]?)(?:\.[0-9]{1,4})?"

_TWO_PLACES, _FOUR_PLACES = Decimal("0.01"), Decimal("0.0001")


def _decimal(pattern: str, places: Decimal, otherwise: Sentence) -> Callable[[object], Decimal]:
    """Return a parser for the numbers that the pattern takes as text."""
    matching = re.compile(pattern)

    def parse(raw: object) -> Decimal:
        text = ""
        match raw:
            case str():
                text = raw.strip(" ")
            case int() if not isinstance(raw, bool):
                text = str(raw) if 0 <= raw < A_WEEK else ""
            case Decimal() if raw.is_finite() and raw.adjusted() < 4 and raw.as_tuple().exponent != "n":
                text = f"{raw.normalize():f}"
        if not matching.fullmatch(text):
            raise Wrong(otherwise)
        return Decimal(text).quantize(places)

    return parse


multiplier = _decimal(MULTIPLIER, _TWO_PLACES, say("Enter a number from 1.01 to 4.00, like 1.50."))
holiday_multiplier = _decimal(
    HOLIDAY_MULTIPLIER, _TWO_PLACES, say("Enter 1.00, or a number from 1.50 to 4.00: what is between earns no credit.")
)
percent = _decimal(PERCENT, _TWO_PLACES, say("Enter a percentage from 0.00 to 30.00, like 12.07."))
mileage_rate = _decimal(MILEAGE_RATE, _FOUR_PLACES, say("Enter a rate from 0 to 99.9999, like 0.725."))


def rounding(raw: object) -> int:
    """Parse to how many minutes a paid length is rounded."""
    number = int(raw) if isinstance(raw, str) and re.fullmatch("[0-9]{1,2}", raw) else raw
    if not isinstance(number, int) or isinstance(number, bool) or number not in ROUNDINGS:
        raise Wrong(say("Choose one of %(choices)s.", choices=", ".join(map(str, ROUNDINGS))))
    return number


def preset(raw: object) -> str:
    """Parse the name of a preset."""
    if isinstance(raw, str) and raw in PRESETS:
        return raw
    raise Wrong(say("Choose one of %(choices)s.", choices=", ".join(PRESETS)))


def filled_in(preset: Preset) -> dict[str, Any]:
    """Return the values that a preset fills in, as they are entered: numbers with decimals as such."""
    return {
        name: Decimal(value) / 100 if name == "rolled_up_holiday_percent" else value
        for name, value in preset.sets.items()
    }


def problems(terms: Mapping[str, Any]) -> dict[str, Sentence]:
    """Return what is wrong with a whole version that no field can tell alone, by the field to mend. Fields that could
    not be read are not in terms, and nothing is found about them.
    """
    found: dict[str, Sentence] = {}
    daily, double = terms.get("daily_overtime_after"), terms.get("daily_double_after")
    if daily is not None and double is not None and double < daily:
        found["daily_double_after"] = say("Double time can’t begin before overtime.")
    found |= _of_the_seventh_day(terms)
    overtime, twice = terms.get("overtime_multiplier"), terms.get("double_multiplier")
    if overtime is not None and twice is not None and twice < overtime:
        found["double_multiplier"] = say("This can’t be less than for overtime.")
    if terms.get("guaranteed_minutes") and "basic_rate" in terms and terms["basic_rate"] is None:
        found["basic_rate"] = say("Guaranteed hours need a basic rate.")
    tiers = terms.get("cancellation_tiers") or ()
    for number in range(1, len(tiers)):
        if tiers[number]["noticeHours"] <= tiers[number - 1]["noticeHours"]:
            found[f"cancellation_tiers.{number}.notice_hours"] = say("Each notice must be longer than the one before.")
    return found


def _of_the_seventh_day(terms: Mapping[str, Any]) -> dict[str, Sentence]:
    if not terms.keys() >= {"seventh_day", "seventh_day_double_after"}:
        return {}
    doubles = terms["seventh_day"] == SeventhDay.OVERTIME_THEN_DOUBLE
    if doubles and terms["seventh_day_double_after"] is None:
        return {"seventh_day_double_after": say("Enter after how many minutes of the seventh day the pay doubles.")}
    if not doubles and terms["seventh_day_double_after"] is not None:
        return {"seventh_day_double_after": say("Only a seventh day of overtime and then double time has this.")}
    return {}

"""What a version of the terms of pay may be sent as: its numbers, and the objects and lists in it."""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from handsel.api import inputs
from handsel.api.parsing import Part
from handsel.rules import fields
from handsel.rules.pay import policy_fields, terms
from handsel.rules.pay.presets import PRESETS
from handsel.rules.recurrence import Weekday


def _whole(least: int, most: int) -> PlainValidator:
    """Take JSON's numbers alone, whole ones of this size."""

    def parse(raw: object) -> int:
        return fields.whole(None if isinstance(raw, str) else raw, least=least, most=most)

    return PlainValidator(parse)


def _integer(least: int, most: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "integer", "minimum": least, "maximum": most})


def _rounding(raw: object) -> int:
    return policy_fields.rounding(None if isinstance(raw, str) else raw)


def _decimal(pattern: str, *numbers: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": "string", "pattern": f"^ *{pattern} *$"}, *numbers]})


def _number(least: float, most: float, step: float = 0.01) -> dict[str, Any]:
    return {"type": "number", "minimum": least, "maximum": most, "multipleOf": step}


def _choice(kinds: type[StrEnum]) -> PlainValidator:
    return PlainValidator(fields.choice(kinds))


def _word(kinds: Iterable[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": [str(kind) for kind in kinds]})


def _list(part: type[Part], most: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "array", "items": part.described(), "maxItems": most})


_DAY, _WEEK = policy_fields.A_DAY, policy_fields.A_WEEK
_MOST_NOTICE = policy_fields.LONGEST_NOTICE_HOURS

UpToADay = Annotated[int, _whole(0, _DAY), _integer(0, _DAY)]
PartOfADay = Annotated[int, _whole(1, _DAY), _integer(1, _DAY)]
UpToAWeek = Annotated[int, _whole(0, _WEEK), _integer(0, _WEEK)]
PartOfAWeek = Annotated[int, _whole(1, _WEEK), _integer(1, _WEEK)]
NoticeHours = Annotated[int, _whole(1, _MOST_NOTICE), _integer(1, _MOST_NOTICE)]
WholePercent = Annotated[int, _whole(0, 100), _integer(0, 100)]
Rounding = Annotated[
    int, PlainValidator(_rounding), WithJsonSchema({"type": "integer", "enum": list(policy_fields.ROUNDINGS)})
]
Multiplier = Annotated[
    Decimal, PlainValidator(policy_fields.multiplier), _decimal(policy_fields.MULTIPLIER, _number(1.01, 4))
]
HolidayMultiplier = Annotated[
    Decimal,
    PlainValidator(policy_fields.holiday_multiplier),
    _decimal(policy_fields.HOLIDAY_MULTIPLIER, {"type": "number", "enum": [1]}, _number(1.5, 4)),
]
Percent = Annotated[Decimal, PlainValidator(policy_fields.percent), _decimal(policy_fields.PERCENT, _number(0, 30))]
MileageRate = Annotated[
    Decimal,
    PlainValidator(policy_fields.mileage_rate),
    _decimal(policy_fields.MILEAGE_RATE, _number(0, 99.9999, 0.0001)),
]
Preset = Annotated[str, PlainValidator(policy_fields.preset), _word(PRESETS)]
WorkweekStart = Annotated[Weekday, _choice(Weekday), _word(Weekday)]
PayFrequency = Annotated[terms.PayFrequency, _choice(terms.PayFrequency), _word(terms.PayFrequency)]
PayFor = Annotated[terms.PayFor, _choice(terms.PayFor), _word(terms.PayFor)]
RoundingMode = Annotated[terms.RoundingMode, _choice(terms.RoundingMode), _word(terms.RoundingMode)]
SeventhDay = Annotated[terms.SeventhDay, _choice(terms.SeventhDay), _word(terms.SeventhDay)]
OvertimeBase = Annotated[terms.OvertimeBase, _choice(terms.OvertimeBase), _word(terms.OvertimeBase)]
MileageUnit = Annotated[terms.MileageUnit, _choice(terms.MileageUnit), _word(terms.MileageUnit)]


class NightTerms(Part):
    needed = ("from_time", "to_time", "amount", "at_least_minutes", "counts")
    from_time: inputs.WallTime
    to_time: inputs.WallTime
    amount: inputs.NightAmount
    at_least_minutes: PartOfADay
    counts: inputs.Flag


class Holiday(Part):
    needed = ("date", "name")
    date: inputs.Day
    name: inputs.Name


class CancellationTier(Part):
    needed = ("notice_hours", "percent", "minimum_minutes")
    notice_hours: NoticeHours
    percent: WholePercent
    minimum_minutes: UpToADay


Night = Annotated[dict[str, Any], PlainValidator(NightTerms.parse), WithJsonSchema(NightTerms.described())]
Holidays = Annotated[
    list[dict[str, Any]],
    PlainValidator(Holiday.parse_list(policy_fields.MOST_HOLIDAYS)),
    _list(Holiday, policy_fields.MOST_HOLIDAYS),
]
CancellationTiers = Annotated[
    list[dict[str, Any]],
    PlainValidator(CancellationTier.parse_list(policy_fields.MOST_TIERS)),
    _list(CancellationTier, policy_fields.MOST_TIERS),
]

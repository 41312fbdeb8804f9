"""The kinds of values that may be sent: read by the parsers of rules.fields, described as the OpenAPI file has them.

A description promises exactly what its parser takes. Cross-checks between fields belong to the actions. A type made by
`type` stands in the OpenAPI file once, under its name.
"""

from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import PlainValidator, WithJsonSchema

from handsel.queries import paging
from handsel.queries.care_sessions import SessionOrder
from handsel.rules import currencies, fields, recurrence, roles, running_late, tax_numbers, time_off
from handsel.rules.fields import Wrong
from handsel.rules.lifecycle import Status
from handsel.rules.pay import expenses, item_kinds, payments
from handsel.rules.pay import sessions as pay
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.sentences import say

# Patterns are anchored, and written for ECMA 262 and for Python alike.
_BREAKS = r"[ \t\r\n]*"
_SPACES = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_LONGEST_TEXT = 4000
_ID: dict[str, Any] = {"type": "string", "format": "uuid"}


def _text(most: int, *, least: int = 0, lines: bool = False) -> PlainValidator:
    """Parse text. The rule counts what is left when it is trimmed. The description can only count what is sent, and
    holds.
    """

    def parse(raw: object) -> str:
        return fields.text(_as_sent(raw, most), least=least, most=most, lines=lines)

    return PlainValidator(parse)


def _as_sent(raw: object, most: int) -> object:
    if isinstance(raw, str) and len(raw) > most:
        raise fields.too_long(most)
    return raw


def _line(most: int, *, least: int = 0) -> WithJsonSchema:
    printable = rf"[^{fields.UNPRINTABLE}]*"
    visible = rf"[{_SPACES}{fields.UNSEEN}]*[^{fields.UNPRINTABLE}{_SPACES}{fields.UNSEEN}]" if least else ""
    pattern = f"^{_BREAKS}{visible}{printable}{_BREAKS}$"
    return WithJsonSchema({"type": "string", "minLength": least, "maxLength": most, "pattern": pattern})


def _lines(*, least: int = 0) -> WithJsonSchema:
    printable = rf"[^{fields.UNPRINTABLE_IN_LINES}]*"
    visible = rf"[^{fields.UNPRINTABLE_IN_LINES}{_SPACES}{fields.UNSEEN}\t\r\n\u2028\u2029]{printable}" if least else ""
    pattern = f"^{printable}{visible}$"
    return WithJsonSchema({"type": "string", "minLength": least, "maxLength": _LONGEST_TEXT, "pattern": pattern})


def _word(*words: str, **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": [str(word) for word in words], **more})


def _choice(kinds: type[StrEnum]) -> PlainValidator:
    return PlainValidator(fields.choice(kinds))


def _ids(most: int) -> PlainValidator:
    def parse(raw: object) -> tuple[UUID, ...]:
        ids = fields.identities(raw, most=most)
        if not ids:
            raise Wrong("Name at least one.")
        return ids

    return PlainValidator(parse)


def _any_ids(raw: object) -> tuple[UUID, ...]:
    return fields.identities(raw, most=50)


def _decision(raw: object) -> time_off.Decision:
    decision = fields.choice(time_off.Decision)(raw) if raw in time_off.OF_ALL else None
    if decision is None:
        raise Wrong(say("Choose one of %(choices)s.", choices=", ".join(time_off.OF_ALL)))
    return decision


def _list(items: dict[str, Any], *, least: int, most: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "array", "items": items, "minItems": least, "maxItems": most})


def _email(raw: object) -> str:
    return fields.email(_as_sent(raw, fields.LONGEST_EMAIL))


def _true_or_false(raw: object) -> bool:
    """Take JSON's true and false alone: a string "false" is a slip, not an answer."""
    if isinstance(raw, bool):
        return raw
    raise Wrong("Answer true or false.")


def _minutes_late(raw: object) -> int:
    """Take JSON's numbers alone."""
    return running_late.minutes(None if isinstance(raw, str) else raw)


def _item_minutes(raw: object) -> int:
    """Take JSON's numbers alone."""
    return fields.whole(None if isinstance(raw, str) else raw, least=1, most=item_kinds.LONGEST_MINUTES)


def _distance(raw: object) -> Decimal:
    return fields.tenths(raw, least=expenses.SHORTEST_DISTANCE, most=expenses.LONGEST_DISTANCE)


def _amount(least: Decimal, most: Decimal) -> WithJsonSchema:
    sign = "-?" if least < 0 else ""
    some, cents = rf"[1-9][0-9]{{0,{most.adjusted()}}}", r"(?:\.[0-9]{1,2})?"
    amount = rf"{some}{cents}|0\.(?:0[1-9]|[1-9][0-9]?)" if least > 0 else rf"(?:0|{some}){cents}"
    pattern = f"^ *{sign}(?:{amount}) *$"
    number = {"type": "number", "minimum": float(least), "maximum": float(most), "multipleOf": 0.01}
    description = f"An amount from {least} to {most}, exact to two places."
    return WithJsonSchema({"description": description, "anyOf": [{"type": "string", "pattern": pattern}, number]})


MinutesLate = Annotated[
    int,
    PlainValidator(_minutes_late),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": running_late.MOST}),
]
Flag = Annotated[bool, PlainValidator(_true_or_false), WithJsonSchema({"type": "boolean"})]
Name = Annotated[str, _text(120, least=1), _line(120, least=1)]
Short = Annotated[str, _text(120), _line(120)]
Token = Annotated[str, _text(200, least=1), _line(200, least=1)]
Notes = Annotated[str, _text(_LONGEST_TEXT, lines=True), _lines()]
Message = Annotated[str, _text(_LONGEST_TEXT, least=1, lines=True), _lines(least=1)]
Day = Annotated[
    date, PlainValidator(fields.day), WithJsonSchema({"type": "string", "format": "date", "pattern": f"^{fields.DAY}$"})
]
WallTime = Annotated[
    time, PlainValidator(fields.wall_time), WithJsonSchema({"type": "string", "pattern": f"^{fields.CLOCK}$"})
]
type Moment = Annotated[
    datetime,
    PlainValidator(fields.moment),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^{fields.DAY}[Tt]{fields.CLOCK}(?:{fields.SECOND})?(?:{fields.OFFSET})?$",
            "description": "RFC 3339; without an offset it is the family's wall time.",
        }
    ),
]
_MONEY = WithJsonSchema(
    {
        "description": f"An amount of at most {fields.HIGHEST_RATE}, exact to two places.",
        "anyOf": [
            {"type": "string", "pattern": f"^ *{fields.MONEY} *$"},
            {"type": "number", "minimum": 0, "maximum": float(fields.HIGHEST_RATE), "multipleOf": 0.01},
        ],
    }
)
type Money = Annotated[Decimal, PlainValidator(fields.money), _MONEY]
NightAmount = Annotated[Decimal, PlainValidator(fields.money), _MONEY]
Id = Annotated[UUID, PlainValidator(fields.identity), WithJsonSchema(_ID)]
ChildIds = Annotated[tuple[UUID, ...], _ids(50), _list(_ID, least=1, most=50)]
SessionIds = Annotated[tuple[UUID, ...], _ids(500), _list(_ID, least=1, most=500)]
FamilyIds = Annotated[tuple[UUID, ...], PlainValidator(_any_ids), _list(_ID, least=0, most=50)]
Weekdays = Annotated[
    frozenset[recurrence.Weekday],
    PlainValidator(fields.weekdays),
    _list({"type": "string", "enum": list(recurrence.Weekday)}, least=0, most=50),
]
WeekStart = Annotated[recurrence.Weekday, PlainValidator(fields.week_start), _word(*recurrence.WEEK_STARTS)]
Recurrence = Annotated[recurrence.Recurrence, _choice(recurrence.Recurrence), _word(*recurrence.Recurrence)]
CancelledFor = Annotated[pay.CancelledFor, _choice(pay.CancelledFor), _word(*pay.CancelledFor)]
Decision = Annotated[time_off.Decision, PlainValidator(_decision), _word(*time_off.OF_ALL)]
TaxNumberKind = Annotated[
    tax_numbers.TaxNumberKind, _choice(tax_numbers.TaxNumberKind), _word(*tax_numbers.TaxNumberKind)
]
TaxNumber = Annotated[str, _text(tax_numbers.LONGEST, least=1), _line(tax_numbers.LONGEST, least=1)]
Role = Annotated[roles.Role, _choice(roles.Role), _word(*roles.Role)]
FoundingRole = Annotated[
    roles.Role, _choice(roles.Role), _word(*(role for role in roles.Role if role in roles.FOUNDERS))
]
ItemKind = Annotated[item_kinds.ItemKind, _choice(item_kinds.ItemKind), _word(*item_kinds.ItemKind)]
ItemMinutes = Annotated[
    int,
    PlainValidator(_item_minutes),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": item_kinds.LONGEST_MINUTES}),
]
PaymentMethod = Annotated[payments.PaymentMethod, _choice(payments.PaymentMethod), _word(*payments.PaymentMethod)]
type PaymentAmount = Annotated[
    Decimal,
    PlainValidator(fields.amount(least=payments.LOWEST_PAYMENT, most=payments.HIGHEST_PAYMENT)),
    _amount(payments.LOWEST_PAYMENT, payments.HIGHEST_PAYMENT),
]
ExpenseCategory = Annotated[
    expenses.ExpenseCategory, _choice(expenses.ExpenseCategory), _word(*expenses.ExpenseCategory)
]
ExpenseStatus = Annotated[expenses.ExpenseStatus, _choice(expenses.ExpenseStatus), _word(*expenses.ExpenseStatus)]
type ExpenseAmount = Annotated[
    Decimal,
    PlainValidator(fields.amount(least=expenses.LOWEST_AMOUNT, most=expenses.HIGHEST_AMOUNT)),
    _amount(expenses.LOWEST_AMOUNT, expenses.HIGHEST_AMOUNT),
]
type Distance = Annotated[
    Decimal,
    PlainValidator(_distance),
    WithJsonSchema(
        {
            "description": f"A distance of at most {expenses.LONGEST_DISTANCE}, in the unit of the terms of pay.",
            "anyOf": [
                {"type": "string", "pattern": f"^ *{fields.TENTHS} *$"},
                {
                    "type": "number",
                    "minimum": float(expenses.SHORTEST_DISTANCE),
                    "maximum": float(expenses.LONGEST_DISTANCE),
                    "multipleOf": 0.1,
                },
            ],
        }
    ),
]
type ItemAmount = Annotated[
    Decimal,
    PlainValidator(fields.amount(least=-item_kinds.HIGHEST_AMOUNT, most=item_kinds.HIGHEST_AMOUNT)),
    _amount(-item_kinds.HIGHEST_AMOUNT, item_kinds.HIGHEST_AMOUNT),
]
type TimeZone = Annotated[
    str,
    PlainValidator(fields.time_zone),
    # Not one of six hundred words: they are another list with every release of the tz database, and some of them
    # (GMT+0, GMT-0, GMT0) are one identifier in the programs that are made from this.
    WithJsonSchema(
        {
            "type": "string",
            "description": "An IANA time zone by its name, such as America/New_York.",
            "maxLength": 64,
            "pattern": "^[A-Z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}$",
        }
    ),
]
type Currency = Annotated[
    str, PlainValidator(fields.currency), _word(*sorted(currencies.CODES), description="An ISO 4217 code.")
]
Email = Annotated[
    str,
    PlainValidator(_email),
    WithJsonSchema(
        {
            "type": "string",
            "description": "An e-mail address. Letters beyond ASCII are taken in its domain, and kept in xn-- form.",
            "allOf": [
                {"maxLength": fields.LONGEST_EMAIL},
                {"pattern": r"^ *[^@ ]{1,64}@"},
                {"pattern": f"^ *{fields.EMAIL} *$"},
            ],
        }
    ),
]

# In a query string, where everything is text.


def _limit(raw: object) -> int:
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 4 and 1 <= int(raw) <= paging.MOST:
        return int(raw)
    raise Wrong(f"Send a number from 1 to {paging.MOST}.")


def _true_or_false_as_text(raw: object) -> bool:
    if raw in ("true", "false"):
        return raw == "true"
    raise Wrong("Send true or false.")


class _OrderName(StrEnum):
    SOONEST_FIRST = "scheduledStart"
    LATEST_FIRST = "-scheduledStart"


class FileFormat(StrEnum):
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


def _order(raw: object) -> SessionOrder:
    return SessionOrder[fields.choice(_OrderName)(raw).name]


def _statuses(raw: object) -> tuple[Status, ...]:
    return tuple(fields.choice(Status)(word) for word in (raw if isinstance(raw, list) else [raw]))


def _period_statuses(raw: object) -> tuple[PeriodStatus, ...]:
    return tuple(fields.choice(PeriodStatus)(word) for word in (raw if isinstance(raw, list) else [raw]))


Limit = Annotated[
    int,
    PlainValidator(_limit),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": paging.MOST, "default": paging.USUAL}),
]
Cursor = Annotated[str, PlainValidator(str), WithJsonSchema({"type": "string"})]
QueryFlag = Annotated[bool, PlainValidator(_true_or_false_as_text), WithJsonSchema({"type": "boolean"})]
Statuses = Annotated[
    tuple[Status, ...],
    PlainValidator(_statuses),
    WithJsonSchema({"type": "array", "items": {"type": "string", "enum": list(Status)}}),
]
PeriodStatuses = Annotated[
    tuple[PeriodStatus, ...],
    PlainValidator(_period_statuses),
    WithJsonSchema({"type": "array", "items": {"type": "string", "enum": list(PeriodStatus)}}),
]
Order = Annotated[SessionOrder, PlainValidator(_order), _word(*_OrderName, default=_OrderName.SOONEST_FIRST.value)]
Format = Annotated[FileFormat, _choice(FileFormat), _word(*FileFormat, default=FileFormat.JSON.value)]

"""The kinds of values that may be sent: how each is read, and how the OpenAPI file describes it.

A schema promises exactly what its parser takes. Cross-checks between fields belong to the actions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from handsel.rules import currencies, fields, local_time
from handsel.rules.fields import Wrong
from handsel.rules.recurrence import Recurrence, Weekday
from handsel.rules.roles import Role


@dataclass(frozen=True, slots=True)
class Kind:
    """`component` is the name under which the OpenAPI file keeps a long schema once."""

    parse: Callable[[object], Any]
    schema: Mapping[str, Any]
    component: str = field(default="", kw_only=True)

    @property
    def described(self) -> Mapping[str, Any]:
        return {"$ref": f"#/components/schemas/{self.component}"} if self.component else self.schema


def or_null(kind: Kind) -> Kind:
    """The same, or null: "make it empty"."""
    described = kind.described
    if set(described) & {"anyOf", "$ref", "enum"}:
        schema: Mapping[str, Any] = {"anyOf": [*described.get("anyOf", [described]), {"type": "null"}]}
    else:
        schema = {**described, "type": [described["type"], "null"]}
    return Kind(lambda raw: None if raw is None else kind.parse(raw), schema)


def one_of[E: StrEnum](kinds: type[E], *but: E) -> Kind:
    choices = [kind for kind in kinds if kind not in but]
    return Kind(fields.choice(kinds), {"type": "string", "enum": [kind.value for kind in choices]})


# Patterns are anchored, and written for ECMA 262 and for Python alike. Lone surrogates can't be named in one.
_BREAKS = r"[ \t\r\n]*"
_SPACES = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_UNSEEN = r"\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
_UNPRINTABLE = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
_UNPRINTABLE_IN_LINES = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"


def line(most: int, *, least: int = 0) -> Kind:
    """One line of text, trimmed."""
    printable = rf"[^{_UNPRINTABLE}]*"
    some = rf"[{_SPACES}{_UNSEEN}]*[^{_UNPRINTABLE}{_SPACES}{_UNSEEN}]" if least else ""
    return Kind(
        lambda raw: fields.text(_as_sent(raw, most), least=least, most=most),
        {"type": "string", "minLength": least, "maxLength": most, "pattern": f"^{_BREAKS}{some}{printable}{_BREAKS}$"},
    )


def lines(*, least: int = 0) -> Kind:
    """Up to 4,000 characters with line breaks and tabs, trimmed."""
    printable = rf"[^{_UNPRINTABLE_IN_LINES}]*"
    some = rf"[^{_UNPRINTABLE_IN_LINES}{_SPACES}{_UNSEEN}\t\r\n\u2028\u2029]" if least else ""
    return Kind(
        lambda raw: fields.text(_as_sent(raw, 4000), least=least, most=4000, lines=True),
        {
            "type": "string",
            "minLength": least,
            "maxLength": 4000,
            "pattern": f"^{printable}{some}{printable if least else ''}$",
        },
    )


def _as_sent(raw: object, most: int) -> object:
    """The rule counts what is left when it is trimmed. The description can only count what is sent, and holds."""
    if isinstance(raw, str) and len(raw) > most:
        raise fields.too_long(most)
    return raw


def many(kind: Kind, parse: Callable[[object], Any], *, least: int = 0, most: int) -> Kind:
    return Kind(parse, {"type": "array", "items": kind.described, "minItems": least, "maxItems": most})


def flag(raw: object) -> bool:
    """JSON's true and false alone: a string "false" is a slip, not an answer."""
    if isinstance(raw, bool):
        return raw
    raise Wrong("Answer true or false.")


def _identities(most: int) -> Kind:
    def parse(raw: object) -> tuple[UUID, ...]:
        found = fields.identities(raw, most=most)
        if not found:
            raise Wrong("Name at least one.")
        return found

    return many(ID, parse, least=1, most=most)


_YEARS = r"(?:19[7-9]|20[0-9]|21[0-9])[0-9]"
_LEAP_YEARS = r"(?:19(?:7[26]|8[048]|9[26])|20(?:[02468][048]|[13579][26])|21(?:0[48]|[2468][048]|[13579][26]))"
_DAY = (
    rf"(?:{_YEARS}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    rf"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP_YEARS}-02-29)"
)
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_MOMENT = rf"{_DAY}[Tt]{_CLOCK}(?::[0-5][0-9](?:\.[0-9]{{1,12}})?)?(?:[Zz]|[+-]{_CLOCK})?"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LAST_LABEL = r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"

FLAG = Kind(flag, {"type": "boolean"})
NAME = line(120, least=1)
SHORT = line(120)
NOTES = lines()
MESSAGE = lines(least=1)
DAY = Kind(fields.day, {"type": "string", "format": "date", "pattern": f"^{_DAY}$"})
WALL_TIME = Kind(fields.wall_time, {"type": "string", "pattern": f"^{_CLOCK}$"})
MOMENT = Kind(
    fields.moment,
    {
        "type": "string",
        "pattern": f"^{_MOMENT}$",
        "description": "RFC 3339; without an offset it is the family's wall time.",
    },
    component="Moment",
)
MONEY = Kind(
    fields.money,
    {
        "description": "An amount of at most 9999.99, exact to two places.",
        "anyOf": [
            {"type": "string", "pattern": r"^ *(?:0|[1-9][0-9]{0,3})(?:\.[0-9]{1,2})? *$"},
            {"type": "number", "minimum": 0, "maximum": 9999.99, "multipleOf": 0.01},
        ],
    },
    component="MoneySent",
)
ID = Kind(fields.identity, {"type": "string", "format": "uuid"})
CHILD_IDS = _identities(50)
SESSION_IDS = _identities(500)
WEEKDAYS = many(one_of(Weekday), fields.weekdays, most=50)
RECURRENCE = one_of(Recurrence)
ROLE = one_of(Role)
FOUNDING_ROLE = one_of(Role, Role.VIEWER)
TIME_ZONE = Kind(
    fields.time_zone,
    {"type": "string", "enum": sorted(local_time.zone_names()), "description": "An IANA time zone."},
    component="TimeZone",
)
CURRENCY = Kind(
    fields.currency,
    {"type": "string", "enum": sorted(currencies.CODES), "description": "An ISO 4217 code."},
    component="Currency",
)
EMAIL = Kind(
    lambda raw: fields.email(_as_sent(raw, fields.LONGEST_EMAIL)),
    {
        "type": "string",
        "description": "An e-mail address.",
        "allOf": [
            {"maxLength": fields.LONGEST_EMAIL},
            {"pattern": r"^ *[^@ ]{1,64}@"},
            {"pattern": rf"^ *{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LAST_LABEL} *$"},
        ],
    },
)
TOKEN = line(200, least=1)
COMPONENTS = {kind.component: kind.schema for kind in (MOMENT, MONEY, TIME_ZONE, CURRENCY)}

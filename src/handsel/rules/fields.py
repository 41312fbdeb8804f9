"""Parsers of what was sent, one per kind of field, for JSON values and for a form's strings alike.

Each returns the value or raises Wrong with a sentence that says how to mend it. Every pattern has a longest match
and does not backtrack, so that a megabyte of nonsense is refused as fast as a word of it.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from handsel.rules import currencies, local_time, mail_domains
from handsel.rules.recurrence import WEEK_STARTS, Weekday
from handsel.rules.sentences import say


class Wrong(ValueError):
    """A value that cannot be used; `sentence` tells the person who sent it how to mend it."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


EARLIEST = date(1970, 1, 1)
LATEST = date(2199, 12, 31)
HIGHEST_RATE = Decimal("9999.99")
_BEYOND = 10**9  # and so beyond every number that may be entered
LONGEST_EMAIL = 254
OUT_OF_REACH = say("Choose a date from %(first)s to %(last)s.", first=EARLIEST, last=LATEST)

# The patterns are written for Python and for ECMA 262 alike, so that the API describes a value by what reads it. They
# speak of [0-9], since \d also means the digits of every other script.
CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
# A second with its fraction, and an offset: how a moment goes on after its clock.
SECOND = r":[0-5][0-9](?:\.[0-9]{1,12})?"
OFFSET = rf"[Zz]|[+-]{CLOCK}"
MONEY = r"(?:0|[1-9][0-9]{0,3})(?:\.[0-9]{1,2})?"
TENTHS = r"(?:0|[1-9][0-9]{0,3})(?:\.[0-9])?"
AMOUNT = r"-?(?:0|[1-9][0-9]{0,6})(?:\.[0-9]{1,2})?"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LAST_LABEL = r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LAST_LABEL}"
# Sets of characters, to stand in brackets. Lone surrogates are unprintable too, but ECMA 262 can't name them.
UNPRINTABLE = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
UNPRINTABLE_IN_LINES = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"
UNSEEN = r"\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
# `day` says of what is no date why, and so reads any digits first; this is what it takes in the end.
_YEARS = r"(?:19[7-9]|20[0-9]|21[0-9])[0-9]"
_LEAP_YEARS = r"(?:19(?:7[26]|8[048]|9[26])|20(?:[02468][048]|[13579][26])|21(?:0[48]|[2468][048]|[13579][26]))"
DAY = (
    rf"(?:{_YEARS}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    rf"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP_YEARS}-02-29)"
)

_ANY_CLOCK = re.compile(CLOCK)
_ANY_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ANY_MOMENT = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[Tt]([0-9]{{2}}:[0-9]{{2}})({SECOND})?({OFFSET})?")
_ANY_MONEY = re.compile(MONEY)
_ANY_AMOUNT = re.compile(AMOUNT)
_ANY_TENTHS = re.compile(TENTHS)
_IDENTITY = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ANY_EMAIL = re.compile(rf"(?=.{{1,64}}@){EMAIL}")
_ANY_PHONE = re.compile(r"\+?[0-9()][0-9 ()./\-]{1,38}", re.ASCII)
_ANY_UNPRINTABLE = re.compile(rf"[{UNPRINTABLE}\ud800-\udfff]")
_ANY_UNPRINTABLE_IN_LINES = re.compile(rf"[{UNPRINTABLE_IN_LINES}\ud800-\udfff]")
# They turn around what a page writes behind them; the letters of a script say by themselves which way they run.
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_ANY_UNSEEN = re.compile(rf"[{UNSEEN}]")


def text(raw: object, *, least: int = 0, most: int, lines: bool = False) -> str:
    """Parse trimmed text of `least` to `most` characters; with `lines` it may hold line breaks (kept as \\n) and tabs.

    Without marks that turn the direction of writing around. `least` counts what can be seen.
    """
    if not isinstance(raw, str):
        raise Wrong(say("Enter this as text."))
    if lines:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    trimmed = raw.strip(" \t\r\n")
    if len(trimmed) > most:
        raise too_long(most)
    if (_ANY_UNPRINTABLE_IN_LINES if lines else _ANY_UNPRINTABLE).search(trimmed):
        raise Wrong(say("This has characters that can’t be shown. Enter it again without them."))
    trimmed = _TURNING.sub("", trimmed).strip()
    if len(_ANY_UNSEEN.sub("", trimmed).strip()) < least:
        raise Wrong(say("Fill this in.") if least == 1 else say("Enter at least %(least)s characters.", least=least))
    return trimmed


def too_long(most: int) -> Wrong:
    return Wrong(say("Keep this to %(most)s characters at most.", most=most))


def wall_time(raw: object) -> time:
    """Parse HH:MM on a 24-hour clock."""
    return time.fromisoformat(_matched(_ANY_CLOCK, raw, say("Enter the time as HH:MM, like 06:00."))[0])


def day(raw: object) -> date:
    """Parse YYYY-MM-DD from 1970 to 2199."""
    match = _matched(_ANY_DAY, raw, say("Enter the date as YYYY-MM-DD, like 2026-06-01."))
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise Wrong(say("There is no such day in the calendar.")) from None
    return _in_reach(day)


def moment(raw: object) -> datetime:
    """Parse an RFC 3339 time, to the whole second: with an offset an instant in UTC, without one a naive wall time."""
    match = _matched(_ANY_MOMENT, raw, say("Enter date and time like 2026-06-01T06:00, or 2026-06-01T06:00:00Z."))
    wall = datetime.combine(day(match[1]), wall_time(match[2]).replace(second=int((match[3] or ":00")[1:3])))
    if not match[4]:
        return wall
    instant = datetime.fromisoformat(f"{wall.isoformat()}{match[4].upper()}").astimezone(UTC)
    _in_reach(instant.date())
    return instant


def money(raw: object) -> Decimal:
    """Parse an amount per hour from 0 to 9999.99 with two places, from text or from a number exact to two places."""
    exact = _number(_ANY_MONEY, raw)
    if exact.is_signed() or exact > HIGHEST_RATE:
        raise Wrong(say("Enter an amount from 0 to %(most)s.", most=HIGHEST_RATE))
    return _to_the_cent(exact)


def amount(*, least: Decimal, most: Decimal) -> Callable[[object], Decimal]:
    """Return a parser for an amount of that size with two places, from text or from a number exact to two places."""

    def parse(raw: object) -> Decimal:
        exact = _number(_ANY_AMOUNT, raw)
        if not least <= exact <= most:
            raise Wrong(say("Enter an amount from %(least)s to %(most)s.", least=least, most=most))
        return _to_the_cent(exact)

    return parse


def tenths(raw: object, *, least: Decimal, most: Decimal) -> Decimal:
    """Parse a number with one decimal, from text or from a number."""
    exact = _number(_ANY_TENTHS, raw)
    if not least <= exact <= most or exact != exact.quantize(Decimal("0.1")):
        raise Wrong(say("Enter a number from %(least)s to %(most)s, with at most one decimal.", least=least, most=most))
    return exact.quantize(Decimal("0.1"))


def whole(raw: object, *, least: int, most: int) -> int:
    """Parse a whole number, from text or from a number; in JSON 30.0 is one too."""
    digits = raw.strip(" ") if isinstance(raw, str) else raw
    if isinstance(digits, Decimal) and digits.is_finite() and least <= digits <= most and digits == int(digits):
        digits = int(digits)
    if isinstance(digits, str) and re.fullmatch(r"[0-9]{1,9}", digits):
        digits = int(digits)
    if not isinstance(digits, int) or isinstance(digits, bool) or not least <= digits <= most:
        raise Wrong(say("Enter a whole number from %(least)s to %(most)s.", least=least, most=most))
    return digits


def _number(pattern: re.Pattern[str], raw: object) -> Decimal:
    """Return the exact number that text of this pattern, or a number, says."""
    exact = Decimal("NaN")
    match raw:
        case str() if pattern.fullmatch(raw.strip(" ")):
            exact = Decimal(raw.strip(" "))
        case int() if not isinstance(raw, bool):
            exact = Decimal(max(-_BEYOND, min(raw, _BEYOND)))
        case float():
            exact = Decimal(repr(raw))
        case Decimal():
            exact = raw
    if not exact.is_finite():
        raise Wrong(say("Enter the amount as a number, like 25.00."))
    return exact


def _to_the_cent(exact: Decimal) -> Decimal:
    amount = exact.quantize(Decimal("0.01"))
    if amount != exact:
        raise Wrong(say("Enter the amount with at most two decimals, like 25.50."))
    return amount


def identity(raw: object) -> UUID:
    if isinstance(raw, UUID):
        return raw
    return UUID(_matched(_IDENTITY, raw, say("This is not an id."))[0])


def identities(raw: object, *, most: int = 500) -> tuple[UUID, ...]:
    """Parse the ids of a list, each once, in the order given."""
    return tuple(dict.fromkeys(identity(item) for item in listed(raw, most)))


def choice[E: StrEnum](kinds: type[E]) -> Callable[[object], E]:
    """Return a parser for one of the enum's values."""

    def parse(raw: object) -> E:
        if isinstance(raw, str) and raw in kinds:
            return kinds(raw)
        raise Wrong(say("Choose one of %(choices)s.", choices=", ".join(kinds)))

    return parse


_weekday = choice(Weekday)


def weekdays(raw: object) -> frozenset[Weekday]:
    return frozenset(_weekday(name) for name in listed(raw, 50))


def week_start(raw: object) -> Weekday:
    """Parse the day on which the weeks of a schedule begin."""
    if isinstance(raw, str) and raw in WEEK_STARTS:
        return Weekday(raw)
    raise Wrong(say("Choose one of %(choices)s.", choices=", ".join(WEEK_STARTS)))


def time_zone(raw: object) -> str:
    if isinstance(raw, str) and raw in local_time.zone_names():
        return raw
    raise Wrong(say("Choose a time zone by its IANA name, like America/New_York."))


def currency(raw: object) -> str:
    if isinstance(raw, str) and raw in currencies.CODES:
        return raw
    raise Wrong(say("Choose a currency by its three-letter code, like USD."))


def email(raw: object) -> str:
    """Parse an email address, in lower case and with its domain in ASCII (mail_domains). Only a message that arrives
    proves one; this catches typing mistakes.
    """
    if isinstance(raw, str) and len(raw) <= 2 * LONGEST_EMAIL:
        local, at, domain = raw.strip(" ").rpartition("@")
        # Lower case is taken of ASCII alone: the Kelvin sign's is k, and another person's address.
        if not local.isascii():
            raise Wrong(say("Before the @ use only letters from a to z, digits and signs."))
        address = f"{local}{at}{_domain(domain)}".lower()
        if len(address) <= LONGEST_EMAIL and _ANY_EMAIL.fullmatch(address):
            return address
    raise Wrong(say("Enter an e-mail address, like noor@example.com."))


def _domain(domain: str) -> str:
    """Return a domain in ASCII, or nothing where there is no such domain."""
    if domain.isascii():
        return domain
    try:
        return mail_domains.in_ascii(domain)
    except ValueError:
        return ""


def known_address(text: str) -> str:
    """Return the form in which an address is kept that somebody types to find it, also of one that is none."""
    try:
        return email(text)
    except Wrong:
        return text.strip().lower()


def phone(raw: object) -> str:
    """Parse a phone number as people write it, of 3 to 20 digits; empty for none."""
    number = " ".join(raw.split()) if isinstance(raw, str) else "?"
    if number and not (_ANY_PHONE.fullmatch(number) and 3 <= sum(sign.isdigit() for sign in number) <= 20):
        raise Wrong(say("Enter a phone number, like +1 555 010 0199."))
    return number


def _matched(pattern: re.Pattern[str], raw: object, otherwise: str) -> re.Match[str]:
    match = pattern.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise Wrong(otherwise)
    return match


def listed(raw: object, most: int) -> Sequence[object]:
    """Parse a list of at most so many, as it was sent."""
    if not isinstance(raw, list | tuple):
        raise Wrong(say("Send a list."))
    if len(raw) > most:
        raise Wrong(say("Name at most %(most)s.", most=most))
    return raw


def _in_reach(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise Wrong(OUT_OF_REACH)
    return day

"""Tax numbers: which kinds there are, how each is written, and as much of one as is shown."""

import re
from enum import StrEnum

from handsel.rules.fields import Wrong
from handsel.rules.sentences import say

LONGEST = 32


class TaxNumberKind(StrEnum):
    """The kind of a tax number, as its country calls it."""

    SSN = "SSN"
    ITIN = "ITIN"
    EIN = "EIN"
    SIN = "SIN"
    NINO = "NINO"
    UTR = "UTR"
    OTHER = "OTHER"


_NINE_DIGITS = frozenset({TaxNumberKind.SSN, TaxNumberKind.ITIN, TaxNumberKind.EIN, TaxNumberKind.SIN})


def parse(text: str, kind: TaxNumberKind) -> str:
    """Return a number of this kind as it was written. Raises Wrong."""
    if kind in _NINE_DIGITS:
        if not re.fullmatch(r"[0-9]{9}", re.sub(r"[ -]", "", text)) or len(text) > LONGEST:
            raise Wrong(say("Enter nine digits."))
    elif not re.fullmatch(rf"[A-Za-z0-9 -]{{1,{LONGEST}}}", text) or not re.search(r"[A-Za-z0-9]", text):
        raise Wrong(say("Enter 1 to %(most)s characters: A to Z, digits, spaces or hyphens.", most=LONGEST))
    return text


def last_four(number: str) -> str:
    """Return as much of a number as is shown."""
    return re.sub(r"[ -]", "", number)[-4:]

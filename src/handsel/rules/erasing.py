"""What erasing leaves of texts and of JSON, and how long documents are kept. No Django."""

import re
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

# Between asking and erasing: long enough that the other parent has looked in, and to think twice.
WAITS_FOR = timedelta(days=7)


class Erased(StrEnum):
    """What is erased."""

    CHILD = "CHILD"
    FAMILY = "FAMILY"
    PERSON = "PERSON"


# The fields of events and notices that somebody typed.
TEXTS = frozenset(
    {
        *("name", "first_name", "last_name", "schedule_name", "date_of_birth", "allergies", "medications"),
        *("notes", "note", "query", "message", "answer", "reason", "cancel_reason", "reopen_reason", "reopen_ask"),
        *("address", "phone", "email", "carer_name", "carer_address", "holidays", "names", "title"),
    }
)
# Words of ours, which no shape tells from those of people.
_WORDS = frozenset({"move", "time_zone", "currency", "preset", "language", "method", "source", "format", "way"})
_BY_PROGRAM = re.compile(
    r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"  # an id
    r"|\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?"  # a day, an instant
    r"|\d\d:\d\d(:\d\d)?|-?\d+(\.\d+)?"  # a time, a number
    r"|[A-Z]{2,}(_[A-Z]+)*"  # a word of ours in capitals
)


def without_texts(value: Any, key: str = "") -> Any:
    """Return JSON without what somebody typed: ids, times, rates, amounts and words of ours stay where they were."""
    match value:
        case dict():
            return {name: without_texts(item, name if isinstance(name, str) else "") for name, item in value.items()}
        case list():
            return [without_texts(item, key) for item in value]
        case str() if value and key in TEXTS:
            return None if key == "date_of_birth" else ""
        case str() if value and key not in _WORDS and not _BY_PROGRAM.fullmatch(value):
            return ""
        case _:
            return value


class Names:
    """The names of who is erased, to be found in what others wrote, whole words alone."""

    def __init__(self, names: Iterable[str], instead: str) -> None:
        longest_first = sorted({name for name in names if name.strip()}, key=len, reverse=True)
        words = "|".join(re.escape(name) for name in longest_first)
        self._pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) if words else None
        self._instead = instead

    def stand_in(self, text: str) -> bool:
        return bool(self._pattern and self._pattern.search(text))

    def replaced(self, value: Any) -> Any:
        """Return the text, or JSON with all its texts, saying something else instead of the names."""
        match value:
            case str() if self._pattern:
                return self._pattern.sub(self._instead, value)
            case dict():
                return {name: self.replaced(item) for name, item in value.items()}
            case list():
                return [self.replaced(item) for item in value]
            case _:
                return value


def own_names(first: Iterable[str], last: Iterable[str], of_others: Collection[str]) -> set[str]:
    """Return the names by which a child is found in texts: first names, whole names, and a last name that nobody else
    there has.
    """
    firsts, lasts = set(first), {name for name in last if name}
    taken = {word.casefold() for name in of_others for word in re.findall(r"\w+", name)}
    alone = {name for name in lasts if not {word.casefold() for word in re.findall(r"\w+", name)} & taken}
    return firsts | alone | {f"{one} {other}" for one in firsts for other in lasts}


def kept_until(year: int, years: int) -> date:
    """Return the last day on which the files of a document about this year are kept."""
    return date(year + years, 12, 31)

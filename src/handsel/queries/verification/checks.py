"""What a check of the book is: what it counts, and which rows it finds wrong."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

# So many rows of one check are named, and the others counted.
MOST_NAMED = 50


@dataclass(slots=True)
class Look:
    """What a check counted, how many of it are wrong, and the first of them with what is wrong."""

    counted: int = 0
    wrong: int = 0
    named: list[str] = field(default_factory=list)

    def note(self, row: str) -> None:
        """Note a row that is wrong: its table, its id, and why where the check does not say it."""
        self.wrong += 1
        if len(self.named) < MOST_NAMED:
            self.named.append(row)


@dataclass(frozen=True, slots=True)
class Check:
    """One check. of: what it counts, in the plural. promises: those of the database that it looks for broken."""

    name: str
    of: str
    look: Callable[[], Look]
    promises: frozenset[str] = frozenset()


def by_sql(name: str, of: str, count: str, wrong: str, promises: Sequence[str] = ()) -> Check:
    """Return a check by two statements: one counts, the other selects table, id and why ("" or words) of wrong rows."""

    def look() -> Look:
        look = Look(counted=int(next(rows(count))[0]))
        for table, row_id, why in rows(wrong):
            look.note(row_name(table, row_id, why or ""))
        return look

    return Check(name, of, look, frozenset(promises or (name,)))


def by_rows(name: str, of: str, promises: Sequence[str] = ()) -> Callable[[Callable[[Look], None]], Check]:
    """Return a decorator that makes a check of a function which counts and notes."""

    def make(function: Callable[[Look], None]) -> Check:
        def look() -> Look:
            look = Look()
            function(look)
            return look

        return Check(name, of, look, frozenset(promises))

    return make


def rows(sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a statement, a thousand at a time."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        while batch := cursor.fetchmany(1000):
            yield from batch


def row_name(table: str, row_id: object, why: str = "") -> str:
    """Return how a row is named to who has to look at it."""
    named = f"{table} {known_id(row_id)}"
    return f"{named}: {why}" if why else named


def known_id(row_id: object) -> str:
    """Return an id as people know it: a UUID with its hyphens, as SQLite has it without them."""
    text = str(row_id)
    try:
        return str(UUID(text)) if len(text) >= 32 else text
    except ValueError:
        return text

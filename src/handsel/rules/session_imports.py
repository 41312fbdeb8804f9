"""Sessions from a spreadsheet: the columns, what stands in a row, and what of it cannot be taken."""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from handsel.rules import fields, local_time
from handsel.rules.fields import Wrong
from handsel.rules.overlap import Stretch
from handsel.rules.sentences import say

MOST_ROWS, MOST_BYTES = 5_000, 5_000_000
UNDONE_WITHIN = timedelta(days=7)
LONGEST = timedelta(hours=24)


class Column(StrEnum):
    """The columns that are read, by their headings; others are ignored."""

    PLANNED_START = "Planned start"
    PLANNED_END = "Planned end"
    CHILDREN = "Children"
    NANNY = "Nanny"
    ACTUAL_START = "Actual start"
    ACTUAL_END = "Actual end"
    TIME_ZONE = "Time zone"
    HOURLY_RATE = "Hourly rate"
    CURRENCY = "Currency"
    NOTES = "Notes"


NEEDED = (Column.PLANNED_START, Column.PLANNED_END, Column.CHILDREN, Column.NANNY)


class Outcome(StrEnum):
    CREATED = "CREATED"
    EXISTING = "EXISTING"
    REFUSED = "REFUSED"


class Warned(StrEnum):
    """What a row is taken with all the same, once somebody has read it."""

    NOT_RECORDED = "NOT_RECORDED"
    OVERLAPS = "OVERLAPS"
    BEFORE_FIRST_PERIOD = "BEFORE_FIRST_PERIOD"
    TWICE = "TWICE"


WARNINGS = {
    Warned.NOT_RECORDED: say("There already, but not recorded: this row’s times are not taken."),
    Warned.OVERLAPS: say("Overlaps a session of that nanny that is there: both would be paid."),
    Warned.BEFORE_FIRST_PERIOD: say("Before that nanny’s first pay period: it will be in none."),
    Warned.TWICE: say("Two rows are the same; this one is left out."),
}


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in a row, at one of its columns."""

    column: Column
    message: str


@dataclass(frozen=True, slots=True)
class RowWarning:
    """What should be looked at before a row is taken."""

    code: Warned

    @property
    def message(self) -> str:
        return WARNINGS[self.code]


type Names = Mapping[str, frozenset[UUID]]


@dataclass(frozen=True, slots=True)
class Book:
    """What a row is read against: names as they are compared (`folded`), each with whom it may mean; `fold` makes a
    name comparable. had_nanny: whether the family ever had one.
    """

    time_zone: str
    currency: str
    children: Names
    nannies: Names
    had_nanny: bool
    fold: Callable[[str], str]
    at: datetime


@dataclass(slots=True)
class SessionRow:
    """A row that was read. `errors` by column; where there are any the other values mean nothing."""

    number: int
    errors: dict[Column, str] = field(default_factory=dict)
    planned: Stretch | None = None
    actual: Stretch | None = None
    child_ids: frozenset[UUID] = frozenset()
    nanny_id: UUID | None = None
    time_zone: str = ""
    hourly_rate: Decimal | None = None
    notes: str = ""

    @property
    def row_errors(self) -> list[RowError]:
        return [RowError(column, message) for column, message in self.errors.items()]

    @property
    def times(self) -> tuple[Stretch, Stretch]:
        """Return planned and actual times of a row without errors, which has both."""
        if self.planned is None or self.actual is None:
            raise ValueError("a row with errors has no times")
        return self.planned, self.actual

    @property
    def key(self) -> Hashable:
        """Return what makes two sessions the same: nanny, planned times to the minute, and children."""
        return session_key(self.nanny_id, self.planned, self.child_ids)


def session_key(nanny_id: UUID | None, planned: Stretch | None, child_ids: frozenset[UUID]) -> Hashable:
    return nanny_id, planned and tuple(at.replace(second=0, microsecond=0) for at in planned), child_ids


_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(?::(\d\d)(?:\.0+)?)?", re.ASCII)
_WITH_COMMA = re.compile(r"[0-9]{1,4},[0-9]{1,2}")


def read_row(number: int, cells: Mapping[str, str], book: Book) -> SessionRow:
    """Read a row; cells by the columns' headings in small letters."""
    row = SessionRow(number)

    def read[T](column: Column, parse: Callable[[str], T], otherwise: T) -> T:
        cell = cells.get(column.casefold(), "")
        if not cell and column not in NEEDED:
            return otherwise
        try:
            return parse(cell)
        except Wrong as wrong:
            row.errors[column] = wrong.sentence
            return otherwise

    row.time_zone = zone = read(Column.TIME_ZONE, fields.time_zone, book.time_zone)
    planned_start = read(Column.PLANNED_START, lambda cell: _moment(cell, zone), None)
    planned_end = read(Column.PLANNED_END, lambda cell: _moment(cell, zone), None)
    actual_start = read(Column.ACTUAL_START, lambda cell: _moment(cell, zone), planned_start)
    actual_end = read(Column.ACTUAL_END, lambda cell: _moment(cell, zone), planned_end)
    row.planned = row.actual = _span(row, planned_start, planned_end, Column.PLANNED_END, book)
    if (actual_start, actual_end) != (planned_start, planned_end):
        row.actual = _span(row, actual_start, actual_end, Column.ACTUAL_END, book)
    row.child_ids = read(Column.CHILDREN, lambda cell: _children(cell, book), frozenset())
    row.nanny_id = read(Column.NANNY, lambda cell: _nanny(cell, book), None)
    row.hourly_rate = read(Column.HOURLY_RATE, _rate, None)
    row.notes = read(Column.NOTES, lambda cell: fields.text(cell, most=4000, lines=True), "")
    read(Column.CURRENCY, lambda cell: _currency(cell, book.currency), "")
    return row


def _moment(cell: str, zone: str) -> datetime:
    match = _MOMENT.fullmatch(cell)
    if match is None:
        raise Wrong(say("Write the time like 2026-03-02 09:00.") if cell else say("Fill this in."))
    day, clock = fields.day(match[1]), fields.wall_time(match[2])
    second = int(match[3] or 0)
    if second > 59:
        raise Wrong(say("Write the time like 2026-03-02 09:00."))
    return local_time.instant(datetime.combine(day, clock.replace(second=second)), zone)


def _span(row: SessionRow, start: datetime | None, end: datetime | None, column: Column, book: Book) -> Stretch | None:
    """Return the two instants, or note at the column of the end what is wrong with them together."""
    if start is None or end is None:
        return None
    if end <= start:
        # The second of two times that the clocks show twice.
        again = local_time.instants(local_time.wall(end, row.time_zone), row.time_zone)[-1]
        if again <= start:
            row.errors.setdefault(column, say("The end must be after the start."))
            return None
        end = again
    by_the_clock = local_time.wall(end, row.time_zone) - local_time.wall(start, row.time_zone)
    if min(end - start, by_the_clock) > LONGEST:
        row.errors.setdefault(column, say("Care lasts at most 24 hours."))
    elif end > book.at:
        row.errors.setdefault(column, say("This is not over yet. Only past sessions are imported."))
    return start, end


def _children(cell: str, book: Book) -> frozenset[UUID]:
    names = [name.strip() for name in cell.split(",") if name.strip()]
    if not names:
        raise Wrong(say("Name at least one child."))
    return frozenset(_only(name, book.children, book) for name in names)


def _nanny(cell: str, book: Book) -> UUID | None:
    if not book.had_nanny:
        if cell:
            raise Wrong(say("This family never had a nanny. Leave this empty."))
        return None
    if not cell:
        raise Wrong(say("Name the nanny."))
    return _only(cell, book.nannies, book)


def _only(name: str, known: Names, book: Book) -> UUID:
    ids = known.get(book.fold(name), frozenset())
    if not ids:
        raise Wrong(say("Nobody here is called %(name)s.", name=name[:80]))
    if len(ids) > 1:
        raise Wrong(say("More than one here is called %(name)s. Write the whole name.", name=name[:80]))
    return next(iter(ids))


def _rate(cell: str) -> Decimal:
    return fields.money(cell.replace(",", ".") if _WITH_COMMA.fullmatch(cell) else cell)


def _currency(cell: str, currency: str) -> str:
    if cell.upper() != currency:
        raise Wrong(say("The family’s currency is %(currency)s.", currency=currency))
    return currency

"""A month of the calendar as a table of days, each with some of what there is."""

from dataclasses import dataclass
from datetime import date

from handsel.models import CareSession
from handsel.pages import calendar_days, page_rows
from handsel.pages.calendar_days import Contents, Mark, Shown, clock
from handsel.rules.day_column import Piece

# How much one day of a month shows; the day itself shows all.
_MOST_CHIPS = 6


@dataclass(frozen=True, slots=True)
class Chip:
    mark: str
    text: str
    said: str
    family: Mark | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the month; `more` is how many it does not show."""

    date: str
    number: int
    label: str
    is_today: bool
    is_outside: bool
    is_chosen: bool
    chips: list[Chip]
    more: int


def weeks(days: list[date], chosen: date, today: date, found: Contents, shown: Shown) -> list[list[Cell]]:
    cells = [_cell(day, chosen, today, found, shown) for day in days]
    return [cells[number : number + 7] for number in range(0, len(cells), 7)]


def _cell(day: date, chosen: date, today: date, found: Contents, shown: Shown) -> Cell:
    off = [Chip("time-off", piece.span.key.title, "") for piece in found.off[day]]
    # A night stands on the day on which it begins.
    chips = off + [_chip(piece, found, shown) for piece in found.taken[day] if piece.begins]
    return Cell(
        date=day.isoformat(),
        number=day.day,
        label=shown.formatter.long(day),
        is_today=day == today,
        is_outside=day.month != chosen.month,
        is_chosen=day == chosen,
        chips=chips if len(chips) <= _MOST_CHIPS else chips[: _MOST_CHIPS - 1],
        more=0 if len(chips) <= _MOST_CHIPS else len(chips) - _MOST_CHIPS + 1,
    )


def _chip(piece: Piece[CareSession | str], found: Contents, shown: Shown) -> Chip:
    key = piece.span.key
    if isinstance(key, str):
        start = shown.formatter.clock(clock(piece.first_minute))
        return Chip("busy", f"{start} {calendar_days.busy(key)}", "")
    row = found.rows[key.id]
    names = ", ".join(child.first_name for child in key.children.all())
    mark = shown.marks[key.family_id] if shown.many else None
    return Chip(page_rows.MARKS[key.state], f"{row.start} {names}", row.word.lower(), mark)

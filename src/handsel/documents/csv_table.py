"""Tables that somebody sends as CSV (RFC 4180): rows by their headings, as spreadsheets and our own files have them."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

# What our own files put before a cell that a spreadsheet would take for a formula (documents.sessions_csv).
_MARKED = re.compile(r"(^|;)'(?=\s*[=+\-@＝＋－＠\t\r])")


class NoTable(ValueError):
    """What was sent is no table: `args[0]` is one of the words below."""


NOT_UTF_8, EMPTY, BROKEN = "not utf-8", "empty", "broken"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row, by headings in small letters. `number` is the one that a spreadsheet shows: the heading is row 1."""

    number: int
    cells: dict[str, str]


def read(raw: bytes) -> tuple[Sequence[str], list[TableRow]]:
    """Return the headings, in small letters, and the rows that say anything. The heading tells whether commas or
    semicolons part the cells. Raises NoTable.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NoTable(NOT_UTF_8) from None
    first_line = text.partition("\n")[0]
    separator = ";" if first_line.count(";") > first_line.count(",") else ","
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raise NoTable(BROKEN) from None
    if not lines or not any(cell.strip() for cell in lines[0]):
        raise NoTable(EMPTY)
    headings = [" ".join(heading.split()).casefold() for heading in lines[0]]
    rows = [
        TableRow(number, {heading: _plain(cell) for heading, cell in zip(headings, line, strict=False)})
        for number, line in enumerate(lines[1:], start=2)
        if any(cell.strip() for cell in line)
    ]
    return headings, rows


def _plain(cell: str) -> str:
    return _MARKED.sub(r"\1", cell).strip() if "'" in cell else cell.strip()

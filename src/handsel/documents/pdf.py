"""A document as PDF/UA-1, tagged, by typst: what it says travels as one value, and the fonts are those typst brings."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

# What typst says of letters that none of its fonts has, such as those of Chinese.
_NO_LETTER = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
# Each letter takes a try; where there are more, all that are beyond Latin go at once.
_MOST_TRIES = 20
_BEYOND_LATIN = re.compile("[^\\n -~\\u00a0-\\u024f\\u2010-\\u2027\\u20ac]")
_STAND_IN = "?"


class NoPrinter(Exception):
    """There is no typst on this machine: it has no wheel for every one."""


@dataclass(frozen=True)
class Heading:
    words: str
    kind: str = "heading"


@dataclass(frozen=True)
class Words:
    """A paragraph that explains."""

    words: str
    kind: str = "words"


@dataclass(frozen=True)
class Facts:
    """Labels with their values, so many pairs in a row; None is a line to write on."""

    rows: Sequence[tuple[str, str | None]]
    columns: int = 2
    kind: str = "facts"


@dataclass(frozen=True)
class Figures:
    """The few amounts that a reader looks for first."""

    items: Sequence[tuple[str, str]]
    kind: str = "figures"


@dataclass(frozen=True)
class Table:
    """A table: `align` has l or r for each column, `widths` parts of what is left, 0 for as wide as its cells.

    A cell is words, or words and what stands softer behind them.
    """

    head: Sequence[str]
    align: str
    widths: Sequence[int]
    rows: Sequence[Sequence[str | tuple[str, str]]]
    total: Sequence[str] | None = None
    kind: str = "table"


@dataclass(frozen=True)
class Signatures:
    labels: Sequence[str]
    kind: str = "signatures"


type Block = Heading | Words | Facts | Figures | Table | Signatures


@dataclass(frozen=True)
class PrintedDocument:
    """What is printed. name: what a reader's window is called. above: whose document it is. footer: on each page.

    pages: "Page {page} of {pages}" in the document's language. unwritten: what says that some letters are missing.
    """

    name: str
    author: str
    language: str
    paper: str
    above: str
    title: str
    number: str
    footer: str
    pages: str
    unwritten: str
    blocks: list[Block] = field(default_factory=list)


def render(document: PrintedDocument, *, made_at: datetime) -> bytes:
    """Return the PDF. Letters that no font has stand as question marks, which the document says at its end.

    Raises NoPrinter.
    """
    try:
        import typst
    except ImportError as missing:
        raise NoPrinter from missing
    template = Path(__file__).with_name("pdf.typ").read_bytes()
    data = asdict(document)
    for tries in range(_MOST_TRIES):
        try:
            return typst.compile(
                template,
                format="pdf",
                sys_inputs={"document": json.dumps(data)},
                pdf_standards="ua-1",
                timestamp=made_at.replace(microsecond=0),
                ignore_system_fonts=True,
            )
        except typst.TypstError as error:
            letters = _NO_LETTER.search(error.message)
            if letters is None or tries == _MOST_TRIES - 1:
                raise
            if data["blocks"][-1] != (note := asdict(Words(document.unwritten))):
                data["blocks"].append(note)
            is_last_try = tries == _MOST_TRIES - 2
            data = _without(_BEYOND_LATIN if is_last_try else re.compile(re.escape(letters[1])), data)
    raise AssertionError("the last try returns or raises")


def _without(letters: re.Pattern[str], value: Any) -> Any:
    """Return all words without these letters."""
    match value:
        case str():
            return letters.sub(_STAND_IN, value)
        case dict():
            return {name: _without(letters, part) for name, part in value.items()}
        case list() | tuple():
            return [_without(letters, part) for part in value]
        case _:
            return value

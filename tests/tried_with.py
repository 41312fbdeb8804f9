"""Collect what the tests show with programs that nobody here wrote, for docs/reference/tried-with.md.

A nightly test asks for the fixture and calls it, as often as it tries programs:

    tried_with(program="khal", version="0.11.3", source="PyPI", tried="reads a year's feed", figures="968 of 968 alike")

`script/test --nightly` writes the page at its end, by `python -m tests.tried_with`. No timings in the figures: a run
that shows the same as the one before leaves the page as it is.
"""

import json
import os
import platform
import re
import sys
from collections.abc import Generator, Iterable
from dataclasses import astuple, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "tried-with.md"
_COLLECTED = "HANDSEL_TEST_TRIED_WITH"  # the directory of a nightly run's rows
_WORST_FIRST = ("FAILED", "NOT TRIED")


@dataclass(frozen=True)
class Row:
    program: str
    version: str
    source: str  # PyPI, Debian, npm
    tried: str
    figures: str
    test: str


class TriedWith(Protocol):
    def __call__(self, *, program: str, version: str, source: str, tried: str, figures: str) -> None: ...


_ROWS = pytest.StashKey[list[Row]]()


@pytest.fixture
def tried_with(request: pytest.FixtureRequest) -> TriedWith:
    """Note a program that the test tries and what it showed; it counts once the test has passed."""
    rows = request.node.stash.setdefault(_ROWS, [])

    def note(*, program: str, version: str, source: str, tried: str, figures: str) -> None:
        rows.append(Row(program, version, source, tried, figures, _name(request.node)))

    return note


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if _COLLECTED in os.environ and "tried_with" in getattr(item, "fixturenames", ()):
        collect(report, item.stash.get(_ROWS, []), _name(item), Path(os.environ[_COLLECTED]))
    return report


def collect(report: pytest.TestReport, rows: list[Row], test: str, directory: Path) -> None:
    """Write down what a test showed, in a file of its own, since tests run in several processes; or why it did not."""
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        figures = "NOT TRIED: " + reason.removeprefix("Skipped: ")
    elif report.failed:
        figures = "FAILED"
    elif report.when == "call":
        figures = ""
    else:
        return
    rows = rows or [Row("", "", "", "", "", test)]
    content = [astuple(replace(row, figures=figures) if figures else row) for row in rows]
    (directory / f"{uuid4()}.json").write_text(json.dumps(content), encoding="utf-8")


def collected(directory: Path) -> list[Row]:
    """The rows of a run. What two databases were tried with stands once, as it went worse."""
    rows: dict[tuple[str, str, str], Row] = {}
    files = (json.loads(path.read_text("utf-8")) for path in sorted(directory.glob("*.json")))
    for row in sorted((Row(*values) for file in files for values in file), key=_badness, reverse=True):
        rows[row.test, row.program, row.tried] = row
    return list(rows.values())


def merged(before: Iterable[Row], run: list[Row]) -> list[Row]:
    """The rows after a run of some of the tests, or of all: then `before` holds only what names the programs of a test
    that did not come so far as to name them itself.
    """
    before = list(before)
    tests = {row.test for row in run}
    rows = [row for row in before if row.test not in tests]
    named = {row.test for row in run if row.program}
    for row in run:
        if row.program:
            rows.append(row)
        elif row.test not in named:
            known = [old for old in before if old.test == row.test]
            rows += [replace(old, figures=row.figures) for old in known] or [
                replace(row, program=row.test.rpartition("::")[2])
            ]
    return sorted(set(rows), key=lambda row: (row.program.casefold(), row.tried, row.test))


def page(rows: Iterable[Row], on: str) -> str:
    lines = [[field.name for field in fields(Row)], ["---"] * len(fields(Row)), *map(_cells, rows)]
    lines[0][2] = "from"
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return f"""# Tried with

Programs that nobody here wrote, and what Handsel showed with them. `script/test --nightly` writes this page from the
tests that try them. What could not be had there, or went wrong, says so in its row.

Written on {on}.

{table}"""


def rows_of(text: str) -> list[Row]:
    """The rows of a page as it was written."""
    lines = [line for line in text.splitlines() if line.startswith("| ")][2:]
    return [
        Row(*(cell.replace("\\|", "|").strip("`") for cell in re.split(r"(?<!\\) \| ", line[2:-2]))) for line in lines
    ]


def _cells(row: Row) -> list[str]:
    *cells, test = (" ".join(value.split()).replace("|", "\\|") for value in astuple(row))
    return [*cells, f"`{test}`"]


def _name(item: pytest.Item) -> str:
    """Where it stands, without the case of it: `tests/mail/test_x.py::test_y`."""
    return item.nodeid.partition("[")[0].partition("@")[0]


def _badness(row: Row) -> int:
    return next((place for place, word in enumerate(_WORST_FIRST) if row.figures.startswith(word)), len(_WORST_FIRST))


def _where() -> str:
    system = " ".join(platform.freedesktop_os_release().get(name, "") for name in ("NAME", "VERSION_ID"))
    return f"{system} with Python {platform.python_version()}, {date.today()}"  # noqa: DTZ011


def main(directory: str, *, whole: bool) -> None:
    run = collected(Path(directory))
    before = rows_of(PAGE.read_text("utf-8")) if PAGE.exists() else []
    tests = {row.test for row in run}
    rows = merged([row for row in before if not whole or row.test in tests], run)
    if [_cells(row) for row in rows] != [_cells(row) for row in before]:
        PAGE.write_text(page(rows, _where()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], whole="--whole" in sys.argv)

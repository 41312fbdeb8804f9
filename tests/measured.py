"""Collect what the nightly tests measured, for docs/reference/measured.md.

A test asks for the fixture and says what it ran and what came of it, with its seed where it has one:

    measured("10,000 requests from 64 clients: 1 winner", seed=SEED)

By night it is printed as one line, also where the test passes. `script/test --nightly` writes the page at its end, by
`python -m tests.measured`: of each part that was run its own lines, and all others stay as they were.
"""

import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterable
from dataclasses import astuple, dataclass, fields, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest

from tests.run import NIGHTLY, ON_POSTGRESQL

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "measured.md"
_COLLECTED = "HANDSEL_TEST_MEASURED"  # the directory of a nightly run's rows


@dataclass(frozen=True)
class Row:
    test: str
    case: str
    figures: str
    seed: str
    seconds: str
    on: str = ""
    commit: str = ""

    @property
    def part(self) -> str:
        """What `script/test --part` calls it: the directory in tests/, or top."""
        place, _, rest = self.test.removeprefix("tests/").partition("/")
        return place if rest else "top"


class Measured(Protocol):
    def __call__(self, figures: str, *, seed: int | None = None) -> None: ...


_ROWS = pytest.StashKey[list[Row]]()


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Measured:
    """Note what the test measured; it counts once the test has passed."""
    rows = request.node.stash.setdefault(_ROWS, [])

    def note(figures: str, *, seed: int | None = None) -> None:
        rows.append(replace(_empty(request.node), figures=figures, seed="" if seed is None else str(seed)))

    return note


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if "measured" in getattr(item, "fixturenames", ()):
        rows = collected_rows(report, item.stash.get(_ROWS, []), _empty(item))
        for row in rows if NIGHTLY else []:
            with item.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
                sys.stderr.write(f"\n{line(row)}\n")
        if rows and _COLLECTED in os.environ:
            path = Path(os.environ[_COLLECTED]) / f"{uuid4()}.json"  # tests run in several processes
            path.write_text(json.dumps([astuple(row) for row in rows]), encoding="utf-8")
    return report


def collected_rows(report: pytest.TestReport, rows: list[Row], empty: Row) -> list[Row]:
    """What one test showed, or why it did not."""
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        return [replace(empty, figures="NOT RUN: " + reason.removeprefix("Skipped: "))]
    if report.failed:
        return [replace(empty, figures="FAILED")]
    return [replace(row, seconds=f"{report.duration:.0f}") for row in rows] if report.when == "call" else []


def line(row: Row) -> str:
    seed = f", seed {row.seed}" if row.seed else ""
    return f"measured: {row.test} {row.case}: {row.figures} ({row.seconds or 0} s{seed})"


def merged(before: Iterable[Row], run: list[Row], *, whole: bool) -> list[Row]:
    """The rows after a run of some of the tests, whose lines take the place of theirs, or of all."""
    ran = {(row.test, row.case) for row in run}
    kept = [] if whole else [row for row in before if (row.test, row.case) not in ran]
    return sorted(set(kept + run), key=astuple)


def page(rows: Iterable[Row]) -> str:
    heading = """# Measured

What the tests of load, faults and chance ran, how often, with which seed and what came of it. `script/test --nightly`
writes this page; `--part` renews one part of it. The times are of two cores that other tests used at the same time.
"""
    tables = []
    for part, of_part in groupby(sorted(rows, key=lambda row: (row.part, astuple(row))), key=lambda row: row.part):
        lines = [[field.name for field in fields(Row)], ["---"] * len(fields(Row)), *map(_cells, of_part)]
        tables.append(f"\n## {part}\n\n" + "".join(f"| {' | '.join(cells)} |\n" for cells in lines))
    return heading + "".join(tables)


def rows_of(text: str) -> list[Row]:
    """The rows of a page as it was written."""
    lines = [row for row in text.splitlines() if row.startswith("| `")]
    return [Row(*(cell.strip("` ") for cell in row[1:-1].split("|"))) for row in lines]


def _cells(row: Row) -> list[str]:
    test, *cells = (" ".join(value.split()).replace("|", "/") for value in astuple(row))
    return [f"`{test}`", *cells]


def _empty(item: pytest.Item) -> Row:
    test, _, case = item.nodeid.partition("@")[0].partition("[")
    cases = [case.removesuffix("]"), "postgresql" if ON_POSTGRESQL else ""]
    return Row(test, ", ".join(filter(None, cases)), "", "", "")


def _commit() -> str:
    asked = ["git", "describe", "--always", "--dirty=+"]
    return subprocess.run(asked, cwd=PAGE.parent, capture_output=True, text=True, check=False).stdout.strip()


def main(directory: str, *, whole: bool) -> None:
    on, commit = date.today().isoformat(), _commit()  # noqa: DTZ011 (the day of who runs it)
    files = [json.loads(path.read_text("utf-8")) for path in sorted(Path(directory).glob("*.json"))]
    run = [replace(Row(*values), on=on, commit=commit) for file in files for values in file]
    before = rows_of(PAGE.read_text("utf-8")) if PAGE.exists() else []
    if run:
        PAGE.write_text(page(merged(before, run, whole=whole)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], whole="--whole" in sys.argv)

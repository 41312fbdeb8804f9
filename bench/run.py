"""Run the benchmarks one after the other, and write one report of them: report.md and report.json.

    script/bench [--only NAME] [--book SIZE] [--database NAME] [--anew]

Books of many families are made once and kept; what was measured at this commit is not measured again, so that a run
which was stopped goes on.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import postgresql, report

ROOT = Path(__file__).parents[1]
HANDSEL = Path(sys.executable).parent / "handsel"
DATABASES = ("sqlite", "postgresql")
# Each with an empty book of its own, once on each database.
ON_EMPTY_BOOKS = (
    "recurrence", "bulk_insert", "pay", "live_refresh", "calendar_feed", "delivery", "book", "session_import", "export",
    "issued_documents", "outside_calendar", "example_families", "vitals", "migrations", "call_paths",
)  # fmt: skip
# Each with a book of so many families.
ON_BOOKS = ("moves", "over_http")
_PREPARE = "from handsel.management import setup; setup.prepare(example=False)"


@dataclass(frozen=True, slots=True)
class Run:
    """One benchmark on one database; `size` families, or an empty book."""

    bench: str
    database: str
    size: int = 0

    def __str__(self) -> str:
        return f"{self.bench}, {self.database}" + (f", {self.size:,} families" if self.size else "")

    @property
    def file(self) -> str:
        return f"{self.bench}-{self.database}-{self.size}.json"


class Books:
    """The books that are kept, and the copies of them that a benchmark may change."""

    def __init__(self, home: Path, cluster: postgresql.Kept | None) -> None:
        self.home, self.cluster = home, cluster

    def environment(self, run: Run) -> dict[str, str]:
        """Return the variables by which a process opens a copy of this run's book, which is made if need be."""
        kept = self._kept(run.database, run.size)
        copy = self.home / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(kept, copy)
        variables = {"HANDSEL_DATA_DIR": str(copy)}
        if run.database == "postgresql":
            assert self.cluster is not None
            variables["DATABASE_URL"] = self.cluster.new("handsel_copy", like=self._name(run.size))
        return variables

    def _kept(self, database: str, size: int) -> Path:
        """Return the data directory of the book of so many families; made, or gone on with, if need be."""
        kept = self.home / f"{database}-{size}"
        if (kept / "whole").exists():
            return kept
        variables = {"HANDSEL_DATA_DIR": str(kept)}
        if database == "postgresql":
            assert self.cluster is not None
            name = self._name(size)
            if not self.cluster.has(name):
                self.cluster.new(name)
            variables["DATABASE_URL"] = self.cluster.url(name)
        say(f"A book of {size:,} families, {database}")
        environment = os.environ | variables
        prepare = [HANDSEL, "shell", "--no-imports", "-c", _PREPARE]
        subprocess.run(prepare, env=environment, check=True)
        if size:
            subprocess.run([sys.executable, "-m", "bench.families", str(size)], env=environment, check=True, cwd=ROOT)
        (kept / "whole").touch()
        return kept

    @staticmethod
    def _name(size: int) -> str:
        return f"handsel_{size}"


def say(line: str) -> None:
    sys.stderr.write(f"\n== {line}\n")
    sys.stderr.flush()


def commit() -> str:
    """Return the commit that is measured, marked where files differ from it."""
    asked = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=12", "--dirty=-changed"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def wanted(arguments: argparse.Namespace) -> Iterator[Run]:
    for database in arguments.database or DATABASES:
        for bench in arguments.only or (*ON_EMPTY_BOOKS, *ON_BOOKS):
            if bench in ON_BOOKS:
                yield from (Run(bench, database, size) for size in arguments.book or (1, 100))
            else:
                yield Run(bench, database)


def measure(run: Run, books: Books, file: Path, at_commit: str) -> None:
    """Run one benchmark, show what it says, and keep it."""
    say(str(run))
    environment = os.environ | books.environment(run) | {"BENCH_DATABASE": run.database}
    lines: list[str] = []
    begun = time.monotonic()
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as figures:
        environment["BENCH_FIGURES"] = figures.name
        ask = [sys.executable, "-m", f"bench.{run.bench}"]
        with subprocess.Popen(ask, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                sys.stdout.write(line)
                sys.stdout.flush()
                lines.append(line.rstrip())
        if process.returncode:
            raise SystemExit(f"{run} failed. What was measured before it is kept.")
        kept = [json.loads(line) for line in figures]
    about = {"bench": run.bench, "database": run.database, "families": run.size, "commit": at_commit}
    about |= {"at": datetime.now(UTC).isoformat(timespec="seconds"), "seconds": round(time.monotonic() - begun, 1)}
    written = file.with_suffix(".new")
    written.write_text(json.dumps(about | {"lines": lines, "figures": kept}, indent=1))
    written.replace(file)


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=(*ON_EMPTY_BOOKS, *ON_BOOKS), metavar="NAME")
    parser.add_argument("--book", action="append", type=int, metavar="SIZE", help="families; 1 and 100 by default")
    parser.add_argument("--database", action="append", choices=DATABASES)
    parser.add_argument("--anew", action="store_true", help="measure again what was measured at this commit")
    arguments = parser.parse_args()
    home = Path(os.environ["BENCH_HOME"])
    at_commit = commit()
    done = home / "figures" / at_commit
    done.mkdir(parents=True, exist_ok=True)
    runs = list(wanted(arguments))
    with ExitStack() as stack:
        on_postgresql = any(run.database == "postgresql" for run in runs)
        cluster = stack.enter_context(postgresql.serving(home / "postgresql")) if on_postgresql else None
        books = Books(home, cluster)
        for number, run in enumerate(runs, 1):
            file = done / run.file
            if file.exists() and not arguments.anew:
                say(f"{number} of {len(runs)}: {run} was measured at this commit")
                continue
            say(f"{number} of {len(runs)}")
            measure(run, books, file, at_commit)
            report.write(done, home, machine=f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}")
    say(f"The report is {home / 'report.md'}, and for programs {home / 'report.json'}")


if __name__ == "__main__":
    main()

"""Documents: how long a statement takes to make, and what ten thousand of them cost in the database and as files.

Run it through script/bench. What it writes it takes away again.
"""

import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import django

django.setup()

from django.db import connection
from django.utils import translation

from handsel.documents import pdf
from handsel.documents.pay_documents import printed
from tests.documents.issued_facts import PRINTING, many_lines, statement

AT = datetime(2026, 3, 16, 14, tzinfo=UTC)
ROUNDS = 7
STATEMENTS, ONE_BY_ONE = 10_000, 200
# A statement of twenty lines in its four formats, deflated, as one row holds them.
BYTES = os.urandom(38_000)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def make(lines: int) -> None:
    with translation.override("en"):
        pdf.render(printed(statement(many_lines(lines)), PRINTING), made_at=AT)


def in_sqlite(folder: Path) -> tuple[float, float]:
    """Return how long it takes to write some, one by one, and to back all of them up."""
    database = sqlite3.connect(folder / "book.sqlite3")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")  # as in settings.py
    database.execute("CREATE TABLE file (id INTEGER PRIMARY KEY, content BLOB)")

    insert = "INSERT INTO file (content) VALUES (?)"

    def write() -> None:
        for _ in range(ONE_BY_ONE):
            with database:
                database.execute(insert, [BYTES])

    def back_up() -> None:
        copy = sqlite3.connect(folder / "copy.sqlite3")
        database.backup(copy)
        copy.close()

    written = seconds(write)
    with database:
        database.executemany(insert, ([BYTES] for _ in range(STATEMENTS - ONE_BY_ONE)))
    copied = seconds(back_up)
    database.close()
    return written, copied


def in_postgresql(folder: Path) -> tuple[float, float]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_file (id serial PRIMARY KEY, content bytea)")

        insert = "INSERT INTO bench_file (content) VALUES (%s)"

        def write() -> None:
            for _ in range(ONE_BY_ONE):
                cursor.execute(insert, [BYTES])

        def back_up() -> None:
            # What pg_dump sends is what COPY sends.
            with (folder / "dump").open("wb") as file, cursor.copy("COPY bench_file TO STDOUT (FORMAT binary)") as rows:
                for part in rows:
                    file.write(part)

        try:
            written = seconds(write)
            cursor.executemany(insert, [[BYTES]] * (STATEMENTS - ONE_BY_ONE))
            return written, seconds(back_up)
        finally:
            cursor.execute("DROP TABLE bench_file")


def as_files(folder: Path) -> tuple[float, float]:
    """Files are written, synced and named before a row names them, and copied beside the database."""
    documents = folder / "documents"
    documents.mkdir()

    def write() -> None:
        for number in range(ONE_BY_ONE):
            with (documents / str(number)).open("wb") as file:
                file.write(BYTES)
                file.flush()
                os.fsync(file.fileno())

    written = seconds(write)
    for number in range(ONE_BY_ONE, STATEMENTS):
        (documents / str(number)).write_bytes(BYTES)
    return written, seconds(lambda: shutil.copytree(documents, folder / "copy"))


def main() -> None:
    import_module("handsel.urls")
    # Imported by who makes one alone: memory at rest stays.
    say(f"typst is loaded at rest: {'typst' in sys.modules}")
    for lines, may_take in ((20, 100), (300, 300)):
        make(lines)
        median = statistics.median(seconds(lambda count=lines: make(count)) for _ in range(ROUNDS))
        say(f"a statement of {lines} lines as PDF: {1000 * median:.0f} ms (may take {may_take} ms)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        in_database = in_postgresql if connection.vendor == "postgresql" else in_sqlite
        for where, (written, copied) in (("database", in_database(folder)), ("files", as_files(folder))):
            one = 1000 * written / ONE_BY_ONE
            say(f"{STATEMENTS} statements in {where}: {one:.1f} ms to write one, {copied:.1f} s to back up all")


if __name__ == "__main__":
    main()

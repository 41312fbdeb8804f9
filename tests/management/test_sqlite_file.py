"""The file of a book on SQLite between two starts."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from handsel.management import checked_copies, sqlite_file

pytestmark = pytest.mark.no_database


@pytest.fixture
def file(tmp_path, settings) -> Path:
    """The database of a data directory, with an index and rows that were folded in."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data_dir=tmp_path)
    path = tmp_path / "handsel.sqlite3"
    with closing(opened(path)) as database:
        database.execute("CREATE TABLE child (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
        write(database, 0, 2000)
    return path


def opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    return database


def write(database: sqlite3.Connection, first: int, last: int) -> None:
    database.execute("BEGIN")
    database.executemany(
        "INSERT INTO child (name) VALUES (?)", [(f"child {n} {'x' * 40}",) for n in range(first, last)]
    )
    database.execute("COMMIT")


def killed(path: Path) -> None:
    """Write more and leave it as somebody does whose power fails: with a `-wal`."""
    with closing(opened(path)) as database:
        database.execute("PRAGMA wal_autocheckpoint = 0")
        write(database, 5000, 6000)
        for ending in ("", "-wal"):
            shutil.copy(f"{path}{ending}", f"{path}{ending}.kept")
    for ending in ("", "-wal"):
        Path(f"{path}{ending}.kept").replace(f"{path}{ending}")


def look() -> list[str]:
    steps: list[str] = []
    sqlite_file.look(steps.append)
    return steps


def test_what_a_server_closed_is_one_file_and_is_not_looked_at(file):
    killed(file)
    sqlite_file.fold()
    assert not file.with_name(f"{file.name}-wal").exists()
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as alone:
        assert alone.execute("SELECT count(*) FROM child").fetchone() == (3000,)
    assert look() == []


def test_what_was_not_closed_or_comes_from_elsewhere_is_looked_at(file):
    assert len(look()) == 1
    sqlite_file.fold()
    killed(file)
    assert len(look()) == 1
    assert file.with_name(f"{file.name}-wal").stat().st_size > 0
    sqlite_file.fold()
    copy = file.with_name("copy")
    shutil.copy(file, copy)
    copy.replace(file)
    assert len(look()) == 1


def test_an_older_copy_beside_a_newer_wal_is_refused_and_neither_is_written_to(file):
    older = file.with_name("older")
    shutil.copy(file, older)
    with closing(opened(file)) as database:
        database.execute("DELETE FROM child WHERE id % 3 = 0")
        write(database, 3000, 4000)
    killed(file)
    shutil.copy(older, file)
    before = {path: path.read_bytes() for path in (file, file.with_name(f"{file.name}-wal"))}
    with pytest.raises(SystemExit, match=r"(?s)is broken, so it is not served.*move handsel\.sqlite3-wal"):
        look()
    assert {path: path.read_bytes() for path in before} == before
    file.with_name(f"{file.name}-wal").unlink()
    file.with_name(f"{file.name}-shm").unlink(missing_ok=True)
    assert len(look()) == 1  # the older copy by itself is well


@pytest.mark.parametrize("place", [0, 4096, 60_000])
def test_a_broken_file_is_refused_in_a_sentence(file, place):
    content = bytearray(file.read_bytes())
    content[place : place + 200] = b"\xff" * 200
    file.write_bytes(content)
    with pytest.raises(SystemExit, match=r"^handsel: The database .* Restore a backup"):
        look()


def test_a_row_that_belongs_to_none_is_found(file):
    with closing(opened(file)) as database:
        database.execute("CREATE TABLE toy (id INTEGER PRIMARY KEY, child INTEGER REFERENCES child (id))")
        database.execute("INSERT INTO toy (child) VALUES (99999)")
    with pytest.raises(checked_copies.Broken, match="a row of toy belongs to none of child"):
        checked_copies.check_file(file)

"""The file of a book on SQLite between two starts: closed as one file, and looked at when somebody else had it.

SQLite writes to a `-wal` file first, which belongs to one state of the database. Whoever copies the file without it
lacks the newest rows, and an older copy beside a newer `-wal` is destroyed in silence. So a server that stops folds the
`-wal` in, and leaves a note of how it left the file.
"""

import json
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection

from handsel.management import checked_copies
from handsel.management.progress import Begin

_PATIENCE = 5.0  # seconds, for others that still write


def look(begin: Begin) -> None:
    """End the process where the file is broken. Who closed it cleanly last was a server, and it is not looked at."""
    path = settings.ENVIRONMENT.sqlite_file
    if connection.vendor != "sqlite" or not path.exists() or _is_as_it_was_left(path):
        return
    begin("Looking at the database, which was not closed by a server")
    has_wal = checked_copies.has_wal(path)
    try:
        checked_copies.check_file(path)
    except checked_copies.Broken as broken:
        advice = "Restore a backup into an empty data directory."
        if has_wal:
            advice = (
                f"If an older copy was put in its place, move {path.name}-wal and {path.name}-shm away and start "
                "again: they belong to another state. Otherwise restore a backup."
            )
        raise SystemExit(
            f"handsel: The database {path} is broken, so it is not served ({broken}). {advice}"
        ) from broken


def fold() -> None:
    """Bring what is in the `-wal` file into the database's own, when all others have closed it, and note how it is."""
    path = settings.ENVIRONMENT.sqlite_file
    if connection.vendor != "sqlite":
        return
    with suppress(sqlite3.Error, OSError):  # then the next start looks at it
        with closing(sqlite3.connect(path, timeout=_PATIENCE)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if not checked_copies.has_wal(path):
            _note_of(path).write_text(json.dumps(_state(path)), encoding="ascii")


def _is_as_it_was_left(path: Path) -> bool:
    try:
        return not checked_copies.has_wal(path) and json.loads(_note_of(path).read_bytes()) == _state(path)
    except (OSError, ValueError):
        return False


def _state(path: Path) -> list[int]:
    stands = path.stat()
    return [stands.st_ino, stands.st_size, stands.st_mtime_ns]


def _note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.closed")

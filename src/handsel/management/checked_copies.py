"""A copy of a book, looked at by opening it: whether it is whole, and holds what its manifest says."""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from handsel.documents.backup_files import Manifest
from handsel.management import postgresql_programs
from handsel.queries import book_contents


class Broken(Exception):
    """A copy that is not what it should be, with the sentence that says how."""


def check(part: Path, manifest: Manifest) -> None:
    """Restore the database's part of a backup beside the book, and see that it is whole and has every row.

    On PostgreSQL a role that may create no database has it read from beginning to end instead. Raises Broken.
    """
    if manifest.database == "sqlite":
        with other_database(str(part)) as copy:
            check_file(part)
            check_counts(copy, manifest)
        return
    try:
        postgresql_programs.read_whole(part, manifest.written_by())
        with _scratch_database() as name:
            if name is not None:
                parameters = {**postgresql_programs.parameters(), "dbname": name}
                postgresql_programs.restore(part, manifest.written_by(), parameters)
                with other_database(name) as copy:
                    check_counts(copy, manifest)
    except postgresql_programs.Failed as error:
        raise Broken(str(error)) from error


@contextmanager
def _scratch_database() -> Iterator[str | None]:
    """Give the name of an empty database that is dropped afterwards; None where we may make none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        [may_create] = cursor.fetchone()
        if not may_create:
            yield None
            return
        name = f"handsel_check_{secrets.token_hex(6)}"
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield name
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def other_database(name: str) -> Iterator[BaseDatabaseWrapper]:
    """Open another database of this kind, by the path or name that it has."""
    database = connection.copy()
    database.settings_dict = {**database.settings_dict, "NAME": name}
    database.settings_dict["OPTIONS"] = {
        option: value
        for option, value in database.settings_dict["OPTIONS"].items()
        if option not in ("pool", "init_command")
    }
    try:
        yield database
    finally:
        database.close()


def check_file(path: Path) -> None:
    """See that a SQLite file is whole: its pages, indexes and references. It is not written to, and what lies in a
    `-wal` beside it stays there. Raises Broken.
    """
    try:
        with closing(sqlite3.connect(path, timeout=30)) as database:
            no_checkpoint = getattr(sqlite3, "SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE", None)
            if no_checkpoint is not None and has_wal(path):
                database.setconfig(no_checkpoint, True)
            troubles = [row[0] for row in database.execute("PRAGMA integrity_check(1)")]
            if troubles != ["ok"]:
                raise Broken("; ".join(troubles[0].split("\n")[-1:]))
            if row := database.execute("PRAGMA foreign_key_check").fetchone():
                raise Broken(f"a row of {row[0]} belongs to none of {row[2]}")
    except sqlite3.DatabaseError as error:
        raise Broken(str(error)) from error


def has_wal(path: Path) -> bool:
    """Say whether some of what belongs to a SQLite file lies in the one beside it."""
    wal = path.with_name(f"{path.name}-wal")
    return wal.exists() and wal.stat().st_size > 0


def check_counts(database: BaseDatabaseWrapper, manifest: Manifest) -> None:
    """See that each table has as many rows as the manifest says. Raises Broken."""
    with book_contents.one_moment(database):
        counts = book_contents.read(database).counts
    for table in sorted(counts.keys() | manifest.counts.keys()):
        if counts.get(table) != manifest.counts.get(table):
            raise Broken(f"{table} has {counts.get(table)} rows instead of {manifest.counts.get(table)}")


def sync_directory(directory: Path) -> None:
    """See on the disk what names a directory holds."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Making a backup: database and files of one moment, in one file that is whole or not there, looked at before it is
called one.
"""

import fcntl
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from errno import EDQUOT, ENOSPC
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from handsel.access import outages
from handsel.documents import backup_files
from handsel.documents.backup_files import Manifest
from handsel.env import Refused
from handsel.management import checked_copies, postgresql_programs
from handsel.queries import book_contents
from handsel.queries.book_contents import BookContents
from handsel.rules import backups

# What a backup needs beside the bytes of the book, for its table of contents and rounding.
_MARGIN = 5_000_000
PARTS = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


class Busy(Refused):
    """Another one is being written."""


@dataclass(frozen=True, slots=True)
class Backup:
    path: Path
    bytes: int
    manifest: Manifest


def back_up(path: Path, *, at: datetime, passphrase: str = "") -> Backup:
    """Write a backup to a path where nothing is, and look whether it can be restored. Raises Refused with the sentence
    that says why there is none; then nothing is left of it.
    """
    directory = path.absolute().parent
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone_in(directory):
            if path.exists():
                raise Refused(f"{path} is there already, and no backup is written over another file.")
            return _written(path, at, passphrase)
    except OSError as error:
        if error.errno in (ENOSPC, EDQUOT):
            raise Refused(f"The backup was not made: there is no space left for it in {directory}.") from error
        raise Refused(f"The backup was not made: {error.strerror or error} ({directory}).") from error
    except Error as error:
        raise Refused(f"The backup was not made: {outages.reason(error) or type(error).__name__}") from error
    except postgresql_programs.Failed as error:
        raise Refused(f"The backup was not made: {error}") from error


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """Let one at a time write into a directory, and remove what one that was killed left there."""
    with (directory / ".backup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"Another backup is being written in {directory}.") from None
        for left in directory.glob(".backup-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _written(path: Path, at: datetime, passphrase: str) -> Backup:
    postgresql_programs.refuse_a_pooler()
    _look_at_space(path.absolute().parent)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.absolute().parent) as scratch:
        parts, draft, restored = (Path(scratch) / name for name in ("parts", "draft.tar", "restored"))
        (parts / "receipts").mkdir(parents=True)
        contents, missing, programs = _gather(parts)
        manifest = _manifest(parts, contents, missing, programs, at)
        key = backup_files.write(draft, manifest, parts, passphrase)
        shutil.rmtree(parts)
        restored.mkdir()
        try:
            backup_files.unpack(draft, restored, key=key, with_receipts=False)
            checked_copies.check(restored / PARTS[connection.vendor], manifest)
        except (backup_files.Unreadable, checked_copies.Broken) as error:
            raise Refused(f"The backup was made and could not be restored, so it was thrown away: {error}") from error
        length = draft.stat().st_size
        draft.rename(path)
    checked_copies.sync_directory(path.absolute().parent)
    return Backup(path, length, manifest)


def _look_at_space(directory: Path) -> None:
    """See that there is room for the parts and for the backup beside them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            [database] = cursor.fetchone()
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
            [database] = cursor.fetchone()
        receipts = 0
        if "handsel_receipt" in connection.introspection.table_names(cursor):
            cursor.execute("SELECT coalesce(sum(bytes), 0) FROM handsel_receipt")
            [receipts] = cursor.fetchone()
    needed = 2 * int(database) + (1 if _is_local(storages["receipts"]) else 2) * int(receipts) + _MARGIN
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise Refused(
            f"The backup was not made: it may need {needed / 1e6:,.0f} MB in {directory}, and {free / 1e6:,.0f} MB are "
            "free there."
        )


def _is_local(storage: Storage) -> bool:
    try:
        storage.path("")
    except NotImplementedError:
        return False
    return True


def _gather(parts: Path) -> tuple[BookContents, set[str], str]:
    """Write the database as it is at one moment, and the files that it names then. Return what is in it, which files
    are lost, and what wrote the database's part.

    A receipt's file comes before its row and goes after it. Who removes one between our moment and our copy takes it
    from us: then another moment is looked for, which does not name it. What is here already need not be fetched again.
    A file that is not there at two moments that name it is lost, and no reason to go without a backup.
    """
    database, gone = connection.copy(), set[str]()
    try:
        while True:
            with book_contents.one_moment(database):
                contents = book_contents.read(database)
                missing = _fetch_receipts(contents.receipts, parts / "receipts")
                if missing <= gone:
                    return contents, missing, _dump(database, parts)
                gone |= missing
    finally:
        database.close()


def _fetch_receipts(names: list[str], into: Path) -> set[str]:
    """Fetch those that are not here yet; return which are not there."""
    storage, missing = storages["receipts"], set()
    for name in names:
        if not (into / name).exists():
            try:
                _fetch(storage, name, into / name)
            except FileNotFoundError:
                missing.add(name)
    return missing


def _fetch(storage: Storage, name: str, path: Path) -> None:
    """Files never change, so a second name for one is as good as a copy."""
    if _is_local(storage):
        with suppress(OSError):  # another disk, or one that knows no links
            path.hardlink_to(storage.path(name))
            return
    with storage.open(name) as file, path.open("wb") as copy:
        shutil.copyfileobj(file, copy, 1 << 20)


def _dump(database: BaseDatabaseWrapper, parts: Path) -> str:
    """Write the database's part, of the moment that this connection is at; return what wrote it."""
    path = parts / PARTS[database.vendor]
    if database.vendor == "sqlite":
        with closing(sqlite3.connect(path)) as copy:
            database.connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, with none beside it
        return f"SQLite {sqlite3.sqlite_version}"
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version_num')::int / 10000")
        snapshot, server = cursor.fetchone()
    program = postgresql_programs.find("pg_dump", server)
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={path}"]
    postgresql_programs.run(program, postgresql_programs.parameters(), *options)
    return f"pg_dump {postgresql_programs.version(program)}"


def _manifest(parts: Path, contents: BookContents, missing: set[str], programs: str, at: datetime) -> Manifest:
    receipts = [f"receipts/{name}" for name in contents.receipts if name not in missing]
    names = [PARTS[connection.vendor], *receipts]
    return Manifest(
        program=version("handsel"),
        made_at=at.isoformat(),
        database=connection.vendor,
        migration=contents.migration,
        counts=contents.counts,
        newest_event=contents.newest_event,
        keys=contents.keys,
        needs_secret_key=contents.needs_secret_key,
        programs=programs,
        missing=sorted(missing),
        parts={name: backup_files.part_of(parts / name) for name in names},
    )


def back_up_by_the_rule(at: datetime, passphrase: str) -> Backup:
    """Make a scheduled backup in the directory for them, and remove those that the rule does not keep."""
    environment = settings.ENVIRONMENT
    name = backups.name(at, is_scheduled=True, is_encrypted=bool(passphrase))
    backup = back_up(environment.backups_directory / name, at=at, passphrase=passphrase)
    remove_others(environment.backups_directory, environment.backup_keep)
    return backup


def remove_others(directory: Path, rule: backups.BackupRule) -> list[str]:
    """Remove the scheduled backups that the rule does not keep; return their names. What is called otherwise, or is no
    whole backup, is nothing that the schedule wrote, and stays.
    """
    times = {name: at for name, at in scheduled_in(directory).items() if backup_files.begins_as_ours(directory / name)}
    over = sorted(times.keys() - backups.kept(times, rule))
    for name in over:
        (directory / name).unlink(missing_ok=True)
    return over


def scheduled_in(directory: Path) -> dict[str, datetime]:
    """Return the scheduled backups there by their names, with when each was made."""
    if not directory.is_dir():
        return {}
    return backups.scheduled(path.name for path in directory.iterdir() if path.is_file() and not path.is_symlink())


def described(backup: Backup) -> str:
    """Return what was backed up, in lines for the operator."""
    manifest = backup.manifest
    rows, receipts = sum(manifest.counts.values()), len(manifest.parts) - 1
    lines = [
        f"Written and looked at: {backup.path} ({backup.bytes / 1e6:,.1f} MB, {rows:,} rows, {receipts:,} receipts)",
        f"Newest event: {' '.join(manifest.newest_event) or 'none'}",
    ]
    if manifest.keys:
        lines.append(f"Its secrets need these encryption keys, which are not in it: {', '.join(manifest.keys)}")
    if manifest.needs_secret_key:
        lines.append("Some of its secrets need the secret key, until `handsel rotate-keys` is run.")
    if manifest.missing:
        lines.append(
            f"Receipts whose files were lost before, so that they are not in it: {', '.join(manifest.missing)}"
        )
    return "\n".join(lines)

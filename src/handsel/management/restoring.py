"""Restoring a backup into an empty place: written beside it, brought up to date, looked at, and moved there whole."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from handsel.access import encryption
from handsel.documents import backup_files
from handsel.documents.backup_files import Manifest
from handsel.env import Refused
from handsel.management import checked_copies, migrating, postgresql_programs, running
from handsel.management.backing_up import PARTS

_KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Restored:
    """missing_keys: the fingerprints of those that its secrets need and that are not here."""

    manifest: Manifest
    missing_keys: list[str]


def restore(path: Path, *, passphrase: str) -> Restored:
    """Restore a backup, or leave everything as it was. Raises Refused with the sentence that says why."""
    with running.nobody_else(), _scratch() as scratch:
        check_is_empty()
        try:
            manifest = backup_files.unpack(path, scratch, passphrase=passphrase, accept=_accept)
            if connection.vendor == "sqlite":
                _restore_file(scratch, manifest)
            else:
                _restore_dump(scratch, manifest)
        except (backup_files.Unreadable, checked_copies.Broken, postgresql_programs.Failed) as error:
            raise Refused(f"Nothing was restored: {error}") from error
        except OSError as error:
            raise Refused(f"Nothing was restored: {error.strerror or error}.") from error
    return Restored(manifest, sorted(set(manifest.keys) - set(encryption.fingerprints())))


@contextmanager
def _scratch() -> Iterator[Path]:
    """Give a directory beside the place, and remove what a restore that was killed left there."""
    data_dir = settings.ENVIRONMENT.data_dir
    for left in data_dir.glob(".restore-*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=data_dir) as directory:
        yield Path(directory)


def check_is_empty() -> None:
    """See that nothing is in the place that a restored book could be mixed with. Raises Refused."""
    environment = settings.ENVIRONMENT
    if environment.receipts is None and any((environment.data_dir / "receipts").glob("*")):
        raise Refused(f"{environment.data_dir / 'receipts'} holds receipts already. {_ADVICE}")
    if connection.vendor == "sqlite":
        for ending in ("", "-wal", "-shm", "-journal"):
            path = environment.sqlite_file.with_name(environment.sqlite_file.name + ending)
            if path.exists():
                raise Refused(f"{path} is there, and a backup is restored into an empty place only. {_ADVICE}")
        return
    postgresql_programs.refuse_a_pooler()
    if connection.introspection.table_names():
        raise Refused(
            "The database that DATABASE_URL names has tables already, and a backup is restored into an empty one only."
        )


_ADVICE = "Move the data directory away, or set HANDSEL_DATA_DIR to an empty one."


def _accept(manifest: Manifest) -> None:
    """See that this program can make something of a backup, here. Raises Refused."""
    if manifest.database != connection.vendor:
        kind, here = _KINDS.get(manifest.database, manifest.database), _KINDS[connection.vendor]
        raise Refused(f"This backup is of a book on {kind}, and the place to restore it to is on {here}.")
    known = {name for app, name in MigrationLoader(None).disk_migrations if app == "handsel"}
    if manifest.migration not in known:
        raise Refused(
            f"This backup was made by Handsel {manifest.program}, whose tables this version does not know. Restore it "
            "with that version or a later one."
        )
    # Its files are written here, and the database grows where it is brought up to date.
    needed, free = 2 * manifest.bytes(), shutil.disk_usage(settings.ENVIRONMENT.data_dir).free
    if free < needed:
        raise Refused(
            f"Nothing was restored: it may need {needed / 1e6:,.0f} MB in {settings.ENVIRONMENT.data_dir}, and "
            f"{free / 1e6:,.0f} MB are free there."
        )


def _restore_file(scratch: Path, manifest: Manifest) -> None:
    environment, part = settings.ENVIRONMENT, scratch / PARTS["sqlite"]
    checked_copies.check(part, manifest)
    with _connected_to(part):
        migrating.bring_up_to_date()
    checked_copies.check_file(part)
    with (scratch / PARTS["sqlite"]).open("rb") as file:
        os.fsync(file.fileno())
    with _receipts_in_place(scratch, manifest):
        os.link(part, environment.sqlite_file)  # never over another
    checked_copies.sync_directory(environment.data_dir)


def _restore_dump(scratch: Path, manifest: Manifest) -> None:
    part, written_by = scratch / PARTS["postgresql"], manifest.written_by()
    postgresql_programs.read_whole(part, written_by)
    with _receipts_in_place(scratch, manifest):
        connection.close()
        postgresql_programs.restore(part, written_by, postgresql_programs.parameters())
    checked_copies.check_counts(connection, manifest)
    migrating.bring_up_to_date()


@contextmanager
def _connected_to(path: Path) -> Iterator[None]:
    """Have Django's connection be to another file meanwhile."""
    connection.close()
    usual: Mapping[str, Any] = connection.settings_dict
    connection.settings_dict = {**usual, "NAME": str(path)}
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode = DELETE")  # it has no file beside it when it is moved
        connection.close()
        connection.settings_dict = dict(usual)


@contextmanager
def _receipts_in_place(scratch: Path, manifest: Manifest) -> Iterator[None]:
    """Put the receipts where they belong before the database that names them; take them back where that fails."""
    names = [name.removeprefix("receipts/") for name in manifest.parts if name.startswith("receipts/")]
    storage, put = storages["receipts"], []
    try:
        for name in names:
            path = scratch / "receipts" / name
            if storage.exists(name):
                _check_is_the_same(storage, path)
                continue
            put.append(name)
            with path.open("rb") as file:
                storage.save(name, File(file))
        yield
    except BaseException:
        for name in put:
            storage.delete(name)
        raise


def _check_is_the_same(storage: Storage, path: Path) -> None:
    """See that the file that is there already is the one of the backup: a bucket may have outlived its machine."""
    with storage.open(path.name) as there, path.open("rb") as here:
        if there.read() != here.read():
            raise Refused(f"Nothing was restored: another receipt is called {path.name} there.")


def described(restored: Restored) -> str:
    """Return what was restored, in lines for the operator."""
    manifest = restored.manifest
    rows, receipts = sum(manifest.counts.values()), len(manifest.parts) - 1
    lines = [
        f"Restored and looked at: {rows:,} rows, {receipts:,} receipts, from {manifest.made_at}",
        f"Newest event: {' '.join(manifest.newest_event) or 'none'}",
    ]
    if restored.missing_keys:
        lines.append(
            "Keys that its secrets need and that are not here: "
            f"{', '.join(restored.missing_keys)}. Put them back before people enter these secrets again: in "
            "encryption_keys, or in HANDSEL_ENCRYPTION_KEYS."
        )
    if manifest.needs_secret_key:
        lines.append("Some of its secrets need the secret key that it had; put that back too.")
    return "\n".join(lines)

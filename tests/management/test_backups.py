"""Backups of a book, and books restored from them; each in places of their own."""

import errno
import os
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event as Told
from threading import Thread
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from handsel.access import encryption
from handsel.access.encryption import Secret
from handsel.actions.erasing import erasures
from handsel.documents import backup_files
from handsel.env import Refused
from handsel.management import backing_up, checked_copies, postgresql_programs, restoring, running
from handsel.models import Child, Erasure, KeptForm, Receipt
from handsel.models.receipts import storage
from handsel.queries import book_contents
from handsel.rules.backups import BackupRule
from handsel.rules.erasing import Erased
from handsel.rules.history import Source
from tests import world
from tests.documents.pictures import PDF
from tests.management.other_books import book_in, path_with_the_programs
from tests.models.broken_expenses import an_expense
from tests.world import NOW, World


@pytest.fixture
def unblocked(db, monkeypatch):
    monkeypatch.setenv("PATH", path_with_the_programs())


@pytest.fixture
def book(unblocked, tmp_path, settings):
    """A book with the families, a receipt and a secret."""
    with book_in(tmp_path / "data", settings) as data:
        with transaction.atomic():
            families = world.build()
            a_receipt(families)
            secret = encryption.encrypt("typed", Secret.KEPT_FORM, families.ana.id)
            KeptForm.objects.create(person=families.ana, encrypted=secret, kept_at=NOW)
        yield data


def a_receipt(families: World) -> Receipt:
    columns = {"family": families.riveras, "expense": an_expense(families), "place": 1, "created_at": NOW}
    file = storage().save(f"{uuid4().hex}.pdf", ContentFile(PDF))
    return Receipt.objects.create(**columns, type="application/pdf", bytes=len(PDF), file=file)


def all_rows() -> dict[str, list[Any]]:
    with connection.cursor() as cursor:
        tables = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {table}")
            tables[table] = sorted(map(repr, cursor.fetchall()))
        return tables


class Writer:
    """Writes two hundred rows a second beside us, each by a connection of its own and acknowledged, until the end."""

    def __init__(self) -> None:
        self.count, self._stop = 0, Told()
        self._thread = Thread(target=self._write)
        self._parameters = postgresql_programs.parameters() if connection.vendor == "postgresql" else {}
        self._file = connection.settings_dict["NAME"]

    def __enter__(self) -> "Writer":
        self._thread.start()
        while self.count < 3:
            time.sleep(0.001)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _write(self) -> None:
        columns = "(key_hash, used, most, ends_at)"
        new = f"INSERT INTO handsel_ratelimitcounter {columns} VALUES ('{{}}', 0, 1, '2026-06-01 12:00')"
        connect = psycopg.connect(**self._parameters, autocommit=True) if self._parameters else self._sqlite()
        with closing(connect) as writing:
            while not self._stop.wait(1 / 200):
                writing.execute(new.format(f"{self.count:06}"))
                self.count += 1

    def _sqlite(self) -> sqlite3.Connection:
        writing = sqlite3.connect(self._file, isolation_level=None, timeout=30)
        writing.execute("PRAGMA synchronous = FULL")
        return writing


def test_a_backup_under_writes_is_restored_whole_as_of_one_moment(book, settings, tmp_path):
    file = tmp_path / "book.tar"
    with Writer() as writer:
        backup = backing_up.back_up(file, at=NOW)
    written = backup.manifest.counts["handsel_ratelimitcounter"]
    assert 3 <= written < writer.count
    before, [receipt] = all_rows(), storage().listdir("")[1]
    assert backup.manifest.keys == encryption.fingerprints()
    with book_in(tmp_path / "new", settings, is_new=True):
        restored = restoring.restore(file, passphrase="")
        assert restored.manifest == backup.manifest
        assert restored.missing_keys == []
        after = all_rows()
        limits = [after.pop("handsel_ratelimitcounter"), before.pop("handsel_ratelimitcounter")]
        assert limits[0] == limits[1][:written]
        assert after == before
        with storage().open(receipt) as stored:
            assert stored.read() == PDF
    assert sorted(path.name for path in tmp_path.iterdir()) == [".backup.lock", "book.tar", "data", "new"]
    names = {"receipts", "running.lock"} | ({"handsel.sqlite3"} if connection.vendor == "sqlite" else set())
    assert {path.name for path in (tmp_path / "new").iterdir()} <= names | {
        "handsel.sqlite3-wal",
        "handsel.sqlite3-shm",
    }


def test_who_was_erased_since_is_in_no_page_of_the_book_and_comes_back_with_no_backup(book, settings, tmp_path):
    file, settings.ERASED_LIST = tmp_path / "book.tar", tmp_path / "erased.jsonl"
    child = Child.objects.get(first_name="Emma")
    Child.objects.filter(pk=child.pk).update(first_name="Quokka", notes="Quokka naps." * 400)
    Child.objects.filter(pk=child.pk).update(notes="")  # what was overwritten before lies in free pages
    backing_up.back_up(file, at=NOW)
    erasures.erase(erasures.find(Erased.CHILD, str(child.pk)), at=NOW, source=Source.COMMAND)
    erasures.sweep(NOW)
    assert b"Quokka" not in b"".join(path.read_bytes() for path in book.glob("handsel.sqlite3*"))
    with book_in(tmp_path / "new", settings, is_new=True):
        call_command("restore", file)
        assert Child.objects.get(pk=child.pk).first_name == "a child"
        assert Erasure.objects.get(done_at__isnull=False).subject_id == child.pk
        settings.ERASED_LIST.unlink()


@pytest.mark.any_database
def test_a_receipt_that_is_removed_meanwhile_is_in_none_and_one_that_is_named_is_there(book, monkeypatch, tmp_path):
    fetch, [receipt] = backing_up._fetch, Receipt.objects.all()

    def after_it_was_removed(*arguments):
        if Receipt.objects.filter(pk=receipt.pk).delete()[0]:
            storage().delete(receipt.file.name)
        return fetch(*arguments)

    monkeypatch.setattr(backing_up, "_fetch", after_it_was_removed)
    manifest = backing_up.back_up(tmp_path / "book.tar", at=NOW).manifest
    assert manifest.counts["handsel_receipt"] == 0
    assert len(manifest.parts) == 1


@pytest.mark.any_database
def test_a_file_that_was_lost_before_is_named_and_no_reason_to_go_without_a_backup(book, tmp_path):
    [receipt] = Receipt.objects.all()
    storage().delete(receipt.file.name)
    backup = backing_up.back_up(tmp_path / "book.tar", at=NOW)
    assert backup.manifest.missing == [receipt.file.name]
    assert receipt.file.name in backing_up.described(backup)


def left_in(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()} - {".backup.lock", "running.lock"}


@pytest.mark.any_database
def test_space_is_looked_at_first_and_a_full_disk_leaves_nothing(book, monkeypatch, tmp_path):
    place = tmp_path / "backups"
    with monkeypatch.context() as patch:
        patch.setattr(backing_up.shutil, "disk_usage", lambda _: Free(1_000_000))
        with pytest.raises(Refused, match=r"it may need \d+ MB in .*, and 1 MB are free there"):
            backing_up.back_up(place / "book.tar", at=NOW)
    assert left_in(place) == set()

    def is_full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backing_up.backup_files, "write", is_full)
    with pytest.raises(Refused, match="no space left"):
        backing_up.back_up(place / "book.tar", at=NOW)
    assert left_in(place) == set()


class Free:
    def __init__(self, free: int) -> None:
        self.free = free


@pytest.mark.any_database
def test_a_backup_that_cannot_be_restored_is_thrown_away_and_none_is_written_over(book, monkeypatch, tmp_path):
    file = tmp_path / "backups" / "book.tar"

    def spoiled(part, manifest):
        raise checked_copies.Broken("row 5 is missing from an index")

    with monkeypatch.context() as patch:
        patch.setattr(checked_copies, "check", spoiled)
        with pytest.raises(Refused, match="could not be restored, so it was thrown away: row 5"):
            backing_up.back_up(file, at=NOW)
    assert left_in(file.parent) == set()
    file.write_bytes(b"mine")
    with pytest.raises(Refused, match="no backup is written over"):
        backing_up.back_up(file, at=NOW)
    assert file.read_bytes() == b"mine"


def test_a_restore_comes_to_an_empty_place_alone(book, settings, tmp_path):
    """A file that is there, one that would be mixed with it, a server that runs: nothing is touched."""
    file = tmp_path / "book.tar"
    backing_up.back_up(file, at=NOW)
    before = all_rows()
    with pytest.raises(Refused, match=r"receipts already|empty"):
        restoring.restore(file, passphrase="")
    assert all_rows() == before
    with book_in(tmp_path / "new", settings, is_new=True) as new:
        with running.nobody_else():
            with pytest.raises(Refused, match="A backup is being restored"):
                running.say_so()
            with pytest.raises(Refused, match="A server or worker runs on"):
                restoring.restore(file, passphrase="")
        if connection.vendor == "sqlite":
            for ending in ("", "-wal", "-shm", "-journal"):
                left = new / f"handsel.sqlite3{ending}"
                left.write_bytes(b"")
                with pytest.raises(Refused, match=f"{left.name} is there"):
                    restoring.restore(file, passphrase="")
                left.unlink()
        assert left_in(new) == set()


@pytest.mark.any_database
def test_what_this_version_cannot_use_is_refused(book, settings, tmp_path, monkeypatch):
    file = tmp_path / "book.tar"
    manifest = backing_up.back_up(file, at=NOW).manifest
    with book_in(tmp_path / "new", settings, is_new=True) as new:
        other = "postgresql" if connection.vendor == "sqlite" else "sqlite"
        for change, sentence in (
            ({"database": other}, "is of a book on"),
            ({"migration": "0999_from_tomorrow", "program": "9.0"}, r"made by Handsel 9\.0, whose tables"),
        ):
            with monkeypatch.context() as patch:
                patch.setattr(backup_files, "_manifest", lambda *_, change=change: replace(manifest, **change))
                with pytest.raises(Refused, match=sentence):
                    restoring.restore(file, passphrase="")
        with monkeypatch.context() as patch:
            patch.setattr(restoring.shutil, "disk_usage", lambda _: Free(10))
            with pytest.raises(Refused, match="0 MB are free"):
                restoring.restore(file, passphrase="")
        assert left_in(new) == set()


def test_a_restore_that_fails_at_the_end_leaves_nothing(book, settings, tmp_path, monkeypatch):
    file = tmp_path / "book.tar"
    backing_up.back_up(file, at=NOW)

    def fails(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with book_in(tmp_path / "new", settings, is_new=True) as new:
        if connection.vendor == "sqlite":
            monkeypatch.setattr(restoring.os, "link", fails)
        else:
            monkeypatch.setattr(postgresql_programs, "restore", fails)
        with pytest.raises(Refused, match=r"Nothing was restored: No space left"):
            restoring.restore(file, passphrase="")
        assert left_in(new) - {"receipts"} == set()
        assert list((new / "receipts").iterdir()) == []
        assert connection.introspection.table_names() == []


@pytest.mark.any_database
def test_keys_that_are_not_here_are_named(book, settings, tmp_path):
    file = tmp_path / "book.tar"
    backing_up.back_up(file, at=NOW)
    here = encryption.fingerprints()
    settings.ENCRYPTION_KEYS = ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
    with book_in(tmp_path / "new", settings, is_new=True):
        restored = restoring.restore(file, passphrase="")
    assert restored.missing_keys == here
    assert here[0] in restoring.described(restored)


@pytest.mark.any_database
def test_the_rule_removes_what_the_schedule_wrote_and_nothing_else(tmp_path):
    names = [f"handsel-scheduled-202605{day:02}T030000Z.tar" for day in range(1, 31)]
    with (tmp_path / names[0]).open("wb") as file:
        file.write(backup_files._header("manifest.json", 0))
    for name in names[1:]:
        (tmp_path / name).write_bytes((tmp_path / names[0]).read_bytes())
    (tmp_path / names[3]).write_bytes(b"a film of the children")
    for other in ("handsel-20260501T030000Z.tar", "notes.txt"):
        (tmp_path / other).write_bytes((tmp_path / names[0]).read_bytes())
    gone = backing_up.remove_others(tmp_path, BackupRule(days=2, weeks=2, months=1))
    assert gone == [name for name in names if name not in (names[3], names[23], names[28], names[29])]
    assert {path.name for path in tmp_path.iterdir()} == {
        *(names[n] for n in (3, 23, 28, 29)),
        "handsel-20260501T030000Z.tar",
        "notes.txt",
    }


@pytest.mark.any_database
def test_a_pooler_of_connections_is_refused(book, monkeypatch, tmp_path):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has none")
    monkeypatch.setattr(postgresql_programs, "is_pooled", lambda _: True)
    with pytest.raises(Refused, match="through a pooler"):
        backing_up.back_up(tmp_path / "book.tar", at=NOW)


@pytest.mark.nightly
def test_a_backup_of_the_first_release_restores_into_todays_book(unblocked, settings, tmp_path):
    """Made of the tables of 0.1.0, which had no backups."""
    with book_in(tmp_path / "old", settings, is_new=True):
        call_command("migrate", "handsel", "0001_initial", interactive=False, verbosity=0)
        for app in ("account", "mfa", "sessions", "usersessions"):
            call_command("migrate", app, interactive=False, verbosity=0)
        of_then = MigrationLoader(connection).project_state([("handsel", "0001_initial")]).apps
        riveras = of_then.get_model("handsel", "Family").objects.create(
            name="The Riveras", time_zone=world.ZONE, currency="USD", created_at=NOW
        )
        of_then.get_model("handsel", "Child").objects.create(family=riveras, first_name="Emma", created_at=NOW)
        assert book_contents.read(connection).migration == "0001_initial"
        backing_up.back_up(tmp_path / "old.tar", at=NOW)
    with book_in(tmp_path / "new", settings, is_new=True):
        restored = restoring.restore(tmp_path / "old.tar", passphrase="")
        assert restored.manifest.migration == "0001_initial"
        assert book_contents.read(connection).migration > "0028"
        assert [child.first_name for child in Child.objects.all()] == ["Emma"]

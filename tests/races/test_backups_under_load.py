"""Backups by the documented commands: under two hundred writes a second, on a disk that fills up, opened by `age`."""

import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import postgres, run
from tests.management.other_books import path_with_the_programs
from tests.races.concurrency import ClientPool
from tests.server import Server

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]

PASSPHRASE = "emma naps at noon"
SECONDS, PER_SECOND = 10, 200
COUNTERS = "SELECT key_hash FROM handsel_ratelimitcounter WHERE key_hash LIKE 'written %' ORDER BY key_hash"


class Writer(threading.Thread):
    """Writes rows by a connection of its own, each acknowledged, until it is told to stop."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server, self.acknowledged, self.over = server, 0, threading.Event()

    seconds = 0.0

    def run(self) -> None:
        columns = "INSERT INTO handsel_ratelimitcounter (key_hash, used, most, ends_at)"
        with closing(connected(self.server)) as database:
            began = time.monotonic()
            while not self.over.is_set():
                database.execute(f"{columns} VALUES ('written {self.acknowledged:08}', 0, 1, '2036-06-01 12:00')")
                self.acknowledged += 1
                time.sleep(max(0.0, began + self.acknowledged / PER_SECOND - time.monotonic()))
            self.seconds = time.monotonic() - began


def connected(server: Server) -> Any:
    if "DATABASE_URL" in server.environment:
        return psycopg.connect(server.environment["DATABASE_URL"], autocommit=True)
    database = sqlite3.connect(Path(server.environment["HANDSEL_DATA_DIR"]) / "handsel.sqlite3", timeout=60)
    database.isolation_level = None
    database.execute("PRAGMA synchronous = FULL")
    return database


def written(server: Server) -> list[str]:
    with closing(connected(server)) as database:
        return [key for (key,) in database.execute(COUNTERS).fetchall()]


def empty_place(like: Server, at: Path) -> dict[str, str]:
    """The environment of a new place, with the keys that the old one keeps, as the page tells."""
    at.mkdir(mode=0o700)
    shutil.copy(Path(like.environment["HANDSEL_DATA_DIR"]) / "encryption_keys", at)
    environment = like.environment | {"HANDSEL_DATA_DIR": str(at)}
    return environment | ({"DATABASE_URL": postgres.new_database()} if "DATABASE_URL" in environment else {})


def command(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "handsel", *arguments],
        env=environment | {"PATH": path_with_the_programs()},
        cwd=environment["HANDSEL_DATA_DIR"],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_backup_under_writes_is_restored_by_the_documented_commands(database, tmp_path):
    secret = tmp_path / "passphrase"
    secret.write_text(f"{PASSPHRASE}\n")
    with Server(database) as server, ClientPool(server) as client_pool:
        family = client_pool.family()
        writer = Writer(server)
        writer.start()
        made = [
            family.parent.post(f"/families/{family.id}/children", json={"firstName": f"Theo {n}"}) for n in range(9)
        ]
        assert {answer.status_code for answer in made} == {201}
        time.sleep(SECONDS / 2)
        before = writer.acknowledged
        file = tmp_path / "book.age.tar"
        done = command(server.environment, "backup", str(file), "--passphrase-file", str(secret))
        after = writer.acknowledged
        assert (done.returncode, done.stderr) == (0, "")
        time.sleep(SECONDS / 2)
        writer.over.set()
        writer.join()
        assert writer.acknowledged >= 0.8 * PER_SECOND * writer.seconds
        assert server.logged == ""
    place = empty_place(server, tmp_path / "new")
    wrong = command(place | {"HANDSEL_BACKUP_PASSPHRASE": "emma naps at one"}, "restore", str(file))
    assert wrong.returncode == 1
    assert wrong.stderr == "handsel: Nothing was restored: The passphrase does not open this backup.\n"
    restored = command(place, "restore", str(file), "--passphrase-file", str(secret))
    assert restored.returncode == 0, restored.stderr
    assert restored.stdout.splitlines()[1].startswith("Newest event: 20")
    assert re.search(r"^\d+ checks, all well\.$", restored.stdout, re.MULTILINE)
    again = Server(database, **place)
    rows = written(again)
    assert before <= len(rows) <= after + 1
    assert rows == [f"written {number:08}" for number in range(len(rows))]
    with again, ClientPool(again), closing(connected(again)) as book:
        [(count,)] = book.execute("SELECT count(*) FROM handsel_child WHERE first_name LIKE 'Theo %'").fetchall()
        assert count == 9


@pytest.fixture
def sqlite_book(tmp_path) -> Server:
    server = Server("sqlite")
    assert command(server.environment, "user", "create", "ana@example.com", "--name", "Ana").returncode == 0
    return server


def test_debians_age_and_tar_open_it_without_handsel(sqlite_book, tmp_path, tried_with):
    if shutil.which("age") is None:
        pytest.skip("NOT TRIED: there is no age")
    file = tmp_path / "book.age.tar"
    done = command(sqlite_book.environment | {"HANDSEL_BACKUP_PASSPHRASE": PASSPHRASE}, "backup", str(file))
    assert done.returncode == 0, done.stderr
    subprocess.run(["tar", "-xf", file], cwd=tmp_path, check=True)
    typed(f"cd {tmp_path} && age -d -i key.age book.tar.age | tar -xf -", PASSPHRASE)
    with closing(sqlite3.connect(tmp_path / "database.sqlite3")) as book:
        assert book.execute("SELECT name FROM handsel_user").fetchall() == [("Ana",)]
        assert book.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    version = subprocess.run(["age", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    tried_with(
        program="age",
        version=version.removeprefix("v"),
        source="Debian",
        tried="opens an encrypted backup with tar, by its passphrase",
        figures="1 book, its database whole",
    )


def typed(shell: str, line: str) -> None:
    """Run a line of shell at a terminal, where somebody types one when they are asked."""
    process, terminal = pty.fork()
    if process == 0:
        os.execvp("sh", ["sh", "-c", shell])  # noqa: S606
    asked = b""
    with suppress(OSError):  # it ends
        while chunk := os.read(terminal, 1000):
            asked += chunk
            if b"passphrase" in asked and line:
                os.write(terminal, f"{line}\n".encode())
                line = ""
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0, asked


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 16 MB of its own."""
    if os.geteuid() != 0:
        pytest.skip("NO SMALL DISK: only root mounts one")
    with tempfile.TemporaryDirectory(prefix="small-disk-", dir=run.directory()) as place:
        mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", place]
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"NO SMALL DISK: {done.stderr.strip()}")
        try:
            yield Path(place)
        finally:
            subprocess.run(["umount", "--lazy", place], check=True)


def test_a_disk_that_fills_up_leaves_nothing_half_done(sqlite_book, small_disk, tmp_path):
    """Looked at beforehand there is room enough; then somebody else takes it."""
    environment = sqlite_book.environment
    with closing(connected(sqlite_book)) as book:
        book.execute("CREATE TABLE filler (bytes BLOB)")
        book.execute("INSERT INTO filler VALUES (randomblob(4000000))")
    (small_disk / "rubbish").write_bytes(bytes(3_000_000))
    full = command(environment, "backup", str(small_disk / "book.tar"))
    assert full.returncode == 1
    assert re.match(r"handsel: The backup was not made: it may need \d+ MB in .*free there\.\n", full.stderr)
    assert {path.name for path in small_disk.iterdir()} == {".backup.lock", "rubbish"}
    while_it_is_written = environment | {"PYTHONPATH": str(_unseen_space(tmp_path))}
    (small_disk / "rubbish").write_bytes(bytes(11_000_000))
    full = command(while_it_is_written, "backup", str(small_disk / "book.tar"))
    assert (full.returncode, full.stderr) == (
        1,
        f"handsel: The backup was not made: there is no space left for it in {small_disk}.\n",
    )
    assert {path.name for path in small_disk.iterdir()} == {".backup.lock", "rubbish"}
    (small_disk / "rubbish").unlink()
    file = tmp_path / "book.tar"
    assert command(environment, "backup", str(file)).returncode == 0
    (small_disk / "rubbish").write_bytes(bytes(12_000_000))
    (small_disk / "data").mkdir()
    place = while_it_is_written | {"HANDSEL_DATA_DIR": str(small_disk / "data")}
    full = command(place, "restore", str(file))
    assert (full.returncode, full.stderr) == (1, "handsel: Nothing was restored: No space left on device.\n")
    keys = {"encryption_keys", "secret_key", "vapid_key", "running.lock"}
    assert {path.name for path in (small_disk / "data").iterdir()} <= keys
    (small_disk / "rubbish").unlink()
    assert command(place, "restore", str(file)).returncode == 0


def _unseen_space(at: Path) -> Path:
    """A place on the path of Python that makes a process see more free space than there is."""
    place = at / "unseen"
    place.mkdir()
    (place / "sitecustomize.py").write_text(
        "import shutil\nclass Usage:\n    total = used = free = 10**12\nshutil.disk_usage = lambda path: Usage\n"
    )
    return place


def test_a_restore_that_is_killed_leaves_an_empty_place_to_begin_again(sqlite_book, tmp_path):
    file = tmp_path / "book.tar"
    assert command(sqlite_book.environment, "backup", str(file)).returncode == 0
    with tarfile.open(file) as tar:
        assert tar.getnames()[1] == "database.sqlite3"
    place = empty_place(sqlite_book, tmp_path / "new")
    for wait in (0.6, 1.2, 1.8, 2.4):
        restoring = subprocess.Popen(
            [sys.executable, "-m", "handsel", "restore", str(file)],
            env=place,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(wait)
        restoring.kill()
        restoring.wait()
        if (tmp_path / "new" / "handsel.sqlite3").exists():
            break
    else:
        assert command(place, "restore", str(file)).returncode == 0
    assert not list((tmp_path / "new").glob(".restore-*"))
    assert command(place, "verify").returncode == 0

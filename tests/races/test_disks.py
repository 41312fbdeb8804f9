"""A disk that is full or can only be read, really mounted: what people see, what `serve` says, what is there after."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests import run
from tests.races.concurrency import ClientPool
from tests.races.test_faults import Writers, health, wait_until
from tests.races.test_outages import LINES, is_refused, new_child
from tests.server import Server, without_progress

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]


class Disk:
    """A file system of 32 MB of its own, mounted at `place`, which turns read-only at an error, as most do."""

    def __init__(self, home: Path) -> None:
        self.place, self._image = home / "disk", home / "image"
        self.place.mkdir()
        with self._image.open("wb") as image:
            image.truncate(32 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-O", "^has_journal", self._image], check=True)

    def mount(self, options: str = "rw") -> None:
        mount = ["mount", "-o", f"loop,errors=remount-ro,{options}", self._image, self.place]
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"NO DISK OF ITS OWN: {done.stderr.strip()}")

    def umount(self) -> None:
        subprocess.run(["umount", self.place], check=True)

    def mend(self) -> None:
        """As a machine does when it starts: 1 means that something was mended."""
        assert subprocess.run(["e2fsck", "-p", "-f", self._image], capture_output=True, check=False).returncode <= 1

    def turn_read_only(self) -> None:
        """By an error, so that also those find it so who have files open."""
        find = ["findmnt", "--noheadings", "--output", "SOURCE", self.place]
        device = Path(subprocess.run(find, capture_output=True, text=True, check=True).stdout.strip()).name
        Path(f"/sys/fs/ext4/{device}/trigger_fs_error").write_text("tried")

    def fill(self) -> None:
        with (self.place / "rubbish").open("wb", buffering=0) as rubbish:
            for size in (1 << 20, 4096, 1):
                try:
                    while rubbish.write(b"x" * size) == size:
                        pass
                except OSError:
                    continue

    def clear(self) -> None:
        (self.place / "rubbish").unlink()

    def server(self, *, new: bool = False) -> Server:
        """One whose book lies there, from the start on or with empty tables."""
        server = Server("sqlite", new=new, HANDSEL_DATA_DIR=str(self.place / "data"))
        if not new:
            shutil.copytree(server.home / "data", self.place / "data")
        return server


@pytest.fixture
def disk() -> Iterator[Disk]:
    if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
        pytest.skip("NO DISK OF ITS OWN: only root mounts one")
    with tempfile.TemporaryDirectory(prefix="disk-", dir=run.directory()) as home:
        disk = Disk(Path(home))
        disk.mount()
        try:
            yield disk
        finally:
            subprocess.run(["umount", "--lazy", disk.place], check=False, capture_output=True)


def refusal(server: Server, *command: str) -> str:
    """What a command, `serve` where none is named, says that ends at once without a traceback."""
    done = server.command(*(command or ("serve", "--port", "0")))
    assert done.returncode == 1
    said = without_progress(done.stderr)
    assert said.count("\n") == 1, said
    return said


def test_a_full_disk_keeps_nothing_and_says_so(disk):
    server = disk.server()
    with server, ClientPool(server) as client_pool:
        family = client_pool.family()
        disk.fill()
        answers = [new_child(family) for _ in range(400)]
        kept = [answer for answer in answers if answer.status_code == 201]
        assert all(map(is_refused, [answer for answer in answers if answer not in kept]))
        assert len(kept) < len(answers)
        assert health(server).json() == {"status": "unavailable", "reason": "The disk is full."}
        disk.clear()
        assert new_child(family).status_code == 201
        assert health(server).json() == {"status": "ok"}
        stored = family.parent.get(f"/families/{family.id}/children", params={"limit": 500}).json()["items"]
        assert len(stored) == 1 + len(kept) + 1
    assert server.logged.count("The disk is full.") <= LINES
    assert "Traceback" not in server.logged


def test_no_book_begins_on_a_full_disk_and_the_old_one_says_so_too(disk):
    disk.fill()
    new = disk.server(new=True)
    assert "No space left on device" in refusal(new)  # not even a directory can be made
    disk.clear()
    with new, ClientPool(new) as client_pool:
        family = client_pool.family()
        session = family.session()
        new.kill()
        disk.fill()
        assert "Nothing can be kept. The disk is full: " in refusal(new)
        disk.clear()
        new.start()
        assert family.events(session) == ["care_session.created"]
    assert "Traceback" not in new.logged


def test_a_disk_that_turns_read_only_keeps_what_it_has_and_is_read(disk):
    server = disk.server()
    with server, ClientPool(server) as client_pool:
        family = client_pool.family()
        with Writers(family) as writers:
            wait_until(lambda: len(writers.kept) > 50)
            disk.turn_read_only()
            wait_until(lambda: len(writers.refused) > 20)
            ill = health(server)
            assert ill.status_code == 503
            assert ill.json()["reason"] in {"The disk can only be read.", "The database can only be read."}
            assert family.parent.get("/me").status_code == 200
            page = httpx.get(f"{server.base_url}/accounts/login/", timeout=30)
            assert page.status_code in (200, 302)
        server.kill()
        for command in (["serve", "--port", "0"], ["worker"]):
            assert "Nothing can be kept. The disk can only be read: " in refusal(server, *command)
        disk.umount()
        disk.mend()
        disk.mount()
        server.start()
        writers.check(family)
    assert "Traceback" not in server.logged


def test_a_disk_that_is_mounted_read_only_is_refused_by_old_books_and_new_ones(disk):
    old = disk.server()
    disk.umount()
    disk.mount("ro")
    new = Server("sqlite", new=True, HANDSEL_DATA_DIR=str(disk.place / "other"))
    assert "which cannot be written to." in refusal(old)
    assert "Read-only file system" in refusal(new)
    disk.umount()
    disk.mount()
    with old, ClientPool(old) as client_pool:
        assert client_pool.family().sessions() == []

"""A hundred kills under load: what was acknowledged is there, nothing is half-done, and it answers again soon.

Beside it, where strace may look: no answer to a write leaves before the disk was asked to keep it.
"""

import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

import httpx
import pytest

from tests.races.concurrency import ClientPool, FamilyClients, now
from tests.races.kills import Killed, killed
from tests.sizes import SEED, size

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]

WRITERS = 8
DATABASES = pytest.mark.parametrize("database", ["sqlite", "postgresql"])
SOON = 5.0  # seconds from a kill to the first answer
WRITES_TRACED = 20


@dataclass
class Kept:
    """What was acknowledged of a session: its version and notes; what was asked last and not answered: other notes."""

    version: int
    notes: str
    asked: str = ""
    is_confirmed: bool = False


class Writers:
    """Eight who make sessions, confirm them and write notes, whatever happens to the server."""

    def __init__(self, family: FamilyClients) -> None:
        self.family = family
        self.kept: dict[str, Kept] = {}
        self.writes = 0
        self._strange: list[httpx.Response] = []
        self._lock, self._over = threading.Lock(), threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        assert not self._strange, self._strange[0].text

    def _write(self, number: int) -> None:
        start = now() + timedelta(days=30 + 1000 * number)
        while not self._over.is_set() and not self._strange:
            start += timedelta(hours=3)
            body = {
                "scheduledStart": start.isoformat(),
                "scheduledEnd": (start + timedelta(hours=2)).isoformat(),
                "childIds": [self.family.child_id],
                "nannyId": self.family.nanny_id,
            }
            made = self._ask("POST", f"/families/{self.family.id}/care-sessions", body)
            if made is None:
                continue
            session_id = made.json()["id"]
            kept = self.kept[session_id] = Kept(1, "")
            if confirmed := self._ask("POST", f"/care-sessions/{session_id}/confirm", {}):
                kept.is_confirmed, kept.version = True, confirmed.json()["version"]
            for kept.asked in (f"boots {number}", f"hat {number}"):
                if noted := self._ask("PATCH", f"/care-sessions/{session_id}", {"notes": kept.asked}):
                    kept.notes, kept.version = kept.asked, noted.json()["version"]

    def _ask(self, method: str, path: str, body: dict[str, object]) -> httpx.Response | None:
        """The acknowledgement, or None where none came."""
        try:
            answer = self.family.parent.request(method, path, json=body)
        except httpx.TransportError:
            time.sleep(0.05)
            return None
        if answer.is_success:
            with self._lock:
                self.writes += 1
            return answer
        if answer.status_code != 503:
            self._strange.append(answer)
        time.sleep(0.05)
        return None


@DATABASES
def test_a_hundred_kills_lose_nothing_that_was_acknowledged(database, measured):
    kills, writes = size("kills under load"), size("acknowledged writes")
    with killed(database, SEED, HANDSEL_LIMITS="off") as kill, ClientPool(kill.server) as client_pool:
        with Writers(client_pool.family()) as writers:
            for number in range(kills):
                _until_written(writers, writes * (number + 1) // kills)
                kill()
        found = {row[0]: row[1:] for row in kill.server.rows(_STANDS)}
        verified = kill.server.command("verify")
    _check(writers, {str(session_id).replace("-", ""): row for session_id, row in found.items()})
    assert verified.returncode == 0, verified.stdout
    assert median(kill.seconds) < SOON
    measured(f"{writers.writes:,} acknowledged writes, {kill.said}: none lost, none half-done", seed=SEED)


_STANDS = """
SELECT s.id, s.version, s.is_confirmed, s.notes,
       (SELECT COUNT(*) FROM handsel_event e WHERE e.session_id = s.id),
       (SELECT COUNT(*) FROM handsel_notice n WHERE n.session_id = s.id AND n.kind = 'session.confirmed')
FROM handsel_caresession s
"""


def _until_written(writers: Writers, count: int) -> None:
    until, before = time.monotonic() + 60, writers.writes
    while writers.writes < count:
        assert time.monotonic() < until or writers.writes > before, "nothing is written any more"
        time.sleep(0.01)


def _check(writers: Writers, found: dict[str, tuple[int, bool, str, int, int]]) -> None:
    for session_id, kept in writers.kept.items():
        version, is_confirmed, notes, _, _ = found[session_id.replace("-", "")]
        assert version >= kept.version
        assert is_confirmed or not kept.is_confirmed
        assert notes in (kept.notes, kept.asked)
    for version, is_confirmed, _, events, told in found.values():
        assert events == version  # each change has its line
        assert told == bool(is_confirmed)  # and who is to hear of it will


@DATABASES
def test_the_disk_is_asked_before_each_answer_to_a_write(database, measured, tmp_path):
    if not shutil.which("strace"):
        pytest.skip("NO STRACE: Debian has it as the package strace")
    trace = tmp_path / "trace"
    with killed(database, SEED, HANDSEL_WORKERS="1") as kill, ClientPool(kill.server) as client_pool:
        family = client_pool.family()
        session_id = family.session(now() + timedelta(days=1))
        with _traced(kill, trace):
            for number in range(WRITES_TRACED):
                answer = family.parent.patch(f"/care-sessions/{session_id}", json={"notes": f"boots {number}"})
                assert answer.status_code == 200
    asked = answers = 0
    for line in trace.read_text(errors="replace").splitlines():
        if re.search(r"\b(fsync|fdatasync)(\(| resumed>).* = 0", line):
            asked += 1
        elif '"HTTP/1.1 200' in line:
            assert asked, f"answer {answers + 1} left before anything was kept"
            answers, asked = answers + 1, 0
    assert answers == WRITES_TRACED
    measured(f"{answers} writes traced: fsync or fdatasync before each answer")


def _family(pid: int) -> list[int]:
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


@contextmanager
def _traced(kill: Killed, to: Path) -> Iterator[None]:
    """What the processes that answer ask of the disk and say to their clients, and PostgreSQL's, new ones too."""
    pids = kill.server.children()
    if kill.database:
        pids += _family(kill.database.pid)
    tracing = ["strace", "-f", "-o", str(to), "-e", "trace=fsync,fdatasync,sendto,sendmsg,write,writev"]
    chosen = [word for pid in pids for word in ("-p", str(pid))]
    with subprocess.Popen([*tracing, *chosen], stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        for _ in pids:
            said = tracer.stderr.readline()
            if "attached" not in said:
                tracer.kill()
                pytest.skip(f"NO TRACING: {said.strip()}")
        yield
        tracer.terminate()

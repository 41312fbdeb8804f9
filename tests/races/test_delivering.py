"""The worker is told to stop, or killed by `kill -9` again and again, while many are to hear of something: by night a
thousand people and fifty kills, in the ordinary run fewer.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest

from tests.mailbox import Mailbox
from tests.races.load import address
from tests.run import NIGHTLY
from tests.server import ROOT, Server

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

PEOPLE, KILLS, CANCELLED = (1000, 50, 20) if NIGHTLY else (90, 2, 1)


class Inbox(Mailbox):
    """Counts what comes, by who gets it and what it is of: to read a thousand letters takes long."""

    def __init__(self) -> None:
        super().__init__()
        self.came: Counter[tuple[str, bool]] = Counter()

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802
        self.came[envelope.rcpt_tos[0], b"cancelled a session" in envelope.content] += 1
        return "250 OK"

    def confirmations(self) -> Counter[str]:
        return Counter({who: times for (who, cancelled), times in self.came.items() if not cancelled})


class Worker:
    """`handsel worker`, which is ready at once: it starts beside the one before, and waits until it may say so."""

    running: ClassVar[list["Worker"]] = []

    def __init__(self, server: Server) -> None:
        self._says, says = os.pipe()
        os.set_blocking(says, False)
        try:
            while True:
                os.write(says, b"\n" * 4096)
        except BlockingIOError:
            os.set_blocking(says, True)
        with server.log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "handsel", "worker"],
                cwd=server.home,
                env=server.environment,
                stdout=says,
                stderr=log,
            )
        os.close(says)
        self.running.append(self)

    def begin(self) -> None:
        while b"at work" not in os.read(self._says, 1 << 20):
            pass

    def kill(self) -> None:
        with self._process as process:
            process.kill()
        self._forget()

    def stop(self) -> int:
        with self._process as process:
            process.terminate()
            code = process.wait(timeout=30)
        self._forget()
        return code

    def _forget(self) -> None:
        os.close(self._says)
        self.running.remove(self)


@pytest.fixture(autouse=True)
def _none_outlives_its_test() -> Iterator[None]:
    yield
    for worker in [*Worker.running]:
        worker.kill()


def test_who_is_told_to_stop_sends_what_it_has_in_hand_and_leaves_the_rest():
    with Inbox() as inbox:
        server = Server("sqlite", HANDSEL_MAIL_URL=inbox.url)
        with _many(server) as ask:
            worker = Worker(server)
            worker.begin()
            _until(lambda: inbox.came.total() >= 5)
            assert worker.stop() == 0
            stands = ask("stand")
            assert stands["sent"] == inbox.came.total() < PEOPLE
            assert set(inbox.came.values()) == {1}
            assert ask("lapse") == 0  # nothing is claimed, and waits for a lease to run out
        assert not server.logged


@pytest.mark.nightly
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_each_hears_of_it_once_or_twice_and_nobody_of_what_was_cancelled(database):
    chance = random.Random(20260601)
    with Inbox() as inbox:
        server = Server(database, HANDSEL_MAIL_URL=inbox.url)
        with _many(server) as ask:
            cancelled = _kill(server, inbox, ask, chance)
            last = Worker(server)
            last.begin()
            _until(lambda: ask("stand").keys() <= {"unrouted", "sent", "obsolete"} and ask("stand")["unrouted"] == 0)
            last.kill()
            stands = ask("stand")
        heard = inbox.confirmations()
        lost = {address(number) for number in range(PEOPLE)} - heard.keys() - cancelled.keys()
        assert not lost
        assert max(heard.values()) <= 2
        # Who heard before it was cancelled heard no more of it, and the others only that it was.
        assert {who: heard[who] for who in cancelled} == cancelled
        assert {who for who, of_cancelling in inbox.came if of_cancelling} == cancelled.keys()
        assert stands["sent"] + stands.get("obsolete", 0) == PEOPLE + CANCELLED
        assert not server.logged


def _kill(server: Server, inbox: Inbox, ask, chance: random.Random) -> dict[str, int]:
    """Whose session was cancelled between two kills, and how often they had heard of it by then."""
    cancelled = {}
    cancel_after = set(chance.sample(range(KILLS), CANCELLED))
    worker = Worker(server)
    for number in range(KILLS):
        before, following = inbox.came.total(), Worker(server)
        worker.begin()
        enough = before + chance.randrange(8, 22)
        _until(lambda enough=enough: inbox.came.total() >= enough)
        time.sleep(chance.random() / 50)
        worker.kill()
        worker = following
        ask("lapse")
        if number in cancel_after:
            who = ask("cancel")
            cancelled[who] = inbox.confirmations()[who]
    worker.kill()
    assert len(inbox.confirmations()) < PEOPLE  # each was killed while there was something to do
    return cancelled


@contextmanager
def _many(server: Server) -> Iterator:
    with (server.home / "load.log").open("a") as log:
        people = subprocess.Popen(
            [sys.executable, "-m", "tests.races.load", str(PEOPLE)],
            cwd=server.home,
            env={**server.environment, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "handsel.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )

    def ask(what: str):
        people.stdin.write(f"{what}\n")
        people.stdin.flush()
        return json.loads(people.stdout.readline())

    with people:
        assert json.loads(people.stdout.readline()) == PEOPLE
        yield ask
        people.stdin.close()


def _until(it_is_so) -> None:
    for _ in range(6000):
        if it_is_so():
            return
        time.sleep(0.01)
    raise AssertionError("nothing happens any more")

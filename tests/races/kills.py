"""Books that are killed at their work, the one thing or the other, and started again."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

import httpx

from tests.durable_postgres import DurablePostgres
from tests.server import NO_TLS, Server

ALL, ONE, DATABASE = "the server", "a process that answers", "PostgreSQL"


@dataclass
class Killed:
    """Kills what chance has it, starts it again, and notes how long it took to the first answer that was kept."""

    server: Server
    database: DurablePostgres | None
    chance: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def __call__(self) -> None:
        what = self.chance.choice([ALL, ONE, *([DATABASE] if self.database else [])])
        self.kills[what] += 1
        begun = time.monotonic()
        if what == ALL:
            self.server.kill()
            self.server.start()
        elif what == ONE:
            with suppress(ProcessLookupError):
                os.kill(self.chance.choice(self.server.children()), signal.SIGKILL)
        elif self.database:
            self.database.kill()
            self.database.start()
        self._wait_for_an_answer()
        self.seconds.append(time.monotonic() - begun)

    def _wait_for_an_answer(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.server.base_url}/accounts/login/", timeout=30, verify=NO_TLS).status_code == 200:
                    return
            time.sleep(0.02)
        raise AssertionError("it does not answer any more")

    @property
    def said(self) -> str:
        what = ", ".join(f"{count} of {name}" for name, count in sorted(self.kills.items()))
        return f"{self.kills.total()} kills ({what}), to the first answer at most {max(self.seconds, default=0):.1f} s"


@contextmanager
def killed(database: str, seed: int, **variables: str) -> Iterator[Killed]:
    """A server, with a PostgreSQL of its own that waits for its disk where it is on PostgreSQL."""
    with ExitStack() as stack:
        durable = stack.enter_context(DurablePostgres()) if database == "postgresql" else None
        if durable:
            variables["DATABASE_URL"] = durable.url
        server = stack.enter_context(Server(database, **variables))
        yield Killed(server, durable, random.Random(seed))

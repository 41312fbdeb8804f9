"""Handsel and the yardsticks, each served by `handsel serve` from this process's book, and who asks them."""

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import takewhile
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
PROCESSES = "2"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. Where `body` is called for each anew, no two presses are the same."""

    path: str | Callable[[], str]
    status: int = 200
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: Callable[[], str] | None = None

    def of(self, connection: HTTPConnection) -> tuple[float, bytes]:
        """Return the seconds until the whole answer is here, and its body."""
        path = self.path if isinstance(self.path, str) else self.path()
        body = self.body() if self.body else None
        begun = time.perf_counter()
        connection.request(self.method, path, body, self.headers)
        answer = connection.getresponse()
        content = answer.read()
        taken = time.perf_counter() - begun
        if answer.status != self.status:
            raise SystemExit(
                f"{self.method} {path} answered {answer.status}:\n{content[:500].decode(errors='replace')}"
            )
        return taken, content


@contextmanager
def serving(clock: Path, settings: str = "handsel.settings") -> Iterator[str]:
    """Serve this environment's book by that project, with the clock that stands in a file; give host and port."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'workflows' / 'clock'}",
        "TESTS_CLOCK": str(clock),
        "HANDSEL_WORKERS": PROCESSES,
        "HANDSEL_WORKER": "none",
        "HANDSEL_BACKUPS": "off",
    }
    serve = [sys.executable, "-m", "handsel", "serve", "--port", "0"]
    with subprocess.Popen(serve, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = list(takewhile(lambda line: "Ctrl-C" not in line, iter(process.stdout.readline, "")))
            if not said:
                raise SystemExit("The server did not start.")
            yield urlsplit(said[0].split()[-1]).netloc
        finally:
            process.terminate()


def ask_by(clients: int, host: str, ask: Ask, requests: int) -> list[float]:
    """Return the seconds of each of so many requests, asked by so many clients at once, each on its own connection."""
    taken: list[float] = []
    broken: list[BaseException] = []
    left = iter(range(requests))
    lock = threading.Lock()

    def client() -> None:
        connection = HTTPConnection(host, timeout=60)
        try:
            while True:
                with lock:
                    if next(left, None) is None:
                        return
                seconds, _ = ask.of(connection)
                taken.append(seconds)
        except BaseException as error:  # noqa: BLE001 (it is told below, in the thread that waits)
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return taken


def median(times: list[float]) -> float:
    return statistics.median(times)


def p99(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, round(0.99 * len(times)))]

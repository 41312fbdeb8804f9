"""Who writes and who reads while members die, by the front; what was acknowledged is kept out here."""

import threading
import time
from collections import Counter
from itertools import count, pairwise
from typing import Self

import httpx

from tests.cluster.fronts import Front
from tests.races.concurrency import ClientPool
from tests.server import NO_TLS

WRITERS, READERS = 8, 2


class Load:
    """Each writer gives children to a family of its own, as fast as it is answered; each reader asks for a list and
    for a page in turn.
    """

    def __init__(self, front: Front) -> None:
        self._front = front
        # First names, each once, with when they were asked for and when acknowledged (time.monotonic).
        self.acknowledged: dict[str, tuple[float, float]] = {}
        self.reads: list[float] = []  # when one was answered
        self.refused: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        with ClientPool(front.webs[0]) as client_pool:
            families = [client_pool.family() for _ in range(WRITERS)]
            self._families = [(family.id, family.parent.headers["Authorization"]) for family in families]

    def __enter__(self) -> Self:
        work = [(self._write, number) for number in range(WRITERS)] + [
            (self._read, number) for number in range(READERS)
        ]
        self._threads = [threading.Thread(target=what, args=(number,), daemon=True) for what, number in work]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join(90)

    def first_write_after(self, moment: float, *, within: float) -> float:
        """Seconds from this moment to the first write that began after it and was acknowledged."""
        until = time.monotonic() + within + 30  # so that the figure is known where it is too large
        while time.monotonic() < until:
            later = [at for began, at in self.acknowledged.copy().values() if began > moment]
            if later:
                return min(later) - moment
            time.sleep(0.05)
        raise AssertionError(f"No write was acknowledged within {within + 30} seconds: {self.refused}")

    def longest_pause_of_reads(self, since: float) -> float:
        answered = [since, *(at for at in self.reads if at > since), time.monotonic()]
        return max(later - earlier for earlier, later in pairwise(answered))

    def _client(self, number: int) -> httpx.Client:
        authorization = {"Authorization": self._families[number][1]}
        return httpx.Client(base_url=self._front.url, headers=authorization, timeout=70, verify=NO_TLS, trust_env=False)

    def _write(self, writer: int) -> None:
        address = f"/api/v1/families/{self._families[writer][0]}/children"
        with self._client(writer) as client:
            for number in count():
                if self._stopped.wait(0.02):
                    return
                name, began = f"Child {writer} {number}", time.monotonic()
                if self._ask(client, "POST", address, json={"firstName": name}) == 201:
                    self.acknowledged[name] = (began, time.monotonic())

    def _read(self, reader: int) -> None:
        family = self._families[reader][0]
        with self._client(reader) as client:
            while not self._stopped.wait(0.1):
                for address in (f"/api/v1/families/{family}/children?limit=5", f"/api/v1/families/{family}"):
                    if self._ask(client, "GET", address) == 200:
                        self.reads.append(time.monotonic())

    def _ask(self, client: httpx.Client, method: str, address: str, **options: object) -> int:
        """The status; 0 where there was no answer, which only HAProxy's end of a connection may be."""
        began = time.monotonic()
        try:
            answer = client.request(method, address, **options)  # type: ignore[arg-type]
        except httpx.HTTPError as error:
            self.refused[f"{method} {type(error).__name__}"] += 1
            return 0
        if answer.status_code == 503 and "Retry-After" in answer.headers:
            self.refused[f"{method} 503"] += 1
            self._stopped.wait(0.2)
        elif not answer.is_success:
            self.wrong.append(
                f"{method} {answer.status_code} after {time.monotonic() - began:.1f} s: {answer.text[:300]}"
            )
        return answer.status_code

"""Clients that ask of the same few things what chance has it, and write down what they were answered and when.

A server may die meanwhile: a change that nobody answered is written down as one that was done by then or never.
"""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.races.linearizability import Call

# What was under way when a server died is done, or not, by then: its database may still be at it.
GRACE = 5.0
# Longer than this nobody may take back what they confirmed, and the models know no clock.
LONGEST = 14 * 60


class Book[Asked]:
    """What the clients ask of: how chance chooses, how it is asked, and whether that changes anything."""

    def choose(self, thing: str, seen: Any, chance: random.Random) -> Asked:
        raise NotImplementedError

    def ask(self, thing: str, asked: Asked) -> httpx.Response:
        raise NotImplementedError

    def changes(self, asked: Asked) -> bool:
        raise NotImplementedError

    def answered(self, asked: Asked, response: httpx.Response) -> tuple[Hashable, Any]:
        """The answer as the model has it, and what the client has seen by it."""
        raise NotImplementedError


@dataclass
class Recorder:
    """So many clients at once; `disturb` is called again and again after so many answers, as when it kills a server."""

    book: Book[Any]
    clients: int
    seed: int
    disturb: Callable[[], None] | None = None
    disturb_every: int = 0
    calls: dict[str, list[Call]] = field(default_factory=lambda: defaultdict(list))
    answers: int = 0
    unanswered: int = 0
    disturbed: int = 0

    def record(self, things: list[str], count: int) -> None:
        """Each client has so many of its calls about these things answered."""
        begun, before = time.monotonic(), self.answers
        troubles: list[BaseException] = []
        threads = [
            threading.Thread(target=self._noting, args=(number, things, count, troubles))
            for number in range(self.clients)
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            if self.disturb and self.answers - before >= self.disturb_every:
                before = self.answers
                self.disturb()
                self.disturbed += 1
            time.sleep(0.01)
        if troubles:
            raise troubles[0]
        assert time.monotonic() - begun < LONGEST, "too slow for a model without a clock"

    def _noting(self, number: int, things: list[str], count: int, troubles: list[BaseException]) -> None:
        try:
            self._client(number, things, count)
        except BaseException as trouble:  # noqa: BLE001 (it is raised where it is seen)
            troubles.append(trouble)

    def _client(self, number: int, things: list[str], count: int) -> None:
        chance = random.Random(f"{self.seed} {number} {things[0]}")
        seen: dict[str, Any] = {}
        until = time.monotonic() + LONGEST
        while count and time.monotonic() < until:
            thing = chance.choice(things)
            asked = self.book.choose(thing, seen.get(thing), chance)
            begun = time.monotonic()
            try:
                response = self.book.ask(thing, asked)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                time.sleep(0.05)  # nobody is there who could have heard it
                continue
            except httpx.TransportError:
                self._lost(number, thing, asked, begun)
                continue
            if response.status_code == 503:
                self._lost(number, thing, asked, begun)
                time.sleep(0.05)
                continue
            answer, seen[thing] = self.book.answered(asked, response)
            self.calls[thing].append(Call(number, asked, begun, time.monotonic(), answer))
            self.answers += 1
            count -= 1

    def _lost(self, number: int, thing: str, asked: Any, begun: float) -> None:
        if self.book.changes(asked):
            self.calls[thing].append(Call(number, asked, begun, time.monotonic() + GRACE, None))
            self.unanswered += 1

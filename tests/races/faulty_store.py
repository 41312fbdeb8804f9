"""A store that answers many clients at once by a model, on a clock of its own, and of which one fault can be asked.

It is what the checker is tried on: without a fault each of its histories has an order, with one none has.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.races.linearizability import Call, Step

CLIENTS = 4


@dataclass
class FaultyStore[State]:
    """`spoil` says what is answered and what stands then instead, where the fault can happen; it happens once."""

    start: State
    step: Step[State]
    spoil: "Fault[State] | None" = None
    # What stood after each call, with the instant at which that was answered, oldest first.
    stood: list[tuple[float, State]] = field(default_factory=list)
    spoiled: bool = False
    spoilt_call: Call | None = None

    def history(self, asks: Callable[[random.Random, State], Any], count: int, chance: random.Random) -> list[Call]:
        """So many calls, which overlap as chance has it."""
        self.stood = [(0.0, self.start)]
        free = dict.fromkeys(range(CLIENTS), 0.0)
        calls, at = [], 0.0
        for number in range(count):
            client = min(free, key=lambda one: free[one])
            begun = free[client] + chance.random()
            # Each has its place after those that had theirs already, and within its own time.
            at = max(begun, at) + 0.001
            ended = at + chance.random()
            asked = asks(chance, self.stood[-1][1])
            was_spoiled = self.spoiled
            answer = self._answer(asked, begun, is_time=number > count // 4)
            self.stood.append((ended, answer[1]))
            calls.append(Call(client, asked, begun, ended, answer[0]))
            if self.spoiled and not was_spoiled:
                self.spoilt_call = calls[-1]
            free[client] = ended
        return calls

    def _answer(self, asked: Any, begun: float, *, is_time: bool) -> tuple[Any, State]:
        answer, after = self.step(self.stood[-1][1], asked)
        if self.spoil and is_time and not self.spoiled:
            spoilt = self.spoil(Moment(self, asked, begun, answer, after))
            if spoilt is not None:
                self.spoiled = True
                answer, after = spoilt
        return answer, after


@dataclass(frozen=True)
class Moment[State]:
    """A call that is to be answered: what it would be, and what would stand then."""

    store: FaultyStore[State]
    asked: Any
    begun: float
    answer: Any
    after: State

    @property
    def before(self) -> State:
        return self.store.stood[-1][1]

    @property
    def changes(self) -> bool:
        return self.after != self.before

    def earlier(self) -> State | None:
        """What stood before the last change, if there was one."""
        return next((state for _, state in reversed(self.store.stood) if state != self.before), None)

    def stale(self) -> State | None:
        """What stood before the last change that was answered when this was asked."""
        stood = self.store.stood
        known = [before for (_, before), (ended, after) in pairwise(stood) if ended < self.begun and after != before]
        return known[-1] if known else None


type Fault[State] = Callable[[Moment[State]], tuple[Any, State] | None]

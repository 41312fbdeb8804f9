"""Whether what many clients were answered at the same time could have been answered one after the other.

The search is Wing and Gong's, with Lowe's memory of where it has been: calls are put in order as late as their answers
allow. It knows nothing of sessions or pay. A model says what one call is answered in a state, and what it makes of it.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

type Step[State] = Callable[[State, Any], tuple[Hashable, State]]


@dataclass(frozen=True, slots=True)
class Call:
    """What a client asked, when, and what it was answered.

    answer: None where none came. Then it may have been done by `ended`, or never.
    """

    client: int
    asked: Any
    begun: float
    ended: float
    answer: Hashable | None


def unexplained[State: Hashable](
    calls: Iterable[Call], start: State, step: Step[State]
) -> tuple[Call, set[State]] | None:
    """Return the first call whose answer fits in no order, with the states that there may have been; None if all do.

    A call stands somewhere between its begin and its end; nothing else is known of its place.
    """
    calls = sorted(calls, key=lambda call: call.begun)
    # At the same instant a begin comes first: then either may have been before the other.
    moments = sorted(
        moment
        for number, call in enumerate(calls)
        for moment in ((call.begun, False, number), (call.ended, True, number))
    )
    # Each way that things may stand: the state, and which of the open calls have their place already.
    ways: set[tuple[State, frozenset[int]]] = {(start, frozenset())}
    open_calls: list[int] = []
    for _, is_end, number in moments:
        if not is_end:
            open_calls.append(number)
            continue
        before = ways
        ways = _ways_past(number, before, calls, open_calls, step)
        open_calls.remove(number)
        if not ways:
            return calls[number], {state for state, _ in before}
    return None


def _ways_past[State: Hashable](
    number: int,
    ways: set[tuple[State, frozenset[int]]],
    calls: list[Call],
    open_calls: list[int],
    step: Step[State],
) -> set[tuple[State, frozenset[int]]]:
    """The ways on in which this call has had its place."""
    past: set[tuple[State, frozenset[int]]] = set()
    known, waiting = set(ways), list(ways)
    while waiting:
        state, placed = waiting.pop()
        if number in placed:
            past.add((state, placed - {number}))
            continue
        if calls[number].answer is None:
            past.add((state, placed))
        for other in open_calls:
            if other in placed:
                continue
            answer, after = step(state, calls[other].asked)
            way = (after, placed | {other})
            if calls[other].answer in (None, answer) and way not in known:
                known.add(way)
                waiting.append(way)
    return past

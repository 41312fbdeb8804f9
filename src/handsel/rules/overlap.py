"""The stretches of time that get in each other's way."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime

# From an instant up to, not including, another.
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Span[K: Hashable]:
    """A span from start up to, not including, end. The key says whose it is."""

    start: datetime
    end: datetime
    key: K


def overlaps[A: Hashable, B: Hashable](span: Span[A], other: Span[B]) -> bool:
    """Say whether two spans overlap; spans that touch (one ends as the next starts) do not."""
    return span.start < other.end and other.start < span.end


def clashes[A: Hashable, B: Hashable](
    candidates: Iterable[Span[A]], others: Iterable[Span[B]]
) -> dict[A, list[Span[B]]]:
    """Return, for each candidate that has any, the others it overlaps, soonest first. An equal key is the same thing,
    no clash.

    One sweep over both by start, so that a year against a year costs their length and not its square.
    """
    overlapped: dict[A, list[Span[B]]] = defaultdict(list)
    waiting = sorted(others, key=lambda span: span.start, reverse=True)
    reached: list[Span[B]] = []
    # Later candidates start no sooner: an other that ended before this one started is done with.
    for candidate in sorted(candidates, key=lambda span: span.start):
        while waiting and waiting[-1].start < candidate.end:
            reached.append(waiting.pop())
        reached = [other for other in reached if other.end > candidate.start]
        for other in reached:
            if other.key != candidate.key and overlaps(candidate, other):
                overlapped[candidate.key].append(other)
    return dict(overlapped)


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the same times in order, with what touches or overlaps made one."""
    apart: list[Stretch] = []
    for start, end in sorted(stretches):
        if apart and start <= apart[-1][1]:
            apart[-1] = apart[-1][0], max(apart[-1][1], end)
        else:
            apart.append((start, end))
    return apart

"""What care cost for each child: every amount of gross pay, line by line, and what was paid of it, in whole cents."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Charge[Child: Hashable]:
    """One amount of gross pay: the children of its session in the order in which they were entered, none where it is
    about no session.
    """

    cents: int
    children: Sequence[Child] = ()


@dataclass(frozen=True, slots=True)
class Allotment[Child: Hashable]:
    """The shares of each charge of one pay period, and the part of each that belongs to no child."""

    shares: list[dict[Child, int]]
    not_allotted: list[int]

    @property
    def by_child(self) -> dict[Child, int]:
        totals: dict[Child, int] = {}
        for shares in self.shares:
            for child, cents in shares.items():
                totals[child] = totals.get(child, 0) + cents
        return totals

    @property
    def total_not_allotted(self) -> int:
        return sum(self.not_allotted)


def split(cents: int, weights: Sequence[int]) -> list[int]:
    """Split an amount in proportion to weights: whole cents, the remainders largest first, of equal ones the first.

    An amount below zero is split as that above it. No weight is below zero, and at least one is above.
    """
    total, size = sum(weights), abs(cents)
    parts = [size * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(size * weights[place] % total))
    for place in by_remainder[: size - sum(parts)]:
        parts[place] += 1
    return parts if cents >= 0 else [-part for part in parts]


def allot[Child: Hashable](charges: Iterable[Charge[Child]], children: Sequence[Child]) -> Allotment[Child]:
    """Return what each child's part is of the charges of one pay period.

    A session's is split evenly over its children; every other in proportion to what their sessions came to, or not at
    all where these came to nothing. children: all that may have a part, in the order in which they were entered.
    """
    charges = list(charges)
    of_sessions = dict.fromkeys(children, 0)
    allotted = [_evenly(charge) for charge in charges]
    for shares in allotted:
        for child, cents in shares.items():
            of_sessions[child] += cents
    weights = list(of_sessions.values())
    not_allotted = [0] * len(charges)
    for place, charge in enumerate(charges):
        if charge.children:
            continue
        if any(weights):
            allotted[place] = _without_zeros(children, split(charge.cents, weights))
        else:
            not_allotted[place] = charge.cents
    return Allotment(allotted, not_allotted)


def paid[Child: Hashable](cents: int, charges: Mapping[Child, int], not_allotted: int) -> tuple[dict[Child, int], int]:
    """Return each child's part of what a payment covers of a period's wages, and the part that belongs to none.

    charges: the children's, in the order in which they were entered. They come to nothing where the whole period does.
    """
    weights = [max(0, charge) for charge in (*charges.values(), not_allotted)]
    if not any(weights):
        return {}, cents
    *parts, rest = split(cents, weights)
    return dict(zip(charges, parts, strict=True)), rest


def _evenly[Child: Hashable](charge: Charge[Child]) -> dict[Child, int]:
    if not charge.children:
        return {}
    if len(charge.children) == 1:
        return {charge.children[0]: charge.cents}
    return dict(zip(charge.children, split(charge.cents, [1] * len(charge.children)), strict=True))


def _without_zeros[Child: Hashable](children: Sequence[Child], parts: Sequence[int]) -> dict[Child, int]:
    return {child: cents for child, cents in zip(children, parts, strict=True) if cents}

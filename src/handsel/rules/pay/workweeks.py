"""Which terms hold on which day, and the workweeks that they make."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from handsel.rules.pay.terms import NO_TERMS, Terms

DAYS_OF_A_WEEK = 7


class Workweek(NamedTuple):
    """The days from first to last, as ordinals, under the terms of one version.

    cuts: the workweek before, where this one is short since the start of the workweek has changed.
    """

    first: int
    last: int
    terms: Terms
    cuts: "Workweek | None" = None

    @property
    def days(self) -> int:
        return self.last - self.first + 1


class Timeline:
    """The versions that one nanny's pay goes by in one family, and from what day on each holds.

    Before the first there are no terms: no workweeks, minutes times rate.
    """

    def __init__(self, versions: Iterable[Terms]) -> None:
        """Take a family's versions and the nanny's own, in any order."""
        self.holds = list(_taking_hold(_concerned(versions)))
        self.has_premiums = any(terms.has_premiums for _, terms in self.holds)
        self._firsts = [day for day, _ in self.holds]

    def terms_on(self, day: int) -> Terms:
        place = bisect_right(self._firsts, day)
        return self.holds[place - 1][1] if place else NO_TERMS

    def held_since(self, day: int) -> int | None:
        """Return the day since which the version of a day holds; None before the first."""
        place = bisect_right(self._firsts, day)
        return self._firsts[place - 1] if place else None

    def week_of(self, day: int) -> Workweek | None:
        """Return the workweek that a day belongs to; None before the first version takes hold."""
        place = bisect_right(self._firsts, day)
        if not place:
            return None
        holds_on, terms = self.holds[place - 1]
        first = day - (_weekday(day) - terms.workweek_start.number) % DAYS_OF_A_WEEK
        last = first + DAYS_OF_A_WEEK - 1
        if first >= holds_on:
            return Workweek(first, last, terms)
        return Workweek(holds_on, last, terms, self.week_of(holds_on - 1))


def _concerned(versions: Iterable[Terms]) -> list[Terms]:
    """Return the versions that concern the nanny, soonest first: from the first own on, none of the family."""
    versions = sorted(versions, key=lambda terms: terms.effective_from)
    own = min((terms.effective_from for terms in versions if terms.own), default=date.max)
    return [terms for terms in versions if terms.own or terms.effective_from < own]


def _taking_hold(versions: list[Terms]) -> Iterator[tuple[int, Terms]]:
    """Return the day on which each version takes hold, without those that never do."""
    holding = None
    for place, terms in enumerate(versions):
        day = _next_start(terms.effective_from.toordinal(), holding or terms)
        followers = versions[place + 1 :]
        if not followers or followers[0].effective_from.toordinal() > day:
            yield day, terms
            holding = terms


def _next_start(day: int, terms: Terms) -> int:
    """Return the first day, this one or later, on which a workweek of these terms starts."""
    return day + (terms.workweek_start.number - _weekday(day)) % DAYS_OF_A_WEEK


def _weekday(day: int) -> int:
    """Return the number of an ordinal's weekday; Monday is 0. 1 January of the year 1 was a Monday."""
    return (day - 1) % DAYS_OF_A_WEEK

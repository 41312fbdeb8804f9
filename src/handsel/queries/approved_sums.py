"""What approved periods come to by month and by child.

What approving stored never changes (promise approved_amounts_never_change), and neither do the children of held
sessions (held_sessions_stay). So what a period comes to is worked out once in a process and kept in memory, by the id
of what was stored: a year of a family has thousands of lines, and approving again stores another. No name is kept. It
is no column that approving writes: that would need a promise that compares it with the lines.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import NamedTuple, Self
from uuid import UUID

from handsel.models import ApprovedAmounts, PayPeriod
from handsel.rules.pay import shares, stored
from handsel.rules.pay.care_costs import PeriodCost
from handsel.rules.pay.stored import ApprovedPeriod, Month

# How many periods are kept, each in about three kilobytes.
MOST = 2_000


class ChildLink(NamedTuple):
    """A child of a session. entered: when the child was."""

    session_id: UUID
    child_id: UUID
    first_name: str
    entered: datetime


@dataclass(frozen=True, slots=True)
class ApprovedSums:
    """One approval. months: those that anything is dated in, by year and number. earned: the shares of its children by
    the year of each line; charges: the same of all lines together, and not_allotted what belongs to no child; all in
    whole cents. entered: when each of these children was.
    """

    months: Mapping[tuple[int, int], Month]
    earned: Mapping[int, Mapping[UUID, int]]
    charges: Mapping[UUID, int]
    not_allotted: int
    entered: Mapping[UUID, datetime]

    @classmethod
    def of(
        cls, period: ApprovedPeriod, entered: Mapping[UUID, datetime], children_of: Mapping[str, list[UUID]]
    ) -> Self:
        """Work it out. entered: when each child was who may have a part, in this order."""
        cost = PeriodCost(period, list(entered), children_of, [])
        years = {int(line["date"][:4]) for line in period.lines} | {stored.last_day(week).year for week in period.weeks}
        months = {
            (year, month.number): month
            for year in years
            for month in stored.by_month(*stored.of_year([period], year))
            if month.sessions or any(map(stored.cents, month.totals.values()))
        }
        earned = {year: cost.earned_in(year) for year in years}
        charges = {child_id: cents for child_id, cents in cost.charges.items() if cents}
        of_these = {child_id: entered[child_id] for child_id in charges}
        return cls(months, earned, charges, cost.allotment.total_not_allotted, of_these)

    def paid(self, payments: Iterable[tuple[date, int]], year: int) -> dict[UUID, int]:
        """Return each child's part of what payments of a year cover of its wages."""
        parts: dict[UUID, int] = {}
        for day, of_wages in payments:
            if day.year == year:
                of_payment, _ = shares.paid(of_wages, self.charges, self.not_allotted)
                for child_id, part in of_payment.items():
                    parts[child_id] = parts.get(child_id, 0) + part
        return parts


# By the id of what approving stored: approving again stores another.
_kept: dict[UUID, ApprovedSums] = {}
_lock = Lock()


def not_kept(periods: Iterable[PayPeriod]) -> list[PayPeriod]:
    """Return the approved periods whose sums are not in memory."""
    return [period for period in periods if period.amounts_id and period.amounts_id not in _kept]


def of_periods(periods: Collection[PayPeriod], links: Iterable[ChildLink]) -> dict[UUID, ApprovedSums]:
    """Return the sums of the approved ones among these periods, by their ids. links: of all sessions of those that are
    not kept, in the order in which the children were entered. One query where there is such a one.
    """
    amounts_of = {period.id: period.amounts_id for period in periods if period.amounts_id}
    kept = {amounts_id: _kept.get(amounts_id) for amounts_id in amounts_of.values()}
    sums = {amounts_id: of_period for amounts_id, of_period in kept.items() if of_period is not None}
    if new := {period.amounts_id: period for period in periods if period.amounts_id and period.amounts_id not in sums}:
        sums |= _read(new, links)
    _keep(sums)
    return {period_id: sums[amounts_id] for period_id, amounts_id in amounts_of.items()}


def _read(periods: Mapping[UUID, PayPeriod], links: Iterable[ChildLink]) -> dict[UUID, ApprovedSums]:
    """Return the sums of these periods, by the id of what approving stored of each."""
    entered: dict[UUID, datetime] = {}
    children_of: dict[str, list[UUID]] = {}
    for link in links:
        entered.setdefault(link.child_id, link.entered)
        children_of.setdefault(str(link.session_id), []).append(link.child_id)
    sums = {}
    # unscoped: of periods at hand
    for amounts in ApprovedAmounts.objects.filter(pk__in=list(periods)).only("lines", "weeks", "totals"):
        period = periods[amounts.id]
        days = (period.from_date, period.to_date)
        of_period = ApprovedPeriod(period.id, period.nanny_id, *days, amounts.lines, amounts.weeks, amounts.totals)
        sums[amounts.id] = ApprovedSums.of(of_period, entered, children_of)
    return sums


def _keep(sums: Mapping[UUID, ApprovedSums]) -> None:
    """Keep what was just asked for as the newest, and let go of the oldest."""
    with _lock:
        for amounts_id, of_period in sums.items():
            _kept.pop(amounts_id, None)
            _kept[amounts_id] = of_period
        while len(_kept) > MOST:
            del _kept[next(iter(_kept))]

"""A year of a family's pay, of one nanny or of several together: what was approved, what was paid, and for whom."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import F

from handsel.models import CareSessionChild, PayPeriod
from handsel.queries import approved_sums, payments
from handsel.queries.approved_sums import ApprovedSums, ChildLink
from handsel.queries.payments import Coverings
from handsel.rules.pay import stored
from handsel.rules.pay.periods import PeriodStatus

_MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class ChildYear:
    """What care of one child cost in a year, in cents: earned by the date of each line, paid by that of the payment."""

    child_id: UUID
    earned: int
    paid: int


@dataclass(frozen=True)
class FamilyYear:
    """periods: those of the year, and others of which it paid. sums: of the approved ones of them, by id. links: the
    children of all sessions of the year, where sums were not in memory. All amounts are whole cents.
    """

    year: int
    periods: Sequence[PayPeriod]
    sums: Mapping[UUID, ApprovedSums]
    coverings: Coverings
    links: Sequence[ChildLink] | None = None

    @property
    def in_year(self) -> list[PayPeriod]:
        return [period for period in self.periods if period.from_date.year <= self.year <= period.to_date.year]

    @property
    def not_approved(self) -> list[PayPeriod]:
        return [period for period in self.in_year if period.status != PeriodStatus.APPROVED]

    @cached_property
    def months(self) -> list[stored.Month]:
        """Return the twelve months."""
        return [stored.together(number, self._of_month(number)) for number in range(1, 13)]

    def _of_month(self, number: int) -> list[stored.Month]:
        of_periods = (of_period.months.get((self.year, number)) for of_period in self.sums.values())
        return [month for month in of_periods if month]

    @cached_property
    def totals(self) -> dict[str, str]:
        return stored.added(month.totals for month in self.months)

    def settled(self) -> dict[UUID | None, tuple[date, date]]:
        """Return of each nanny the days of the year's approved periods, which touch: the first and the last."""
        days: dict[UUID | None, tuple[date, date]] = {}
        for period in self.in_year:
            if period.status == PeriodStatus.APPROVED:
                first, _ = days.get(period.nanny_id, (period.from_date, period.to_date))
                days[period.nanny_id] = (first, period.to_date)
        return days

    @property
    def quarters(self) -> list[int]:
        """Return the wages that payments of each quarter cover."""
        quarters = [0, 0, 0, 0]
        for covering in self.coverings.values():
            for cover in covering.covers:
                if cover.payment and cover.payment.date.year == self.year:
                    quarters[(cover.payment.date.month - 1) // _MONTHS_OF_A_QUARTER] += cover.wages
        return quarters

    def children(self) -> tuple[list[ChildYear], int]:
        """Return the share of each child in the order in which they were entered, and what is allotted to none."""
        paid = [of_period.paid(self._paid.get(period_id, []), self.year) for period_id, of_period in self.sums.items()]
        earned = [of_period.earned.get(self.year, {}) for of_period in self.sums.values()]
        entered = {(at, child_id) for of_period in self.sums.values() for child_id, at in of_period.entered.items()}
        shares = [
            ChildYear(child_id, _part(child_id, earned), _part(child_id, paid)) for _, child_id in sorted(entered)
        ]
        not_allotted = stored.cents(self.totals["gross"]) - sum(share.earned for share in shares)
        return [share for share in shares if share.earned or share.paid], not_allotted

    @cached_property
    def _paid(self) -> dict[Any, list[tuple[date, int]]]:
        """Return what was paid of the wages of each period, and when."""
        paid: dict[Any, list[tuple[date, int]]] = {}
        for covering in self.coverings.values():
            for cover in covering.covers:
                if cover.payment and cover.wages:
                    paid.setdefault(cover.period.key, []).append((cover.payment.date, cover.wages))
        return paid


def _part(child_id: UUID, of_periods: Iterable[Mapping[UUID, int]]) -> int:
    return sum(of_period.get(child_id, 0) for of_period in of_periods)


def of_nannies(family_id: UUID, nannies: Collection[UUID | None], year: int) -> FamilyYear:
    """Return the year of these nannies together, whom the caller may ask about. Two queries, and two more where what
    was approved is not in memory.
    """
    rows = PayPeriod.objects.filter(family_id=family_id).annotate(due=F("amounts__totals"))
    columns = ("nanny_id", "from_date", "to_date", "status", "amounts_id")
    all_periods = list(rows.only(*columns).order_by("from_date", "nanny_id"))
    approved = [(period.id, period.nanny_id, period.to_date, period.due) for period in all_periods if period.amounts_id]
    coverings = payments.of_family(family_id, nannies, approved=approved)
    paid = {
        cover.period.key
        for covering in coverings.values()
        for cover in covering.covers
        if cover.wages and cover.payment and cover.payment.date.year == year
    }
    periods = [
        period
        for period in all_periods
        if period.nanny_id in nannies and (period.from_date.year <= year <= period.to_date.year or period.id in paid)
    ]
    links = None
    if new := approved_sums.not_kept(periods):
        days = [day for period in new for day in (period.from_date, period.to_date)]
        links = _child_links(family_id, min(date(year, 1, 1), *days), max(date(year, 12, 31), *days))
    return FamilyYear(year, periods, approved_sums.of_periods(periods, links or ()), coverings, links)


def _child_links(family_id: UUID, first: date, last: date) -> list[ChildLink]:
    """Return the children of a family's sessions with their pay date on these days, in the order in which they were
    entered. One query.
    """
    rows = CareSessionChild.objects.filter(session__family_id=family_id, session__pay_date__range=(first, last))
    columns = ("session_id", "child_id", "child__first_name", "child__created_at")
    return list(map(ChildLink._make, rows.order_by("child__created_at", "child_id").values_list(*columns)))

"""A year of a family's pay, of one nanny or of several together: what was approved, what was paid, and for whom."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from handsel.models import CareSessionChild, PayPeriod
from handsel.queries import payments
from handsel.queries.payments import Coverings
from handsel.rules.pay import stored
from handsel.rules.pay.care_costs import PeriodCost
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.pay.stored import ApprovedPeriod

_MONTHS_OF_A_QUARTER = 3


class ChildLink(NamedTuple):
    """A child of a session."""

    session_id: UUID
    child_id: UUID
    first_name: str


@dataclass(frozen=True, slots=True)
class ChildYear:
    """What care of one child cost in a year, in cents: earned by the date of each line, paid by that of the payment."""

    child_id: UUID
    first_name: str
    earned: int
    paid: int


@dataclass(frozen=True)
class FamilyYear:
    """periods: those of the year, and others of which it paid. All amounts are whole cents."""

    year: int
    periods: Sequence[PayPeriod]
    coverings: Coverings

    @property
    def in_year(self) -> list[PayPeriod]:
        return [period for period in self.periods if period.from_date.year <= self.year <= period.to_date.year]

    @property
    def not_approved(self) -> list[PayPeriod]:
        return [period for period in self.in_year if period.status != PeriodStatus.APPROVED]

    @cached_property
    def approved(self) -> list[ApprovedPeriod]:
        return [
            ApprovedPeriod(
                period.id,
                period.nanny_id,
                period.from_date,
                period.to_date,
                period.amounts.lines,
                period.amounts.weeks,
                period.amounts.totals,
            )
            for period in self.periods
            if period.status == PeriodStatus.APPROVED and period.amounts
        ]

    @cached_property
    def months(self) -> list[stored.Month]:
        """Return the twelve months."""
        return stored.by_month(*stored.of_year(self.approved, self.year))

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

    @property
    def first_day(self) -> date:
        return min([date(self.year, 1, 1), *(period.from_date for period in self.periods)])

    @property
    def last_day(self) -> date:
        return max([date(self.year, 12, 31), *(period.to_date for period in self.periods)])

    def children(self, links: Iterable[ChildLink]) -> tuple[list[ChildYear], int]:
        """Return the share of each child, and what is allotted to none. links: of all sessions from first_day to
        last_day, by the order in which the children were entered.
        """
        names: dict[UUID, str] = {}
        children_of: dict[str, list[UUID]] = {}
        for session_id, child_id, first_name in links:
            names.setdefault(child_id, first_name)
            children_of.setdefault(str(session_id), []).append(child_id)
        order = list(names)
        costs = [PeriodCost(period, order, children_of, self._paid_of(period)) for period in self.approved]
        earned_in = [cost.earned_in(self.year) for cost in costs]
        shares = [
            ChildYear(
                child_id,
                names[child_id],
                sum(of_period.get(child_id, 0) for of_period in earned_in),
                sum(of_wages for cost in costs for day, of_wages in cost.paid(child_id) if day.year == self.year),
            )
            for child_id in order
        ]
        earned = sum(share.earned for share in shares)
        gross = stored.cents(self.totals["gross"])
        return [share for share in shares if share.earned or share.paid], gross - earned

    def _paid_of(self, period: ApprovedPeriod) -> list[tuple[date, int]]:
        covering = self.coverings.get(period.nanny)
        return [
            (cover.payment.date, cover.wages)
            for cover in (covering.covers if covering else ())
            if cover.payment and cover.period.key == period.key and cover.wages
        ]


def of_nannies(family_id: UUID, nannies: Collection[UUID | None], year: int) -> FamilyYear:
    """Return the year of these nannies together, whom the caller may ask about. Three queries."""
    coverings = payments.of_family(family_id, nannies)
    paid = {
        cover.period.key
        for covering in coverings.values()
        for cover in covering.covers
        if cover.wages and cover.payment and cover.payment.date.year == year
    }
    in_year = Q(from_date__lte=date(year, 12, 31), to_date__gte=date(year, 1, 1))
    rows = PayPeriod.objects.filter(in_year | Q(pk__in=paid), family_id=family_id).select_related("amounts")
    rest = ("apart", "warnings", "policy_ids")
    rows = rows.defer(*(f"amounts__{column}" for column in rest)).order_by("from_date", "nanny_id")
    return FamilyYear(year, [period for period in rows if period.nanny_id in nannies], coverings)


def child_links(family_id: UUID, first: date, last: date) -> list[ChildLink]:
    """Return the children of a family's sessions with their pay date on these days, in the order in which they were
    entered. One query.
    """
    rows = CareSessionChild.objects.filter(session__family_id=family_id, session__pay_date__range=(first, last))
    columns = rows.order_by("child__created_at", "child_id").values_list("session_id", "child_id", "child__first_name")
    return list(map(ChildLink._make, columns))

"""Timesheets: what one nanny earned in one family, from rows to the facts of rules.pay and back to rows.

This is the one way to a timesheet, for pages, the API, pay periods and documents.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation

from handsel.access import paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.documents.pay_rows import PayRow, PaySheet, SessionOfLine
from handsel.formatting import pay_sources
from handsel.models import CareSession, CareSessionChild, Expense, Family, PayItem, PayPolicy, User
from handsel.queries import pay_policies, session_facts
from handsel.queries.session_facts import SessionFacts
from handsel.rules import local_time, recurrence
from handsel.rules.drafts import Draft, Problems
from handsel.rules.pay.arithmetic import arithmetic
from handsel.rules.pay.expenses import ExpenseStatus
from handsel.rules.pay.items import Item, Reimbursement
from handsel.rules.pay.lines import Line, LineKind
from handsel.rules.pay.rows import PayApart, PayLine, PayTotals, PayWarning, PayWeek, as_content
from handsel.rules.pay.sessions import Apart
from handsel.rules.pay.terms import rounded
from handsel.rules.pay.timesheet import Timesheet, timesheet
from handsel.rules.pay.workweeks import Timeline
from handsel.rules.roles import Capability


@dataclass(frozen=True)
class NannysTimesheet:
    """One nanny's timesheet of some days, and what it was computed from. nanny_id: None in a family that never had one.

    Rows of it are written when they are asked for, in the language that is active then.
    """

    family: Family
    nanny_id: UUID | None
    sheet: Timesheet
    policies: Sequence[PayPolicy]
    # Done in these days, and nobody's.
    without_nanny: Sequence[PayApart]
    today: date

    @property
    def from_date(self) -> date:
        return self.sheet.first

    @property
    def to_date(self) -> date:
        return self.sheet.last

    @cached_property
    def lines(self) -> list[PayLine]:
        return [self._line(line) for line in self.sheet.lines]

    def stored_lines(self) -> list[dict[str, Any]]:
        """Return the lines as approving stores them: where each comes from in every language, for whoever reads it."""
        stored = [as_content(line) | {"sources": {}} for line in self.lines]
        for language, _ in settings.LANGUAGES:
            with translation.override(language):
                for content, line in zip(stored, self.sheet.lines, strict=True):
                    content["sources"][language] = self._source(line)
        return stored

    @cached_property
    def weeks(self) -> list[PayWeek]:
        return [
            PayWeek(
                week_start=date.fromordinal(week.week.first),
                days=week.week.days,
                policy_id=self._policy_id(week.week.terms.key),
                worked_minutes=_hundredths(100 * week.worked_minutes),
                overtime_minutes=_hundredths(100 * week.overtime_minutes),
                regular_rate=_rate(week.regular_rate, 4),
                federal_premium=None if week.federal_premium is None else _hundredths(week.federal_premium),
                is_over=date.fromordinal(week.week.last) < self.today,
            )
            for week in self.sheet.weeks
        ]

    @cached_property
    def totals(self) -> PayTotals:
        """Return sums of lines: amounts in cents, and of minutes their hundredths."""
        totals = self.sheet.totals
        return PayTotals(
            work=_hundredths(totals.work),
            premium=_hundredths(totals.premium),
            not_worked=_hundredths(totals.not_worked),
            other=_hundredths(totals.other),
            gross=_hundredths(totals.gross),
            reimbursements=_hundredths(totals.reimbursements),
            gifts=_hundredths(totals.gifts),
            due=_hundredths(totals.due),
            federal_premium=_hundredths(totals.federal_premium),
            worked_minutes=_hundredths(100 * totals.worked_minutes),
            overtime_minutes=_hundredths(100 * totals.overtime_minutes),
            not_worked_minutes=_hundredths(100 * totals.not_worked_minutes),
        )

    @property
    def family_id(self) -> UUID:
        return self.family.id

    @property
    def currency(self) -> str:
        return self.family.currency

    @cached_property
    def apart(self) -> list[PayApart]:
        """Return what stands apart by its day, with what is nobody's for who sees all."""
        apart = [PayApart(row.session, date.fromordinal(row.day), row.reason) for row in self.sheet.apart]
        return sorted([*apart, *self.without_nanny], key=lambda row: (row.date, str(row.session_id)))

    @cached_property
    def warnings(self) -> list[PayWarning]:
        return [
            PayWarning(
                code=warned.code,
                session_id=warned.session,
                week_start=None if warned.week_start is None else date.fromordinal(warned.week_start),
                minutes=None if warned.minutes is None else _hundredths(100 * warned.minutes),
                amount=None if warned.amount is None else _hundredths(warned.amount),
            )
            for warned in self.sheet.warnings
        ]

    @property
    def policy_ids(self) -> list[UUID]:
        """Return the versions whose terms hold on one of these days, in the order in which they take hold."""
        first, last = self.sheet.first.toordinal(), self.sheet.last.toordinal()
        holds = self.sheet.timeline.holds
        until = [day for day, _ in holds[1:]] + [last + 1] * bool(holds)
        return [
            self._policies[terms.key].id
            for (day, terms), end in zip(holds, until, strict=True)
            if day <= last and end > first
        ]

    def rows(self) -> PaySheet:
        """Return all that a file of it holds. Two queries."""
        sessions = sessions_of_lines(self.family.id, {line.session_id for line in self.lines if line.session_id})
        rows = [PayRow(as_content(line), sessions.get(line.session_id)) for line in self.lines]
        return PaySheet(rows, list(map(as_content, self.weeks)), as_content(self.totals), self.currency)

    @cached_property
    def _policies(self) -> dict[Any, PayPolicy]:
        return {policy.id: policy for policy in self.policies}

    def _policy_id(self, key: object) -> UUID | None:
        return self._policies[key].id if key in self._policies else None

    def _source(self, line: Line) -> str:
        terms = self.sheet.timeline.terms_on(line.day)
        policy = self._policies.get(terms.key)
        return pay_sources.source(
            line.kind, terms, policy.preset if policy else "", policy.effective_from if policy else None
        )

    def _line(self, line: Line) -> PayLine:
        return PayLine(
            kind=line.kind.value,
            date=line.date,
            week_start=None if line.week_start is None else date.fromordinal(line.week_start),
            session_id=line.session,
            item_id=line.item,
            expense_id=line.expense,
            minutes=None if line.minutes is None else _hundredths(100 * line.minutes),
            counted_minutes=None if line.counted is None else _hundredths(100 * line.counted),
            rate=None if line.rate is None else _rate(line.rate, 2 if line.multiplier is None else 4),
            multiplier=None if line.multiplier is None else _hundredths(line.multiplier),
            amount=_hundredths(line.amount),
            arithmetic=arithmetic(line),
            source=self._source(line),
            is_corrected=line.is_corrected,
        )


@dataclass(frozen=True)
class PayFacts:
    """What one nanny's timesheets of some days are computed from; sessions: also those of before that count in them."""

    family: Family
    nanny_id: UUID | None
    policies: Sequence[PayPolicy]
    timeline: Timeline
    sessions: Sequence[SessionFacts]
    items: Sequence[Item]
    today: date
    # Approved ones of these days, where free days are asked for: each falls on its own.
    reimbursements: Sequence[Reimbursement] = ()

    def timesheet(
        self, first: date, last: date, reimbursements: Iterable[Reimbursement] | None = None
    ) -> NannysTimesheet:
        """Return the timesheet of days that these facts are about. reimbursements: what falls in it, where it is not
        what lies on these days (queries.period_sheets). No query.
        """
        own = (session for session in self.sessions if session.nanny_id == self.nanny_id)
        without_nanny = [
            PayApart(session.id, session.pay_date, Apart.NO_NANNY)
            for session in self.sessions
            if session.nanny_id != self.nanny_id and first <= session.pay_date <= last
        ]
        if reimbursements is None:
            reimbursements = [each for each in self.reimbursements if first <= each.date <= last]
        sheet = timesheet(own, self.timeline, first, last, items=self.items, reimbursements=reimbursements)
        return NannysTimesheet(self.family, self.nanny_id, sheet, self.policies, without_nanny, self.today)

    def under(self, policies: Sequence[PayPolicy]) -> "PayFacts":
        """Return the same facts under other versions of the terms."""
        return replace(self, policies=policies, timeline=pay_policies.timeline(policies, self.nanny_id))


def get(person: User, family_id: UUID, parameters: Draft, *, at: datetime) -> NannysTimesheet:
    """Return a nanny's timesheet as this person may see it.

    parameters: from_date and to_date (both inclusive, at most 366 days), nanny_id (left out: the nanny's own, or the
    only one's). Raises NotVisible, NotAllowed or Invalid. At most seven queries.
    """
    standing, family = visibility.family(person, family_id)
    problems = Problems(parameters, ("from_date", "to_date"))
    nanny_id = paid_nannies.named(standing, parameters, problems)
    if not problems.any_of("from_date", "to_date"):
        problems.add_all(recurrence.range_problems(parameters["from_date"], parameters["to_date"]))
    problems.raise_if_any()
    return of_nanny(
        family, nanny_id, parameters["from_date"], parameters["to_date"], at=at, sees_all=_sees_all(standing)
    )


def of_nanny(
    family: Family, nanny_id: UUID | None, first: date, last: date, *, at: datetime, sees_all: bool = False
) -> NannysTimesheet:
    """Return the timesheet of one nanny whom the caller may ask about. sees_all: with what is done and nobody's.
    Five queries.
    """
    return facts_of_days(family, nanny_id, first, last, at=at, sees_all=sees_all).timesheet(first, last)


def facts_of_days(
    family: Family, nanny_id: UUID | None, first: date, last: date, *, at: datetime, sees_all: bool = False
) -> PayFacts:
    """Return what timesheets of these free days, or of some of them, are computed from. Five queries, also for many."""
    facts = facts_of_nannies(family, {nanny_id: (first, last)}, at=at, sees_all=sees_all)[nanny_id]
    return replace(facts, reimbursements=_reimbursements(family.id, nanny_id, first, last))


def facts_of_nannies(
    family: Family, days: Mapping[UUID | None, tuple[date, date]], *, at: datetime, sees_all: bool = False
) -> dict[UUID | None, PayFacts]:
    """Return the same for each of some nannies, of their first to their last day, without what they laid out. Four
    queries, however many they are.
    """
    policies = pay_policies.versions(family.id)
    first, last = min((first for first, _ in days.values()), default=date.max), date.min
    last = max((last for _, last in days.values()), default=last)
    sessions: dict[UUID | None, list[SessionFacts]] = {nanny_id: [] for nanny_id in days}
    items: dict[UUID | None, list[Item]] = {nanny_id: [] for nanny_id in days}
    if days:
        with_nobodys = sees_all and None not in days
        for session in session_facts.of_nannies(family.id, days, first, last, with_nobodys=with_nobodys):
            for nanny_id in days if with_nobodys and session.nanny_id is None else (session.nanny_id,):
                sessions[nanny_id].append(session)
        for item in _items(family.id, days, first, last):
            items[item.nanny_id].append(item_of(item))
    today = local_time.local_date(at, family.time_zone)
    return {
        nanny_id: PayFacts(
            family,
            nanny_id,
            policies,
            pay_policies.timeline(policies, nanny_id),
            sessions[nanny_id],
            items[nanny_id],
            today,
        )
        for nanny_id in days
    }


def sessions_of_lines(family_id: UUID, session_ids: Collection[UUID]) -> dict[UUID | None, SessionOfLine]:
    """Return what a file tells of the sessions that lines are about; those that are gone are left out. Two queries."""
    rows = CareSession.objects.filter(family_id=family_id, id__in=session_ids)
    names: dict[UUID, list[str]] = {}
    links = CareSessionChild.objects.filter(session__in=rows.values("pk")).order_by("child__created_at", "child_id")
    for session_id, name in links.values_list("session_id", "child__first_name"):
        names.setdefault(session_id, []).append(name)
    columns = ("scheduled_start", "scheduled_end", "actual_start", "actual_end", "time_zone")
    return {
        session_id: SessionOfLine(tuple(names.get(session_id, ())), *times)
        for session_id, *times in rows.values_list("id", *columns)
    }


def _sees_all(standing: Standing) -> bool:
    return standing.may(Capability.SEE_PAY_RECORDS)


def _items(family_id: UUID, nannies: Collection[UUID | None], first: date, last: date) -> QuerySet[PayItem]:
    """Return some nannies' items that workweeks of these days may hold. One query."""
    return PayItem.objects.filter(
        session_facts.of_these(nannies), family_id=family_id, date__range=(first - session_facts.BEFORE, last)
    )


def item_of(item: PayItem) -> Item:
    """Return the facts of an item."""
    return Item(
        item.id,
        LineKind(item.kind),
        item.date,
        item.minutes,
        None if item.hourly_rate is None else int(item.hourly_rate * 100),
        None if item.amount is None else int(item.amount * 100),
        item.in_regular_rate,
    )


def _reimbursements(family_id: UUID, nanny_id: UUID | None, first: date, last: date) -> list[Reimbursement]:
    """Return the facts of a nanny's approved expenses of these days. One query."""
    rows = Expense.objects.filter(
        family_id=family_id, nanny_id=nanny_id, status=ExpenseStatus.APPROVED, date__range=(first, last)
    )
    return list(map(reimbursement_of, rows))


def reimbursement_of(expense: Expense) -> Reimbursement:
    """Return the facts of an expense that is reimbursed."""
    is_driven = expense.distance is not None and expense.rate is not None
    return Reimbursement(
        expense.id,
        LineKind.MILEAGE if is_driven else LineKind.EXPENSE,
        expense.date,
        int((expense.amount or 0) * 100),
        int(expense.distance * 10) if expense.distance is not None else None,
        int(expense.rate * 10_000) if expense.rate is not None else None,
    )


def _hundredths(hundredths: int | Fraction) -> Decimal:
    """Return cents as an amount, or hundredths of a minute as minutes."""
    return Decimal(rounded(hundredths)).scaleb(-2)


def _rate(cents: int | Fraction, places: int) -> Decimal:
    return Decimal(rounded(Fraction(cents) * 10 ** (places - 2))).scaleb(-places)

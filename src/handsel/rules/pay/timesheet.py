"""What one nanny earned in one family over a range of days: every line, what stands apart, weeks, totals, warnings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from handsel.rules.pay import lines, local_days, sessions
from handsel.rules.pay.guarantee import PARTS_OF_A_MINUTE, Known, top_up
from handsel.rules.pay.hours import Part, parts
from handsel.rules.pay.items import Item, Reimbursement
from handsel.rules.pay.lines import PAID_TIME, PREMIUMS, WORKED, Line, LineKind
from handsel.rules.pay.local_days import LocalDays, minute_of
from handsel.rules.pay.premiums import WeekOfPay, goes_by_own_rate, per_hour, workweek_change
from handsel.rules.pay.sessions import Apart, CancelledFor, Session
from handsel.rules.pay.terms import HUNDRED_PERCENT, NO_TERMS, PayFor, rounded
from handsel.rules.pay.totals import Totals, totals_of
from handsel.rules.pay.workweeks import Timeline, Workweek

_WORK = LineKind.WORK


class WarningCode(StrEnum):
    """What a timesheet points out, and never pays."""

    UNPAID_TIME = "UNPAID_TIME"
    BELOW_FEDERAL_OVERTIME = "BELOW_FEDERAL_OVERTIME"
    BELOW_MINIMUM = "BELOW_MINIMUM"


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning, of a session (minutes) or of a workweek (cents)."""

    code: WarningCode
    day: int
    session: object = None
    week_start: int | None = None
    minutes: int | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class ApartSession:
    """A session of these days that is not paid, and why."""

    session: object
    day: int
    reason: Apart


class Week(NamedTuple):
    """A workweek that ends on one of these days. straight: what its regular rate is made of, in sixtieths of a cent;
    federal_premium: cents, None where the terms do not ask for it.
    """

    week: Workweek
    worked_minutes: int
    overtime_minutes: int
    straight: int | Fraction
    federal_premium: int | None

    @property
    def regular_rate(self) -> Fraction:
        """Return the exact cents of an hour."""
        return per_hour(self.straight, self.worked_minutes)


@dataclass(frozen=True, slots=True)
class Timesheet:
    """Everything sorted: lines by day and kind, the rest by day."""

    first: date
    last: date
    lines: list[Line]
    apart: list[ApartSession]
    weeks: list[Week]
    totals: Totals
    warnings: list[Warned]
    timeline: Timeline


def timesheet(
    of_sessions: Iterable[Session],
    timeline: Timeline,
    first: date,
    last: date,
    *,
    items: Iterable[Item] = (),
    reimbursements: Iterable[Reimbursement] = (),
) -> Timesheet:
    """Return the timesheet of these days, both inclusive.

    of_sessions, items: one nanny's in one family, in any order, also those of before that reach into a workweek of
    these days (two weeks before and a day after are enough). reimbursements: those that fall in this timesheet.
    """
    sheet = _sheet(of_sessions, timeline, first, last, items)
    sheet.lines += (reimbursement.line for reimbursement in reimbursements)
    sheet.lines += sheet.rolled_up_holiday(sheet.lines, sheet.last)
    lines.sort(sheet.lines)
    sheet.apart.sort(key=lambda apart: (apart.day, str(apart.session)))
    sheet.warnings.sort(key=lambda warned: (warned.day, warned.code, str(warned.session)))
    totals = totals_of(sheet.lines, [week.federal_premium or 0 for week in sheet.weeks])
    return Timesheet(first, last, sheet.lines, sheet.apart, sheet.weeks, totals, sheet.warnings, timeline)


def gross_by_month(
    of_sessions: Iterable[Session], timeline: Timeline, first: date, last: date, *, items: Iterable[Item] = ()
) -> dict[int, int]:
    """Return the gross pay of each month of days that lie in one year, as the timesheet of its days says it, in cents.
    Every session and week is computed once.
    """
    sheet = _sheet(of_sessions, timeline, first, last, items)
    by_month: dict[int, list[Line]] = {}
    for line in sheet.lines:
        by_month.setdefault(line.date.month, []).append(line)
    return {month: _gross(sheet, of_month) for month, of_month in by_month.items()}


def _gross(sheet: "_Sheet", of_month: list[Line]) -> int:
    of_month += sheet.rolled_up_holiday(of_month, sheet.last)
    return totals_of(of_month, ()).gross


def _sheet(
    of_sessions: Iterable[Session], timeline: Timeline, first: date, last: date, items: Iterable[Item]
) -> "_Sheet":
    sheet = _Sheet(timeline, first.toordinal(), last.toordinal())
    for item in items:
        sheet.add_item(item)
    sheet.add_sessions(of_sessions)
    sheet.add_weeks()
    return sheet


class _Sheet:
    """A timesheet that is being put together."""

    def __init__(self, timeline: Timeline, first: int, last: int) -> None:
        self.timeline, self.first, self.last = timeline, first, last
        self.lines: list[Line] = []
        self.apart: list[ApartSession] = []
        self.weeks: list[Week] = []
        self.warnings: list[Warned] = []
        self._known = Known()
        self._needs_parts = timeline.has_premiums
        self._weeks: dict[int, WeekOfPay] = {}
        self._bonuses: dict[int, int] = defaultdict(int)

    def add_item(self, item: Item) -> None:
        line = item.line
        if self.first <= line.day <= self.last:
            self.lines.append(line)
        if item.kind in PAID_TIME:
            self._known.paid_time[line.day] += item.minutes or 0
        elif item.kind is LineKind.UNPAID_LEAVE:
            self._known.unpaid_leave[line.day] += item.minutes or 0
        elif item.in_regular_rate:
            self._bonuses[line.day] += line.amount

    def add_sessions(self, of_sessions: Iterable[Session]) -> None:
        zone = ""
        for session in of_sessions:
            if session.time_zone != zone:
                zone = session.time_zone
                days = local_days.of_zone(zone)
            day = days.shown_on(minute_of(session.scheduled_start))
            week = self._weeks.get(day) or self._week_of(day)
            reason = sessions.apart(session)
            if reason is None:
                self._add_care(session, day, week, days)
                continue
            is_paid = reason is Apart.CANCELLED and self._add_cancellation(session, day, week)
            if not is_paid and self.first <= day <= self.last:
                self.apart.append(ApartSession(session.id, day, reason))

    def _week_of(self, day: int) -> WeekOfPay:
        """Return the workweek of a day that no session was on yet; before there are terms, the day by itself."""
        week = self.timeline.week_of(day) or Workweek(day, day, NO_TERMS)
        pay = WeekOfPay(week, self._bonuses)
        for each in range(week.first, week.last + 1):
            self._weeks[each] = pay
        return pay

    def _add_care(self, session: Session, day: int, week: WeekOfPay, days: LocalDays) -> None:
        key, rate, terms = session.id, int((session.hourly_rate or 0) * 100), week.terms
        paid, worked, first, end, nights = length = sessions.length(session, terms, days)
        if terms.guaranteed_minutes:
            week.paid_hundredths += 100 * paid
        begins, ends = days.span(day)
        if nights or first < begins or end > ends or first == end:
            for part in parts(key, rate, length, days):
                (self._weeks.get(part.day) or self._week_of(part.day)).add(part)
        else:  # as most are: without a night, and all of it on its pay date
            week.counted += end - first
            if self._needs_parts:
                week.parts.append(Part(first, key, day, end - first, rate, 1))
            else:
                week.sum += (end - first) * rate
        if not self.first <= day <= self.last:
            return
        hourly, counted = paid, end - first
        for night in nights:
            hourly -= night.minutes
            counted -= night.minutes
            its_counted = night.minutes if night.counts else 0
            line = Line(LineKind.NIGHT, day, night.amount, key, minutes=night.minutes, counted=its_counted)
            line.is_corrected = session.is_corrected
            self.lines.append(line)
        if hourly or not nights:
            amount = (hourly * rate + 30) // 60  # rounded(), without a call
            line = Line(_WORK, day, amount, key, None, None, None, hourly, counted, rate)
            if session.is_corrected:
                line.is_corrected = True
            self.lines.append(line)
        if worked > paid and terms.pay_for is PayFor.PLANNED:
            self.warnings.append(Warned(WarningCode.UNPAID_TIME, day, key, minutes=worked - paid))

    def _add_cancellation(self, session: Session, day: int, week: WeekOfPay) -> bool:
        """Add what the cancellation of a session is paid, and say whether it is."""
        if session.is_confirmed and session.cancelled_for == CancelledFor.NANNY:
            self._known.called_off[day] += sessions.planned_minutes(session)
        hundredths = sessions.cancellation_hundredths(session, week.week.terms)
        if not hundredths or session.hourly_rate is None:
            return False
        week.paid_hundredths += hundredths
        if self.first <= day <= self.last:
            rate = int(session.hourly_rate * 100)
            line = Line(LineKind.CANCELLATION, day, rounded(hundredths * rate, 6000), session.id)
            line.minutes, line.rate, line.is_corrected = Fraction(hundredths, 100), rate, session.is_corrected
            self.lines.append(line)
        return True

    def add_weeks(self) -> None:
        """Add what the workweeks come to whose last day is one of these."""
        day = self.first
        while day <= self.last:
            pay = self._weeks.get(day) or self._week_of(day)
            week = pay.week
            if week.terms is not NO_TERMS and week.last <= self.last:
                self._add_week(pay)
            day = week.last + 1

    def _add_week(self, pay: WeekOfPay) -> None:
        week = pay.week
        if pay.counted:
            self._add_premiums(pay)
        if week.cuts:
            cut = self._weeks.get(week.cuts.first) or self._week_of(week.cuts.first)
            if (change := workweek_change(cut, pay)) > 0:
                line = Line(LineKind.WORKWEEK_CHANGE, week.last, rounded(change), week_start=week.first)
                self.lines.append(line)
        if week.terms.guaranteed_minutes:
            self._add_guarantee(pay)

    def _add_guarantee(self, pay: WeekOfPay) -> None:
        week, rate = pay.week, pay.week.terms.basic_rate
        missing = top_up(week, pay.paid_hundredths, self._known)
        if not missing or rate is None:
            return
        amount = rounded(missing * rate, 60 * PARTS_OF_A_MINUTE)
        line = Line(LineKind.GUARANTEE, week.last, amount, week_start=week.first, rate=rate)
        minutes, rest = divmod(missing, PARTS_OF_A_MINUTE)
        line.minutes = Fraction(missing, PARTS_OF_A_MINUTE) if rest else minutes
        self.lines.append(line)

    def _add_premiums(self, pay: WeekOfPay) -> None:
        week, terms = pay.week, pay.week.terms
        of_premiums, minutes = 0, 0
        for premium, its_parts in pay.premiums.items() if terms.has_premiums else ():
            line = Line(LineKind(premium.kind), week.last, rounded(*pay.premium(premium)), week_start=week.first)
            line.minutes = line.counted = sum(part.minutes for part in its_parts)
            line.rate = None if goes_by_own_rate(premium, terms) else pay.regular_rate
            line.multiplier, line.parts = premium.multiplier, tuple(its_parts)
            self.lines.append(line)
            of_premiums += line.amount
            minutes += line.minutes
        federal = rounded(*pay.federal_premium) if terms.federal_overtime else None
        self.weeks.append(Week(week, pay.counted, minutes, pay.straight, federal))
        if federal is not None and of_premiums < federal:
            self._warn(WarningCode.BELOW_FEDERAL_OVERTIME, week, federal - of_premiums)
        if terms.minimum_wage is not None and pay.straight < terms.minimum_wage * pay.counted:
            self._warn(WarningCode.BELOW_MINIMUM, week, rounded(pay.straight, pay.counted))

    def _warn(self, code: WarningCode, week: Workweek, amount: int) -> None:
        self.warnings.append(Warned(code, week.last, week_start=week.first, amount=amount))

    def rolled_up_holiday(self, of_lines: list[Line], day: int) -> Iterator[Line]:
        """Return the holiday pay on top of the pay for work of these lines, a line of that day for each version."""
        holds = self.timeline.holds
        if not any(terms.rolled_up_holiday_percent for _, terms in holds):
            return
        # By the day since which their version holds.
        amounts: dict[int | None, int] = {}
        for line in of_lines:
            if line.kind in WORKED or line.kind in PREMIUMS:
                since = self.timeline.held_since(line.day)
                amounts[since] = amounts.get(since, 0) + line.amount
        for since, terms in holds:  # soonest first: no order of sessions is seen in theirs
            if since not in amounts or not terms.rolled_up_holiday_percent:
                continue
            amount = amounts[since]
            line = Line(LineKind.ROLLED_UP_HOLIDAY, day, 0)
            line.amount = rounded(amount * terms.rolled_up_holiday_percent, HUNDRED_PERCENT)
            line.sums = (amount, terms.rolled_up_holiday_percent)
            yield line

"""Pay, as its nanny and the family see it: what waits, each nanny's period so far and balance, and the last weeks as
charts and tables.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting import dates, money
from handsel.formatting.dates import Formatter
from handsel.models import Member, PayPeriod, User
from handsel.pages import paid_nannies, pay_card, pay_lines, pay_tabs, pay_waiting, settled_pay
from handsel.pages.pay_charts import WeekOfPay, earnings_chart, hours_chart
from handsel.pages.pay_waiting import PayWaiting
from handsel.queries import payments, timesheets
from handsel.queries.pay_waiting import PENDING_EXPENSE, REOPEN_ASKED, WaitingRow
from handsel.queries.period_sheets import UnsettledExpenses
from handsel.queries.timesheets import NannysTimesheet, PayFacts
from handsel.rules import local_time
from handsel.rules.lifecycle import Status
from handsel.rules.pay.covering import Covering
from handsel.rules.pay.sessions import Apart, planned_minutes
from handsel.rules.pay.workweeks import DAYS_OF_A_WEEK
from handsel.rules.roles import Capability, Role

WEEKS = 12
_WEEK = timedelta(days=DAYS_OF_A_WEEK)
_DAY = timedelta(days=1)

APART = {
    Apart.UNCONFIRMED: gettext_lazy("nobody confirmed it"),
    Apart.PLANNED: gettext_lazy("confirmed, not recorded"),
    Apart.RUNNING: gettext_lazy("under way"),
    Apart.CANCELLED: gettext_lazy("cancelled, not paid"),
    Apart.NO_RATE: gettext_lazy("it has no rate"),
    Apart.NO_NANNY: gettext_lazy("done, and nobody’s"),
}


@dataclass(frozen=True, slots=True)
class ApartRow:
    session_id: UUID
    day: str
    why: str


@dataclass(frozen=True, slots=True)
class NannysPay:
    """What one nanny's period, or week, comes to so far, and the balance. url: the page with this nanny chosen."""

    name: str
    url: str
    so_far: dict[str, Any]
    in_period: bool
    balance: str
    is_chosen: bool


def page(person: User, family_id: UUID, *, at: datetime, nanny_id: UUID | None = None) -> dict[str, Any]:
    """Return the page's context; nanny_id: whose pay, where the family has several. At most fourteen queries, however
    many nannies there are.

    Raises NotVisible, or NotAllowed for who sees nobody's pay.
    """
    standing, family = visibility.family(person, family_id)
    nannies = paid_nannies.of(standing)
    chosen = paid_nannies.chosen(nannies, nanny_id)
    formatter = person.formatter
    today = local_time.local_date(at, family.time_zone)
    whose = None if chosen is None else chosen.id
    ids: list[UUID | None] = [nanny.id for nanny in nannies] or [None]
    coverings = payments.of_family(family.id, ids)
    unsettled = UnsettledExpenses(family.id, ids)
    current = {nanny: pay_card.current(unsettled.open_periods(nanny)) for nanny in ids}
    settled = settled_pay.of_family(family, whose)
    facts = timesheets.facts_of_nannies(
        family,
        {nanny: _days(current[nanny], today, is_chosen=nanny == whose) for nanny in ids},
        at=at,
        sees_all=standing.may(Capability.SEE_PAY_RECORDS),
    )
    sheets = {nanny: _sheet(facts[nanny], current[nanny], unsettled, today) for nanny in ids}
    weeks, this, period = list(_weeks(facts[whose], today, formatter)), sheets[whose], current[whose]
    blocks = [
        _block(nanny, facts, sheets, current, coverings, standing, formatter, is_chosen=nanny == chosen)
        for nanny in nannies
        if nanny == chosen or nanny.is_nanny or current[nanny.id] or settled_pay.open_cents(coverings[nanny.id])
    ]
    return {
        "family_id": family.id,
        "family_name": family.name,
        "tabs": pay_tabs.tabs(standing, "pay"),
        "is_own": standing.role is Role.NANNY,
        "waiting": _waiting(standing, unsettled, settled.asked, ids, formatter, today),
        "blocks": blocks if len(blocks) > 1 else [],
        "name": formatter.names.whole(chosen, chosen.name) if chosen else "",
        "nanny_id": whose,
        "so_far": _so_far(this, _planned(facts[whose], this.from_date, this.to_date), formatter),
        "card": pay_card.of(standing, period, unsettled.open_periods(whose), facts[whose], formatter, at)
        if period
        else None,
        "next": pay_card.next_period(standing, settled.last, facts[whose], formatter),
        "is_first": settled.last is None,
        "balance": settled_pay.balance(standing, family, chosen, coverings[whose], formatter),
        "periods": settled_pay.rows(settled.periods, family, coverings[whose], formatter),
        "days": pay_lines.by_day(this.lines, family, formatter),
        "apart": [_apart(row, formatter) for row in this.apart],
        "has_no_rate": any(row.reason is Apart.NO_RATE for row in this.apart),
        "weeks": weeks,
        "hours_chart": hours_chart(weeks),
        "earnings_chart": earnings_chart(weeks, family.currency),
        "has_terms": bool(facts[whose].timeline.holds),
        "files": [(kind.upper(), _file(family.id, whose, this, kind)) for kind in ("csv", "xlsx") if this.sheet.lines],
    }


def _days(current: PayPeriod | None, today: date, *, is_chosen: bool) -> tuple[date, date]:
    """Return the days that the page is about: the period or week so far, and of who is chosen the last weeks."""
    first, last = (current.from_date, current.to_date) if current else (today, today)
    return min(first, today - (WEEKS + 1 if is_chosen else 1) * _WEEK), max(last, today + _WEEK)


def _sheet(facts: PayFacts, current: PayPeriod | None, unsettled: UnsettledExpenses, today: date) -> NannysTimesheet:
    if current is None:
        return facts.timesheet(*_week_of(facts, today))
    return facts.timesheet(current.from_date, current.to_date, unsettled.approved_of(current))


def _block(
    nanny: Member,
    facts: Mapping[UUID | None, PayFacts],
    sheets: Mapping[UUID | None, NannysTimesheet],
    current: Mapping[UUID | None, PayPeriod | None],
    coverings: Mapping[UUID | None, Covering],
    standing: Standing,
    formatter: Formatter,
    *,
    is_chosen: bool,
) -> NannysPay:
    sheet, family = sheets[nanny.id], facts[nanny.id].family
    return NannysPay(
        name=formatter.names.whole(nanny, nanny.name),
        url=reverse("web:pay", args=[family.id], query={"nanny": str(nanny.id)}),
        so_far=_so_far(sheet, _planned(facts[nanny.id], sheet.from_date, sheet.to_date), formatter),
        in_period=current[nanny.id] is not None,
        balance=settled_pay.balance(standing, family, nanny, coverings[nanny.id], formatter),
        is_chosen=is_chosen,
    )


def _waiting(
    standing: Standing,
    unsettled: UnsettledExpenses,
    asked: Sequence[PayPeriod],
    nannies: Sequence[UUID | None],
    formatter: Formatter,
    today: date,
) -> list[PayWaiting]:
    """Return what waits for who speaks for the family; what a nanny has to do stands on the card of the period."""
    if standing.role is Role.NANNY:
        return []
    rows = [
        WaitingRow(period.id, period.family_id, period.nanny_id, period.from_date, period.to_date, period.status)
        for nanny in nannies
        for period in unsettled.open_periods(nanny)
    ]
    rows += [
        WaitingRow(period.id, period.family_id, period.nanny_id, period.from_date, period.to_date, REOPEN_ASKED)
        for period in asked
    ]
    rows += [
        WaitingRow(expense.id, expense.family_id, expense.nanny_id, expense.date, expense.date, PENDING_EXPENSE)
        for nanny in nannies
        for expense in unsettled.pending(nanny)
    ]
    return pay_waiting.lines(rows, {standing.family_id: standing}, formatter, today=today)


def _week_of(facts: PayFacts, day: date) -> tuple[date, date]:
    """Return the workweek of a day by the terms, or the week from Monday where there are none."""
    if week := facts.timeline.week_of(day.toordinal()):
        return date.fromordinal(week.first), date.fromordinal(week.last)
    monday = day - day.weekday() * _DAY
    return monday, monday + _WEEK - _DAY


def _weeks(facts: PayFacts, today: date, formatter: Formatter) -> Iterable[WeekOfPay]:
    """Return the last weeks, this one last."""
    spans = [_week_of(facts, today)]
    while len(spans) < WEEKS:
        spans.append(_week_of(facts, spans[-1][0] - _DAY))
    for first, last in reversed(spans):
        sheet = facts.timesheet(first, last)
        totals = sheet.sheet.totals
        yield WeekOfPay(
            name=formatter.days(first, last),
            short=formatter.short(first),
            planned=_planned(facts, first, last),
            worked=totals.worked_minutes,
            straight=totals.work,
            premium=totals.premium,
            not_worked=totals.not_worked,
            other=totals.other,
            currency=facts.family.currency,
            is_open=last >= today,
        )


def _planned(facts: PayFacts, first: date, last: date) -> int:
    """Return the minutes that were agreed on for these days."""
    return sum(
        planned_minutes(session)
        for session in facts.sessions
        if session.nanny_id == facts.nanny_id
        and session.is_confirmed
        and session.status != Status.CANCELLED
        and first <= session.pay_date <= last
    )


def _so_far(sheet: NannysTimesheet, planned: int, formatter: Formatter) -> dict[str, Any]:
    totals = sheet.totals
    return {
        "days": formatter.days(sheet.from_date, sheet.to_date),
        "is_over": sheet.to_date < sheet.today,
        "hours": dates.format_duration(int(totals.worked_minutes)),
        "planned": dates.format_duration(planned),
        "gross": money.format_money(totals.gross, sheet.currency),
        "premium": money.format_money(totals.premium, sheet.currency) if totals.premium else "",
        "not_worked": money.format_money(totals.not_worked, sheet.currency) if totals.not_worked else "",
        "due": money.format_money(totals.due, sheet.currency) if totals.due != totals.gross else "",
    }


def _apart(row: Any, formatter: Formatter) -> ApartRow:
    return ApartRow(row.session_id, formatter.day(row.date), str(APART[row.reason]))


def _file(family_id: UUID, nanny_id: UUID | None, sheet: NannysTimesheet, kind: str) -> str:
    query = {"from": sheet.from_date.isoformat(), "to": sheet.to_date.isoformat(), "format": kind}
    whose = {"nannyId": str(nanny_id)} if nanny_id else {}
    return reverse("api:getTimesheet", args=[family_id], query={**query, **whose})

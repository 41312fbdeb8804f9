"""Pay periods as who may see them sees them: what is approved as it was stored, all else computed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Min

from handsel.access import paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.formatting import pay_sources
from handsel.models import CareSession, Family, IssuedDocument, PayPeriod, PayPolicy, User
from handsel.queries import families, paging, pay_policies, payments, period_sheets
from handsel.queries.paging import Order, Page, Row
from handsel.queries.period_sheets import UnsettledExpenses
from handsel.rules import local_time
from handsel.rules.drafts import Draft, Problems
from handsel.rules.pay import periods
from handsel.rules.pay.documents import DocumentKind
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.pay.terms import PayFrequency
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the next period of a nanny is proposed as; to_date: None where the terms propose nothing. earliest: the day
    of their first session in the book.
    """

    from_date: date
    to_date: date | None
    nanny_id: UUID | None
    earliest: date | None


def listed(person: User, family_id: UUID, parameters: Draft, *, at: datetime) -> Page[Row]:
    """Return a page of a family's periods, newest first. parameters: nanny_id, status (some), cursor, limit.

    Raises NotVisible, NotAllowed or Invalid.
    """
    standing = visibility.standing(person, family_id)
    paid_nannies.check_sees(standing, parameters)
    rows = visibility.pay_periods(standing).select_related("family", "amounts")
    if "nanny_id" in parameters:
        rows = rows.filter(nanny_id=parameters["nanny_id"])
    if parameters.get("status"):
        rows = rows.filter(status__in=parameters["status"])
    order = Order(f"pay_periods:{family_id}", ("from_date", "id"), descending=True)
    page, following = paging.paginate(rows, parameters, order)
    return Page(_rows(page, at=at), following)


def of_everybody(standing: Standing, *, at: datetime) -> list[Row]:
    """Return a family's periods that somebody there may see, newest first. Ten queries."""
    rows = visibility.pay_periods(standing).select_related("family", "amounts")
    return _rows(list(rows.order_by("-from_date", "-id")), at=at)


def get(person: User, period_id: UUID, *, at: datetime) -> Row:
    """Return one period with its `timesheet`. Raises NotVisible."""
    standing, period = visibility.pay_period(person, period_id)
    settled = _settled([period])
    sheet = sheet_of(standing, period, settled.unsettled, at=at)
    totals = sheet["totals"] if isinstance(sheet, dict) else sheet.totals
    return _row(period, totals, settled).with_more(timesheet=sheet)


def sheet_of(standing: Standing, period: PayPeriod, unsettled: UnsettledExpenses, *, at: datetime) -> Any:
    """Return the timesheet of a period at hand: as it was stored, once it is approved (stored_sheet), else computed.
    unsettled: of its nanny. At most four queries.
    """
    if period.status == PeriodStatus.APPROVED:
        return stored_sheet(period)
    sees_all = standing.may(Capability.SEE_PAY_RECORDS)
    return period_sheets.of_period(period, at=at, sees_all=sees_all, unsettled=unsettled)


def shown(period: PayPeriod, *, at: datetime) -> Row:
    """Return a period just as an action left it."""
    [row] = _rows([period], at=at)
    return row


def events(person: User, period_id: UUID, parameters: Draft) -> Page[Row]:
    """Return all that happened to a period, oldest first. Raises NotVisible or Invalid."""
    standing, period = visibility.pay_period(person, period_id)
    rows = visibility.events(person).filter(pay_period_id=period.id)
    return families.history(rows, parameters, standing, f"period_events:{period_id}")


def proposed(person: User, family_id: UUID, parameters: Draft, *, at: datetime) -> Proposal:
    """Return what the next period of a nanny (nanny_id) is proposed as. Raises NotVisible, NotAllowed or Invalid."""
    standing, family = visibility.family(person, family_id)
    problems = Problems(parameters)
    nanny_id = paid_nannies.named(standing, parameters, problems)
    if not standing.may(Capability.SUBMIT_PAY_PERIOD, own=nanny_id == standing.member_id):
        raise NotAllowed
    problems.raise_if_any()
    [proposal] = proposals(family, [nanny_id], at=at)
    return proposal


def proposals(family: Family, nannies: Collection[UUID | None], *, at: datetime) -> list[Proposal]:
    """Return the same for each of these nannies, for who may ask: the days after the last period or, before the first,
    the stretch that holds the earliest session. Three queries.
    """
    policies = pay_policies.versions(family.id)
    periods_of_all = PayPeriod.objects.filter(family_id=family.id).order_by("to_date")
    last_days: dict[UUID | None, date] = dict(periods_of_all.values_list("nanny_id", "to_date"))
    sessions = CareSession.objects.filter(family_id=family.id).order_by()
    earliest: dict[UUID | None, date] = dict(sessions.values_list("nanny_id").annotate(Min("pay_date")))
    today = local_time.local_date(at, family.time_zone)
    return [
        _proposal(policies, nanny_id, last_days.get(nanny_id), earliest.get(nanny_id), today) for nanny_id in nannies
    ]


def _proposal(
    policies: list[PayPolicy], nanny_id: UUID | None, last_day: date | None, earliest: date | None, today: date
) -> Proposal:
    timeline = pay_policies.timeline(policies, nanny_id)
    if last_day is not None:
        first = last_day + timedelta(days=1)
        last = periods.last_day(_frequency(policies, nanny_id, first), first, timeline)
    else:
        day = earliest or today
        first, last = periods.first_stretch(_frequency(policies, nanny_id, day), day, timeline)
    return Proposal(first, last, nanny_id, earliest)


def following(policies: list[PayPolicy], nanny_id: UUID | None, last_day: date) -> tuple[date, date | None]:
    """Return the days that the period after a nanny's last one is proposed as; no last day where the terms propose
    none.
    """
    proposal = _proposal(policies, nanny_id, last_day, None, last_day)
    return proposal.from_date, proposal.to_date


def _frequency(policies: list[PayPolicy], nanny_id: UUID | None, day: date) -> PayFrequency:
    """Return the habit of a day's terms; before any take hold, of the first that will."""
    concerned = [policy for policy in policies if policy.nanny_id in (None, nanny_id)]
    policy = pay_policies.holding_on(concerned, nanny_id, day)
    if policy is None:
        holds = pay_policies.timeline(concerned, nanny_id).holds
        key = holds[0][1].key if holds else None
        policy = next((policy for policy in concerned if policy.id == key), None)
    return PayFrequency(policy.pay_frequency) if policy else PayFrequency.WEEK


def stored_sheet(period: PayPeriod) -> dict[str, Any]:
    """Return the timesheet of an approved period as it was stored, with the names that schemas read."""
    amounts = period.amounts
    assert amounts is not None  # noqa: S101 (promise approved_periods_have_amounts)
    return {
        "family_id": period.family_id,
        "nanny_id": period.nanny_id,
        "from_date": period.from_date,
        "to_date": period.to_date,
        "currency": period.family.currency,
        "policy_ids": amounts.policy_ids,
        "totals": _snake(amounts.totals),
        "lines": [_snake(line) for line in pay_sources.read_stored(amounts.lines)],
        **{name: [_snake(row) for row in getattr(amounts, name)] for name in ("weeks", "apart", "warnings")},
    }


def _rows(page: Sequence[PayPeriod], *, at: datetime) -> list[Row]:
    """Return periods of one family. Nine queries, however many there are of however many nannies."""
    if not page:
        return []
    settled = _settled(page)
    computed = [period for period in page if period.amounts is None]
    sheets = period_sheets.of_periods(page[0].family, computed, at=at, unsettled=settled.unsettled)
    return [
        _row(
            period,
            sheets[period.id].totals if period.amounts is None else _snake(period.amounts.totals),
            settled,
        )
        for period in page
    ]


@dataclass(frozen=True, slots=True)
class _Settled:
    """What payments cover of a family's periods, the last statement of each, and the expenses that none has settled."""

    coverings: Any
    statements: dict[UUID | None, UUID]
    unsettled: UnsettledExpenses


def _settled(page: Sequence[PayPeriod]) -> _Settled:
    """Return it of some periods of one family. Five queries."""
    family_id = page[0].family_id
    rows = IssuedDocument.objects.filter(family_id=family_id, kind=DocumentKind.PAY_STATEMENT)
    statements = rows.filter(period__in=page).order_by("number").values_list("period_id", "id")
    unsettled = UnsettledExpenses(family_id, {period.nanny_id for period in page})
    return _Settled(payments.of_family(family_id), dict(statements), unsettled)


def _row(period: PayPeriod, totals: Any, settled: _Settled) -> Row:
    asked = period.reopen_asked_at and {"reason": period.reopen_ask, "at": period.reopen_asked_at}
    return Row(
        period,
        totals=totals,
        reopen_ask=asked,
        pending_expenses=settled.unsettled.pending_of(period),
        statement_id=settled.statements.get(period.id),
        **payments.of_period(period, settled.coverings),
    )


def _snake(row: dict[str, Any]) -> dict[str, Any]:
    return {"".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name): row[name] for name in row}

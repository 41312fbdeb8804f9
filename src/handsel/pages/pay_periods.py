"""The pages of pay periods: those of a family, and one with its lines, what stands apart, its moves and its buttons."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from handsel.access import paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.formatting import dates, money
from handsel.formatting.dates import Formatter
from handsel.models import Event, Family, Member, PayPeriod, User
from handsel.pages import first_periods, issued_documents, pay_lines, period_expenses
from handsel.queries import lost_late_pay
from handsel.queries import pay_periods as queries
from handsel.queries.pay_periods import Proposal
from handsel.queries.period_sheets import UnsettledExpenses
from handsel.rules import local_time
from handsel.rules.history import EventKind
from handsel.rules.pay import period_moves
from handsel.rules.pay.item_kinds import ItemKind
from handsel.rules.pay.lines import WORKED, LineKind
from handsel.rules.pay.period_moves import PERIOD_MOVES, PeriodMove
from handsel.rules.pay.periods import ACCEPTABLE, PeriodStatus, Unready, submits_from
from handsel.rules.pay.sessions import Apart
from handsel.rules.refusals import NotAllowed, NotReady
from handsel.rules.roles import Capability, Role

# The icon of a state, and its word.
STATUSES = {
    PeriodStatus.OPEN: ("open", gettext_lazy("Open")),
    PeriodStatus.SUBMITTED: ("needs-answer", gettext_lazy("Submitted")),
    PeriodStatus.QUERIED: ("open", gettext_lazy("A question to answer")),
    PeriodStatus.APPROVED: ("done", gettext_lazy("Approved")),
    PeriodStatus.REOPENED: ("open", gettext_lazy("Reopened")),
}
_APART = {
    Apart.UNCONFIRMED: gettext_lazy("never confirmed"),
    Apart.PLANNED: gettext_lazy("not recorded"),
    Apart.RUNNING: gettext_lazy("under way"),
    Apart.CANCELLED: gettext_lazy("cancelled"),
    Apart.NO_RATE: gettext_lazy("has no rate"),
    Apart.NO_NANNY: gettext_lazy("has no nanny"),
}
_ACCEPTED = frozenset({Apart.UNCONFIRMED, Apart.PLANNED, Apart.NO_RATE})


@dataclass(frozen=True, slots=True)
class PayButton:
    """A move that this person may make now. field: that of its words, empty for none."""

    move: str
    label: str
    field: str
    needed: bool
    is_main: bool


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period in a list."""

    id: UUID
    days: str
    mark: str
    word: str
    amount: str
    worked: str


@dataclass(frozen=True, slots=True)
class NannysPeriods:
    """The periods of one nanny, newest first, and what the next one is proposed as."""

    nanny_id: UUID | None
    name: str
    rows: list[PeriodRow]
    proposal: Mapping[str, str]
    is_first: bool
    earlier: str


def page(person: User, period_id: UUID, *, at: datetime) -> dict[str, Any]:
    """Return the page of one period. Raises NotVisible."""
    standing, period = visibility.pay_period(person, period_id)
    unsettled = UnsettledExpenses(period.family_id, [period.nanny_id])
    formatter, currency = person.formatter, period.family.currency
    mark, word = STATUSES[PeriodStatus(period.status)]
    sheet, nannies = queries.sheet_of(standing, period, unsettled, at=at), _names(person, period.family_id)
    read = _reader(sheet)
    totals = read("totals")
    # The moves of the period, and those of sessions that took something away from it.
    condition = Q(pay_period_id=period.id) | lost_late_pay.may_be_of(period)
    rows = visibility.events(person).filter(condition).select_related("by__user")
    events = list(rows.order_by(*Event.AS_WRITTEN))
    new = first_periods.place(period) if _is_new(period) else None
    return {
        "id": period.id,
        "version": period.version,
        "family_id": period.family_id,
        "family_name": period.family.name,
        "days": formatter.days(period.from_date, period.to_date),
        "nanny": nannies.get(period.nanny_id, ""),
        "mark": mark,
        "word": str(word),
        "totals": list(_sums(totals, currency)),
        "due": money.format_money(pay_lines.amount(totals, "due"), currency),
        "worked": dates.format_duration(int(pay_lines.amount(totals, "worked_minutes"))),
        "put_right": put_right(period),
        "lines": pay_lines.by_day(read("lines"), period.family, formatter, partial(put_right, period)),
        "weeks": _weeks(read("weeks"), formatter, currency),
        "apart": _apart(period, read("apart"), formatter, nannies),
        "lost": list(_lost(period, read("lines"), events, formatter)),
        "moves": _thread(period, events, formatter),
        "buttons": buttons(standing, period),
        "may_change": bool(new and new.is_last and standing.may_with(Capability.SUBMIT_PAY_PERIOD, period.nanny_id)),
        "earlier": first_periods.earlier(period, new.earliest, at=at) if new and new.is_first else "",
        "expenses": period_expenses.of_period(period, unsettled.of_period(period), formatter),
        "documents": issued_documents.of_period(standing, period, formatter),
        "to_date": period.to_date.isoformat(),
        "submits_from": _submits_from(standing, period, formatter, at),
        "is_approved": period.status == PeriodStatus.APPROVED,
        "asked": period.reopen_ask if period.reopen_asked_at else "",
        "warning": _queried_by_another(standing, period, nannies),
    }


_TOTALS = (
    ("work", gettext_lazy("Work")),
    ("premium", gettext_lazy("Premiums")),
    ("not_worked", gettext_lazy("Not worked")),
    ("other", gettext_lazy("Other")),
    ("gross", gettext_lazy("Gross pay")),
    ("reimbursements", gettext_lazy("Reimbursements")),
    ("gifts", gettext_lazy("Gifts")),
)


def _sums(totals: Any, currency: str) -> Iterator[tuple[str, str]]:
    """Return the sums that are there by name; gross pay always."""
    for key, name in _TOTALS:
        if key == "gross" or pay_lines.amount(totals, key):
            yield str(name), money.format_money(pay_lines.amount(totals, key), currency)


def of_family(person: User, family_id: UUID, *, at: datetime) -> dict[str, Any]:
    """Return the page of a family's periods. Raises NotVisible or NotAllowed."""
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.SEE_PAY_RECORDS, own=True):
        raise NotAllowed
    formatter, names = person.formatter, _names(person, family_id)
    listed = queries.of_everybody(standing, at=at)
    if standing.role is Role.NANNY:
        whose: list[UUID | None] = [standing.member_id]
    else:
        whose = [*paid_nannies.of_family(family_id).values_list("id", flat=True)] or [None]
    return {
        "id": family.id,
        "name": family.name,
        "nannies": [
            _nannys(proposal, names.get(proposal.nanny_id, ""), listed, family, formatter, at)
            for proposal in queries.proposals(family, whose, at=at)
        ],
    }


def _nannys(
    proposal: Proposal, name: str, listed: Iterable[Any], family: Family, formatter: Formatter, at: datetime
) -> NannysPeriods:
    rows = [_row(period, formatter, family.currency) for period in listed if period.nanny_id == proposal.nanny_id]
    values = {"from_date": proposal.from_date.isoformat(), "to_date": ""}
    if proposal.to_date is not None:
        values["to_date"] = proposal.to_date.isoformat()
    earlier = "" if rows else first_periods.to_settle(family, proposal, formatter, at=at)
    return NannysPeriods(proposal.nanny_id, name, rows, values, not rows, earlier)


# What is most likely meant first, and last what is for who submitted.
_PLACES = {PeriodMove.APPROVE: 0, PeriodMove.WITHDRAW: 2}


def buttons(standing: Standing, period: PayPeriod) -> list[PayButton]:
    """Return the moves that this person may make of a period now, what is likely first."""
    status, is_asked = PeriodStatus(period.status), period.reopen_asked_at is not None
    allowed = [
        (move, step)
        for move, step in PERIOD_MOVES.items()
        if period_moves.may_move(status, move, is_asked=is_asked)
        and standing.may_with(step.capability, period.nanny_id)
    ]
    return [
        PayButton(
            move.path,
            gettext(step.button),
            step.words or "",
            step.needed,
            move in (PeriodMove.SUBMIT, PeriodMove.APPROVE),
        )
        for move, step in sorted(allowed, key=lambda entry: _PLACES.get(entry[0], 1))
    ]


def _is_new(period: PayPeriod) -> bool:
    """Say whether it was never submitted."""
    return period.status == PeriodStatus.OPEN and period.submitted_at is None


def _submits_from(standing: Standing, period: PayPeriod, formatter: Formatter, at: datetime) -> str:
    """Return from which day on it can be submitted, where that is still to come."""
    opens = submits_from(period.from_date, period.to_date)
    may = standing.may_with(Capability.SUBMIT_PAY_PERIOD, period.nanny_id)
    is_open = period.status in PERIOD_MOVES[PeriodMove.SUBMIT].froms
    today = local_time.local_date(at, period.family.time_zone)
    return formatter.day(opens) if may and is_open and today < opens else ""


def _queried_by_another(standing: Standing, period: PayPeriod, names: Mapping[UUID | None, str]) -> str:
    """Say who asked about it before, to another parent who is about to approve it."""
    queried_by = period.queried_by_id
    if period.status != PeriodStatus.SUBMITTED or queried_by is None or queried_by == standing.member_id:
        return ""
    if not standing.may(Capability.QUERY_PAY_PERIOD):
        return ""
    return gettext("%(name)s asked about it before: “%(query)s” Both of you are told when it is approved.") % {
        "name": names.get(queried_by, gettext("Another parent")),
        "query": period.query,
    }


def _row(period: Any, formatter: Formatter, currency: str) -> PeriodRow:
    mark, word = STATUSES[PeriodStatus(period.status)]
    worked = dates.format_duration(int(pay_lines.amount(period.totals, "worked_minutes")))
    amount = money.format_money(pay_lines.amount(period.totals, "due"), currency)
    return PeriodRow(period.id, formatter.days(period.from_date, period.to_date), mark, str(word), amount, worked)


def _names(person: User, family_id: UUID) -> dict[UUID | None, str]:
    members: Iterable[Member] = visibility.members_ever(person).filter(family_id=family_id).select_related("user")
    return {member.id: person.known_names.whole(member, member.name) for member in members}


def _reader(sheet: Any) -> Any:
    return sheet.get if isinstance(sheet, dict) else lambda name: getattr(sheet, name)


def put_right(period: PayPeriod, session_id: UUID | None = None) -> str:
    """Return the form that puts right what is approved, in a later one; session_id: what it is about. Empty where the
    period is not approved.
    """
    if period.status != PeriodStatus.APPROVED:
        return ""
    named = {"nanny": period.nanny_id, "session": session_id}
    query = {"kind": ItemKind.ADJUSTMENT.value} | {name: str(one) for name, one in named.items() if one}
    return reverse("web:new_pay_item", args=[period.family_id], query=query)


def _weeks(weeks: Iterable[Any], formatter: Formatter, currency: str) -> list[dict[str, str]]:
    return [
        {
            "week": formatter.day(pay_lines.day_of(week, "week_start")),
            "worked": dates.format_duration(int(pay_lines.amount(week, "worked_minutes"))),
            "overtime": dates.format_duration(int(pay_lines.amount(week, "overtime_minutes"))),
            "rate": money.format_money(pay_lines.amount(week, "regular_rate"), currency),
        }
        for week in weeks
    ]


def _apart(
    period: PayPeriod, apart: Iterable[Any], formatter: Formatter, names: Mapping[UUID | None, str]
) -> list[dict[str, str]]:
    """Return what is not paid, and of what who submitted took as it is, who that was."""
    accepted = ""
    is_held = period.status in (PeriodStatus.SUBMITTED, PeriodStatus.APPROVED)
    if is_held and period.accepted_unpaid and period.submitted_at:
        by, day = (
            names.get(period.submitted_by_id, ""),
            local_time.local_date(period.submitted_at, period.family.time_zone),
        )
        accepted = gettext("accepted unpaid by %(name)s on %(day)s") % {"name": by, "day": formatter.day(day)}
    return [
        {
            "day": formatter.day(pay_lines.day_of(row)),
            "why": str(_APART[Apart(pay_lines.value(row, "reason"))]),
            "accepted": accepted if Apart(pay_lines.value(row, "reason")) in _ACCEPTED else "",
            "link": reverse("web:session", args=[pay_lines.value(row, "session_id")]),
        }
        for row in apart
    ]


def _lost(
    period: PayPeriod, lines: Iterable[Any], events: Iterable[Event], formatter: Formatter
) -> Iterator[dict[str, str]]:
    """Return what moves took of late cancellations, each with the form by which it is asked for."""
    kinds = {LineKind.CANCELLATION, *WORKED}
    paid = {pay_lines.value(line, "session_id") for line in lines if pay_lines.value(line, "kind") in kinds}
    still_paid = [UUID(str(session_id)) for session_id in paid if session_id]
    for lost in lost_late_pay.of_period(period, events, still_paid):
        query = {"kind": ItemKind.ADJUSTMENT.value, "lost": str(lost.id)}
        query |= {"nanny": str(period.nanny_id)} if period.nanny_id else {}
        query |= {"session": str(lost.session_id)} if lost.session_id else {}
        yield {
            "day": formatter.day(lost.day),
            "amount": money.format_money(lost.amount, period.family.currency),
            "by": formatter.names.whole(lost.by, lost.by.name) if lost.by else "Handsel",
            "when": formatter.moment(lost.at, period.family.time_zone),
            "form": reverse("web:new_pay_item", args=[period.family_id], query=query),
        }


_DID = {step.event.value: step.did for step in PERIOD_MOVES.values()} | {
    EventKind.PAY_PERIOD_CREATED.value: gettext_lazy("began it"),
    EventKind.PAY_PERIOD_UPDATED.value: gettext_lazy("gave it another last day"),
}


def _thread(period: PayPeriod, events: Iterable[Event], formatter: Formatter) -> list[dict[str, Any]]:
    """Return the moves as a thread, oldest first, with their words."""
    return [
        {
            "by": formatter.names.whole(event.by, event.by.name) if event.by else "Handsel",
            "did": gettext(str(_DID.get(event.kind, event.kind))),
            "words": event.reason,
            "at": event.at,
            "when": formatter.moment(event.at, period.family.time_zone),
        }
        for event in events
        if event.pay_period_id == period.id
    ]


_UNREADY = {
    Unready.RUNNING: gettext_lazy("is under way"),
    Unready.AHEAD: gettext_lazy("is still to come"),
    Unready.UNCONFIRMED: gettext_lazy("was never confirmed"),
    Unready.NOT_RECORDED: gettext_lazy("is not recorded"),
    Unready.NO_RATE: gettext_lazy("has no rate"),
}


def in_the_way(person: User, refusal: NotReady) -> dict[str, Any]:
    """Return the sessions that stand in the way of submitting, and whether they may be taken as they are."""
    reasons = dict(refusal.sessions)
    formatter = person.formatter
    rows = visibility.care_sessions(person).filter(id__in=list(reasons)).order_by("scheduled_start", "id")
    sessions = [
        {
            "when": formatter.dated(session.scheduled_start, session.scheduled_end, session.time_zone),
            "why": str(_UNREADY[Unready(reasons[session.id])]),
            "link": reverse("web:session", args=[session.id]),
        }
        for session in rows
    ]
    return {"sessions": sessions, "may_accept": bool(reasons) and ACCEPTABLE.issuperset(reasons.values())}


def family_of(person: User, period_id: UUID) -> UUID:
    """Return the family of a period. Raises NotVisible."""
    return visibility.pay_period(person, period_id)[1].family_id

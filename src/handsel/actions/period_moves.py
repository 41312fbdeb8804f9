"""The moves of the table in rules.pay.period_moves: each fetches through the person, checks, writes, records, notifies.

Of equal moves one wins: whoever settles a nanny's pay holds its lock, and the UPDATE asks once more where it stands.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.actions import issued_documents, pay_periods, settled_expenses
from handsel.actions.issued_documents import Prepared
from handsel.models import ApprovedAmounts, CareSession, PayPeriod, User
from handsel.notices import audience, closing, outbox
from handsel.queries import document_contents, period_sheets
from handsel.rules import local_time
from handsel.rules.drafts import EMPTY_DRAFT, Draft, Problems
from handsel.rules.history import Source
from handsel.rules.pay import period_moves, periods
from handsel.rules.pay.period_moves import PERIOD_MOVES, PeriodMove
from handsel.rules.pay.periods import HELD, PeriodStatus
from handsel.rules.pay.rows import PayApart, PayWarning, as_content
from handsel.rules.refusals import NotReady, NotVisible, OutOfOrder, WrongState
from handsel.rules.roles import Capability
from handsel.rules.sentences import say

type Columns = dict[str, Any]


def move(
    move: PeriodMove,
    period_id: UUID,
    draft: Draft = EMPTY_DRAFT,
    *,
    by: User,
    at: datetime,
    source: Source,
    version: int | None = None,
    with_statement: bool = True,
) -> PayPeriod:
    """Make this move of a pay period.

    draft: the words that the move's row asks for (note, message or reason); of submitting also accept_unpaid, which
    takes what would be paid if somebody confirmed or recorded it as it is. version: which was seen. with_statement: no
    in the example alone, whose statements the worker issues (actions.example_families.statements).
    Raises NotVisible, NotAllowed, VersionConflict, WrongState, OutOfOrder, Invalid or NotReady.
    """
    issues = move is PeriodMove.APPROVE and with_statement
    prepared = _prepared_statement(period_id, by, at) if issues else None
    with transaction.atomic():
        standing, period = _moved(move, period_id, draft, prepared, by=by, at=at, source=source, version=version)
        if issues and period.amounts is not None:
            issued_documents.issue_statement(period, period.amounts, prepared, by=standing, at=at, source=source)
        _notify(move, period, draft, by=standing, at=at)
    return period


def _moved(
    move: PeriodMove,
    period_id: UUID,
    draft: Draft,
    prepared: Prepared | None,
    *,
    by: User,
    at: datetime,
    source: Source,
    version: int | None,
) -> tuple[Standing, PayPeriod]:
    """Check and write the move and its line of history, and return who made it with the period as it stands now."""
    step = PERIOD_MOVES[move]
    standing, period = pay_periods.fetch(period_id, step.capability, by, version)
    status, is_asked = PeriodStatus(period.status), period.reopen_asked_at is not None
    if not period_moves.may_move(status, move, is_asked=is_asked):
        raise WrongState(period_moves.why_not(status, move))
    if move in _IN_ORDER:
        _IN_ORDER[move](period)
    Problems(draft, [step.words] if step.words and step.needed else []).raise_if_any()
    words = (draft.get(step.words) or "") if step.words else ""
    columns: Columns = {"updated_at": at, "version": period.version + 1}
    if step.to is not None:
        columns["status"] = step.to
    if step.column is not None:
        columns[step.column] = words
    if step.signs is not None:
        columns |= {f"{step.signs}_at": at, f"{step.signs}_by_id": standing.member_id}
    if move in _BESIDE:
        columns |= _BESIDE[move](period, draft, standing, at)
    if move is PeriodMove.APPROVE:
        columns["amounts"] = _stored_amounts(period, prepared, standing, at)
    _write(period, columns)
    if move in _AFTERWARDS:
        _AFTERWARDS[move](period, at)
    changes: dict[str, tuple[Any, Any]] = {}
    if step.to is not None:
        changes["status"] = (status, step.to)
    if move is PeriodMove.SUBMIT and period.accepted_unpaid:
        changes["accept_unpaid"] = (None, True)
    pay_periods.record(step.event, period, changes, by=standing, at=at, source=source, reason=words)
    return standing, period


def _write(period: PayPeriod, columns: Columns) -> None:
    """Save new columns of a period that still stands where it was seen. Raises WrongState."""
    rows = PayPeriod.objects.filter(pk=period.pk, status=period.status, version=period.version)
    if not rows.update(**columns):
        raise WrongState(say("Somebody else changed this pay period at the same moment."))
    for column, value in columns.items():
        setattr(period, column, value)


def _all_before_are_approved(period: PayPeriod) -> None:
    before = _others(period).filter(from_date__lt=period.from_date).exclude(status=PeriodStatus.APPROVED)
    if first := before.order_by("from_date").first():
        raise OutOfOrder(first.id, say("An earlier pay period has to be approved before this one is submitted."))


def _none_after_is_held(period: PayPeriod) -> None:
    after = _others(period).filter(from_date__gt=period.from_date, status__in=HELD)
    if last := after.order_by("from_date").last():
        raise OutOfOrder(last.id, say("A later pay period is submitted or approved already: that one comes first."))


def _others(period: PayPeriod) -> Any:
    return PayPeriod.objects.filter(family_id=period.family_id, nanny_id=period.nanny_id)


def _sessions(period: PayPeriod) -> Any:
    days = (period.from_date, period.to_date)
    return CareSession.objects.filter(family_id=period.family_id, nanny_id=period.nanny_id, pay_date__range=days)


def _submit(period: PayPeriod, draft: Draft, _by: Standing, at: datetime) -> Columns:
    """Check that nothing stands in the way of submitting. Raises NotReady with all that does."""
    accepted = bool(draft.get("accept_unpaid"))
    sessions = _sessions(period)
    in_the_way = periods.in_the_way(sessions, accept_unpaid=accepted, at=at)
    today = local_time.local_date(at, period.family.time_zone)
    opens = periods.submits_from(period.from_date, period.to_date)
    if today < opens:
        raise NotReady(in_the_way, say("This pay period can be submitted from %(day)s on.", day=opens))
    if in_the_way:
        raise NotReady(in_the_way, say("Some sessions of this pay period stand in the way."))
    unpaid = any(periods.unready(session, at) for session in sessions)
    return {"accepted_unpaid": accepted and unpaid}


def _prepared_statement(period_id: UUID, by: User, at: datetime) -> Prepared | None:
    """Make the statement before any lock is taken; none where the move will be refused."""
    try:
        standing, period = visibility.pay_period(by, period_id)
    except NotVisible:
        return None
    if period.status != PeriodStatus.SUBMITTED or not standing.may(Capability.APPROVE_PAY_PERIOD):
        return None
    stamp = document_contents.stamp(period.family_id, at=at)
    return issued_documents.prepare_statement(period, _amounts(period, standing, at), by=by, stamp=stamp)


def _stored_amounts(period: PayPeriod, prepared: Prepared | None, by: Standing, at: datetime) -> ApprovedAmounts:
    """Store what it comes to: from here on everything reads that. Computed once more where anything happened in the
    family since it was, by whoever had the locks before.
    """
    amounts = prepared.amounts if prepared else None
    seen = amounts.period.version if amounts else None
    if prepared is None or amounts is None or seen != period.version or not prepared.holds(period.family_id, at):
        amounts = _amounts(period, by, at)
    amounts.period = period
    amounts.save(force_insert=True)
    return amounts


def _amounts(period: PayPeriod, by: Standing, at: datetime) -> ApprovedAmounts:
    """Return what the period comes to now."""
    sheet = period_sheets.of_period(period, at=at)
    return ApprovedAmounts(
        family_id=period.family_id,
        period=period,
        approved_at=at,
        approved_by_id=by.member_id,
        lines=sheet.stored_lines(),
        weeks=[as_content(week) for week in sheet.weeks],
        totals=as_content(sheet.totals),
        apart=[_content(apart) for apart in sheet.apart],
        warnings=[_content(warning) for warning in sheet.warnings],
        policy_ids=[str(policy_id) for policy_id in sheet.policy_ids],
    )


_CAMEL = {"session_id": "sessionId", "week_start": "weekStart"}


def _content(row: PayApart | PayWarning) -> dict[str, Any]:
    """Return a row as the API answers it."""
    return {_CAMEL.get(name, name): value and str(value) for name, value in row._asdict().items()}


def _reopen(_period: PayPeriod, _draft: Draft, _by: Standing, _at: datetime) -> Columns:
    """Let go of what was stored, which stays in the history of the period."""
    return {"amounts": None, "reopen_ask": "", "reopen_asked_at": None}


def _ask(_period: PayPeriod, _draft: Draft, _by: Standing, at: datetime) -> Columns:
    return {"reopen_asked_at": at}


def _decline(_period: PayPeriod, _draft: Draft, _by: Standing, _at: datetime) -> Columns:
    return {"reopen_ask": "", "reopen_asked_at": None}


_IN_ORDER: Mapping[PeriodMove, Callable[[PayPeriod], None]] = {
    PeriodMove.SUBMIT: _all_before_are_approved,
    PeriodMove.REOPEN: _none_after_is_held,
}
_FREE = frozenset(PeriodStatus) - HELD
# What a move does beside what its row says: the columns that it writes too.
_BESIDE: Mapping[PeriodMove, Callable[[PayPeriod, Draft, Standing, datetime], Columns]] = {
    PeriodMove.SUBMIT: _submit,
    PeriodMove.REOPEN: _reopen,
    PeriodMove.ASK_TO_REOPEN: _ask,
    PeriodMove.DECLINE_TO_REOPEN: _decline,
}
# What follows once its columns are written.
_AFTERWARDS: Mapping[PeriodMove, Callable[[PayPeriod, datetime], None]] = {
    PeriodMove.APPROVE: settled_expenses.settle,
    PeriodMove.REOPEN: settled_expenses.free,
}


def _notify(move: PeriodMove, period: PayPeriod, draft: Draft, *, by: Standing, at: datetime) -> None:
    """Tell the parents, the coordinators and the nanny, without a word about money."""
    step = PERIOD_MOVES[move]
    people = dict.fromkeys([*audience.managers(period.family_id), *audience.persons([period.nanny_id])])
    stands = "ASKED" if move is PeriodMove.ASK_TO_REOPEN else period.status
    facts = {
        "pay_period": f"{period.id} {stands}",
        "first": period.from_date.isoformat(),
        "last": period.to_date.isoformat(),
        **outbox.reason_facts(draft),
    }
    if step.words == "note" and draft.get("note"):
        facts["reason"] = draft["note"]
    outbox.notify(step.notice, people, by=by.person, at=at, family_id=period.family_id, facts=facts)
    closing.close([period.family_id], at=at, undone=_asking_again(move, period))


def _asking_again(move: PeriodMove, period: PayPeriod) -> dict[UUID, datetime]:
    """Return the sessions that are held no more, and since when they were: what asked about them asks again."""
    if PERIOD_MOVES[move].to not in _FREE or period.submitted_at is None:
        return {}
    return dict.fromkeys(_sessions(period).values_list("id", flat=True), period.submitted_at)

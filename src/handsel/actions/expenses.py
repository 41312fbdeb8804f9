"""Actions on expenses: what a nanny laid out or drove. The family answers, and may change its answer until it is
settled.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction

from handsel.access import checks, paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.actions import history, settled_expenses
from handsel.models import Expense, User
from handsel.models.locks import share_pay
from handsel.models.receipts import remove_files
from handsel.notices import audience, closing, outbox
from handsel.queries import pay_policies
from handsel.rules import local_time
from handsel.rules.drafts import EMPTY_DRAFT, Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.notices import NoticeKind
from handsel.rules.pay import expenses
from handsel.rules.pay.expenses import Decision, ExpenseCategory, ExpenseStatus
from handsel.rules.refusals import NotAllowed, WrongState
from handsel.rules.roles import MANAGERS, Capability
from handsel.rules.sentences import say

# What may be changed, each with what it is when it is emptied.
_COLUMNS: Mapping[str, Any] = {"date": None, "category": None, "amount": None, "distance": None, "note": ""}
_RECORDED = ("nanny_id", *_COLUMNS, "unit", "rate", "status")
# Numbers that are no money: the history keeps their decimals.
_EXACT = ("distance", "rate")
_NOTHING: history.Changes = MappingProxyType({})
_NOT_DECIDED: Mapping[str, Any] = {
    "status": ExpenseStatus.PENDING.value,
    "answer": "",
    "decided_at": None,
    "decided_by_id": None,
}
_DECIDED = {
    Decision.APPROVE: (EventKind.EXPENSE_APPROVED, NoticeKind.EXPENSE_APPROVED),
    Decision.DECLINE: (EventKind.EXPENSE_DECLINED, NoticeKind.EXPENSE_DECLINED),
}


@transaction.atomic
def create(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> Expense:
    """Enter an expense (draft: date, category; nanny_id, note, and an amount or, of a drive, its distance). What a
    parent or coordinator enters is approved at once.

    Raises NotVisible, NotAllowed or Invalid.
    """
    standing, family = visibility.family(by, family_id)
    problems = Problems(draft, ["date", "category"])
    nanny_id = paid_nannies.named(standing, draft, problems)
    if not standing.may(Capability.ENTER_PAY_ITEMS, own=nanny_id == standing.member_id):
        raise NotAllowed
    expense = Expense(family=family, nanny_id=nanny_id, entered_by_id=standing.member_id, created_at=at, updated_at=at)
    values = {**_COLUMNS, **draft.named(_COLUMNS)}
    _check(expense, values, problems, at)
    problems.raise_if_any()
    if standing.role in MANAGERS:
        values |= _decided(Decision.APPROVE, standing, EMPTY_DRAFT, at)
    for column, value in values.items():
        setattr(expense, column, value)
    expense.save(force_insert=True)
    changes = {"expense_id": (None, expense.id), **history.new_values(expense, _RECORDED)}
    _record(EventKind.EXPENSE_CREATED, expense, changes, by=standing, at=at, source=source)
    is_decided = expense.status != ExpenseStatus.PENDING
    _notify(NoticeKind.EXPENSE_APPROVED if is_decided else NoticeKind.EXPENSE_ENTERED, expense, by=by, at=at)
    return expense


@transaction.atomic
def update(
    expense_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source, version: int | None = None
) -> Expense:
    """Change what the draft names; the same values again are no change. What a nanny changes waits for an answer.

    Raises NotVisible, NotAllowed, VersionConflict, Locked, WrongState or Invalid.
    """
    standing, expense = fetch(expense_id, by, version)
    problems = Problems(draft, [name for name in ("date", "category") if name in draft])
    sent = draft.named(_COLUMNS)
    values = {column: getattr(expense, column) for column in _COLUMNS}
    was_mileage = expense.category == ExpenseCategory.MILEAGE
    if was_mileage != (sent.get("category", expense.category) == ExpenseCategory.MILEAGE):
        values |= {"amount": None, "distance": None}
    elif was_mileage:
        values["amount"] = None
    values |= sent
    _check(expense, values, problems, at)
    problems.raise_if_any()
    changes = history.differences(expense, values)
    if not changes:
        return expense
    _change(expense, changes, by=standing, at=at, source=source)
    return expense


def touch(expense: Expense, changes: history.Changes, *, by: Standing, at: datetime, source: Source) -> None:
    """Write what changed about an expense beside its columns, as update does of these."""
    _change(expense, {}, also=changes, by=by, at=at, source=source)


def _change(
    expense: Expense,
    changes: history.Changes,
    *,
    by: Standing,
    at: datetime,
    source: Source,
    also: history.Changes = _NOTHING,
) -> None:
    """Write changes, record them, and have the family answer anew what a nanny changes after it was declined."""
    asks_again = by.role not in MANAGERS and expense.status == ExpenseStatus.DECLINED
    if asks_again:
        changes = {**changes, **history.differences(expense, _NOT_DECIDED)}
    _write(expense, changes, at)
    recorded = {name: change for name, change in changes.items() if name in _RECORDED}
    changes = {"expense_id": (expense.id, expense.id), **recorded, **also}
    _record(EventKind.EXPENSE_UPDATED, expense, changes, by=by, at=at, source=source)
    if asks_again:
        _notify(NoticeKind.EXPENSE_ENTERED, expense, by=by.person, at=at)


@transaction.atomic
def decide(
    decision: Decision,
    expense_id: UUID,
    draft: Draft = EMPTY_DRAFT,
    *,
    by: User,
    at: datetime,
    source: Source,
    version: int | None = None,
) -> Expense:
    """Approve an expense or decline it, with words (draft: answer).

    Raises NotVisible, NotAllowed, VersionConflict, Locked, WrongState or Invalid.
    """
    standing, expense = _seen(expense_id, by)
    checks.may(standing, Capability.DECIDE_EXPENSES)
    checks.version(expense, version)
    settled_expenses.refuse(expense)
    if expense.status == decision.status:
        raise WrongState
    Problems(draft, ["answer"] if decision is Decision.DECLINE else []).raise_if_any()
    _write(expense, history.differences(expense, _decided(decision, standing, draft, at)), at)
    event, notice = _DECIDED[decision]
    changes = {"expense_id": (expense.id, expense.id)}
    history.record(
        event,
        by=standing,
        at=at,
        source=source,
        changes=changes,
        reason=expense.answer,
        nanny_id=expense.nanny_id,
    )
    _notify(notice, expense, by=by, at=at)
    closing.close([expense.family_id], at=at)
    return expense


@transaction.atomic
def delete(expense_id: UUID, *, by: User, at: datetime, source: Source, version: int | None = None) -> None:
    """Remove an expense; the history keeps what it was.

    Raises NotVisible, NotAllowed, VersionConflict, Locked or WrongState.
    """
    standing, expense = fetch(expense_id, by, version)
    changes = {"expense_id": (expense.id, None), **history.old_values(expense, _RECORDED)}
    _record(EventKind.EXPENSE_DELETED, expense, changes, by=standing, at=at, source=source)
    remove_files(expense.receipts.all())
    expense.delete()
    closing.close([expense.family_id], at=at)


def fetch(expense_id: UUID, by: User, version: int | None, *, lock: bool = True) -> tuple[Standing, Expense]:
    """Return an expense that this person may change as it stands. Raises NotVisible, NotAllowed, VersionConflict,
    Locked or WrongState.
    """
    standing, expense = _seen(expense_id, by) if lock else visibility.expense(by, expense_id)
    if not standing.may(Capability.CHANGE_PAY_ITEMS, own=expense.entered_by_id == standing.member_id):
        raise NotAllowed
    checks.version(expense, version)
    settled_expenses.refuse(expense)
    if standing.role not in MANAGERS and expense.status == ExpenseStatus.APPROVED:
        raise WrongState(say("The family has approved this already. Ask them to decline it first."))
    return standing, expense


def _seen(expense_id: UUID, by: User) -> tuple[Standing, Expense]:
    """Return an expense, locked. Its nanny's pay is locked before it, as whoever settles that does it: they find all
    that was written, and who writes finds what is settled.
    """
    _, expense = visibility.expense(by, expense_id)
    share_pay(expense.family_id, expense.nanny_id)
    return visibility.expense(by, expense_id, lock=True)


def _check(expense: Expense, values: dict[str, Any], problems: Problems, at: datetime) -> None:
    """Find what is wrong with the values, and work out what a drive comes to."""
    day = values["date"]
    if day is not None and day > local_time.local_date(at, expense.family.time_zone):
        problems.add("date", say("This day is still to come."))
    if problems.any_of("date", "category", "nanny_id"):
        return
    category = ExpenseCategory(values["category"])
    problems.add_all(expenses.problems(category, values))
    values |= {"unit": "", "rate": None}
    if category is ExpenseCategory.MILEAGE:
        _copy_rate(expense, values, problems, day)


def _copy_rate(expense: Expense, values: dict[str, Any], problems: Problems, day: date) -> None:
    """Of another distance on the same day the rate stays as it was copied."""
    if expense.rate is not None and expense.date == day:
        values |= {"unit": expense.unit, "rate": expense.rate}
    else:
        terms = pay_policies.holding_on(pay_policies.versions(expense.family.id), expense.nanny_id, day)
        if terms is None or terms.mileage_rate is None:
            problems.add("distance", say("The terms of pay of that day have no rate for driving."))
            return
        values |= {"unit": terms.mileage_unit, "rate": terms.mileage_rate}
    if "distance" not in problems and "amount" not in problems:
        values["amount"] = expenses.mileage(values["distance"], values["rate"])


def _decided(decision: Decision, standing: Standing, draft: Draft, at: datetime) -> dict[str, Any]:
    answer = draft.get("answer") or "" if decision is Decision.DECLINE else ""
    return {
        "status": decision.status.value,
        "answer": answer,
        "decided_at": at,
        "decided_by_id": standing.member_id,
    }


def _write(expense: Expense, changes: history.Changes, at: datetime) -> None:
    for column, (_, new) in changes.items():
        setattr(expense, column, new)
    expense.version += 1
    expense.updated_at = at
    expense.save(force_update=True)


def _record(
    kind: EventKind, expense: Expense, changes: history.Changes, *, by: Standing, at: datetime, source: Source
) -> None:
    exact = {name: changes[name] for name in _EXACT if name in changes}
    exactly = {name: (old and str(old), new and str(new)) for name, (old, new) in exact.items()}
    history.record(kind, by=by, at=at, source=source, changes={**changes, **exactly}, nanny_id=expense.nanny_id)


def _notify(kind: NoticeKind, expense: Expense, *, by: User, at: datetime) -> None:
    """Tell the family of what waits for its answer, and the nanny of the answer. No amount is told."""
    asks = kind is NoticeKind.EXPENSE_ENTERED
    people = audience.managers(expense.family_id) if asks else audience.persons([expense.nanny_id])
    facts = {"expense": f"{expense.id} {expense.status}", "first": expense.date.isoformat()}
    facts["last"] = facts["first"]
    if expense.answer:
        facts["reason"] = expense.answer
    outbox.notify(kind, people, by=by, at=at, family_id=expense.family_id, facts=facts)

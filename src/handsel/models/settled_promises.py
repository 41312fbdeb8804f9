"""Promises about what an approved pay period settled: an expense and its receipts stay as they were when it was paid,
until the period is reopened, which frees them.
"""

from collections.abc import Callable, Iterable

from handsel.models.erasing_promises import Door, but_for_texts
from handsel.models.held_promises import sharing

EXPENSE, RECEIPT = "handsel_expense", "handsel_receipt"
# All columns but those that erasing writes over.
KEPT_OF_EXPENSE = (
    *("id", "family_id", "nanny_id", "date", "category", "amount", "distance", "unit", "rate", "status", "decided_at"),
    *("decided_by_id", "pay_period_id", "entered_by_id", "version", "created_at", "updated_at"),
)

# What each needs: a table and a column of it.
NEEDS = {
    "settled_expenses_stay": (EXPENSE, "pay_period_id"),
    "settled_with_approved_pay": (EXPENSE, "pay_period_id"),
    "all_settled_expenses_stay": (EXPENSE, "pay_period_id"),
    "settled_receipts_stay": (RECEIPT, "expense_id"),
    "all_settled_receipts_stay": (RECEIPT, "expense_id"),
}

_IS_SETTLED = """EXISTS (SELECT 1 FROM handsel_payperiod period
    WHERE period.id = {row}.pay_period_id AND period.status = 'APPROVED')"""
# An expense of another family is refused by a promise of its own.
_IN_OTHER_PAY = """EXISTS (SELECT 1 FROM handsel_payperiod period
    WHERE period.id = NEW.pay_period_id AND period.family_id = NEW.family_id AND (
        period.status <> 'APPROVED'
        OR NOT (period.nanny_id = NEW.nanny_id OR (period.nanny_id IS NULL AND NEW.nanny_id IS NULL))))"""
_OF_SETTLED = f"""EXISTS (SELECT 1 FROM {EXPENSE} expense
    WHERE expense.id = {{row}}.expense_id AND {_IS_SETTLED.format(row="expense")})"""


def sqlite[Promise](trigger: Callable[..., Promise], opens: Door) -> Iterable[Promise]:
    """Return the triggers. opens: the door for what is erased."""
    settled, stay, receipts = _IS_SETTLED.format(row="OLD"), "settled_expenses_stay_on", "settled_receipts_stay_on"
    # INSERT OR REPLACE deletes without asking a trigger.
    replaces = "EXISTS (SELECT 1 FROM {table} was WHERE was.id = NEW.id AND {settled})"
    old, new, was = (_OF_SETTLED.format(row=row) for row in ("OLD", "NEW", "was"))
    other = "settled_with_approved_pay_on"
    return [
        trigger(f"{stay}_update", "UPDATE", EXPENSE, "TRUE", but_for_texts(settled, KEPT_OF_EXPENSE, opens)),
        trigger(f"{stay}_delete", "DELETE", EXPENSE, "TRUE", settled),
        trigger(
            f"{stay}_insert",
            "INSERT",
            EXPENSE,
            "TRUE",
            replaces.format(table=EXPENSE, settled=_IS_SETTLED.format(row="was")),
        ),
        trigger(f"{other}_insert", "INSERT", EXPENSE, "TRUE", _IN_OTHER_PAY),
        trigger(f"{other}_update", "UPDATE", EXPENSE, "TRUE", _IN_OTHER_PAY),
        trigger(f"{receipts}_update", "UPDATE", RECEIPT, "TRUE", f"{old} OR {new}"),
        trigger(f"{receipts}_delete", "DELETE", RECEIPT, "TRUE", f"{old} AND NOT {opens('OLD')}"),
        trigger(
            f"{receipts}_insert",
            "INSERT",
            RECEIPT,
            "TRUE",
            f"{new} OR {replaces.format(table=RECEIPT, settled=was)}",
        ),
    ]


def postgresql[Promise](trigger: Callable[..., Promise], lock: str, opens: Door) -> Iterable[Promise]:
    """Return the triggers. lock: the key by which a nanny's pay is locked, of a {row}: nobody settles it while one of
    their expenses is written. opens: the door for what is erased.
    """
    old, new = (_OF_SETTLED.format(row=row) for row in ("OLD", "NEW"))
    any_settled = f"EXISTS (SELECT 1 FROM {EXPENSE} expense WHERE {_IS_SETTLED.format(row='expense')})"
    may_go = f"(TG_OP = 'DELETE' AND {opens('OLD')})"
    written = f"NOT {may_go} AND ((TG_OP <> 'INSERT' AND {old}) OR (TG_OP <> 'DELETE' AND {new}))"
    of_expense = f"TG_OP <> 'INSERT' AND {_IS_SETTLED.format(row='OLD')}"
    return [
        trigger(
            "settled_expenses_stay",
            "INSERT OR UPDATE OR DELETE",
            EXPENSE,
            but_for_texts(of_expense, KEPT_OF_EXPENSE, opens),
            first=sharing(lock),
        ),
        trigger("settled_with_approved_pay", "INSERT OR UPDATE", EXPENSE, _IN_OTHER_PAY),
        trigger("settled_receipts_stay", "INSERT OR UPDATE OR DELETE", RECEIPT, written),
        trigger("all_settled_expenses_stay", "TRUNCATE", EXPENSE, any_settled, each="STATEMENT"),
        trigger("all_settled_receipts_stay", "TRUNCATE", RECEIPT, any_settled, each="STATEMENT"),
    ]

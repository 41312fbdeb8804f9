"""Approving a pay period stores amounts, settles expenses, issues a statement and tells people. Whatever ends it
between two statements leaves the book as it was.
"""

from typing import Any

import pytest
from django.db import connection, transaction

from handsel.actions import period_moves
from handsel.documents import pdf
from handsel.models import ApprovedAmounts, Event, IssuedDocument, IssuedFile, Notice
from handsel.rules.pay.period_moves import PeriodMove
from handsel.rules.pay.periods import PeriodStatus
from tests import approved_pay
from tests.models.broken_expenses import an_expense, approved
from tests.tables import everything
from tests.world import ON_THE_WEB

_OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK")


class _Killed(BaseException):
    """What nothing catches."""


class _Kill:
    """Ends the work before the statement of this number. Statements of transactions do not count."""

    def __init__(self, number: int) -> None:
        self.left, self.is_dead = number, False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(_OF_TRANSACTIONS):
            return execute(sql, params, many, context)
        if self.left == 0:
            self.is_dead = True
            raise _Killed
        self.left -= 1
        return execute(sql, params, many, context)


@pytest.fixture
def without_printer(monkeypatch):
    """A statement is made some sixty times; a PDF takes a tenth of a second."""

    def missing(*_: Any, **__: Any) -> bytes:
        raise pdf.NoPrinter

    monkeypatch.setattr(pdf, "render", missing)


def test_a_kill_between_any_two_statements_of_approving_leaves_nothing_half(world, without_printer):
    period = approved_pay.submitted(world)
    expense = an_expense(world, **approved(world), date=approved_pay.MAY_4)
    before, killed = everything(), 0
    while True:
        kill = _Kill(killed)
        try:
            with transaction.atomic(), connection.execute_wrapper(kill):
                period_moves.move(PeriodMove.APPROVE, period.id, by=world.ana, **ON_THE_WEB)
        except _Killed:
            killed += 1
            assert everything() == before, f"killed before statement {killed}"
            continue
        break
    assert not kill.is_dead
    assert killed > 20  # each of its statements
    after = everything()
    changed = {table for table in before if before[table] != after[table]}
    written = (ApprovedAmounts, Event, IssuedDocument, IssuedFile, Notice)
    assert changed >= {"handsel_payperiod", *(model._meta.db_table for model in written)}
    period.refresh_from_db()
    expense.refresh_from_db()
    assert period.status == PeriodStatus.APPROVED
    assert period.amounts.totals["reimbursements"] == "18.50"

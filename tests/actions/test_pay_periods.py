"""What approving does is one thing: cut off anywhere, nothing of it is there. It holds no lock while it computes."""

from itertools import count

import pytest
from django.db import connection, transaction

from handsel.actions import expenses, issued_documents, period_moves
from handsel.documents import issued_files
from handsel.models import IssuedFile, PayPeriod, User
from handsel.queries import document_contents, period_sheets
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.pay.expenses import Decision
from handsel.rules.pay.period_moves import PeriodMove
from handsel.rules.pay.periods import PeriodStatus
from tests.actions.acts.pay_periods import a_period
from tests.models.broken_expenses import an_expense, approved
from tests.tables import everything
from tests.world import ON_THE_WEB


class Killed(BaseException):
    """The process is gone."""


def cut_off_after(statements: int):
    counted = count()

    def execute(execute, sql, params, many, context):
        if next(counted) >= statements:
            raise Killed
        return execute(sql, params, many, context)

    return connection.execute_wrapper(execute)


@pytest.mark.parametrize("move", [PeriodMove.SUBMIT, PeriodMove.APPROVE, PeriodMove.REOPEN])
def test_a_move_that_is_cut_off_leaves_nothing(world, move):
    world.session("2026-05-27 09:00", state=State.COMPLETED)
    expense = an_expense(world, **approved(world))
    before = {PeriodMove.SUBMIT: [], PeriodMove.APPROVE: [PeriodMove.SUBMIT]}
    moves = before.get(move, [PeriodMove.SUBMIT, PeriodMove.APPROVE])
    period_id = a_period(world, *moves)
    rows, statements = everything(), 0
    while True:
        try:
            with transaction.atomic(), cut_off_after(statements):
                make(world, move, period_id)
        except Killed:
            assert everything() == rows, statements
            statements += 1
        else:
            break
    assert statements > 8
    period = PayPeriod.objects.get()
    assert period.status in (PeriodStatus.SUBMITTED, PeriodStatus.APPROVED, PeriodStatus.REOPENED)
    assert (period.amounts is None) == (move is not PeriodMove.APPROVE)
    expense.refresh_from_db()
    assert expense.pay_period_id == (period.id if move is PeriodMove.APPROVE else None)


def test_what_happens_while_the_statement_is_made_is_in_it(world, monkeypatch):
    world.session("2026-05-27 09:00", state=State.COMPLETED)
    expense = an_expense(world)
    period_id = a_period(world, PeriodMove.SUBMIT)
    prepare = issued_documents.prepare_statement

    def decided_meanwhile(*about, **values):
        prepared = prepare(*about, **values)
        expenses.decide(Decision.APPROVE, expense.id, by=world.ana, **ON_THE_WEB)
        User.objects.filter(pk=world.noor.pk).update(name="Noor Haddad")
        return prepared

    monkeypatch.setattr(issued_documents, "prepare_statement", decided_meanwhile)
    period = make(world, PeriodMove.APPROVE, period_id)
    statement = issued_files.read(IssuedFile.objects.get(document__period=period, format="json").content)
    assert statement["totals"] == period.amounts.totals
    assert statement["totals"]["reimbursements"] == "18.50"
    assert statement["nanny"]["name"] == "Noor Haddad"


def test_where_nothing_happens_meanwhile_nothing_is_computed_under_the_lock(world, monkeypatch):
    world.session("2026-05-27 09:00", state=State.COMPLETED)
    period_id = a_period(world, PeriodMove.SUBMIT)
    made: list[bool] = []
    for room, name in [(period_sheets, "of_period"), (document_contents, "contents"), (issued_files, "render")]:
        monkeypatch.setattr(room, name, noting(made, getattr(room, name)))
    make(world, PeriodMove.APPROVE, period_id)
    in_a_test = connection.in_atomic_block and len(connection.savepoint_ids)
    assert made == [in_a_test] * 3


def noting(made, compute):
    """Note how many transactions are open at each call."""

    def compute_and_note(*about, **values):
        made.append(connection.in_atomic_block and len(connection.savepoint_ids))
        return compute(*about, **values)

    return compute_and_note


def make(world, move, period_id):
    return period_moves.move(
        move, period_id, Draft.of(reason="Thirty minutes are missing."), by=world.ana, **ON_THE_WEB
    )

"""What approving does is one thing: cut off anywhere, nothing of it is there."""

from itertools import count

import pytest
from django.db import connection, transaction

from handsel.actions import period_moves
from handsel.models import PayPeriod
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.pay.period_moves import PeriodMove
from handsel.rules.pay.periods import PeriodStatus
from tests.actions.acts import a_period
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


def make(world, move, period_id):
    period_moves.move(move, period_id, Draft.of(reason="Thirty minutes are missing."), by=world.ana, **ON_THE_WEB)

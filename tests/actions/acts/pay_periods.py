"""Acts on pay periods: making them, and each of their moves."""

from datetime import date
from functools import partial

from handsel.actions import pay_periods, period_moves
from handsel.rules.drafts import Draft
from handsel.rules.pay.period_moves import PeriodMove
from tests.actions.acts.registry import act
from tests.world import ON_THE_WEB

LAST_WEEK = Draft.of(from_date=date(2026, 5, 25), to_date=date(2026, 5, 31))


def a_period(world, *moves):
    """Noor's last week, after these moves by Ana."""
    period = pay_periods.create(world.riveras.id, LAST_WEEK, by=world.noor, **ON_THE_WEB)
    for move in moves:
        period_moves.move(move, period.id, Draft.of(message="?", reason="?"), by=world.ana, **ON_THE_WEB)
    return period.id


@act(pay_periods.create, tells=False)
def begin_pay_period(world):
    return world.noor, world.riveras.id, LAST_WEEK


@act(pay_periods.update, tells=False)
def change_pay_period(world):
    return world.noor, a_period(world), Draft.of(to_date=date(2026, 6, 1))


@act(pay_periods.delete, tells=False)
def remove_pay_period(world):
    return world.noor, a_period(world)


def a_period_move(move):
    return partial(period_moves.move, move)


@act(a_period_move(PeriodMove.SUBMIT), tells=True)
def submit_pay_period(world):
    return world.noor, a_period(world)


@act(a_period_move(PeriodMove.WITHDRAW), tells=True)
def withdraw_pay_period(world):
    return world.noor, a_period(world, PeriodMove.SUBMIT)


@act(a_period_move(PeriodMove.QUERY), tells=True)
def query_pay_period(world):
    return world.ana, a_period(world, PeriodMove.SUBMIT), Draft.of(message="And Tuesday?")


@act(a_period_move(PeriodMove.APPROVE), tells=True)
def approve_pay_period(world):
    return world.ana, a_period(world, PeriodMove.SUBMIT)


@act(a_period_move(PeriodMove.REOPEN), tells=True)
def reopen_pay_period(world):
    approved = a_period(world, PeriodMove.SUBMIT, PeriodMove.APPROVE)
    return world.ana, approved, Draft.of(reason="Thirty minutes are missing.")


@act(a_period_move(PeriodMove.ASK_TO_REOPEN), tells=True)
def ask_to_reopen_pay_period(world):
    approved = a_period(world, PeriodMove.SUBMIT, PeriodMove.APPROVE)
    return world.noor, approved, Draft.of(reason="Thirty minutes are missing.")


@act(a_period_move(PeriodMove.DECLINE_TO_REOPEN), tells=True)
def decline_to_reopen_pay_period(world):
    approved = a_period(world, PeriodMove.SUBMIT, PeriodMove.APPROVE)
    asked = Draft.of(reason="Thirty minutes are missing.")
    period_moves.move(PeriodMove.ASK_TO_REOPEN, approved, asked, by=world.noor, **ON_THE_WEB)
    return world.ana, approved, Draft.of(message="Let us talk.")

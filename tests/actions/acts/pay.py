"""Acts on pay: entries beside the sessions, payments, terms, raises, expenses and their receipts."""

from datetime import date
from decimal import Decimal

from handsel.actions import expenses, pay_items, pay_policies, payments, raises, receipts, time_off
from handsel.documents.receipt_files import ReceiptFile
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.pay.expenses import Decision as ExpenseDecision
from handsel.rules.pay.expenses import ExpenseCategory
from handsel.rules.pay.item_kinds import ItemKind
from handsel.rules.pay.payments import PaymentMethod
from handsel.rules.receipts import FileType
from handsel.rules.time_off import Decision
from tests.actions.acts.registry import A_WHILE_AGO, act
from tests.world import ON_THE_WEB


def a_day_of_leave(world):
    draft = Draft.of(kind=ItemKind.UNPAID_LEAVE, date=date(2026, 5, 25), minutes=480)
    return pay_items.create(world.riveras.id, draft, by=world.noor, **ON_THE_WEB).id


@act(pay_items.create, tells=False)
def enter_pay_item(world):
    draft = Draft.of(kind=ItemKind.UNPAID_LEAVE, date=date(2026, 5, 25), minutes=480)
    return world.noor, world.riveras.id, draft


@act(pay_items.update, tells=False)
def change_pay_item(world):
    return world.noor, a_day_of_leave(world), Draft.of(minutes=240)


@act(pay_items.delete, tells=False)
def remove_pay_item(world):
    return world.noor, a_day_of_leave(world)


@act(pay_items.enter_time_off, tells=False)
def enter_time_off(world):
    world.session("2026-06-02 06:00", state=State.CONFIRMED)
    day = Draft.of(from_date=date(2026, 6, 2), to_date=date(2026, 6, 2), sessions=Decision.CANCEL)
    entry = time_off.create(world.riveras.id, day, by=world.noor, **ON_THE_WEB)
    return world.noor, entry.id, Draft.of(family_id=world.riveras.id, kind=ItemKind.SICK)


@act(pay_items.restore, tells=False)
def restore_pay_item(world):
    item_id = a_day_of_leave(world)
    pay_items.delete(item_id, by=world.noor, **ON_THE_WEB)
    return world.noor, item_id


def a_payment(world):
    return payments.record(world.riveras.id, cash_for_noor(world), by=world.ana, **ON_THE_WEB).id


def cash_for_noor(world):
    return Draft.of(
        nanny_id=world.noor_of_riveras.id, date=date(2026, 5, 29), amount=Decimal("300.00"), method=PaymentMethod.CASH
    )


@act(payments.record, tells=True)
def record_payment(world):
    return world.ana, world.riveras.id, cash_for_noor(world)


@act(payments.void, tells=True)
def void_payment(world):
    return world.ana, a_payment(world), Draft.of(reason="Never given.")


@act(payments.acknowledge, tells=False)
def acknowledge_payment(world):
    return world.noor, a_payment(world)


RAISE = {"old_rate": Decimal("25.00"), "hourly_rate": Decimal("27.50"), "from_date": date(2026, 6, 8)}
NEW_TERMS = Draft.of(effective_from=date(2026, 6, 8), weekly_overtime_after=2400)


@act(pay_policies.create, tells=True)
def add_terms(world):
    return world.ana, world.riveras.id, NEW_TERMS


@act(pay_policies.update, tells=True)
def change_terms(world):
    terms = pay_policies.create(world.riveras.id, NEW_TERMS, by=world.ana, **ON_THE_WEB)
    return world.ana, terms.id, Draft.of(federal_overtime=True)


@act(pay_policies.delete, tells=True)
def remove_terms(world):
    return world.ana, pay_policies.create(world.riveras.id, NEW_TERMS, by=world.ana, **ON_THE_WEB).id


@act(raises.make, tells=True)
def raise_the_rate(world):
    world.session("2026-06-08 09:00", state=State.CONFIRMED)
    return world.ana, world.riveras.id, Draft.of(nanny_id=world.noor_of_riveras.id, **RAISE)


@act(raises.undo, tells=True)
def undo_a_raise(world):
    world.session("2026-06-08 09:00", state=State.CONFIRMED)
    draft = Draft.of(nanny_id=world.noor_of_riveras.id, **RAISE)
    made = raises.make(world.riveras.id, draft, by=world.ana, at=A_WHILE_AGO, source=Source.WEB)
    return world.ana, made.event_id


LUNCH = {"category": ExpenseCategory.MEALS, "date": date(2026, 5, 26), "amount": Decimal("12.50")}


def a_lunch(world):
    return expenses.create(world.riveras.id, Draft.of(**LUNCH), by=world.noor, **ON_THE_WEB).id


@act(expenses.create, tells=True)
def enter_expense(world):
    return world.noor, world.riveras.id, Draft.of(**LUNCH)


@act(expenses.update, tells=False)
def change_expense(world):
    return world.noor, a_lunch(world), Draft.of(note="For two")


@act(expenses.decide, tells=True)
def answer_expense(world):
    return world.ana, ExpenseDecision.APPROVE, a_lunch(world)


@act(expenses.delete, tells=False)
def remove_expense(world):
    return world.noor, a_lunch(world)


@act(receipts.add, tells=False)
def add_receipt(world):
    return world.noor, a_lunch(world), ReceiptFile(FileType.PDF, b"%PDF-1.4")


@act(receipts.delete, tells=False)
def remove_receipt(world):
    expense = receipts.add(a_lunch(world), ReceiptFile(FileType.PDF, b"%PDF-1.4"), by=world.noor, **ON_THE_WEB)
    return world.noor, expense.receipts.get().id

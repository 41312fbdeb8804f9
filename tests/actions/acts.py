"""Every act of the rooms of actions once, with what it takes to do it."""

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from handsel.actions import (
    care_schedules,
    care_sessions,
    change_requests,
    children,
    expenses,
    families,
    generation,
    invitations,
    issued_documents,
    members,
    pay_items,
    pay_periods,
    pay_policies,
    payments,
    people,
    period_moves,
    raises,
    receipts,
    session_imports,
    tax_identities,
    time_off,
)
from handsel.actions.erasing import erasures
from handsel.documents.receipt_files import ReceiptFile
from handsel.models import ChangeRequest, Invitation, Notice, TimeOff, TimeOffReason
from handsel.rules.drafts import Draft
from handsel.rules.erasing import Erased
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from handsel.rules.pay.documents import DocumentKind, FileFormat
from handsel.rules.pay.expenses import Decision as ExpenseDecision
from handsel.rules.pay.expenses import ExpenseCategory
from handsel.rules.pay.item_kinds import ItemKind
from handsel.rules.pay.payments import PaymentMethod
from handsel.rules.pay.period_moves import PeriodMove
from handsel.rules.receipts import FileType
from handsel.rules.recurrence import Recurrence
from handsel.rules.roles import Role
from handsel.rules.tax_numbers import TaxNumberKind
from handsel.rules.time_off import Decision
from tests.world import NOW, ON_THE_WEB, wall

# What is undone within its minute was never told.
A_WHILE_AGO = NOW - timedelta(minutes=5)
JUNE = {"from_date": date(2026, 6, 1), "to_date": date(2026, 6, 30)}


# The action, who does it to what in the world, and whether it tells anybody.
ACTS: dict[str, tuple[Callable[..., Any], Callable[[Any], tuple[Any, ...]], bool]] = {}


def act(action: Callable[..., Any], *, tells: bool):
    """Register what prepares the world for the action and says who does it, and with what."""

    def register(prepare):
        ACTS[prepare.__name__] = (action, prepare, tells)
        return prepare

    return register


def prepared(world, name: str) -> Callable[[], Any]:
    action, prepare, _ = ACTS[name]
    by, *what = prepare(world)
    return lambda: action(*what, by=by, **ON_THE_WEB)


@act(care_sessions.confirm, tells=True)
def confirm(world):
    return world.ana, world.session().id


@act(care_sessions.cancel, tells=True)
def cancel(world):
    return world.ana, world.session().id


@act(care_sessions.restore, tells=True)
def restore(world):
    return world.ana, world.session(state=State.CANCELLED).id


@act(care_sessions.start, tells=True)
def start(world):
    return world.noor, world.session("2026-06-01 08:00", state=State.CONFIRMED).id


@act(care_sessions.complete, tells=True)
def complete(world):
    return world.noor, world.session("2026-06-01 07:00", state=State.IN_PROGRESS).id


@act(care_sessions.record, tells=True)
def record(world):
    return world.noor, world.session("2026-05-29 06:00", state=State.CONFIRMED).id


@act(care_sessions.confirm_and_record, tells=True)
def confirm_and_record(world):
    return world.ana, world.session("2026-05-29 06:00").id


@act(care_sessions.record_instead, tells=True)
def record_instead(world):
    session = world.session("2026-06-01 04:00", hours=1, state=State.CONFIRMED)
    for move in (care_sessions.start, care_sessions.complete):
        move(session.id, by=world.noor, at=NOW, source=Source.WEB)
    return world.noor, session.id


@act(care_sessions.ask_to_confirm, tells=True)
def ask_to_confirm(world):
    return world.noor, world.session("2026-05-29 06:00").id


@act(care_sessions.undo, tells=True)
def undo_move(world):
    session = world.session()
    care_sessions.confirm(session.id, by=world.ana, at=A_WHILE_AGO, source=Source.WEB)
    return world.ana, session.id


@act(care_sessions.undo_many, tells=True)
def undo_moves(world):
    session = world.session()
    care_sessions.confirm(session.id, by=world.ana, at=A_WHILE_AGO, source=Source.WEB)
    return world.ana, world.riveras.id, Draft.of(session_ids=[session.id])


@act(care_sessions.tell_running_late, tells=True)
def tell_running_late(world):
    return world.noor, world.session("2026-06-01 09:00").id, Draft.of(minutes=10)


@act(care_sessions.update, tells=True)
def update(world):
    draft = Draft.of(scheduled_end=wall("2026-06-02 18:00"), child_ids=(world.theo.id,))
    return world.noor, world.session(state=State.CONFIRMED).id, draft


@act(care_sessions.update, tells=True)
def correct(world):
    draft = Draft.of(notes="Boots.", reason="Forgotten.")
    return world.noor, world.session("2026-05-29 09:00", state=State.COMPLETED).id, draft


@act(care_sessions.delete, tells=True)
def delete(world):
    return world.ana, world.session(state=State.CONFIRMED).id


@act(care_sessions.create_impromptu, tells=True)
def create_impromptu(world):
    times = {"scheduled_start": wall("2026-06-02 15:00"), "scheduled_end": wall("2026-06-02 19:00")}
    return world.noor, world.riveras.id, Draft.of(child_ids=(world.emma.id,), **times)


@act(partial(care_sessions.move_many, Move.CONFIRM), tells=True)
def confirm_many(world):
    ids = [world.session(f"2026-06-0{day} 09:00").id for day in (2, 3)]
    return world.ana, world.riveras.id, Draft.of(session_ids=ids)


@act(partial(care_sessions.move_many, Move.CANCEL), tells=True)
def cancel_many(world):
    ids = [world.session(f"2026-06-0{day} 09:00").id for day in (2, 3)]
    return world.ana, world.riveras.id, Draft.of(session_ids=ids)


@act(partial(care_sessions.move_many, Move.RESTORE), tells=True)
def restore_many(world):
    ids = [world.session(f"2026-06-0{day} 09:00", state=State.CANCELLED).id for day in (2, 3)]
    return world.ana, world.riveras.id, Draft.of(session_ids=ids)


@act(generation.generate, tells=True)
def generate(world):
    return world.noor, world.schedule().id, Draft.of(**JUNE)


@act(generation.undo, tells=False)
def undo(world):
    draft = Draft.of(**JUNE)
    made = generation.generate(world.schedule().id, draft, by=world.noor, at=A_WHILE_AGO, source=Source.WEB)
    return world.noor, made.batch_id


@act(care_schedules.create, tells=False)
def create_schedule(world):
    draft = Draft.of(
        name="Once",
        recurrence=Recurrence.ONCE,
        start_time=time(6),
        end_time=time(7),
        start_date=date(2026, 6, 1),
        child_ids=(world.emma.id,),
    )
    return world.noor, world.riveras.id, draft


@act(care_schedules.update, tells=False)
def update_schedule(world):
    return world.noor, world.schedule().id, Draft.of(name="Early mornings", child_ids=(world.theo.id,))


@act(care_schedules.keep_sessions, tells=False)
def keep_sessions(world):
    schedule = world.schedule()
    return world.ana, schedule.id, Draft.of(session_ids=[world.session(schedule=schedule).id])


@act(care_schedules.delete, tells=False)
def delete_schedule(world):
    return world.noor, world.schedule().id


def asked(world) -> ChangeRequest:
    """Noor asks to end later, and with Theo too."""
    draft = Draft.of(
        message="With Theo?",
        scheduled_end=wall("2026-06-02 18:00"),
        child_ids=(world.emma.id, world.theo.id),
    )
    return change_requests.ask(world.session(state=State.CONFIRMED).id, draft, by=world.noor, **ON_THE_WEB)


@act(change_requests.ask, tells=True)
def ask(world):
    return world.noor, world.session(state=State.CONFIRMED).id, Draft.of(message="An hour later?")


@act(change_requests.accept, tells=True)
def accept_request(world):
    return world.ana, asked(world).id


@act(change_requests.accept, tells=True)
def accept_and_confirm(world):
    session = world.session()
    request = change_requests.ask(session.id, Draft.of(message="Fine?"), by=world.ana, **ON_THE_WEB)
    return world.noor, request.id


@act(change_requests.decline, tells=True)
def decline_request(world):
    return world.ana, asked(world).id


@act(change_requests.withdraw, tells=False)
def withdraw_request(world):
    return world.noor, asked(world).id


@act(time_off.create, tells=True)
def create_time_off(world):
    return world.noor, world.riveras.id, Draft.of(**JUNE)


@act(time_off.delete, tells=True)
def delete_time_off(world):
    return world.noor, time_off.create(world.riveras.id, Draft.of(**JUNE), by=world.noor, **ON_THE_WEB).id


@act(time_off.decide, tells=True)
def decide_over_sessions(world):
    world.session(state=State.CONFIRMED)
    entered = time_off.create(world.riveras.id, Draft.of(**JUNE), by=world.noor, **ON_THE_WEB)
    return world.noor, entered.id, Draft.of(sessions=Decision.CANCEL)


@act(time_off.count_everywhere, tells=True)
def count_time_off_everywhere(world):
    entered = time_off.create(world.riveras.id, Draft.of(**JUNE), by=world.noor, **ON_THE_WEB)
    TimeOff.objects.update(person=None)
    TimeOffReason.objects.all().delete()
    return world.noor, entered.id


@act(time_off.undo, tells=True)
def undo_time_off(world):
    world.session(state=State.CONFIRMED)
    whole = Draft.of(**JUNE, sessions=Decision.CANCEL)
    entered = time_off.create(world.riveras.id, whole, by=world.noor, **ON_THE_WEB)
    Notice.objects.update(routed_at=ON_THE_WEB["at"])  # they have been told
    return world.noor, entered.id


@act(time_off.plan_again, tells=True)
def plan_again(world):
    world.session(state=State.CONFIRMED)
    entered = time_off.create(
        world.riveras.id, Draft.of(**JUNE, sessions=Decision.UNASSIGN), by=world.noor, **ON_THE_WEB
    )
    time_off.delete(entered.id, by=world.noor, **ON_THE_WEB)
    return world.noor, entered.id


@act(families.create, tells=False)
def found_a_family(world):
    return world.sam, Draft.of(name="Strangers", time_zone="Europe/Berlin", currency="EUR")


@act(families.update, tells=False)
def update_family(world):
    return world.ana, world.riveras.id, Draft.of(name="Casa Rivera")


@act(children.create, tells=False)
def add_child(world):
    return world.ana, world.riveras.id, Draft.of(first_name="Newborn")


@act(children.update, tells=False)
def update_child(world):
    return world.noor, world.emma.id, Draft.of(allergies="Peanuts")


@act(children.delete, tells=False)
def delete_child(world):
    return world.ana, world.theo.id


@act(children.delete, tells=False)
def archive_child(world):
    world.session()
    return world.ana, world.emma.id


@act(members.change_role, tells=True)
def change_role(world):
    world.schedule()
    world.session()
    return world.ana, world.noor_of_riveras.id, Draft.of(role=Role.VIEWER)


@act(members.change_phone, tells=False)
def change_phone(world):
    return world.ana, world.riveras.id, Draft.of(phone="+1 555 010 0199")


@act(members.remove, tells=True)
def remove_member(world):
    world.schedule()
    world.session()
    world.session("2026-06-01 07:00", state=State.IN_PROGRESS)
    return world.ana, world.noor_of_riveras.id


def invited(world) -> tuple[Invitation, str]:
    draft = Draft.of(email=world.sam.email, role=Role.NANNY)
    return invitations.invite(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)


@act(invitations.invite, tells=False)
def invite(world):
    return world.ana, world.riveras.id, Draft.of(email=world.sam.email, role=Role.NANNY)


@act(invitations.accept, tells=True)
def accept_invitation(world):
    return world.sam, Draft.of(token=invited(world)[1])


@act(people.delete, tells=True)
def delete_account(world):
    world.session()
    return (world.noor,)


@act(partial(erasures.ask, Erased.FAMILY), tells=True)
def ask_to_erase_the_family(world):
    return world.ana, world.riveras.id


@act(partial(erasures.ask, Erased.CHILD), tells=True)
def ask_to_erase_a_child(world):
    return world.ana, world.emma.id


@act(partial(erasures.withdraw, Erased.CHILD), tells=True)
def keep_a_child(world):
    erasures.ask(Erased.CHILD, world.emma.id, by=world.ana, **ON_THE_WEB)
    return world.ana, world.emma.id


@act(invitations.revoke, tells=False)
def revoke_invitation(world):
    return world.ana, invited(world)[0].id


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


def _with_tax_number(world, *, shared: bool):
    draft = Draft.of(kind=TaxNumberKind.SSN, number="912-34-5678", legal_name="Noor Haddad")
    tax_identities.put(draft, by=world.noor, at=A_WHILE_AGO, source=Source.WEB)
    if shared:
        tax_identities.share(world.riveras.id, by=world.noor, at=A_WHILE_AGO, source=Source.WEB)
    return world.noor


@act(tax_identities.share, tells=False)
def share_tax_number(world):
    return _with_tax_number(world, shared=False), world.riveras.id


@act(tax_identities.unshare, tells=False)
def unshare_tax_number(world):
    return _with_tax_number(world, shared=True), world.riveras.id


@act(tax_identities.delete, tells=False)
def delete_tax_number(world):
    return (_with_tax_number(world, shared=True),)


@act(tax_identities.print_number, tells=False)
def print_tax_number(world):
    _with_tax_number(world, shared=True)
    return world.ana, world.noor_of_riveras


_PAST = b"Planned start,Planned end,Children,Nanny\n2026-03-02 09:00,2026-03-02 17:00,Emma,Noor\n"


@act(partial(session_imports.import_sessions, dry_run=False, skip_refused=False), tells=False)
def import_past_sessions(world):
    return world.ana, world.riveras.id, _PAST


@act(session_imports.undo, tells=False)
def undo_import(world):
    outcome = session_imports.import_sessions(
        world.riveras.id, _PAST, dry_run=False, skip_refused=False, by=world.ana, at=A_WHILE_AGO, source=Source.WEB
    )
    return world.ana, outcome.import_id


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


@act(issued_documents.issue, tells=False)
def issue_document(world):
    return world.ana, world.riveras.id, Draft.of(kind=DocumentKind.YEAR_FAMILY, year=2026)


@act(issued_documents.print_tax_number, tells=False)
def print_document_with_tax_number(world):
    _with_tax_number(world, shared=True)
    about = Draft.of(kind=DocumentKind.YEAR_NANNY, year=2026, nanny_id=world.noor_of_riveras.id)
    issued = issued_documents.issue(world.riveras.id, about, by=world.ana, **ON_THE_WEB)
    return world.ana, issued.document.id, Draft.of(format=FileFormat.PDF)


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

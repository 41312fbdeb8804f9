"""For every kind of notice a case in which what it tells is still so, and one in which it is no more."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from handsel.actions import (
    care_schedules,
    care_sessions,
    change_requests,
    expenses,
    invitations,
    pay_policies,
    payments,
    period_moves,
    raises,
    time_off,
)
from handsel.actions.erasing import erasures
from handsel.models import CareSession, Expense, User
from handsel.notices import outbox, reminders
from handsel.notices.kinds import SILENT
from handsel.rules.drafts import Draft
from handsel.rules.erasing import Erased
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind
from handsel.rules.pay.expenses import Decision, ExpenseCategory
from handsel.rules.pay.period_moves import PeriodMove
from handsel.rules.roles import Role
from tests.actions.acts.pay import RAISE
from tests.actions.acts.pay_periods import a_period
from tests.world import NOW, ON_THE_WEB, World, wall

EVENING = wall("2026-06-01 18:00")


@dataclass
class Case:
    """Something that was told at a time; `spoil` makes it true no more."""

    at: datetime
    spoil: Callable[[], object]


cases: dict[NoticeKind, Callable[[World], Case]] = {}


def of(kind: NoticeKind):
    def record(make: Callable[[World], Case]) -> Callable[[World], Case]:
        cases[kind] = make
        return make

    return record


def act(move: str, session: CareSession, world: World, at: datetime = NOW) -> Callable[[], object]:
    by = world.noor if move in ("start", "complete") else world.ana
    return lambda: getattr(care_sessions, move)(session.id, by=by, at=at, source=Source.WEB)


def of_sessions(kind: NoticeKind, who: str, state: State, move: str, *, many: bool = False, **columns) -> None:
    """A notice of this morning's session, or as one of many."""

    def make(world: World) -> Case:
        session = world.session("2026-06-01 08:00", state=state, **columns)
        about = {"session": session}
        if many:
            about = {"family_id": world.riveras.id, "facts": outbox.session_facts([session])}
        outbox.notify(kind, [getattr(world, who).id], by=world.bea, at=NOW, **about)
        spoil = act(move, session, world)
        return Case(NOW, spoil if move != "delete" else CareSession.objects.filter(pk=session.pk).delete)

    cases[kind] = make


of_sessions(NoticeKind.SESSIONS_TO_CONFIRM, "ana", State.UNCONFIRMED, "confirm", many=True)
of_sessions(NoticeKind.SESSION_PLANNED, "noor", State.UNCONFIRMED, "cancel")
of_sessions(NoticeKind.SESSION_CONFIRMED, "noor", State.CONFIRMED, "cancel")
of_sessions(NoticeKind.SESSIONS_CONFIRMED, "noor", State.CONFIRMED, "cancel", many=True)
of_sessions(NoticeKind.SESSION_CANCELLED, "noor", State.CANCELLED, "restore")
of_sessions(NoticeKind.CANCELLED_FOR_ANOTHER, "noor", State.CANCELLED, "restore")
of_sessions(NoticeKind.SESSIONS_CANCELLED, "noor", State.CANCELLED, "restore", many=True)
of_sessions(NoticeKind.SESSION_RESTORED, "noor", State.UNCONFIRMED, "confirm")
of_sessions(NoticeKind.SESSIONS_RESTORED, "noor", State.UNCONFIRMED, "confirm", many=True)
of_sessions(NoticeKind.SESSION_CHANGED, "noor", State.CONFIRMED, "cancel")
of_sessions(NoticeKind.CONFIRMATION_WITHDRAWN, "ana", State.UNCONFIRMED, "confirm")
of_sessions(NoticeKind.CONFIRMED_ON_THE_FAMILYS_WORD, "ana", State.CONFIRMED, "cancel")
of_sessions(NoticeKind.SESSION_STARTED, "ana", State.IN_PROGRESS, "complete")
of_sessions(NoticeKind.SESSION_COMPLETED, "ana", State.COMPLETED, "delete")
of_sessions(NoticeKind.SESSION_CORRECTED, "ana", State.COMPLETED, "delete")
of_sessions(NoticeKind.SESSIONS_WITHOUT_NANNY, "ana", State.CONFIRMED, "cancel", many=True, nanny=None)
of_sessions(NoticeKind.SESSION_RECORDED, "ana", State.COMPLETED, "delete")
of_sessions(NoticeKind.SESSIONS_RECORDED, "ana", State.COMPLETED, "delete", many=True)
of_sessions(NoticeKind.RUNNING_LATE, "ana", State.CONFIRMED, "cancel")
of_sessions(NoticeKind.CONFIRM_UNDONE, "noor", State.UNCONFIRMED, "confirm")
of_sessions(NoticeKind.CONFIRMS_UNDONE, "noor", State.UNCONFIRMED, "confirm", many=True)
of_sessions(NoticeKind.CANCEL_UNDONE, "noor", State.CONFIRMED, "cancel")
of_sessions(NoticeKind.CANCELS_UNDONE, "noor", State.CONFIRMED, "cancel", many=True)
of_sessions(NoticeKind.START_UNDONE, "ana", State.CONFIRMED, "start")
of_sessions(NoticeKind.COMPLETE_UNDONE, "ana", State.IN_PROGRESS, "complete")
of_sessions(NoticeKind.RECORD_UNDONE, "ana", State.CONFIRMED, "start")
of_sessions(NoticeKind.SESSIONS_GIVEN_AGAIN, "noor", State.CONFIRMED, "cancel", many=True)
of_sessions(NoticeKind.CHANGE_ACCEPTED, "noor", State.CONFIRMED, "cancel")
of_sessions(NoticeKind.CHANGE_DECLINED, "noor", State.CONFIRMED, "cancel")


@of(NoticeKind.CONFIRM_ASKED)
def confirm_asked(world: World) -> Case:
    session = world.session("2026-05-31 08:00")
    care_sessions.ask_to_confirm(session.id, by=world.noor, **ON_THE_WEB)
    return Case(NOW, act("confirm", session, world))


@of(NoticeKind.CHANGE_REQUESTED)
def a_request_is_taken_back(world: World) -> Case:
    session = world.session("2026-06-04 09:00", state=State.CONFIRMED)
    request = change_requests.ask(session.id, Draft.of(message="An hour later?"), by=world.noor, **ON_THE_WEB)
    return Case(NOW, lambda: change_requests.withdraw(request.id, by=world.noor, **ON_THE_WEB))


@of(NoticeKind.MEMBER_JOINED)
def who_was_told_of_sam_leaves(world: World) -> Case:
    draft = Draft.of(email="sam@example.com", role=Role.NANNY)
    _, secret = invitations.invite(world.riveras.id, draft, by=world.luis, **ON_THE_WEB)
    invitations.accept(Draft.of(token=secret), by=world.sam, **ON_THE_WEB)
    return Case(NOW, lambda: (world.leave(world.ana_of_riveras), world.leave(world.luis_of_riveras)))


@of(NoticeKind.ERASURE_ASKED)
def who_was_told_of_an_erasure_leaves(world: World) -> Case:
    erasures.ask(Erased.CHILD, world.emma.id, by=world.luis, **ON_THE_WEB)
    return Case(NOW, lambda: world.leave(world.ana_of_riveras))


@of(NoticeKind.ERASURE_WITHDRAWN)
def who_was_told_that_it_is_kept_leaves(world: World) -> Case:
    erasures.ask(Erased.CHILD, world.emma.id, by=world.luis, **ON_THE_WEB)
    erasures.withdraw(Erased.CHILD, world.emma.id, by=world.luis, **ON_THE_WEB)
    return Case(NOW, lambda: world.leave(world.ana_of_riveras))


def of_a_pay_period(kind: NoticeKind, moves: list[PeriodMove], spoil: PeriodMove) -> None:
    """Of Noor's last week, after these moves by Ana; it stands no more as it did after one more."""

    def make(world: World) -> Case:
        period_id = a_period(world, *moves)
        if spoil is PeriodMove.DECLINE_TO_REOPEN or kind is NoticeKind.PAY_PERIOD_REOPEN_DECLINED:
            period_moves.move(PeriodMove.ASK_TO_REOPEN, period_id, WORDS, by=world.noor, **ON_THE_WEB)
        if kind is NoticeKind.PAY_PERIOD_REOPEN_DECLINED:
            period_moves.move(PeriodMove.DECLINE_TO_REOPEN, period_id, WORDS, by=world.ana, **ON_THE_WEB)
        return Case(NOW, lambda: period_moves.move(spoil, period_id, WORDS, by=world.ana, **ON_THE_WEB))

    cases[kind] = make


WORDS = Draft.of(message="?", reason="?")
_SUBMITTED, _APPROVED = [PeriodMove.SUBMIT], [PeriodMove.SUBMIT, PeriodMove.APPROVE]
of_a_pay_period(NoticeKind.PAY_PERIOD_SUBMITTED, _SUBMITTED, PeriodMove.APPROVE)
of_a_pay_period(NoticeKind.PAY_PERIOD_WITHDRAWN, [*_SUBMITTED, PeriodMove.WITHDRAW], PeriodMove.SUBMIT)
of_a_pay_period(NoticeKind.PAY_PERIOD_QUERIED, [*_SUBMITTED, PeriodMove.QUERY], PeriodMove.SUBMIT)
of_a_pay_period(NoticeKind.PAY_PERIOD_APPROVED, _APPROVED, PeriodMove.REOPEN)
of_a_pay_period(NoticeKind.PAY_PERIOD_REOPENED, [*_APPROVED, PeriodMove.REOPEN], PeriodMove.SUBMIT)
of_a_pay_period(NoticeKind.PAY_PERIOD_REOPEN_ASKED, _APPROVED, PeriodMove.DECLINE_TO_REOPEN)
of_a_pay_period(NoticeKind.PAY_PERIOD_REOPEN_DECLINED, _APPROVED, PeriodMove.REOPEN)


def of_a_calendar(kind: NoticeKind) -> None:
    """A file is of use as long as there is somebody to send it to."""

    def make(world: World) -> Case:
        facts = outbox.session_facts([world.session("2026-06-01 08:00", state=State.CONFIRMED)])
        people = [world.noor.id]
        outbox.notify(kind, people, by=world.bea, at=NOW, family_id=world.riveras.id, facts=facts)
        return Case(NOW, lambda: User.objects.filter(pk=world.noor.pk).update(is_active=False))

    cases[kind] = make


for silent in sorted(SILENT):
    of_a_calendar(NoticeKind(silent))


def away(world: World):
    draft = Draft.of(from_date=date(2026, 6, 8), to_date=date(2026, 6, 9))
    return time_off.create(world.riveras.id, draft, by=world.noor, **ON_THE_WEB)


@of(NoticeKind.PLANNING_STOPPED)
def who_was_told_of_a_cap_leaves(world: World) -> Case:
    facts = {"schedule": "Mornings"}
    outbox.notify(
        NoticeKind.PLANNING_STOPPED, [world.ana.id], by=world.noor, at=NOW, family_id=world.riveras.id, facts=facts
    )
    return Case(NOW, lambda: world.leave(world.ana_of_riveras))


@of(NoticeKind.TIME_OFF_ENTERED)
def noor_works_after_all(world: World) -> Case:
    entered = away(world)
    return Case(NOW, lambda: time_off.delete(entered.id, by=world.noor, **ON_THE_WEB))


def lunch(world: World) -> Expense:
    draft = Draft.of(category=ExpenseCategory.MEALS, date=date(2026, 5, 26), amount=Decimal("12.50"))
    return expenses.create(world.riveras.id, draft, by=world.noor, **ON_THE_WEB)


def decided(world: World, decision: Decision) -> Callable[[], object]:
    """Noor's lunch is answered; then the answer changes."""
    expense, words = lunch(world), Draft.of(answer="Not for us.")
    expenses.decide(decision, expense.id, words, by=world.ana, **ON_THE_WEB)
    other = Decision.DECLINE if decision is Decision.APPROVE else Decision.APPROVE
    return lambda: expenses.decide(other, expense.id, words, by=world.ana, **ON_THE_WEB)


@of(NoticeKind.EXPENSE_ENTERED)
def ana_approves_the_lunch(world: World) -> Case:
    expense = lunch(world)
    return Case(NOW, lambda: expenses.decide(Decision.APPROVE, expense.id, by=world.ana, **ON_THE_WEB))


@of(NoticeKind.EXPENSE_APPROVED)
def ana_thinks_again(world: World) -> Case:
    return Case(NOW, decided(world, Decision.APPROVE))


@of(NoticeKind.EXPENSE_DECLINED)
def ana_is_talked_round(world: World) -> Case:
    return Case(NOW, decided(world, Decision.DECLINE))


@of(NoticeKind.TIME_OFF_OVER_SESSIONS)
def who_was_told_of_the_sessions_leaves(world: World) -> Case:
    world.session("2026-06-08 09:00", state=State.CONFIRMED)
    away(world)
    return Case(NOW, lambda: (world.leave(world.ana_of_riveras), world.leave(world.luis_of_riveras)))


@of(NoticeKind.TIME_OFF_TAKEN_BACK)
def who_was_told_that_she_does_leaves(world: World) -> Case:
    time_off.delete(away(world).id, by=world.noor, **ON_THE_WEB)
    told = (world.ana_of_riveras, world.luis_of_riveras, world.ada_of_okafors)
    return Case(NOW, lambda: [world.leave(member) for member in told])


def new_terms(world: World):
    whose = world.noor_of_riveras.id
    draft = Draft.of(effective_from=date(2026, 6, 8), nanny_id=whose, weekly_overtime_after=2400)
    return pay_policies.create(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)


@of(NoticeKind.NEW_PAY_TERMS)
def new_terms_are_withdrawn(world: World) -> Case:
    terms = new_terms(world)
    return Case(NOW, lambda: pay_policies.delete(terms.id, by=world.ana, **ON_THE_WEB))


@of(NoticeKind.PAY_TERMS_WITHDRAWN)
def who_was_told_of_withdrawn_terms_leaves(world: World) -> Case:
    pay_policies.delete(new_terms(world).id, by=world.ana, **ON_THE_WEB)
    return Case(NOW, lambda: world.leave(world.noor_of_riveras))


@of(NoticeKind.RATE_RAISED)
def who_was_told_of_a_raise_leaves(world: World) -> Case:
    world.session("2026-06-08 09:00")
    raises.make(world.riveras.id, Draft.of(nanny_id=world.noor_of_riveras.id, **RAISE), by=world.ana, **ON_THE_WEB)
    told = (world.noor_of_riveras, world.luis_of_riveras)
    return Case(NOW, lambda: [world.leave(member) for member in told])


@of(NoticeKind.PAYMENT_RECORDED)
def a_payment_is_voided(world: World) -> Case:
    payment = cash_for(world)
    return Case(NOW, lambda: payments.void(payment.id, Draft.of(reason="Never given."), by=world.ana, **ON_THE_WEB))


@of(NoticeKind.PAYMENT_VOIDED)
def who_was_told_of_a_void_leaves(world: World) -> Case:
    payments.void(cash_for(world).id, Draft.of(reason="Never given."), by=world.ana, **ON_THE_WEB)
    return Case(NOW, lambda: world.leave(world.noor_of_riveras))


def cash_for(world: World):
    draft = Draft.of(nanny_id=world.noor_of_riveras.id, date=date(2026, 5, 29), amount=Decimal(300), method="CASH")
    return payments.record(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)


@of(NoticeKind.STILL_TO_CONFIRM)
def ana_answers_at_last(world: World) -> Case:
    session = world.session("2026-06-03 18:00")
    reminders.remind(EVENING)
    return Case(EVENING, act("confirm", session, world, EVENING))


@of(NoticeKind.TOMORROW)
def tomorrow_is_called_off(world: World) -> Case:
    session = world.session("2026-06-02 09:00", state=State.CONFIRMED)
    reminders.remind(EVENING)
    return Case(EVENING, act("cancel", session, world, EVENING))


@of(NoticeKind.SHOULD_HAVE_STARTED)
def noor_starts(world: World) -> Case:
    at = wall("2026-06-01 18:30")
    session = world.session("2026-06-01 18:00", state=State.CONFIRMED)
    reminders.remind(at)
    return Case(at, act("start", session, world, at))


@of(NoticeKind.STILL_RUNNING)
def noor_goes_home(world: World) -> Case:
    session = world.session("2026-06-01 09:00", hours=8, state=State.IN_PROGRESS)
    reminders.remind(EVENING)
    return Case(EVENING, act("complete", session, world, EVENING))


@of(NoticeKind.NOT_RECORDED)
def it_is_called_off_afterwards(world: World) -> Case:
    at = wall("2026-06-03 09:00")
    session = world.session("2026-06-02 09:00", state=State.CONFIRMED)
    reminders.remind(at)
    return Case(at, act("cancel", session, world, at))


@of(NoticeKind.STILL_NO_NANNY)
def somebody_takes_it(world: World) -> Case:
    session = world.session("2026-06-02 06:00", state=State.CONFIRMED, nanny=None)
    reminders.remind(EVENING)
    changes = Draft.of(nanny_id=world.bea_of_riveras.id)
    return Case(EVENING, lambda: care_sessions.update(session.id, changes, by=world.ana, at=EVENING, source=Source.WEB))


@of(NoticeKind.PLAN_ENDS)
def a_schedule_is_paused(world: World) -> Case:
    schedule = a_plan_that_ends(world)
    return Case(
        EVENING, lambda: care_schedules.update(schedule.id, Draft.of(is_active=False), by=world.ana, **ON_THE_WEB)
    )


def a_plan_that_ends(world: World):
    schedule = world.schedule()
    world.session("2026-06-01 06:00", schedule=schedule, slot_date=date(2026, 6, 1), state=State.COMPLETED)
    reminders.remind(EVENING)
    return schedule

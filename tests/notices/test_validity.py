"""Whether what somebody is told is still so: for every kind a case in which it is, and one in which it is no more."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from handsel.actions import (
    care_schedules,
    care_sessions,
    change_requests,
    expenses,
    inbox,
    invitations,
    pay_policies,
    payments,
    period_moves,
    raises,
    time_off,
)
from handsel.actions.erasing import erasures
from handsel.models import CareSession, Expense, Notice, User
from handsel.notices import outbox, reminders, validity
from handsel.notices.kinds import SILENT
from handsel.rules.drafts import Draft
from handsel.rules.erasing import Erased
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind
from handsel.rules.pay.expenses import Decision, ExpenseCategory
from handsel.rules.pay.period_moves import PeriodMove
from handsel.rules.roles import Role
from tests.actions.acts import RAISE, a_period
from tests.world import LONG_AGO, NOW, ON_THE_WEB, World, wall

pytestmark = pytest.mark.any_database

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


def true_at(at: datetime, kind: NoticeKind) -> dict[str, list[CareSession]]:
    """What is still true of the notices of a kind, by the person's name."""
    notices = Notice.objects.filter(kind=kind).select_related("person", "family")
    valid = [entry for notice in notices for entry in validity.still_valid(notice.person, [notice], at=at).values()]
    return {entry.notice.person.name: entry.sessions for entry in valid}


@pytest.mark.parametrize("kind", NoticeKind)
def test_it_is_true_and_then_no_more(world, kind):
    case = cases[kind](world)
    notices = Notice.objects.filter(kind=kind)
    assert true_at(case.at, kind).keys() == set(notices.values_list("person__name", flat=True)) != set()
    case.spoil()
    assert true_at(case.at, kind) == {}


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in SILENT])
def test_what_was_read_already_and_what_may_not_be_seen_any_more_does_not_leave(world, kind):
    case = cases[kind](world)
    notice = Notice.objects.filter(kind=kind).first()
    inbox.mark_read(notice.id, by=notice.person, at=case.at)
    assert notice.person.name not in true_at(case.at, kind)
    for member in (world.ana_of_riveras, world.luis_of_riveras, world.noor_of_riveras):
        world.leave(member)
    assert true_at(case.at, kind) == {}


@pytest.mark.parametrize("kind", sorted(SILENT))
def test_a_calendar_is_corrected_though_nobody_reads_of_it_and_when_they_have_left(world, kind):
    cases[NoticeKind(kind)](world)
    Notice.objects.update(read_at=NOW)
    assert [len(sessions) for sessions in true_at(NOW, kind).values()] == [1]
    world.leave(world.noor_of_riveras)
    assert (true_at(NOW, kind) or {"Noor": []}) == {"Noor": []}  # of what they may not see it names nothing


def test_a_list_is_narrowed_to_what_still_is(world):
    first, second, third = (
        world.session(f"2026-06-02 {hour}:00", hours=1, state=State.CONFIRMED) for hour in (10, 13, 16)
    )
    reminders.remind(EVENING)
    act("cancel", second, world, EVENING)()
    later = Draft.of(scheduled_start=wall("2026-06-03 16:00"), scheduled_end=wall("2026-06-03 17:00"))
    care_sessions.update(third.id, later, by=world.ana, at=EVENING, source=Source.WEB)
    assert true_at(EVENING, NoticeKind.TOMORROW) == {"Ana": [first], "Luis": [first], "Noor": [first]}


def test_at_midnight_tomorrow_has_come(world):
    world.session("2026-06-02 09:00", state=State.CONFIRMED)
    world.noor.time_zone = "America/Los_Angeles"
    world.noor.save()
    for hours in range(6):
        reminders.remind(EVENING + timedelta(hours=hours))
    midnight = wall("2026-06-02 00:00")
    assert true_at(midnight - timedelta(seconds=1), NoticeKind.TOMORROW).keys() == {"Ana", "Luis", "Noor"}
    assert true_at(midnight, NoticeKind.TOMORROW).keys() == {"Noor"}  # in Los Angeles it is nine
    assert true_at(midnight + timedelta(hours=3), NoticeKind.TOMORROW) == {}


def test_what_was_moved_is_neither_late_to_start_nor_still_to_be_answered_that_day(world):
    late, open_one = world.session("2026-06-01 17:00", state=State.CONFIRMED), world.session("2026-06-03 18:00")
    reminders.remind(EVENING)
    for session in (late, open_one):
        CareSession.objects.filter(pk=session.pk).update(
            scheduled_start=wall("2026-06-05 10:00"),
            scheduled_end=wall("2026-06-05 12:00"),
            pay_date=date(2026, 6, 5),
        )
    for kind in (NoticeKind.SHOULD_HAVE_STARTED, NoticeKind.STILL_TO_CONFIRM):
        assert Notice.objects.filter(kind=kind).exists()
        assert true_at(EVENING, kind) == {}


def test_a_plan_that_goes_on_ends_no_more(world):
    schedule = a_plan_that_ends(world)
    world.session("2026-06-03 06:00", schedule=schedule, slot_date=date(2026, 6, 3))
    assert true_at(EVENING, NoticeKind.PLAN_ENDS).keys() == {"Ana", "Luis", "Noor"}
    world.session("2026-06-26 06:00", schedule=schedule, slot_date=date(2026, 6, 26))
    assert true_at(EVENING, NoticeKind.PLAN_ENDS) == {}


def test_what_lies_ahead_is_over_when_its_session_is(world):
    session = world.session("2026-06-01 08:00", hours=2)
    outbox.notify(NoticeKind.SESSION_PLANNED, [world.noor.id], by=world.ana, at=NOW, session=session)
    end = session.scheduled_end
    assert true_at(end - timedelta(seconds=1), NoticeKind.SESSION_PLANNED) == {"Noor": [session]}
    assert true_at(end, NoticeKind.SESSION_PLANNED) == {}


def test_what_has_a_new_nanny_is_hers_and_nobodys_worry_any_more(world):
    of_noor, free = world.session(state=State.CONFIRMED), world.session("2026-06-03 09:00", nanny=None)
    outbox.notify(NoticeKind.SESSION_CONFIRMED, [world.noor.id], by=world.ana, at=NOW, session=of_noor)
    facts = outbox.session_facts([free])
    outbox.notify(
        NoticeKind.SESSIONS_WITHOUT_NANNY,
        [world.ana.id],
        by=world.luis,
        at=NOW,
        family_id=world.riveras.id,
        facts=facts,
    )
    for session in (of_noor, free):
        draft = Draft.of(nanny_id=world.bea_of_riveras.id)
        care_sessions.update(session.id, draft, by=world.ana, **ON_THE_WEB)
    assert true_at(NOW, NoticeKind.SESSION_CONFIRMED) == {}
    assert true_at(NOW, NoticeKind.SESSIONS_WITHOUT_NANNY) == {}


def test_a_confirmed_session_that_was_deleted_is_still_said_to_be_off(world):
    session = world.session(state=State.CONFIRMED)
    care_sessions.delete(session.id, by=world.ana, **ON_THE_WEB)
    assert true_at(NOW, NoticeKind.SESSION_CANCELLED) == {"Luis": [], "Noor": []}


def test_a_notice_never_speaks_of_a_session_of_another_family(world):
    session = world.session(family=world.okafors)
    facts = outbox.session_facts([session])
    outbox.notify(
        NoticeKind.SESSIONS_TO_CONFIRM, [world.ana.id], by=world.luis, at=NOW, family_id=world.riveras.id, facts=facts
    )
    assert true_at(NOW, NoticeKind.SESSIONS_TO_CONFIRM) == {}


@pytest.mark.parametrize("count", [1, 9])
def test_many_notices_cost_as_many_queries_as_one_of_each(world, count, django_assert_num_queries):
    for kind in (NoticeKind.TIME_OFF_ENTERED, NoticeKind.PLAN_ENDS, NoticeKind.CHANGE_REQUESTED, NoticeKind.TOMORROW):
        cases[kind](world)
    for _ in range(count):
        session = world.session(overlap_allowed=True, created_at=LONG_AGO)
        outbox.notify(NoticeKind.SESSION_PLANNED, [world.noor.id], by=world.ana, at=NOW, session=session)
    notices = list(Notice.objects.all())
    with django_assert_num_queries(4):
        validity.still_valid(world.ana, notices, at=EVENING)

"""A raise: schedules, planned sessions and basic rate together, and nothing that is settled or done."""

from datetime import date
from decimal import Decimal

import pytest

from handsel.actions import care_schedules, care_sessions, generation, pay_policies, raises
from handsel.models import CareSession, Event, Notice, PayPolicy
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind
from handsel.rules.refusals import Invalid, Locked, NotAllowed, NotVisible, WrongState
from handsel.rules.roles import Role
from tests import approved_pay
from tests.actions.acts.pay import RAISE
from tests.models.broken_pay import a_policy
from tests.tables import everything
from tests.world import NOW, ON_THE_WEB

OLD, NEW = RAISE["old_rate"], RAISE["hourly_rate"]


def raised(world, *, by=None, **values):
    draft = Draft.of(**{"nanny_id": world.noor_of_riveras.id, **RAISE, **values})
    return raises.make(world.riveras.id, draft, by=by or world.ana, **ON_THE_WEB)


def rates(*sessions: CareSession) -> list[Decimal]:
    for session in sessions:
        session.refresh_from_db()
    return [session.hourly_rate for session in sessions]


def test_schedules_and_planned_sessions_change_together_and_what_is_confirmed_stays_so(world):
    schedule, bea_s = world.schedule(), world.schedule(nanny=world.bea_of_riveras)
    other, over = world.schedule(hourly_rate="30.00"), world.schedule(end_date=date(2026, 6, 7))
    before = world.session("2026-06-05 09:00", state=State.CONFIRMED)
    agreed = world.session("2026-06-08 09:00", state=State.CONFIRMED)
    waiting = world.session("2026-06-09 09:00")
    at_another_rate = world.session("2026-06-10 09:00", hourly_rate="30.00")
    cancelled = world.session("2026-06-11 09:00", state=State.CANCELLED)
    beas = world.session("2026-06-12 09:00", nanny=world.bea_of_riveras)
    plan = raised(world)
    assert (len(plan.schedules), len(plan.sessions), plan.held, plan.done) == (1, 2, 0, 0)
    for row, rate in ((schedule, NEW), (bea_s, OLD), (other, Decimal(30)), (over, OLD)):
        row.refresh_from_db()
        assert row.hourly_rate == rate
    assert rates(before, agreed, waiting, at_another_rate) == [OLD, NEW, NEW, Decimal(30)]
    assert rates(cancelled, beas) == [OLD, OLD]
    assert (agreed.is_confirmed, waiting.is_confirmed, agreed.version) == (True, False, 2)
    kinds = [*Event.objects.order_by("at", "id").values_list("kind", flat=True)]
    assert kinds == ["care_schedule.updated", "care_session.updated", "care_session.updated", "pay_rate.raised"]


def test_what_is_done_under_way_or_settled_keeps_its_rate(world):
    held = world.session("2026-05-08 09:00", state=State.UNCONFIRMED)
    approved_pay.approve(world, approved_pay.submitted(world))
    done = world.session("2026-05-29 06:00", state=State.COMPLETED)
    running = world.session("2026-06-01 06:00", state=State.IN_PROGRESS)
    planned = world.session("2026-06-08 09:00")
    plan = raised(world, from_date=date(2026, 5, 8))
    assert (plan.held, plan.done) == (1, 2)
    assert rates(held, done, running, planned) == [OLD, OLD, OLD, NEW]


def test_a_schedule_plans_days_before_the_raise_at_the_old_rate(world):
    schedule = world.schedule()
    raised(world)
    dates = Draft.of(from_date=date(2026, 6, 3), to_date=date(2026, 6, 10))
    generation.generate(schedule.id, dates, by=world.ana, **ON_THE_WEB)
    planned = CareSession.objects.order_by("slot_date").values_list("slot_date__day", "hourly_rate")
    assert [*planned] == [(3, OLD), (5, OLD), (8, NEW), (10, NEW)]
    # A rate that somebody sets for the schedule itself holds for every day that is planned from then on.
    care_schedules.update(schedule.id, Draft.of(hourly_rate=Decimal(30)), by=world.ana, **ON_THE_WEB)
    CareSession.objects.all().delete()
    generation.generate(schedule.id, dates, by=world.ana, **ON_THE_WEB)
    assert {*CareSession.objects.values_list("hourly_rate", flat=True)} == {Decimal(30)}


def test_everybody_is_told_once_and_no_notice_holds_a_rate(world):
    a_policy(world, basic_rate="25.00")
    world.schedule()
    for day in (8, 9, 10):
        world.session(f"2026-06-{day:02} 09:00", state=State.CONFIRMED)
    raised(world)
    told = {notice.person_id: notice for notice in Notice.objects.all()}
    assert (told.keys(), Notice.objects.count()) == ({world.noor.id, world.luis.id}, 2)
    for notice in told.values():
        assert notice.kind == NoticeKind.RATE_RAISED
        assert notice.facts.keys() == {"by", "by_id", "raise"}


def test_the_terms_of_the_only_nanny_take_the_rate_along(world):
    world.leave(world.bea_of_riveras)
    a_policy(world, basic_rate="25.00", guaranteed_minutes=1200, weekly_overtime_after=2400)
    ahead = a_policy(world, basic_rate="25.00", effective_from=date(2026, 7, 6))
    other = a_policy(world, basic_rate="26.00", effective_from=date(2026, 8, 3))
    world.schedule()
    raised(world)
    new = PayPolicy.objects.get(effective_from=date(2026, 6, 8))
    assert (new.nanny_id, new.basic_rate, new.guaranteed_minutes, new.weekly_overtime_after) == (None, NEW, 1200, 2400)
    ahead.refresh_from_db()
    other.refresh_from_db()
    assert (ahead.basic_rate, other.basic_rate) == (NEW, Decimal(26))


def test_terms_that_others_go_by_too_become_the_nannys_own(world):
    familys = a_policy(world, basic_rate="25.00", weekly_overtime_after=2400)
    world.schedule()
    plan = raised(world)
    assert plan.terms.nanny_id == world.noor_of_riveras.id
    own = PayPolicy.objects.get(nanny=world.noor_of_riveras)
    assert (own.effective_from, own.basic_rate, own.weekly_overtime_after) == (date(2026, 6, 8), NEW, 2400)
    familys.refresh_from_db()
    assert familys.basic_rate == OLD


def test_terms_of_that_very_day_are_changed_and_can_be_left_out(world):
    own = a_policy(world, nanny=world.noor_of_riveras, basic_rate="25.00", effective_from=date(2026, 6, 8))
    world.schedule()
    assert (
        raises.plan(
            world.riveras.id,
            Draft.of(nanny_id=world.noor_of_riveras.id, with_basic_rate=False, **RAISE),
            by=world.ana,
            at=NOW,
        ).terms
        is None
    )
    raised(world)
    own.refresh_from_db()
    assert (own.basic_rate, own.version, PayPolicy.objects.count()) == (NEW, 2, 1)


def test_terms_that_are_settled_refuse_the_day_before_anything_is_written(world):
    a_policy(world, nanny=world.noor_of_riveras, basic_rate="25.00")
    session = world.session("2026-05-29 09:00")
    period = approved_pay.submitted(world)
    with pytest.raises(Locked):
        raised(world)
    approved_pay.approve(world, period)
    with pytest.raises(Invalid) as refused:
        raised(world, from_date=date(2026, 5, 25))
    assert refused.value.errors == {"from_date": "Since pay was approved, terms can’t begin before today."}
    assert rates(session) == [OLD]
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"hourly_rate": OLD}, "hourly_rate"),
        ({"old_rate": Decimal(19)}, "old_rate"),
        ({"from_date": None}, "from_date"),
        ({"nanny_id": None}, "nanny_id"),
    ],
)
def test_what_is_wrong_is_named(world, values, field):
    world.schedule()
    with pytest.raises(Invalid) as refused:
        raised(world, **values)
    assert refused.value.errors.keys() == {field}


def test_a_nanny_raises_nobody_and_a_coordinator_does(world):
    world.schedule()
    for person in (world.noor, world.join(world.riveras, Role.VIEWER).user):
        with pytest.raises(NotAllowed):
            raised(world, by=person)
    assert raised(world, by=world.join(world.riveras, Role.COORDINATOR).user).schedules


def test_a_raise_taken_back_leaves_every_rate_as_it_was(world):
    schedule, session = world.schedule(), world.session("2026-06-08 09:00", state=State.CONFIRMED)
    raised(world)
    raised(world, old_rate=NEW, hourly_rate=OLD)
    schedule.refresh_from_db()
    assert (schedule.hourly_rate, rates(session)) == (OLD, [OLD])
    dates = Draft.of(from_date=date(2026, 6, 3), to_date=date(2026, 6, 3))
    generation.generate(schedule.id, dates, by=world.ana, **ON_THE_WEB)
    assert CareSession.objects.get(slot_date=date(2026, 6, 3)).hourly_rate == OLD


def test_a_raise_is_taken_back_whole_and_what_nobody_heard_is_gone(world):
    world.leave(world.bea_of_riveras)
    a_policy(world, basic_rate="25.00")
    ahead = a_policy(world, basic_rate="25.00", effective_from=date(2026, 7, 6))
    schedule, agreed = world.schedule(), world.session("2026-06-08 09:00", state=State.CONFIRMED)
    made = raised(world)
    raises.undo(made.event_id, by=world.ana, **ON_THE_WEB)
    schedule.refresh_from_db()
    ahead.refresh_from_db()
    assert (schedule.hourly_rate, ahead.basic_rate, rates(agreed)) == (OLD, OLD, [OLD])
    assert agreed.is_confirmed
    assert not PayPolicy.objects.filter(effective_from=date(2026, 6, 8)).exists()
    assert not Notice.objects.exists()
    dates = Draft.of(from_date=date(2026, 6, 3), to_date=date(2026, 6, 10))
    generation.generate(schedule.id, dates, by=world.ana, **ON_THE_WEB)
    assert {*CareSession.objects.values_list("hourly_rate", flat=True)} == {OLD}
    with pytest.raises(WrongState):
        raises.undo(made.event_id, by=world.ana, **ON_THE_WEB)


def test_who_heard_of_a_raise_hears_that_it_is_taken_back(world):
    world.schedule()
    made = raised(world)
    Notice.objects.update(routed_at=NOW)
    raises.undo(made.event_id, by=world.ana, **ON_THE_WEB)
    told = Notice.objects.filter(routed_at=None)
    assert {notice.person_id for notice in told} == {world.noor.id, world.luis.id}
    back = Event.objects.get(id=told[0].facts["raise"])
    assert back.changes["hourly_rate"] == ["27.50", "25.00"]


def changed_session(world, session, schedule):
    care_sessions.update(session.id, Draft.of(hourly_rate=Decimal(30)), by=world.ana, **ON_THE_WEB)


def changed_schedule(world, session, schedule):
    care_schedules.update(schedule.id, Draft.of(name="Early"), by=world.ana, **ON_THE_WEB)


def planned_more(world, session, schedule):
    dates = Draft.of(from_date=date(2026, 6, 15), to_date=date(2026, 6, 17))
    generation.generate(schedule.id, dates, by=world.ana, **ON_THE_WEB)


def changed_terms(world, session, schedule):
    policy = PayPolicy.objects.get(effective_from=date(2026, 6, 8))
    pay_policies.update(policy.id, Draft.of(federal_overtime=True), by=world.ana, **ON_THE_WEB)


@pytest.mark.parametrize("since", [changed_session, changed_schedule, planned_more, changed_terms])
def test_a_raise_of_which_something_was_changed_since_stays(world, since):
    a_policy(world, basic_rate="25.00")
    schedule, session = world.schedule(), world.session("2026-06-09 09:00", state=State.CONFIRMED)
    made = raised(world)
    since(world, session, schedule)
    before = everything()
    with pytest.raises(WrongState):
        raises.undo(made.event_id, by=world.ana, **ON_THE_WEB)
    assert everything() == before


def test_a_raise_of_which_something_is_settled_stays(world):
    session = world.session("2026-05-09 09:00", state=State.CONFIRMED)
    made = raised(world, from_date=date(2026, 5, 4))
    approved_pay.approve(world, approved_pay.submitted(world))
    with pytest.raises(Locked):
        raises.undo(made.event_id, by=world.ana, **ON_THE_WEB)
    assert rates(session) == [NEW]


def test_who_may_not_raise_takes_none_back(world):
    world.schedule()
    made = raised(world)
    for person, refusal in ((world.noor, NotAllowed), (world.bea, NotAllowed), (world.sam, NotVisible)):
        with pytest.raises(refusal):
            raises.undo(made.event_id, by=person, **ON_THE_WEB)

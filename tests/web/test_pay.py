"""Pay as its nanny, the family and the others see it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from handsel.models import ApprovedAmounts, CareSession, Member, PayPeriod, PayPolicy
from handsel.rules.lifecycle import State
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.roles import Role
from tests.models.broken_expenses import an_expense
from tests.models.broken_pay_items import an_item
from tests.models.broken_pay_periods import a_period
from tests.models.broken_payments import a_payment
from tests.web.fields import fields_of
from tests.web.many_rows import crowd
from tests.web.visitor import Visitor
from tests.world import LONG_AGO

pytestmark = pytest.mark.any_database


@pytest.fixture
def last_week(world):
    """Noor's days of 9 h before this Monday, with overtime after 40 h; one stands apart on this Monday."""
    PayPolicy.objects.create(
        family=world.riveras,
        effective_from=LONG_AGO.date(),
        weekly_overtime_after=2400,
        preset="US_FEDERAL",
        created_by=world.ana_of_riveras,
        created_at=LONG_AGO,
    )
    days = [world.session(f"2026-05-{day} 06:00", hours=9, state=State.COMPLETED) for day in range(25, 30)]
    return [*days, world.session("2026-06-01 06:00", hours=2, state=State.CONFIRMED)]


def test_this_week_stands_line_by_line_with_what_is_not_paid(ana, noor, last_week, world):
    world.session("2026-06-01 03:00", hours=2, state=State.COMPLETED)
    for visitor in (ana, noor):
        query = {} if visitor is noor else {"nanny": str(world.noor_of_riveras.id)}
        page = visitor.get("pay", world.riveras.id, **query)
        assert page.says("$50.00 2 h worked, 4 h planned")
        assert page.says("Mon 1 Jun Work 2 h $50.00 2:00 h x 25.00 = 50.00 Time that the session took")
        assert page.says("Not paid and why Mon 1 Jun confirmed, not recorded")


def test_the_last_weeks_are_a_chart_and_a_table(noor, last_week, world):
    page = noor.get("pay", world.riveras.id)
    assert page.says("25–31 May 45 h 45 h")
    assert page.says("25–31 May $1,125.00 $62.50 – – $1,187.50")
    assert 'aria-label="Earnings a week: $1,187.50 together, at most $1,187.50"' in page.html
    assert page.says("Nothing is earned yet")


def test_of_several_nannies_one_is_chosen_on_top(ana, noor, last_week, world):
    page = ana.get("pay", world.riveras.id)
    assert page.says("Noor")
    assert page.says("Bea")
    beas = ana.get("pay", world.riveras.id, nanny=str(world.bea_of_riveras.id))
    assert beas.says("Bea: This week so far")
    assert not beas.says("$1,125.00")
    noor.get("pay", world.riveras.id, nanny=str(world.bea_of_riveras.id), status=404)
    ana.get("pay", world.riveras.id, nanny=str(world.noor_of_okafors.id), status=404)


def test_who_sees_no_pay_keeps_the_hours(viewer, ana, noor, sam, last_week, world):
    viewer.get("pay", world.riveras.id, status=403)
    sam.get("pay", world.riveras.id, status=404)
    assert viewer.get("records", status=302).response["Location"] == f"/families/{world.riveras.id}/records/"
    assert ana.get("records", status=302).response["Location"] == f"/families/{world.riveras.id}/pay/"
    assert not viewer.get("family_records", world.riveras.id, 2026).offers("pay", world.riveras.id)
    assert ana.get("family_records", world.riveras.id, 2026).offers("pay", world.riveras.id)


def test_a_family_that_keeps_the_book_alone_has_pay_of_nobody(ana, world):
    CareSession.objects.all().delete()
    Member.objects.filter(family=world.riveras, role=Role.NANNY).delete()
    assert ana.get("pay", world.riveras.id).says("No terms of pay yet")
    world.session("2026-06-01 06:00", hours=2, state=State.COMPLETED, nanny=None)
    assert ana.get("pay", world.riveras.id).says("$50.00 2 h worked")


@pytest.mark.parametrize("count", [1, 60])
def test_the_questions_do_not_grow(noor, last_week, world, count, django_assert_num_queries):
    crowd(world, count, state=State.COMPLETED, start="2026-04-06 06:00")
    assert CareSession.objects.filter(actual_start__gt=LONG_AGO + timedelta(days=1)).count() == 5 + count
    with django_assert_num_queries(17):
        noor.get("pay", world.riveras.id)


def test_what_is_owed_and_what_was_settled(ana, noor, world):
    query = {"nanny": str(world.noor_of_riveras.id)}
    assert not ana.get("pay", world.riveras.id, **query).says("All settled")
    period = a_period(world, PeriodStatus.SUBMITTED)
    assert ana.get("pay", world.riveras.id, **query).says("This pay period 4–10 May")
    stored = {name: [] for name in ("lines", "weeks", "apart", "warnings", "policy_ids")}
    when = {"approved_at": LONG_AGO, "approved_by": world.ana_of_riveras}
    totals = {"gross": "800.00", "reimbursements": "20.00", "gifts": "0.00"}
    period.amounts = ApprovedAmounts.objects.create(
        family=world.riveras, period=period, totals=totals, **stored, **when
    )
    period.status, period.approved_at, period.approved_by = PeriodStatus.APPROVED, *when.values()
    period.save()
    a_payment(world, amount=Decimal("300.00"))
    page = ana.get("pay", world.riveras.id, **query)
    assert page.says("You owe Noor $520.00")
    assert page.says("4–10 May approved, paid in part $820.00")
    assert noor.get("pay", world.riveras.id).says("The family owes you $520.00")
    a_payment(world, amount=Decimal("520.00"))
    assert noor.get("pay", world.riveras.id).says("All settled")
    a_payment(world, amount=Decimal("80.00"))
    assert noor.get("pay", world.riveras.id).says("Paid ahead by $80.00")


def test_a_session_without_a_rate_says_what_becomes_of_it(ana, last_week, world):
    sentence = "Sessions have no rate: set one, or nothing is counted."
    assert not ana.get("pay", world.riveras.id).says(sentence)
    world.session("2026-06-01 03:00", hours=2, state=State.COMPLETED, hourly_rate=None)
    assert ana.get("pay", world.riveras.id).says(sentence)


def test_every_line_leads_to_where_it_comes_from(noor, last_week, world):
    session = world.session("2026-06-01 03:00", hours=2, state=State.COMPLETED)
    item = an_item(world, date=date(2026, 6, 1))
    an_expense(world, date=date(2026, 6, 1), status="APPROVED", decided_at=LONG_AGO, decided_by=world.ana_of_riveras)
    a_period(world, from_date=date(2026, 6, 1), to_date=date(2026, 6, 7))
    page = noor.get("pay", world.riveras.id)
    assert page.offers("session", session.id)
    assert page.offers("pay_item", item.id)
    assert page.says("Open the expenses")
    assert page.says("With expenses and gifts: $268.50")


def next_week(world, status=PeriodStatus.OPEN, **columns):
    """Noor's week from Monday, 25 May, which is over."""
    days = {"from_date": date(2026, 5, 25), "to_date": date(2026, 5, 31)}
    return a_period(world, status, **{**days, **columns})


def test_what_waits_for_a_parent_stands_first(ana, noor, coordinator, last_week, world):
    asked = a_period(world, PeriodStatus.APPROVED, from_date=date(2026, 5, 4), to_date=date(2026, 5, 24))
    PayPeriod.objects.filter(pk=asked.pk).update(reopen_ask="Too short.", reopen_asked_at=LONG_AGO)
    submitted = next_week(world, PeriodStatus.SUBMITTED)
    an_expense(world)
    an_expense(world)
    for visitor in (ana, coordinator):
        page = visitor.get("pay", world.riveras.id)
        assert page.says("Waiting for you Noor: pay period 4–24 May The nanny asks to reopen it.")
        assert page.says("Noor: pay period 25–31 May Submitted. Look at it and approve it, or ask about it.")
        assert page.says("2 expenses Approve or decline.")
        assert page.offers("pay_period", submitted.id)
        assert page.says("Look at it and approve it")
    home = ana.get("family_home", world.riveras.id)
    assert home.says("Pay, waiting for you Noor: pay period 4–24 May")
    assert home.offers("expenses", world.riveras.id)
    assert not noor.get("pay", world.riveras.id).says("waiting for you")
    assert noor.get("pay", world.riveras.id).says("Submitted. It waits for the family.")
    assert not noor.get("today").says("waiting for you")


def test_a_week_that_is_over_waits_for_its_nanny(noor, bea, last_week, world):
    period = next_week(world)
    line = "Pay, waiting for you Pay period 25–31 May It is over. Submit it to be paid."
    assert noor.get("today").says(line)
    assert noor.get("today").offers("pay_period", period.id)
    assert not bea.get("today").says("waiting for you")
    PayPeriod.objects.update(to_date=date(2026, 6, 1))
    assert not noor.get("today").says("waiting for you")


def test_a_question_waits_for_its_nanny(noor, last_week, world):
    next_week(world, PeriodStatus.QUERIED, query="And Tuesday?", queried_at=LONG_AGO, queried_by=world.ana_of_riveras)
    assert noor.get("today").says("Pay period 25–31 May The family asks about it.")
    assert noor.get("pay", world.riveras.id).says("The family asks: “And Tuesday?”")


def test_the_card_submits_or_says_why_not_yet(ana, noor, last_week, world):
    period = next_week(world, to_date=date(2026, 6, 14))
    page = noor.get("pay", world.riveras.id)
    assert page.says("This pay period so far 25 May – 14 Jun")
    assert page.says("You can submit it from Mon 8 Jun.")
    PayPeriod.objects.update(to_date=date(2026, 6, 7))
    ahead = world.session("2026-06-03 06:00")
    page = noor.get("pay", world.riveras.id)
    assert page.says("1 session is under way or still to come.")
    assert page.offers("session", ahead.id)
    assert not page.offers("submit_pay_period", period.id)
    PayPeriod.objects.update(to_date=date(2026, 5, 31))
    world.session("2026-05-30 06:00", hours=2)
    assert noor.get("pay", world.riveras.id).says("Submit, 1 session unpaid")
    CareSession.objects.filter(is_confirmed=False).delete()
    for visitor in (ana, noor):
        page = visitor.get("pay", world.riveras.id, nanny=str(world.noor_of_riveras.id))
        assert page.offers("submit_pay_period", period.id)
        assert page.says("Submit Open the pay period")
    assert noor.press("submit_pay_period", period.id, version="1").says("Submitted.")


def test_periods_are_settled_one_after_the_other(noor, last_week, world):
    before = a_period(world, PeriodStatus.SUBMITTED, from_date=date(2026, 5, 18), to_date=date(2026, 5, 24))
    next_week(world)
    page = noor.get("pay", world.riveras.id)
    assert page.says("This pay period 25–31 May")
    assert page.says("The pay period before it has to be approved first.")
    assert page.offers("pay_period", before.id)


def test_the_next_period_begins_by_a_press(noor, last_week, world):
    assert noor.get("pay", world.riveras.id).says("Begin your first pay period")
    next_week(world, PeriodStatus.SUBMITTED)
    page = noor.get("pay", world.riveras.id)
    assert page.says("Begin 1–7 Jun")
    sent = {"nanny_id": str(world.noor_of_riveras.id), "from_date": "2026-06-01", "to_date": "2026-06-07"}
    assert fields_of(page.html, "to_date").items() >= sent.items()
    assert noor.press("pay_periods", world.riveras.id, **sent).says("Begun.")
    assert not noor.get("pay", world.riveras.id).says("Begin")


@pytest.mark.parametrize("count", [0, 3])
def test_the_questions_do_not_grow_with_the_nannies(world, last_week, count, django_assert_num_queries):
    for number in range(count):
        nanny = world.join(world.riveras, Role.NANNY, name=f"Nanny {number}")
        world.session(f"2026-06-01 0{number}:00", hours=1, state=State.COMPLETED, nanny=nanny, overlap_allowed=True)
        a_period(world, PeriodStatus.SUBMITTED, nanny=nanny)
    ana = Visitor(world.ana)
    page = ana.get("pay", world.riveras.id)
    assert page.html.count("this week so far") + page.html.count("this pay period") == 2 + count
    with django_assert_num_queries(17):
        ana.get("pay", world.riveras.id)

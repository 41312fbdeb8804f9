"""A family's year as a page: hours for everybody, and for who sees pay what was earned, approved and paid."""

from datetime import date
from decimal import Decimal

import pytest

from handsel.models import CareSession, Member, PayPeriod, PayPolicy
from handsel.rules.lifecycle import State
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.roles import Role
from tests.approved_pay import approved, submitted
from tests.models.broken_payments import a_payment
from tests.web.many_rows import crowd
from tests.world import LONG_AGO

pytestmark = pytest.mark.any_database

MAY_18, MAY_24 = date(2026, 5, 18), date(2026, 5, 24)


@pytest.fixture
def year(world):
    """Noor's week of 300.00, approved, of which 100.00 was paid; the next one waits. Each: 8 h of Emma, 4 h of both."""
    period = approved(world)
    a_payment(world, amount=Decimal("100.00"))
    return [period, submitted(world, date(2026, 5, 11), date(2026, 5, 17))]


def test_months_say_what_is_earned_and_what_of_it_is_approved(ana, noor, year, world):
    for visitor in (ana, noor):
        page = visitor.get("family_records", world.riveras.id, 2026)
        assert page.says("The year at a glance")
        assert page.says("May 4 24 h $600.00 $300.00")
        assert page.says("2026 4 24 h $600.00 $300.00")
        chart = "Earnings a month: $600.00 in the year so far, $300.00 of it approved"
        assert f'aria-label="{chart}"' in page.html
        assert f"<title>{chart}</title>" in page.html


def test_what_was_paid_stands_by_quarter(ana, noor, year, world):
    for visitor in (ana, noor):
        page = visitor.get("family_records", world.riveras.id, 2026)
        assert page.says("Gross pay $300.00 Wages paid $100.00")
        assert page.says("April to June $100.00 July to September $0.00")


def test_what_is_approved_is_read_as_it_was_stored(ana, world):
    """Whatever the terms become: what nobody approved goes by them, and a week that begins in what is approved too."""
    for day in (6, 7, 8, 9, 11):
        world.session(f"2026-05-{day:02} 06:00", hours=10, state=State.COMPLETED)
    approved(world, date(2026, 5, 4), date(2026, 5, 6))
    assert ana.get("family_records", world.riveras.id, 2026).says("May 7 62 h $1,550.00 $550.00")
    PayPolicy.objects.create(
        family=world.riveras,
        effective_from=LONG_AGO.date(),
        weekly_overtime_after=2400,
        created_by=world.ana_of_riveras,
        created_at=LONG_AGO,
    )
    page = ana.get("family_records", world.riveras.id, 2026)
    assert page.says("May 7 62 h $1,700.00 $550.00")  # 52 h in the first week


def test_a_familys_cost_is_shared_over_the_children(ana, noor, year, world):
    page = ana.get("family_records", world.riveras.id, 2026)
    assert page.says(
        "Per child the share of each, as in documents Child Earned Paid Emma $250.00 $83.33 Theo $50.00 $16.67"
    )
    assert not noor.get("family_records", world.riveras.id, 2026).says("Per child")


def test_what_is_not_approved_is_named_and_leads_there(ana, year, world):
    page = ana.get("family_records", world.riveras.id, 2026)
    assert page.says("Not approved, and in no document of the year 11–17 May Noor, waits for the family")
    assert page.offers("pay_period", year[1].id)
    assert not page.offers("pay_period", year[0].id)


def test_nothing_approved_says_how_many_wait(ana, world):
    submitted(world)
    page = ana.get("family_records", world.riveras.id, 2026)
    assert page.says("Year documents are made of approved periods; 1 waits.")
    assert not page.says("Wages paid per quarter")


def test_the_years_documents_are_issued_from_here(ana, noor, year, world):
    page = ana.get("family_records", world.riveras.id, 2026)
    assert page.offers("documents", world.riveras.id)
    assert "kind=YEAR_FAMILY&amp;year=2026" in page.html
    own = noor.get("family_records", world.riveras.id, 2026)
    assert "kind=YEAR_NANNY&amp;year=2026" in own.html
    assert "YEAR_FAMILY" not in own.html
    form = ana.get("documents", world.riveras.id, kind="YEAR_FAMILY", year="2026")
    assert '<option value="2026" selected>' in form.html


def test_of_several_nannies_one_can_be_chosen(ana, noor, year, world):
    world.session("2026-05-18 09:00", hours=2, state=State.COMPLETED, nanny=world.bea_of_riveras)
    assert ana.get("family_records", world.riveras.id, 2026).says("May 5 26 h $650.00 $300.00")
    beas = ana.get("family_records", world.riveras.id, 2026, nanny=str(world.bea_of_riveras.id))
    assert beas.says("May 1 2 h $50.00")
    assert not beas.says("$300.00")
    assert f"month=5&amp;nanny={world.bea_of_riveras.id}" in beas.html
    noors = ana.get("family_records", world.riveras.id, 2026, nanny=str(world.noor_of_riveras.id))
    assert noors.says("May 4 24 h $600.00 $300.00")
    ana.get("family_records", world.riveras.id, 2026, nanny=str(world.noor_of_okafors.id), status=404)
    noor.get("family_records", world.riveras.id, 2026, nanny=str(world.bea_of_riveras.id), status=404)
    assert not noor.get("family_records", world.riveras.id, 2026).says("26 h")


def test_who_sees_no_pay_sees_hours_alone(viewer, year, world):
    page = viewer.get("family_records", world.riveras.id, 2026)
    assert page.says("May 4 24 h")
    for words in ("$", "Approved", "Per child", "Wages", "at a glance"):
        assert words not in page.text
    named = viewer.get("family_records", world.riveras.id, 2026, nanny=str(world.noor_of_riveras.id))
    assert "$" not in named.text


def test_what_federal_law_asks_for_stands_apart(ana, world):
    PayPolicy.objects.create(
        family=world.riveras,
        effective_from=LONG_AGO.date(),
        weekly_overtime_after=2400,
        federal_overtime=True,
        created_by=world.ana_of_riveras,
        created_at=LONG_AGO,
    )
    for day in range(6, 11):
        world.session(f"2026-05-{day:02} 08:00", hours=10, state=State.COMPLETED)
    approved(world)
    page = ana.get("family_records", world.riveras.id, 2026)
    assert page.says("Premiums $275.00 Federal premium $275.00")


def test_a_family_that_keeps_the_book_alone_has_its_year(ana, world):
    CareSession.objects.all().delete()
    Member.objects.filter(family=world.riveras, role=Role.NANNY).delete()
    world.session("2026-05-04 09:00", state=State.COMPLETED, nanny=None)
    page = ana.get("family_records", world.riveras.id, 2026)
    assert page.says("May 1 8 h $200.00")
    assert page.says("There is none yet")


@pytest.mark.parametrize("count", [10, 150])
@pytest.mark.parametrize("has_terms", [False, True])
def test_the_questions_do_not_grow(ana, world, count, has_terms, django_assert_num_queries):
    if has_terms:
        PayPolicy.objects.create(
            family=world.riveras,
            effective_from=LONG_AGO.date(),
            weekly_overtime_after=2400,
            created_by=world.ana_of_riveras,
            created_at=LONG_AGO,
        )
    crowd(world, count, state=State.COMPLETED, start="2026-01-02 06:00")
    for week in range(1 if count == 10 else 4):
        approved(world, date(2026, 3, 2 + 7 * week), date(2026, 3, 8 + 7 * week))
        a_payment(world, amount=Decimal("10.00"))
    assert PayPeriod.objects.filter(status=PeriodStatus.APPROVED).exists()
    # At first what was approved is read too, with the children of all sessions in place of a month's.
    for not_in_memory in (1, 0):
        with django_assert_num_queries((17 if has_terms else 16) + not_in_memory):
            ana.get("family_records", world.riveras.id, 2026)

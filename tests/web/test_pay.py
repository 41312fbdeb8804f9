"""Pay as its nanny, the family and the others see it."""

from datetime import timedelta

import pytest

from handsel.models import CareSession, Member, PayPolicy
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from tests.web.many_rows import crowd
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
    assert page.says("Nothing is earned yet this week")


def test_of_several_nannies_one_is_chosen_on_top(ana, noor, last_week, world):
    page = ana.get("pay", world.riveras.id)
    assert page.says("Noor")
    assert page.says("Bea")
    beas = ana.get("pay", world.riveras.id, nanny=str(world.bea_of_riveras.id))
    assert beas.says("Bea, this week so far")
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
    with django_assert_num_queries(12):
        noor.get("pay", world.riveras.id)

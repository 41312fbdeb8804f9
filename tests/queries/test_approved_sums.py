"""What is kept in memory of approved periods: no more than its bound, and never another approval's."""

from datetime import date

import pytest

from handsel.actions import period_moves
from handsel.queries import approved_sums, family_years
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.pay import stored
from handsel.rules.pay.period_moves import PeriodMove
from tests.approved_pay import approved
from tests.world import ON_THE_WEB

pytestmark = pytest.mark.any_database


def the_year(world):
    return family_years.of_nannies(world.riveras.id, [world.noor_of_riveras.id], 2026)


def test_a_year_is_the_sum_of_its_lines_again_when_it_is_kept(world, django_assert_num_queries):
    periods = [approved(world), approved(world, date(2026, 5, 11), date(2026, 5, 17))]
    lines = [line for period in periods for line in period.amounts.lines]
    weeks = [week for period in periods for week in period.amounts.weeks]
    with django_assert_num_queries(4):
        first = the_year(world)
    with django_assert_num_queries(2):
        again = the_year(world)
    for year in (first, again):
        assert [month.shown for month in year.months] == stored.months(lines, weeks)
        assert year.totals == stored.totals_of(lines, weeks)
        assert year.children() == first.children()


def test_what_is_approved_anew_is_read_anew(world):
    period = approved(world)
    assert the_year(world).totals["gross"] == "300.00"
    by_ana = {"by": world.ana, **ON_THE_WEB}
    period_moves.move(PeriodMove.REOPEN, period.id, Draft({"reason": "An hour more"}), **by_ana)
    assert the_year(world).totals["gross"] == "0.00"
    world.session("2026-05-08 18:00", hours=2, state=State.COMPLETED)
    period_moves.move(PeriodMove.SUBMIT, period.id, **by_ana)
    period_moves.move(PeriodMove.APPROVE, period.id, **by_ana)
    assert the_year(world).totals["gross"] == "350.00"


def test_no_more_is_kept_than_the_bound_and_what_was_asked_for_last_stays(world, monkeypatch):
    monkeypatch.setattr(approved_sums, "MOST", 3)
    monkeypatch.setattr(approved_sums, "_kept", {})
    periods = [approved(world, date(2026, 3, 2 + 7 * week), date(2026, 3, 8 + 7 * week)) for week in range(4)]
    year = the_year(world)
    assert year.totals["gross"] == "1200.00"
    assert list(approved_sums._kept) == [period.amounts_id for period in periods[1:]]
    assert the_year(world).totals == year.totals

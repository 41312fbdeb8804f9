"""What payments cover, in cents."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.rules.pay.covering import Paid, PayState, PeriodDue, cover

pytestmark = pytest.mark.no_database

FIRST = date(2026, 3, 8)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def period(number: int, wages: int, reimbursements: int = 0, gifts: int = 0) -> PeriodDue:
    return PeriodDue(number, FIRST + timedelta(weeks=number), wages, reimbursements, gifts)


def paid(number: int, amount: int, day: int = 0, names: int | None = None) -> Paid:
    return Paid(number, FIRST + timedelta(day), amount, names)


def test_the_worked_example_of_a_payment_that_names_a_period_and_one_that_is_ahead():
    """820.00 and 600.00 are due; 300.00, 600.00 naming the first and 600.00 are paid."""
    first, second = period(1, 800_00, 20_00), period(2, 600_00)
    covering = cover([second, first], [paid(3, 600_00), paid(1, 300_00), paid(2, 600_00, names=1)])
    assert (covering.covered(1), covering.covered(2), covering.ahead) == (820_00, 600_00, 80_00)
    assert [covering.state(each) for each in (first, second)] == [PayState.PAID, PayState.PAID]
    covers = [(cover.period.key, cover.amount, cover.wages) for cover in covering.of_payment(2)]
    assert covers == [(1, 520_00, 500_00), (2, 80_00, 80_00)]
    assert covering.wages_paid(*YEAR) == 1400_00
    assert sum(each.due for each in (first, second)) - 1500_00 == -80_00


def test_payments_cover_by_date_then_as_they_were_made_whatever_order_they_come_in():
    payments = [paid(3, 100, day=1), paid(1, 100, day=2), paid(2, 100, day=1)]
    covering = cover([period(1, 250)], payments)
    assert [cover.payment.key for cover in covering.covers] == [2, 3, 1]
    assert [cover.amount for cover in covering.covers] == [100, 100, 50]
    assert covering.ahead == 50


def test_wages_are_covered_first_then_reimbursements_then_gifts():
    covering = cover([period(1, 100, 50, 25)], [paid(number, 60) for number in range(3)])
    assert [cover.wages for cover in covering.covers] == [60, 40, 0]
    assert covering.ahead == 5


def test_a_period_below_zero_is_paid_and_covers_others_first_but_is_no_payment_of_wages():
    below, due = period(2, -30), period(1, 100)
    covering = cover([below, due], [paid(1, 100)])
    assert covering.state(below) is PayState.PAID
    assert (covering.covered(1), covering.covered(2), covering.ahead) == (100, 0, 30)
    assert covering.wages_paid(*YEAR) == 70


def test_wages_below_zero_are_made_good_by_what_else_the_period_is_due():
    covering = cover([period(1, -20, 100)], [paid(1, 80)])
    assert covering.covers[0].amount == 80
    assert covering.wages_paid(*YEAR) == 0
    assert covering.ahead == 0


def test_nothing_due_is_paid_and_something_is_open_until_all_of_it_is():
    nothing, open_, part = period(1, 0), period(3, 10), period(2, 10)
    covering = cover([nothing, open_, part], [paid(1, 9)])
    assert [covering.state(each) for each in (nothing, part, open_)] == [
        *(PayState.PAID, PayState.PART, PayState.UNPAID),
    ]


def test_a_year_of_wages_goes_by_the_day_of_the_payment():
    covering = cover([period(1, 100)], [paid(1, 40), paid(2, 60, day=300)])
    assert covering.wages_paid(*YEAR) == 40
    assert covering.wages_paid(date(2027, 1, 1), date(2027, 12, 31)) == 60


amounts = st.integers(-500, 2_000)
lists_of_periods = st.lists(st.tuples(amounts, st.integers(0, 300), st.integers(0, 300)), max_size=6).map(
    lambda rows: [period(number, *row) for number, row in enumerate(rows)]
)
lists_of_payments = st.lists(
    st.tuples(st.integers(1, 3_000), st.integers(0, 400), st.none() | st.integers(0, 7)), max_size=8
).map(lambda rows: [paid(number, *row) for number, row in enumerate(rows)])


@given(lists_of_periods, lists_of_payments, st.randoms(use_true_random=False))
def test_every_cent_covers_once_and_order_never_matters(periods, payments, random):
    covering = cover(periods, payments)
    for each in periods:
        its = [cover for cover in covering.covers if cover.period == each]
        assert covering.covered(each.key) == sum(cover.amount for cover in its) <= max(0, each.due)
        assert 0 <= sum(cover.wages for cover in its) <= max(0, each.wages)
    credit = -sum(min(0, each.due) for each in periods)
    paid_in_all = sum(payment.amount for payment in payments)
    assert sum(cover.amount for cover in covering.covers) + covering.ahead == paid_in_all + credit
    still_open = sum(max(0, each.due) - covering.covered(each.key) for each in periods)
    assert sum(each.due for each in periods) - paid_in_all == still_open - covering.ahead
    assert not (still_open and covering.ahead)
    shuffled = cover(random.sample(periods, len(periods)), random.sample(payments, len(payments)))
    assert (shuffled.covers, shuffled.ahead) == (covering.covers, covering.ahead)


@given(lists_of_periods, lists_of_payments)
def test_wages_of_the_quarters_are_those_of_the_years(periods, payments):
    covering = cover(periods, payments)
    edges = [date(year, month, 1) for year in (2026, 2027) for month in (1, 4, 7, 10)] + [date(2028, 1, 1)]
    quarters = [covering.wages_paid(first, until - timedelta(1)) for first, until in pairwise(edges)]
    years = [covering.wages_paid(date(year, 1, 1), date(year, 12, 31)) for year in (2026, 2027)]
    assert [sum(quarters[:4]), sum(quarters[4:])] == years

"""The shares of children in what care cost (example 35, and what holds of every period)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.rules.pay.shares import Charge, allot, paid, split

pytestmark = pytest.mark.no_database

EMMA, THEO, ZURI = "Emma", "Theo", "Zuri"
CHILDREN = (EMMA, THEO, ZURI)

cents = st.integers(-10_000_000, 10_000_000)
weights = st.lists(st.integers(0, 10_000_000), min_size=1, max_size=6).filter(any)
of_a_session = st.builds(Charge, st.integers(0, 100_000), st.lists(st.sampled_from(CHILDREN), min_size=1, unique=True))
other = st.builds(Charge, cents)


def test_a_hundred_over_three_children():
    # Example 35.
    [shares] = allot([Charge(100_00, CHILDREN)], CHILDREN).shares
    assert shares == {EMMA: 33_34, THEO: 33_33, ZURI: 33_33}


def test_of_equal_remainders_the_child_entered_first_has_the_cent():
    assert split(1, [1, 1]) == [1, 0]
    assert split(2, [1, 1, 1]) == [1, 1, 0]
    assert split(-2, [1, 1, 1]) == [-1, -1, 0]


def test_the_largest_remainder_has_the_cent():
    assert split(10, [1, 2, 4]) == [1, 3, 6]
    assert split(100, [1, 2]) == [33, 67]


def test_what_is_about_no_session_goes_by_what_the_sessions_came_to():
    charges = [Charge(90_00, (EMMA,)), Charge(60_00, (EMMA, THEO)), Charge(-10_00), Charge(1)]
    allotment = allot(charges, CHILDREN)
    assert allotment.shares == [{EMMA: 90_00}, {EMMA: 30_00, THEO: 30_00}, {EMMA: -8_00, THEO: -2_00}, {EMMA: 1}]
    assert allotment.by_child == {EMMA: 112_01, THEO: 28_00}
    assert allotment.total_not_allotted == 0


def test_without_sessions_nothing_is_allotted():
    allotment = allot([Charge(100_00), Charge(0, (EMMA,))], CHILDREN)
    assert allotment.shares == [{}, {EMMA: 0}]
    assert allotment.not_allotted == [100_00, 0]


def test_a_payment_covers_each_childs_charge_in_proportion():
    assert paid(50_00, {EMMA: 90_00, THEO: 10_00}, 0) == ({EMMA: 45_00, THEO: 5_00}, 0)
    assert paid(50_00, {}, 100_00) == ({}, 50_00)
    assert paid(1, {EMMA: 1, THEO: 1}, 1) == ({EMMA: 1, THEO: 0}, 0)
    assert paid(0, {}, 0) == ({}, 0)


@given(cents, weights)
def test_parts_add_up_and_none_is_a_cent_off(amount, weights):
    parts = split(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1


@given(cents, weights)
def test_only_the_largest_remainders_go_up_the_first_of_equal_ones_first(amount, weights):
    size, total = abs(amount), sum(weights)
    went_up = [abs(part) > size * weight // total for part, weight in zip(split(amount, weights), weights, strict=True)]
    order = sorted(range(len(weights)), key=lambda place: -(Fraction(size * weights[place], total) % 1))
    ups = [went_up[place] for place in order]
    assert ups == sorted(ups, reverse=True)


@given(st.lists(of_a_session | other, max_size=12))
def test_no_cent_of_a_period_is_lost_or_counted_twice(charges):
    allotment = allot(charges, CHILDREN)
    for charge, shares, rest in zip(charges, allotment.shares, allotment.not_allotted, strict=True):
        assert sum(shares.values()) + rest == charge.cents
    assert sum(allotment.by_child.values()) + allotment.total_not_allotted == sum(charge.cents for charge in charges)


@given(st.lists(of_a_session | other, max_size=12), st.randoms())
def test_the_order_of_lines_changes_no_share(charges, random):
    shuffled = random.sample(charges, len(charges))
    before, after = allot(charges, CHILDREN), allot(shuffled, CHILDREN)
    nothing = dict.fromkeys(CHILDREN, 0)
    assert nothing | before.by_child == nothing | after.by_child


@given(st.integers(0, 10_000_000), st.dictionaries(st.sampled_from(CHILDREN), cents), st.integers(0, 10_000_000))
def test_no_cent_that_was_paid_is_lost(amount, charges, not_allotted):
    shares, rest = paid(amount, charges, not_allotted)
    assert sum(shares.values()) + rest == amount
    assert min([rest, *shares.values()]) >= 0

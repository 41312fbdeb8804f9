"""What care costs, to the cent."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handsel.rules import pay

pytestmark = pytest.mark.no_database

SIX = datetime(2026, 6, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "rate", "amount"),
    [
        (timedelta(hours=8, minutes=30), "25.00", "212.50"),
        (timedelta(hours=9), "25.00", "225.00"),
        (timedelta(hours=8), "0.00", "0.00"),
        (timedelta(0), "25.00", "0.00"),
        (timedelta(hours=24), "9999.99", "239999.76"),
        # 20 minutes of 25.00 are 8.333...
        (timedelta(minutes=20), "25.00", "8.33"),
        # Half a cent goes up: 0.005, 0.015, 0.025; half-even would say 0.00, 0.02, 0.02.
        (timedelta(minutes=30), "0.01", "0.01"),
        (timedelta(minutes=30), "0.03", "0.02"),
        (timedelta(minutes=30), "0.05", "0.03"),
        # A second less than half a cent goes down.
        (timedelta(minutes=30) - timedelta(seconds=1), "0.01", "0.00"),
        # Seconds are paid: 8 h 38 min 20 s.
        (timedelta(hours=8, minutes=38, seconds=20), "25.00", "215.97"),
    ],
)
def test_amounts(length, rate, amount):
    computed = pay.amount(SIX, SIX + length, Decimal(rate))
    assert str(computed) == amount


def test_minutes_are_exact():
    assert pay.minutes(SIX, SIX + timedelta(hours=8, minutes=30)) == 510
    assert pay.minutes(SIX, SIX + timedelta(seconds=20)) == Fraction(1, 3)
    assert pay.minutes(SIX, SIX + timedelta(microseconds=1)) == Fraction(1, 60_000_000)


def test_a_night_of_a_clock_change_is_paid_by_the_hours_that_passed():
    # 21:00 to 06:00 in New York, when clocks go forward on 14 March 2027: eight hours, not nine.
    assert pay.amount(
        datetime(2027, 3, 14, 2, tzinfo=UTC), datetime(2027, 3, 14, 10, tzinfo=UTC), Decimal("25.00")
    ) == Decimal("200.00")


@settings(max_examples=1000, deadline=None)
@given(st.integers(0, 25 * 3600), st.integers(0, 999_999))
def test_an_amount_is_the_nearest_cent_and_half_goes_up(seconds, rate_in_cents):
    amount = pay.amount(SIX, SIX + timedelta(seconds=seconds), Decimal(rate_in_cents) / 100)
    whole, rest = divmod(seconds * rate_in_cents, 3600)
    assert amount.as_tuple().exponent == -2
    assert amount * 100 == whole + (rest >= 1800)

"""What care costs, to the cent."""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handsel.formatting import dates
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
        # A minute less than half a cent goes down.
        (timedelta(minutes=29), "0.01", "0.00"),
        # Seconds are left out: 8 h 38 min 20 s.
        (timedelta(hours=8, minutes=38, seconds=20), "25.00", "215.83"),
    ],
)
def test_amounts(length, rate, amount):
    computed = pay.amount(SIX, SIX + length, Decimal(rate))
    assert str(computed) == amount


def test_minutes_go_by_what_clocks_show():
    assert pay.minutes(SIX, SIX + timedelta(hours=8, minutes=30)) == 510
    # 05:58:40 to 14:31:05.
    assert pay.minutes(SIX - timedelta(seconds=80), SIX + timedelta(hours=8, minutes=31, seconds=5)) == 513
    assert pay.minutes(SIX, SIX + timedelta(seconds=59, microseconds=999_999)) == 0
    assert pay.minutes(SIX + timedelta(seconds=59), SIX + timedelta(seconds=60)) == 1


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 25 * 3600), st.integers(0, 999_999)), max_size=8),
    st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_lengths_and_amounts_add_up_by_what_is_shown(sessions, zone):
    """What somebody works out with a pencil, from the shown times, is what every line and total says."""
    written, lengths, amounts = 0, [], []
    for begins, seconds, rate_in_cents in sessions:
        start, end = SIX + timedelta(seconds=begins), SIX + timedelta(seconds=begins + seconds)
        rate = Decimal(rate_in_cents) / 100
        shown = [(at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %z")) for at in (start, end)]
        first, last = (datetime.strptime(text, "%Y-%m-%d %H:%M %z") for text in shown)
        minutes = int((last - first).total_seconds()) // 60
        written += minutes
        lengths.append(pay.minutes(start, end))
        assert lengths[-1] == minutes
        assert dates.format_length(start, end) == dates.format_duration(minutes)
        amounts.append(pay.amount(start, end, rate))
        assert amounts[-1] == (rate * minutes / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert dates.format_duration(sum(lengths)) == dates.format_duration(written)
    assert pay.total(amounts) == (sum(amounts, Decimal(0)) if amounts else None)


def test_a_night_of_a_clock_change_is_paid_by_the_hours_that_passed():
    # 21:00 to 06:00 in New York, when clocks go forward on 14 March 2027: eight hours, not nine.
    assert pay.amount(
        datetime(2027, 3, 14, 2, tzinfo=UTC), datetime(2027, 3, 14, 10, tzinfo=UTC), Decimal("25.00")
    ) == Decimal("200.00")


@settings(max_examples=1000, deadline=None)
@given(st.integers(0, 25 * 3600), st.integers(0, 999_999))
def test_an_amount_is_the_nearest_cent_and_half_goes_up(seconds, rate_in_cents):
    amount = pay.amount(SIX, SIX + timedelta(seconds=seconds), Decimal(rate_in_cents) / 100)
    whole, rest = divmod(seconds // 60 * rate_in_cents, 60)
    assert amount.as_tuple().exponent == -2
    assert amount * 100 == whole + (rest >= 30)

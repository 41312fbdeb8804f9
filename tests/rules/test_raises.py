"""What a schedule pays on a day, before and after its raises."""

from datetime import date
from decimal import Decimal

import pytest

from handsel.rules.pay.raises import Raise, rate_on

TWENTY, TWENTY_TWO, TWENTY_FOUR = Decimal(20), Decimal(22), Decimal(24)
JUNE, JULY = date(2026, 6, 8), date(2026, 7, 6)
FIRST, SECOND = Raise(JUNE, TWENTY, TWENTY_TWO), Raise(JULY, TWENTY_TWO, TWENTY_FOUR)


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2026, 6, 7), TWENTY),
        (JUNE, TWENTY_TWO),
        (date(2026, 7, 5), TWENTY_TWO),
        (JULY, TWENTY_FOUR),
        (date(2027, 1, 1), TWENTY_FOUR),
    ],
)
def test_each_day_has_the_rate_of_its_time(day, rate):
    for raises in ([FIRST, SECOND], [SECOND, FIRST]):
        assert rate_on(day, TWENTY_FOUR, raises) == rate


def test_a_rate_that_was_set_since_holds_for_every_day():
    assert rate_on(date(2026, 6, 1), Decimal(30), [FIRST, SECOND]) == Decimal(30)
    assert rate_on(date(2026, 6, 1), None, [FIRST]) is None


def test_a_raise_that_is_taken_back_leaves_what_was():
    back = Raise(JUNE, TWENTY_TWO, TWENTY)
    for day in (date(2026, 6, 1), JUNE, JULY):
        assert rate_on(day, TWENTY, [back, FIRST]) == TWENTY

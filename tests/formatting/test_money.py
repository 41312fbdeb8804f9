"""Money and numbers as each person reads them."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from handsel.formatting import money

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("language", "dollars", "francs", "hours"),
    [
        ("en", "$1,212.50", "CHF 1,212.50", "8.5"),
        ("es", "$1 212,50", "CHF 1 212,50", "8,5"),
    ],
)
def test_money_and_numbers(language, dollars, francs, hours):
    with translation.override(language):
        amounts = [money.format_money(Decimal("1212.50"), currency) for currency in ("USD", "CHF")]
        assert [amount.replace("\N{NO-BREAK SPACE}", " ") for amount in amounts] == [dollars, francs]
        assert money.format_hours(510) == hours
        assert (money.format_hours(480), money.format_number(Decimal(12))) == ("8", "12")


@given(st.sampled_from(["en", "es"]), st.decimals("0", "99999999.99", places=2))
def test_an_amount_can_be_read_back(language, amount):
    with translation.override(language):
        shown = money.format_money(amount, "USD").removeprefix("$").replace("\N{NO-BREAK SPACE}", "")
    comma = language == "es"
    assert Decimal(shown.replace(",", ".") if comma else shown.replace(",", "")) == amount

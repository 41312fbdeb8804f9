"""Money and numbers as each person reads them."""

from decimal import Decimal

import pytest
from babel.numbers import format_currency
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from handsel.formatting import money

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("language", "dollars", "francs", "hours"),
    [
        ("en", "$1,212.50", "CHF 1,212.50", "8.5"),
        ("es", "$1,212.50", "1.212,50 CHF", "8,5"),
    ],
)
def test_money_and_numbers(language, dollars, francs, hours):
    with translation.override(language):
        amounts = [money.format_money(Decimal("1212.50"), currency) for currency in ("USD", "CHF")]
        assert [amount.replace("\N{NO-BREAK SPACE}", " ") for amount in amounts] == [dollars, francs]
        assert money.format_hours(510) == hours
        assert (money.format_hours(480), money.format_number(Decimal(12))) == ("8", "12")


@pytest.mark.parametrize(
    ("currency", "country"),
    [("USD", "US"), ("MXN", "MX"), ("EUR", "ES"), ("CHF", "ES"), ("PEN", "PE"), ("GTQ", "GT"), ("DOP", "DO")],
)
@pytest.mark.parametrize("amount", ["0.05", "25", "1212.5", "12345.67", "1234567.89"])
def test_spanish_amounts_are_written_as_in_the_country_of_their_currency(currency, country, amount):
    """CLDR says how. Some of its countries have a space behind the sign, and others none: we have none."""
    with translation.override("es"):
        shown = money.format_money(Decimal(amount), currency)
    expected = format_currency(Decimal(amount), currency, locale=f"es_{country}")
    if country != "ES":
        expected = expected.replace("\N{NO-BREAK SPACE}", "")
    assert shown == expected


@given(st.sampled_from(["en", "es"]), st.decimals("0", "99999999.99", places=2))
def test_an_amount_can_be_read_back(language, amount):
    with translation.override(language):
        shown = money.format_money(amount, "EUR").strip("€\N{NO-BREAK SPACE}")
    with_comma = language == "es"
    assert Decimal(shown.replace(".", "").replace(",", ".") if with_comma else shown.replace(",", "")) == amount

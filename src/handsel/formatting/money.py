"""Numbers, also of hours and sessions, and amounts of money, with the marks of the active language.

Who writes Spanish writes amounts as their country does: in Spain and most of South America with a comma and the sign
behind, from the United States to Peru with a point and the sign in front. The country is that of the currency
(decision 0049).
"""

from decimal import Decimal
from functools import cache

from django.utils import formats  # noqa: TID251 (here it is written)
from django.utils.translation import get_language, ngettext

from handsel.formatting.dates import NO_BREAK_SPACE

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
# In Spanish, of the countries that write a point before the cents, as CLDR has it: the currency and its sign there.
_WITH_A_POINT = {"DOP": "RD$", "GTQ": "Q", "HNL": "L", "MXN": "$", "NIO": "C$", "PAB": "B/.", "PEN": "S/", "USD": "$"}
_COMMA_FOR_POINT = str.maketrans(",.", ".,")


def format_number(value: Decimal | int) -> str:
    """Format as 1,212.5, with as many decimals as it has."""
    return localized(f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}")


def format_hours(minutes: int) -> str:
    """Format hours with one decimal at most: 8.5."""
    tenths = round(minutes / 6)
    return format_number(Decimal(tenths) / 10 if tenths % 10 else tenths // 10)


def format_session_count(count: int) -> str:
    return ngettext("%(count)s session", "%(count)s sessions", count) % {"count": count}


def format_money(amount: Decimal | None, currency: str) -> str:
    """Format as $1,212.50 or CHF 1,212.50, in Spanish 1.212,50 €; nothing for what this person may not see."""
    if amount is None:
        return ""
    number = localized_amount(f"{amount:,.2f}", currency)
    sign = _SIGNS.get(currency)
    if get_language() == "es":
        sign_in_front = _WITH_A_POINT.get(currency)
        return f"{sign_in_front}{number}" if sign_in_front else f"{number}{NO_BREAK_SPACE}{sign or currency}"
    return f"{sign}{number}" if sign else f"{currency}{NO_BREAK_SPACE}{number}"


def localized_amount(number: str, currency: str) -> str:
    """Return an amount with the marks of the active language, in Spanish with those of its currency's country."""
    if get_language() == "es" and currency:
        return number if currency in _WITH_A_POINT else number.translate(_COMMA_FOR_POINT)
    return localized(number)


def plain_amount(amount: Decimal | None) -> str:
    """Return an amount as forms and files hold it, like 1212.50; nothing for None."""
    return "" if amount is None else f"{amount:.2f}"


def localized(number: str) -> str:
    """Return a number with the marks of the active language between its thousands and before its decimals."""
    return number.translate(_marks(get_language()))


@cache
def _marks(language: str) -> dict[int, str]:
    marks = {",": "THOUSAND_SEPARATOR", ".": "DECIMAL_SEPARATOR"}
    return {ord(mark): formats.get_format(kind, language) for mark, kind in marks.items()}

"""Times, days, numbers and money as each person reads them."""

import re
from datetime import date, time
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from handsel.formatting import dates, money, names
from handsel.formatting.dates import Formatter, format_recurrence
from handsel.rules.recurrence import Pattern, Recurrence, Weekday
from tests.formatting.test_recurrence import MON, THU, TUE, WED

pytestmark = pytest.mark.no_database

MONDAY_14_DEC = date(2026, 12, 14)
LANGUAGES = st.sampled_from(["en", "es"])
READERS = st.builds(Formatter, st.sampled_from([12, 24]), st.integers(0, 6))


@pytest.mark.parametrize(
    ("language", "cycle", "day", "short", "long", "full", "days", "across", "clock"),
    [
        ("en", 24, "Mon 14 Dec", "14 Dec", "Monday, 14 December", "14 December 2026", "14–18 Dec",
         "28 Dec – 3 Jan", "14:30"),
        ("en", 12, "Mon, Dec 14", "Dec 14", "Monday, December 14", "December 14, 2026", "Dec 14 – 18",
         "Dec 28 – Jan 3", "2:30 PM"),
        ("es", 24, "lun 14 dic", "14 dic", "lunes, 14 de diciembre", "14 de diciembre de 2026", "14–18 dic",
         "28 dic – 3 ene", "14:30"),
        ("es", 12, "lun 14 dic", "14 dic", "lunes, 14 de diciembre", "14 de diciembre de 2026", "14–18 dic",
         "28 dic – 3 ene", "2:30 p. m."),
    ],
)  # fmt: skip
def test_a_day_and_a_time(language, cycle, day, short, long, full, days, across, clock):
    formatter = Formatter(cycle)
    with translation.override(language):
        assert (formatter.day(MONDAY_14_DEC), formatter.short(MONDAY_14_DEC)) == (day, short)
        weekday, rest = formatter.long(MONDAY_14_DEC).split(" ")  # a line breaks after the weekday alone
        assert (f"{weekday} {rest}".replace("\N{NO-BREAK SPACE}", " "), formatter.full(MONDAY_14_DEC)) == (long, full)
        assert formatter.days(MONDAY_14_DEC, date(2026, 12, 18)) == days
        assert formatter.days(date(2026, 12, 28), date(2027, 1, 3)) == across
        assert formatter.days(MONDAY_14_DEC, MONDAY_14_DEC) == day
        assert formatter.clock(time(14, 30)).replace("\N{NO-BREAK SPACE}", " ") == clock


@pytest.mark.parametrize(
    ("language", "dollars", "francs", "hours", "long_hours"),
    [
        ("en", "$1,212.50", "CHF 1,212.50", "8.5", "8 h 30 min"),
        ("es", "$1 212,50", "CHF 1 212,50", "8,5", "8 h 30 min"),
    ],
)
def test_money_and_numbers(language, dollars, francs, hours, long_hours):
    with translation.override(language):
        amounts = [money.format_money(Decimal("1212.50"), currency) for currency in ("USD", "CHF")]
        assert [amount.replace("\N{NO-BREAK SPACE}", " ") for amount in amounts] == [dollars, francs]
        assert (money.format_hours(510), dates.format_duration(510)) == (hours, long_hours)
        assert (money.format_hours(480), money.format_number(Decimal(12))) == ("8", "12")


@pytest.mark.parametrize(
    ("people", "english", "spanish"),
    [
        (["Emma"], "Emma", "Emma"),
        (["Emma", "Theo"], "Emma and Theo", "Emma y Theo"),
        (["Emma", "Theo", "Invitada"], "Emma, Theo and Invitada", "Emma, Theo e Invitada"),
        (["Emma", "Hija"], "Emma and Hija", "Emma e Hija"),
        (["Emma", "Iota"], "Emma and Iota", "Emma y Iota"),
        ([], "", ""),
    ],
)
def test_names_together(people, english, spanish):
    assert names.join_names(people) == english
    with translation.override("es"):
        assert names.join_names(people) == spanish


@pytest.mark.parametrize(
    ("repeats", "days", "start", "words"),
    [
        (Recurrence.ONCE, [], date(2026, 6, 10), "una vez, el miércoles 10 de junio de 2026"),
        (Recurrence.WEEKLY, [MON, WED], date(2026, 6, 1), "cada lunes y miércoles"),
        (Recurrence.BIWEEKLY, [TUE, THU], date(2026, 6, 1), "cada dos semanas, martes y jueves"),
        (Recurrence.MONTHLY, [TUE], date(2026, 6, 2), "el primer martes de cada mes"),
        (Recurrence.MONTHLY, [TUE], date(2026, 6, 30), "el último martes de cada mes"),
        (Recurrence.MONTHLY, [], date(2026, 5, 28), "el día 28 de cada mes"),
    ],
)
def test_a_recurrence_in_spanish(repeats, days, start, words):
    with translation.override("es"):
        assert format_recurrence(Pattern(repeats, frozenset(days), start)) == words


@given(LANGUAGES, READERS, st.dates(date(1970, 1, 1), date(2199, 12, 31)), st.times())
def test_nothing_is_lost_in_what_is_shown(language, formatter, day, at):
    with translation.override(language):
        numbers = set(map(int, re.findall(r"\d+", formatter.full(day))))
        assert numbers == {day.day, day.year}
        assert formatter.long(day, today=day) == formatter.long(day)
        hour, minute = map(int, re.findall(r"\d+", formatter.clock(at)))
        assert (hour % 12, minute) == (at.hour % 12, at.minute)
        first = formatter.week_of(day)
        assert 0 <= (day - first).days < 7
        assert Weekday.of(first) == formatter.weekdays[0]


@given(LANGUAGES, st.decimals("0", "99999999.99", places=2))
def test_an_amount_can_be_read_back(language, amount):
    with translation.override(language):
        shown = money.format_money(amount, "USD").removeprefix("$").replace("\N{NO-BREAK SPACE}", "")
    comma = language == "es"
    assert Decimal(shown.replace(",", ".") if comma else shown.replace(",", "")) == amount

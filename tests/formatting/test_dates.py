"""Days, times, lengths and a schedule's days as each person reads them."""

import re
from datetime import date, time

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from handsel.formatting.dates import Formatter, format_duration, format_recurrence
from handsel.models.people import KnownNames
from handsel.rules.recurrence import Pattern, Recurrence, Weekday

pytestmark = pytest.mark.no_database

MON, TUE, WED, THU, FRI = list(Weekday)[:5]
ONCE, WEEKLY, BIWEEKLY, MONTHLY = Recurrence
MONDAY_14_DEC = date(2026, 12, 14)
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
    formatter = Formatter(KnownNames(), cycle)
    with translation.override(language):
        assert (formatter.day(MONDAY_14_DEC), formatter.short(MONDAY_14_DEC)) == (day, short)
        weekday, rest = formatter.long(MONDAY_14_DEC).split(" ")  # a line breaks after the weekday alone
        assert (f"{weekday} {rest}".replace("\N{NO-BREAK SPACE}", " "), formatter.full(MONDAY_14_DEC)) == (long, full)
        assert formatter.days(MONDAY_14_DEC, date(2026, 12, 18)) == days
        assert formatter.days(date(2026, 12, 28), date(2027, 1, 3)) == across
        assert formatter.days(MONDAY_14_DEC, MONDAY_14_DEC) == day
        assert formatter.clock(time(14, 30)).replace("\N{NO-BREAK SPACE}", " ") == clock


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_length(language):
    with translation.override(language):
        assert format_duration(510) == "8 h 30 min"


@given(st.sampled_from(["en", "es"]), READERS, st.dates(date(1970, 1, 1), date(2199, 12, 31)), st.times())
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


@pytest.mark.parametrize(
    ("repeats", "days", "start", "words"),
    [
        (ONCE, [], date(2026, 6, 10), "once, on Wednesday 10 June 2026"),
        (WEEKLY, [FRI, MON, WED], date(2026, 6, 1), "every Monday, Wednesday and Friday"),
        (WEEKLY, [MON], date(2026, 6, 1), "every Monday"),
        (BIWEEKLY, [TUE, THU], date(2026, 6, 1), "every second week on Tuesday and Thursday"),
        (MONTHLY, [TUE], date(2026, 6, 9), "the second Tuesday of every month"),
        (MONTHLY, [TUE, MON], date(2026, 6, 28), "the fourth Monday and Tuesday of every month"),
        (MONTHLY, [TUE], date(2026, 6, 30), "the last Tuesday of every month"),
        (MONTHLY, [], date(2026, 5, 31), "the last day of every month"),
        (MONTHLY, [], date(2026, 5, 28), "day 28 of every month"),
    ],
)
def test_every_recurrence_in_english(repeats, days, start, words):
    assert format_recurrence(Pattern(repeats, frozenset(days), start)) == words


@pytest.mark.parametrize(
    ("repeats", "days", "start", "words"),
    [
        (ONCE, [], date(2026, 6, 10), "una vez, el miércoles 10 de junio de 2026"),
        (WEEKLY, [MON, WED], date(2026, 6, 1), "cada lunes y miércoles"),
        (BIWEEKLY, [TUE, THU], date(2026, 6, 1), "cada dos semanas, martes y jueves"),
        (MONTHLY, [TUE], date(2026, 6, 2), "el primer martes de cada mes"),
        (MONTHLY, [TUE], date(2026, 6, 30), "el último martes de cada mes"),
        (MONTHLY, [], date(2026, 5, 28), "el día 28 de cada mes"),
    ],
)
def test_a_recurrence_in_spanish(repeats, days, start, words):
    with translation.override("es"):
        assert format_recurrence(Pattern(repeats, frozenset(days), start)) == words

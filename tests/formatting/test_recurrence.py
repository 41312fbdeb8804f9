"""A schedule's days as a parent would say them."""

from datetime import date

import pytest

from handsel.formatting.dates import format_recurrence
from handsel.rules.recurrence import Pattern, Recurrence, Weekday

pytestmark = pytest.mark.no_database

MON, TUE, WED, THU, FRI = list(Weekday)[:5]
ONCE, WEEKLY, BIWEEKLY, MONTHLY = Recurrence


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

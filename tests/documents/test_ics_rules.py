"""Repetition rules of outside calendars: what is read of them, and the days they mean, against python-dateutil."""

import itertools
import warnings
from datetime import datetime, timedelta

import pytest
from dateutil import rrule as oracle
from hypothesis import assume, given
from hypothesis import strategies as st

from handsel.documents import ics_rules
from handsel.documents.ics_values import LAST_TIME, TimeIsUp

pytestmark = pytest.mark.no_database

START = datetime.fromisoformat("2026-06-02T14:00")  # a Tuesday


def times(text: str, start: datetime = START, *, days: int = 800, after: datetime | None = None) -> list[datetime]:
    rule = ics_rules.parse(text)
    window = {"after": after or start - timedelta(seconds=1), "before": start + timedelta(days=days)}
    until = rule.until.wall if rule.until else LAST_TIME
    return list(ics_rules.occurrences(rule, start, until=until, **window, has_time=lambda: True))


def numbers(*allowed: range, most: int = 3) -> st.SearchStrategy[list[int]]:
    return st.lists(st.sampled_from([*itertools.chain(*allowed)]), min_size=1, max_size=most, unique=True)


@st.composite
def rules(draw) -> str:
    frequency = draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"]))
    parts = {"FREQ": frequency, "INTERVAL": draw(st.integers(1, 5))}
    options = {
        "BYMONTH": numbers(range(1, 13)),
        "BYMONTHDAY": numbers(range(1, 32), range(-31, 0)),
        "BYHOUR": numbers(range(24)),
        "BYMINUTE": numbers(range(0, 60, 15)),
        "BYDAY": st.lists(st.sampled_from(list(ics_rules._WEEKDAYS)), min_size=1, max_size=3, unique=True),
        "BYSETPOS": numbers(range(1, 4), range(-3, 0)),
        "WKST": st.sampled_from(["MO", "SU"]),
    }
    if frequency == "YEARLY":
        options |= {
            "BYYEARDAY": numbers(range(1, 367), range(-366, 0)),
            "BYWEEKNO": numbers(range(1, 54), range(-53, 0)),
        }
    if frequency in ("YEARLY", "MONTHLY"):
        nth = st.tuples(st.sampled_from([1, 2, -1]), st.sampled_from(list(ics_rules._WEEKDAYS)))
        options["BYDAY"] = options["BYDAY"] | st.lists(
            nth.map(lambda pair: f"{pair[0]:+}{pair[1]}"), min_size=1, max_size=2
        )
    if frequency == "WEEKLY":
        del options["BYSETPOS"]  # of the first week dateutil knows only what follows the start
    for name in draw(st.lists(st.sampled_from(sorted(options)), max_size=3, unique=True)):
        value = draw(options[name])
        parts[name] = ",".join(map(str, value)) if isinstance(value, list) else value
    if draw(st.booleans()):
        parts["COUNT"] = draw(st.integers(1, 40))
    if parts.keys() == {"FREQ", "INTERVAL", "BYSETPOS"}:
        del parts["BYSETPOS"]  # which dateutil refuses
    return ";".join(f"{name}={value}" for name, value in parts.items())


@given(rules(), st.datetimes(START - timedelta(days=900), START + timedelta(days=200)))
def test_times_are_those_of_dateutil(text, start):
    start = start.replace(second=0, microsecond=0)
    days = 20 if "HOURLY" in text else 800
    ours, end = times(text, start, days=days), start + timedelta(days=days)
    assume(ours)  # dateutil looks for ever for a day that never comes
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            theirs = oracle.rrulestr(text, dtstart=start)
        except ValueError:  # BYSETPOS without another part
            return
    assert ours == list(itertools.takewhile(lambda at: at < end, theirs))


@given(rules(), st.integers(0, 300))
def test_whoever_begins_later_finds_the_same(text, days):
    after, until = START + timedelta(days=days), 20 if "HOURLY" in text else 400
    assert times(text, after=after, days=until) == [at for at in times(text, days=until) if at > after]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (" freq = weekly ; byday = tu, th ; count=4 ", "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4"),
        ("RRULE:FREQ=DAILY;COUNT=2;", "FREQ=DAILY;COUNT=2"),
        ("FREQ=DAILY;COUNT=2;INTERVAL=;UNTIL=;WKST=", "FREQ=DAILY;COUNT=2"),
        ("FREQ=DAILY;COUNT=2;RSCALE=GREGORIAN;SKIP=OMIT;X-WHO=me", "FREQ=DAILY;COUNT=2"),
        ("COUNT=2;FREQ=DAILY", "FREQ=DAILY;COUNT=2"),
        ("FREQ=DAILY;UNTIL=2026-06-04T14:00:00", "FREQ=DAILY;COUNT=3"),
    ],
)
def test_what_is_plainly_meant_is_read(text, same):
    assert ics_rules.parse(text).is_sure
    assert times(text) == times(same)


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=WEEKLY;BYDY=TU,TH",
        "FREQ=WEEKLY;BYDAY=TU,T",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;BYDAY",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=DAILY;COUNT=two",
        "FREQ=DAILY;UNTIL=then",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=31;RSCALE=HEBREW",
        "FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD",
        "FREQ=DAILY;FREQ=WEEKLY",
    ],
)
def test_what_is_not_clear_is_not_sure(text):
    assert not ics_rules.parse(text).is_sure


@pytest.mark.parametrize("text", ["", "FREQ=NEVER", "FREQ=WEEKL", "BYDAY=TU", "W1 TU #10"])
def test_a_rule_that_does_not_say_how_often_is_none(text):
    assert ics_rules.parse(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MINUTELY;BYHOUR=3;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;INTERVAL=7;COUNT=2000000000",
        "FREQ=DAILY;COUNT=1000000000;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_unfolding_ends_when_the_time_is_up(text):
    asked = iter(range(50))
    rule = ics_rules.parse(text)
    with pytest.raises(TimeIsUp):
        list(
            ics_rules.occurrences(
                rule, START, until=LAST_TIME, after=START, before=LAST_TIME, has_time=lambda: next(asked, 50) < 40
            )
        )

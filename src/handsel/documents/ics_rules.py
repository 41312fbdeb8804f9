"""The repetition rules of an iCalendar (RFC 5545, 3.3.10), read as they are plainly meant and unfolded from a day on.

Unfolding asks now and then whether there is time left, since somebody may have written a rule that never ends.
"""

import re
from calendar import isleap, monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from itertools import product

from handsel.documents import ics_values
from handsel.documents.ics_values import DAY, Moment, TimeIsUp

_WEEKDAYS = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
_NTH = re.compile(
    r"([+-]?\d{1,2})?"
    r"(?:(MO)(?:N(?:DAY)?)?|(TU)(?:E(?:SDAY)?)?|(WE)(?:D(?:NESDAY)?)?|(TH)(?:U(?:RSDAY)?)?|(FR)(?:I(?:DAY)?)?"
    r"|(SA)(?:T(?:URDAY)?)?|(SU)(?:N(?:DAY)?)?)"
)
# What a number may be, by the part in which it stands; negative ones count from the end.
_RANGES: dict[str, Sequence[int]] = {
    "BYSECOND": range(61),
    "BYMINUTE": range(60),
    "BYHOUR": range(24),
    "BYMONTHDAY": (*range(-31, 0), *range(1, 32)),
    "BYYEARDAY": (*range(-366, 0), *range(1, 367)),
    "BYWEEKNO": (*range(-53, 0), *range(1, 54)),
    "BYMONTH": range(1, 13),
    "BYSETPOS": (*range(-366, 0), *range(1, 367)),
}
# Which change nothing, as they are what holds without them.
_USUAL = {"RSCALE=GREGORIAN", "SKIP=OMIT"}
_MOST_INTERVAL = 100_000_000


class Frequency(IntEnum):
    SECONDLY = 1
    MINUTELY = 60
    HOURLY = 3_600
    DAILY = 86_400
    WEEKLY = 604_800
    MONTHLY = 2_700_000
    YEARLY = 31_600_000


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. numbers: by the name of the part. weekdays: with their number in the month or year, or 0. is_sure: all of
    it was understood.
    """

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: Moment | None = None
    numbers: dict[str, tuple[int, ...]] = field(default_factory=dict)
    weekdays: tuple[tuple[int, int], ...] = ()
    week_start: int = 0
    is_sure: bool = True


def parse(text: str) -> Rule | None:
    """Parse a rule; None where it does not say how often. What else is not understood of it is left out: without that,
    it means more days rather than fewer, or is not sure.
    """
    parts: dict[str, str] = {}
    is_sure = True
    for part in re.sub(r"\s+", "", text).upper().removeprefix("RRULE:").split(";"):
        name, equals, value = part.partition("=")
        is_sure &= (bool(equals) or not part) and name not in parts
        if part and not part.startswith("X-") and part not in _USUAL:
            parts[name] = value
    frequency = Frequency.__members__.get(parts.pop("FREQ", ""))
    if frequency is None:
        return None
    interval, interval_is_sure = _number(parts.pop("INTERVAL", ""), range(1, _MOST_INTERVAL))
    count, count_is_sure = _number(parts.pop("COUNT", ""), range(1, 10**10))
    until_text = parts.pop("UNTIL", "")
    until = ics_values.moment(until_text) if until_text else None
    weekdays, weekdays_are_sure = _weekdays(parts.pop("BYDAY", None))
    week_start = parts.pop("WKST", "")
    numbers: dict[str, tuple[int, ...]] = {}
    for name in _RANGES.keys() & parts.keys():
        read = [_number(number, _RANGES[name]) for number in parts.pop(name).split(",")]
        is_sure &= all(number is not None and number_is_sure for number, number_is_sure in read)
        numbers[name] = tuple(sorted({number for number, _ in read if number is not None}))
    is_sure &= interval_is_sure and count_is_sure and weekdays_are_sure and not parts
    is_sure &= bool(until) == bool(until_text) and (not week_start or week_start in _WEEKDAYS)
    return Rule(
        frequency,
        interval or 1,
        count,
        until,
        {name: values for name, values in numbers.items() if values},
        weekdays,
        _WEEKDAYS.get(week_start, 0),
        is_sure,
    )


def _number(text: str, allowed: Sequence[int]) -> tuple[int | None, bool]:
    """Return a number that is allowed, and whether it is clear: nothing at all is."""
    if not text:
        return None, True
    number = int(text) if re.fullmatch(r"[+-]?\d{1,10}", text) else None
    return (number, True) if number is not None and number in allowed else (None, False)


def _weekdays(text: str | None) -> tuple[tuple[tuple[int, int], ...], bool]:
    if text is None:
        return (), True
    matches = [_NTH.fullmatch(day) for day in text.split(",")]
    weekdays = {(int(match[1] or 0), _WEEKDAYS[match[match.lastindex or 0]]) for match in matches if match}
    return tuple(sorted(weekdays)), all(matches)


def occurrences(
    rule: Rule, start: datetime, *, until: datetime, after: datetime, before: datetime, has_time: Callable[[], bool]
) -> Iterator[datetime]:
    """Yield the rule's wall times from start until `until`, of these the ones later than `after` and before `before`.

    Raises TimeIsUp.
    """
    if _is_over(rule, start, after):
        return
    days = _Days(rule, start)
    counted, steps = 0, 0
    for moments in _periods(rule, start, days, after, min(until, before)):
        steps += 1
        if moments is None or steps % 32 == 0:
            if not has_time():
                raise TimeIsUp
            if moments is None:
                continue
        for moment in moments:
            if moment < start:
                continue
            if moment > until or moment >= before or counted == rule.count:
                return
            counted += 1
            if counted % 1_024 == 0 and not has_time():
                raise TimeIsUp
            if moment > after:
                yield moment
        if counted == rule.count:
            return


def _is_over(rule: Rule, start: datetime, after: datetime) -> bool:
    """Say whether a rule that counts has plainly counted all by then: of these each day or week has one at least."""
    has_one = rule.frequency is Frequency.WEEKLY or (rule.frequency is Frequency.DAILY and not rule.weekdays)
    if rule.count is None or not has_one or rule.numbers:
        return False
    return (after - start).total_seconds() > int(rule.frequency) * rule.interval * (rule.count + 1)


def _periods(
    rule: Rule, start: datetime, days: "_Days", after: datetime, end: datetime
) -> Iterator[list[datetime] | None]:
    """Yield the moments of one period after the other, in order; None for a stretch that was passed over."""
    skips = rule.count is None  # what is counted has to be counted from the start
    if rule.frequency < Frequency.DAILY:
        yield from _short_periods(rule, start, days, after if skips else start, end)
        return
    clocks = _clocks(rule, start)
    for first, last in _long_periods(rule, start, after if skips else start, end):
        chosen = [
            datetime.combine(day, clock)
            for day in (first + DAY * number for number in range((last - first).days + 1))
            if days.has(day)
            for clock in clocks
        ]
        yield _at_positions(chosen, rule)


def _long_periods(rule: Rule, start: datetime, after: datetime, end: datetime) -> Iterator[tuple[date, date]]:
    """Yield the first and last days of the rule's days, weeks, months or years."""
    interval, day = rule.interval, start.date()
    try:
        if rule.frequency in (Frequency.YEARLY, Frequency.MONTHLY):
            per_year = 1 if rule.frequency is Frequency.YEARLY else 12
            number = day.year * per_year + (day.month - 1) * (per_year == 12)
            passed = after.year * per_year + (after.month - 1) * (per_year == 12) - number
            number += max(0, passed // interval) * interval
            while number // per_year <= min(end.year, date.max.year):
                year, month = number // per_year, number % per_year + 1
                last_month = month if per_year == 12 else 12
                yield date(year, month, 1), date(year, last_month, monthrange(year, last_month)[1])
                number += interval
        else:
            length = 7 if rule.frequency is Frequency.WEEKLY else 1
            first = day - DAY * ((day.weekday() - rule.week_start) % 7 if length == 7 else 0)
            first += DAY * (max(0, (after.date() - first).days // (length * interval)) * length * interval)
            while first <= end.date():
                yield first, first + DAY * (length - 1)
                first += DAY * (length * interval)
    except OverflowError:  # at the end of the calendar
        return


def _short_periods(
    rule: Rule, start: datetime, days: "_Days", after: datetime, end: datetime
) -> Iterator[list[datetime] | None]:
    """Yield the moments of the rule's hours, minutes or seconds; a day that has none is passed over at once."""
    unit = timedelta(seconds=int(rule.frequency))
    step = unit * rule.interval
    origin = start.replace(
        minute=0 if rule.frequency is Frequency.HOURLY else start.minute,
        second=0 if rule.frequency > Frequency.SECONDLY else start.second,
    )
    try:
        at = origin + max(0, (after - origin) // step) * step
        while at <= end:
            if not days.has(at.date()):
                to_midnight = datetime.combine(at.date() + DAY, time()) - at
                at += -(-to_midnight // step) * step
                yield None
                continue
            yield _at_positions(
                [datetime.combine(at.date(), clock) for clock in _clocks(rule, start, at)],
                rule,
            )
            at += step
    except OverflowError:
        return


def _clocks(rule: Rule, start: datetime, at: datetime | None = None) -> list[time]:
    """Return the times of the day that the rule means, or those within the hour, minute or second `at`."""
    chosen: list[tuple[int, ...]] = []
    for name, unit, per in (("BYHOUR", "hour", 3_600), ("BYMINUTE", "minute", 60), ("BYSECOND", "second", 1)):
        numbers = rule.numbers.get(name)
        if at is not None and per >= rule.frequency:
            number = getattr(at, unit)
            chosen.append((number,) if numbers is None or number in numbers else ())
        else:
            chosen.append(numbers or (getattr(start, unit),))
    clocks = (time(hour, minute, min(second, 59)) for hour, minute, second in product(*chosen))
    return list(dict.fromkeys(clocks))


def _at_positions(moments: list[datetime], rule: Rule) -> list[datetime]:
    positions = rule.numbers.get("BYSETPOS")
    if not positions:
        return moments
    count = len(moments)
    indexes = {position - 1 if position > 0 else count + position for position in positions}
    return [moments[index] for index in sorted(indexes) if 0 <= index < count]


class _Days:
    """The days that a rule means."""

    def __init__(self, rule: Rule, start: datetime) -> None:
        self.rule = rule
        self.months = rule.numbers.get("BYMONTH")
        self.month_days = rule.numbers.get("BYMONTHDAY")
        self.year_days = rule.numbers.get("BYYEARDAY")
        self.weeks = rule.numbers.get("BYWEEKNO") if rule.frequency is Frequency.YEARLY else None
        self.weekdays = rule.weekdays
        if not (self.month_days or self.year_days or self.weeks or self.weekdays):
            if rule.frequency is Frequency.YEARLY:
                self.months = self.months or (start.month,)
            if rule.frequency in (Frequency.YEARLY, Frequency.MONTHLY):
                self.month_days = (start.day,)
            if rule.frequency is Frequency.WEEKLY:
                self.weekdays = ((0, start.weekday()),)

    def has(self, day: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        if self.month_days:
            length = monthrange(day.year, day.month)[1]
            if day.day not in self.month_days and day.day - length - 1 not in self.month_days:
                return False
        if self.year_days:
            number, length = day.timetuple().tm_yday, 365 + isleap(day.year)
            if number not in self.year_days and number - length - 1 not in self.year_days:
                return False
        if self.weeks and not self._is_in_weeks(day):
            return False
        return not self.weekdays or any(
            self._is_nth(day, nth) for nth, weekday in self.weekdays if weekday == day.weekday()
        )

    def _is_nth(self, day: date, nth: int) -> bool:
        """Say whether the day is the nth of its weekday in the month, or in the year."""
        if nth == 0 or self.rule.frequency < Frequency.MONTHLY:
            return True
        if self.rule.frequency is Frequency.YEARLY and not self.rule.numbers.get("BYMONTH"):
            number, length = day.timetuple().tm_yday, 365 + isleap(day.year)
        else:
            number, length = day.day, monthrange(day.year, day.month)[1]
        return nth == ((number - 1) // 7 + 1 if nth > 0 else -((length - number) // 7 + 1))

    def _is_in_weeks(self, day: date) -> bool:
        start = self.rule.week_start
        # The last days of a year may be of the first week of the next one, and the other way round.
        year = day.year + (day >= _first_week(day.year + 1, start)) - (day < _first_week(day.year, start))
        first, following = _first_week(year, start), _first_week(year + 1, start)
        number, count = (day - first).days // 7 + 1, (following - first).days // 7
        return bool({number, number - count - 1} & set(self.weeks or ()))


def _first_week(year: int, week_start: int) -> date:
    """Return the first day of the week in which most days are of the year."""
    fourth = date(year, 1, 4)
    return fourth - DAY * ((fourth.weekday() - week_start) % 7)

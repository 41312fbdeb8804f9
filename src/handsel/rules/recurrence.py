"""The days of a schedule's slots. The table is in docs/explanation/time.md; calendars get it as RFC 5545 rules."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from handsel.rules import local_time
from handsel.rules.sentences import say


class Recurrence(StrEnum):
    ONCE = "ONCE"
    WEEKLY = "WEEKLY"
    BIWEEKLY = "BIWEEKLY"
    MONTHLY = "MONTHLY"


class Weekday(StrEnum):
    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"

    @property
    def number(self) -> int:
        """Return the weekday's number; Monday is 0, as in date.weekday()."""
        return _NUMBERS[self]

    @classmethod
    def of(cls, day: date) -> "Weekday":
        return WEEK[day.weekday()]


WEEK = tuple(Weekday)
# The days on which the weeks of a schedule may begin.
WEEK_STARTS = (Weekday.MONDAY, Weekday.SUNDAY)
LONGEST_RANGE_DAYS = 366
_NUMBERS = {weekday: number for number, weekday in enumerate(WEEK)}


def in_order(days: Iterable[Weekday]) -> list[Weekday]:
    """Sort weekdays from Monday to Sunday."""
    return sorted(days, key=_NUMBERS.__getitem__)


@dataclass(frozen=True, slots=True)
class Pattern:
    """The pattern in which a schedule repeats. `end_date` is the last day that may be a slot, or None for ever;
    `week_start` is the day on which the weeks begin that BIWEEKLY counts.
    """

    recurrence: Recurrence
    days: frozenset[Weekday]
    start_date: date
    end_date: date | None = None
    week_start: Weekday = Weekday.MONDAY

    @property
    def ordinal(self) -> int:
        """Return which of its weekdays in the month the start date is: 1 to 4, or -1, as the fifth means the last."""
        nth = (self.start_date.day - 1) // 7 + 1
        return nth if nth < 5 else -1


def problems(pattern: Pattern) -> dict[str, str]:
    """Return what is wrong with a pattern: field name to sentence, empty when it is good."""
    errors: dict[str, str] = {}
    match pattern.recurrence:
        case Recurrence.WEEKLY | Recurrence.BIWEEKLY if not pattern.days:
            errors["days_of_week"] = say("Choose at least one day of the week.")
        case Recurrence.ONCE if pattern.days - {Weekday.of(pattern.start_date)}:
            errors["days_of_week"] = say(
                "A single session is on its start date. Leave the days of the week out, or choose the one of that date."
            )
    if pattern.end_date is not None and pattern.end_date < pattern.start_date:
        errors["end_date"] = say("The end date must not be before the start date.")
    return errors


def hours_problems(start: time, end: time) -> dict[str, str]:
    """Return what is wrong with the hours of a day, in the same form. An end before the start is the next day's."""
    if start == end:
        return {"end_time": say("Start and end are the same. Care over a whole day ends a minute earlier.")}
    return {}


def range_problems(first: date, last: date) -> dict[str, str]:
    """Return what is wrong with a range of days to generate or preview: field to sentence, empty when it is good."""
    if last < first:
        return {"to_date": say("The last day must not be before the first.")}
    if (last - first).days >= LONGEST_RANGE_DAYS:
        return {"to_date": say("Choose at most %(most)s days at once.", most=LONGEST_RANGE_DAYS)}
    return {}


def slots(pattern: Pattern, first: date, last: date) -> list[date]:
    """Return the slot dates from first to last, both inclusive, ascending. The cost grows with the answer alone."""
    first = max(first, pattern.start_date)
    last = last if pattern.end_date is None else min(last, pattern.end_date)
    if first > last:
        return []
    match pattern.recurrence:
        case Recurrence.ONCE:
            return [pattern.start_date] if first == pattern.start_date else []
        case Recurrence.WEEKLY:
            return _every_weeks(1, pattern, first, last)
        case Recurrence.BIWEEKLY:
            return _every_weeks(2, pattern, first, last)
        case Recurrence.MONTHLY:
            return [day for month in _months(first, last) for day in _in_month(pattern, *month) if first <= day <= last]


def upcoming(pattern: Pattern, first: date, *, most: int = 6) -> list[date]:
    """Return the next slots from `first` on, at most so many: what a schedule means, shown before it is saved."""
    first = max(first, pattern.start_date)
    # No recurrence leaves more than five weeks between two slots.
    return slots(pattern, first, first + timedelta(weeks=5 * most))[:most]


def _every_weeks(interval: int, pattern: Pattern, first: date, last: date) -> list[date]:
    """Return the slots of every so many weeks; whole weeks are counted from the one that holds the start date."""
    begin, stop = first.toordinal(), last.toordinal()
    week_start = pattern.start_date.toordinal() - (pattern.start_date.weekday() - pattern.week_start.number) % 7
    stride = 7 * interval
    week_start += (begin - week_start) // stride * stride
    numbers = sorted((weekday.number - pattern.week_start.number) % 7 for weekday in pattern.days)
    return [
        date.fromordinal(week + number)
        for week in range(week_start, stop + 1, stride)
        for number in numbers
        if begin <= week + number <= stop
    ]


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield month // 12, month % 12 + 1


def _in_month(pattern: Pattern, year: int, month: int) -> list[date]:
    weekday_of_first, length = monthrange(year, month)
    if not pattern.days:
        return [date(year, month, min(pattern.start_date.day, length))]
    numbers = []
    for weekday in pattern.days:
        earliest = 1 + (weekday.number - weekday_of_first) % 7
        weeks_on = pattern.ordinal - 1 if pattern.ordinal > 0 else (length - earliest) // 7
        numbers.append(earliest + 7 * weeks_on)
    return [date(year, month, number) for number in sorted(numbers)]


def rrule(pattern: Pattern) -> str | None:
    """Return the same days as an RFC 5545 recurrence rule, without its end; None for a single session.

    WKST says what it changes: on which day the weeks of BIWEEKLY begin. Where every week counts it stays MO.
    A day of the month that short months lack needs RFC 7529: SKIP=BACKWARD takes the last day instead.
    """
    codes = [weekday[:2] for weekday in in_order(pattern.days)]
    match pattern.recurrence:
        case Recurrence.ONCE:
            return None
        case Recurrence.WEEKLY:
            return f"FREQ=WEEKLY;WKST=MO;BYDAY={','.join(codes)}"
        case Recurrence.BIWEEKLY:
            return f"FREQ=WEEKLY;INTERVAL=2;WKST={pattern.week_start[:2]};BYDAY={','.join(codes)}"
        case Recurrence.MONTHLY if codes:
            return f"FREQ=MONTHLY;BYDAY={','.join(f'{pattern.ordinal}{code}' for code in codes)}"
        case Recurrence.MONTHLY:
            return f"RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY={pattern.start_date.day}"


# 400 Gregorian years are exactly 20,871 weeks and 4,800 months.
_WEEKS_A_MONTH = Fraction(20_871, 4_800)


def sessions_a_week(pattern: Pattern) -> Fraction:
    """Return how many sessions an average week has while the schedule runs, exactly; 0 for a single session."""
    match pattern.recurrence:
        case Recurrence.ONCE:
            return Fraction(0)
        case Recurrence.WEEKLY:
            return Fraction(len(pattern.days))
        case Recurrence.BIWEEKLY:
            return Fraction(len(pattern.days), 2)
        case Recurrence.MONTHLY:
            return (len(pattern.days) or 1) / _WEEKS_A_MONTH


def sessions_a_month(pattern: Pattern) -> Decimal:
    """Return how many sessions an average month has while the schedule runs, to one place; 0 for a single session."""
    return _one_place(sessions_a_week(pattern) * _WEEKS_A_MONTH)


def hours_a_week(pattern: Pattern, start: time, end: time) -> Decimal:
    """Return the hours of care of an average week while the schedule runs, to one place; 0 for a single session."""
    hours = Fraction(int(local_time.wall_length(start, end).total_seconds()), 3600)
    return _one_place(sessions_a_week(pattern) * hours)


def _one_place(number: Fraction) -> Decimal:
    return (Decimal(number.numerator) / number.denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)

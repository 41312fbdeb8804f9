"""The counted minutes of a workweek, in the order of time, and which of them are paid at a premium."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from operator import attrgetter
from typing import Any, NamedTuple

from handsel.rules.pay.local_days import LocalDays
from handsel.rules.pay.sessions import Length
from handsel.rules.pay.terms import TIMES_ONE, SeventhDay, Terms
from handsel.rules.pay.workweeks import DAYS_OF_A_WEEK, Workweek


class Premium(NamedTuple):
    """A class of minutes that are paid at a premium: the kind of its line, and what they are multiplied by."""

    kind: str
    multiplier: int


class Part(NamedTuple):
    """Counted minutes of one session on one day. They sort in time's order, then as the sessions were made.

    An hour of them is paid `cents / per`, exactly: a night's minutes share its amount evenly.
    """

    first: int
    session: Any
    day: int
    minutes: int
    cents: int
    per: int

    def split(self, minutes: int) -> "tuple[Part, Part]":
        """Return the first minutes, and the rest."""
        return (
            Part(self.first, self.session, self.day, minutes, self.cents, self.per),
            Part(self.first + minutes, self.session, self.day, self.minutes - minutes, self.cents, self.per),
        )


def exact(parts: Iterable[Part]) -> int | Fraction:
    """Return what the minutes of parts come to, in sixtieths of a cent; no fraction where it is a whole number."""
    whole: int | Fraction = 0
    of_nights: dict[int, int] = {}
    for _, _, _, minutes, cents, per in parts:
        if per == 1:
            whole += minutes * cents
        else:
            of_nights[per] = of_nights.get(per, 0) + minutes * cents
    if not of_nights:
        return whole
    return whole + sum(cents // per if cents % per == 0 else Fraction(cents, per) for per, cents in of_nights.items())


# A day's counted minutes up to, not including, the k-th, and the premium that they are paid; None for none.
Stretch = tuple[int, Premium | None]
# More minutes than a day of many sessions has.
_NO_END = 1 << 30


def parts(session: object, rate: int, length: Length, days: LocalDays) -> Iterator[Part]:
    """Return the counted minutes of a session, cut at midnights and at the edges of its nights."""
    _, _, first, end, nights = length
    if not nights:
        return _cut_at_midnights(session, first, end, rate, 1, days)
    return _around_nights(session, rate, length, days)


def _around_nights(session: object, rate: int, length: Length, days: LocalDays) -> Iterator[Part]:
    _, _, first, end, nights = length
    for night in nights:
        yield from _cut_at_midnights(session, first, night.first, rate, 1, days)
        if night.counts:
            yield from _cut_at_midnights(session, night.first, night.end, night.amount * 60, night.minutes, days)
        first = night.end
    yield from _cut_at_midnights(session, first, end, rate, 1, days)


def _cut_at_midnights(session: object, first: int, end: int, cents: int, per: int, days: LocalDays) -> Iterator[Part]:
    day = days.day_of(first)
    while first < end:
        midnight = days.start(day + 1)
        if midnight > first:
            yield Part(first, session, day, min(end, midnight) - first, cents, per)
            first = midnight
        day += 1


def in_order(parts: Iterable[Part]) -> list[Part]:
    """Return the parts in the order of time. Where several sessions run at once, they take turns minute by minute."""
    ordered = sorted(parts)
    free_from = ordered[0].first if ordered else 0
    for first, _, _, length, _, _ in ordered:
        if first < free_from:
            return _minute_by_minute(ordered)
        free_from = first + length
    return ordered


def _minute_by_minute(ordered: list[Part]) -> list[Part]:
    minutes: list[Part] = []
    for part in ordered:
        minutes += (part._replace(first=part.first + place, minutes=1) for place in range(part.minutes))
    return sorted(minutes)


def by_premium(ordered: list[Part], week: Workweek) -> dict[Premium, list[Part]]:
    """Return the minutes that each premium is paid for; every minute at most once."""
    terms = week.terms
    premiums: dict[Premium, list[Part]] = defaultdict(list)
    left = list(_left_by_days(ordered, week, premiums)) if terms.has_premium_days else ordered
    if terms.weekly_overtime_after is not None:
        ordinary = terms.weekly_overtime_after
        weekly = Premium("OVERTIME_WEEKLY", terms.overtime_multiplier)
        over: list[Part] = []
        for part in left:
            minutes = part.minutes
            if minutes > ordinary:
                over.append(part.split(ordinary)[1] if ordinary else part)
            ordinary = max(0, ordinary - minutes)
        if over:
            premiums[weekly] = over
    return premiums


def _left_by_days(ordered: list[Part], week: Workweek, premiums: dict[Premium, list[Part]]) -> Iterator[Part]:
    """Give each day's premium minutes to their premiums, and return the others."""
    terms, today, counted = week.terms, None, 0
    counted_by_day: dict[int, int] = {}
    has_seventh_day = terms.seventh_day is not SeventhDay.NONE and week.days == DAYS_OF_A_WEEK
    is_seventh_worked = has_seventh_day and len({part.day for part in ordered}) == DAYS_OF_A_WEEK
    for whole in ordered:
        part, day = whole, whole.day
        if day != today:
            today, counted = day, counted_by_day.get(day, 0)
            is_holiday = bool(terms.holidays) and date.fromordinal(day) in terms.holidays
            stretches = _stretches_of(terms, is_holiday=is_holiday, is_seventh=is_seventh_worked and day == week.last)
        for until, premium in stretches:
            room = until - counted
            if room <= 0:
                continue
            taken, rest = part.split(room) if part.minutes > room else (part, None)
            counted += taken.minutes
            if premium is None:
                yield taken
            else:
                premiums[premium].append(taken)
            if rest is None:
                break
            part = rest
        counted_by_day[day] = counted


def _stretches_of(terms: Terms, *, is_holiday: bool, is_seventh: bool) -> tuple[Stretch, ...]:
    """Return what the minutes of a day are paid as, from the first on; worked out once for each sort of day."""
    key = (is_holiday, is_seventh)
    if key not in terms.days:
        terms.days[key] = tuple(_stretches(terms, is_holiday=is_holiday, is_seventh=is_seventh))
    stretches: tuple[Stretch, ...] = terms.days[key]
    return stretches


def _stretches(terms: Terms, *, is_holiday: bool, is_seventh: bool) -> Iterator[Stretch]:
    from_minute: list[tuple[int, Premium]] = []
    if is_holiday and terms.holiday_multiplier > TIMES_ONE:
        from_minute.append((0, Premium("HOLIDAY", terms.holiday_multiplier)))
    double = Premium("DOUBLE_TIME", terms.double_multiplier)
    if terms.daily_double_after is not None:
        from_minute.append((terms.daily_double_after, double))
    if is_seventh and terms.seventh_day is not SeventhDay.NONE:
        if terms.seventh_day_double_after is not None:
            from_minute.append((terms.seventh_day_double_after, double))
        from_minute.append((0, Premium("SEVENTH_DAY", terms.overtime_multiplier)))
    if terms.daily_overtime_after is not None:
        from_minute.append((terms.daily_overtime_after, Premium("OVERTIME_DAILY", terms.overtime_multiplier)))
    edges = sorted({0, *(minute for minute, _ in from_minute)})
    for edge, until in zip(edges, [*edges[1:], _NO_END], strict=True):
        # max takes the first of equal ones, in the order in which they stand above.
        premiums = [premium for minute, premium in from_minute if minute <= edge]
        yield until, max(premiums, key=attrgetter("multiplier"), default=None)

"""What a schedule costs, one session by itself and an average week: under terms of pay as a timesheet has it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from handsel.queries.session_facts import SessionFacts
from handsel.rules import local_time, pay, recurrence
from handsel.rules.lifecycle import Status
from handsel.rules.pay import local_days, sessions
from handsel.rules.pay.terms import Terms
from handsel.rules.pay.timesheet import timesheet
from handsel.rules.pay.workweeks import DAYS_OF_A_WEEK, Timeline
from handsel.rules.recurrence import Pattern, Recurrence

# An average week has no change of clocks.
_ZONE, _DAY = "UTC", timedelta(days=1)
_WEEKS = {Recurrence.WEEKLY: 1, Recurrence.BIWEEKLY: 2}


@dataclass(frozen=True, slots=True)
class ScheduleCosts:
    """one: what a session comes to by itself, before what its week adds where there are terms (has_terms). a_week: what
    an average week does, with all that its timesheet says where it has the same days each time (is_whole); None for a
    single session.
    """

    one: Decimal
    a_week: Decimal | None
    has_terms: bool
    is_whole: bool


def costs(pattern: Pattern, hours: tuple[time, time], rate: Decimal, timeline: Timeline, today: date) -> ScheduleCosts:
    """Return what a schedule costs, by the terms that are in force on its first day from today on. No query."""
    first = next(iter(recurrence.upcoming(pattern, today)), pattern.start_date)
    week, a_week = timeline.week_of(first.toordinal()), recurrence.sessions_a_week(pattern)
    if week is None:
        length = local_time.wall_length(*hours) // timedelta(minutes=1)
        of_week = pay.for_minutes(a_week * length, rate)
        return ScheduleCosts(pay.for_minutes(length, rate), of_week if a_week else None, False, False)
    cents = sessions.by_itself(_session(first, hours, rate), week.terms, local_days.of_zone(_ZONE))
    is_whole = pattern.recurrence in _WEEKS
    of_week = _in_weeks(pattern, hours, rate, week.terms, first) if is_whole else _amount(a_week * cents)
    return ScheduleCosts(_amount(cents), of_week if a_week else None, True, is_whole)


def _in_weeks(pattern: Pattern, hours: tuple[time, time], rate: Decimal, terms: Terms, first: date) -> Decimal:
    """Return what a workweek of these sessions alone comes to, on average, with overtime and guaranteed hours."""
    always = replace(terms, effective_from=first, holidays=frozenset())
    timeline = Timeline([always])
    begins = timeline.holds[0][0]
    weeks = _WEEKS[pattern.recurrence]
    last = begins + weeks * DAYS_OF_A_WEEK - 1
    days = recurrence.slots(replace(pattern, end_date=None), date.fromordinal(begins), date.fromordinal(last))
    planned = [_session(day, hours, rate) for day in days]
    sheet = timesheet(planned, timeline, date.fromordinal(begins), date.fromordinal(last))
    return _amount(Fraction(sheet.totals.gross, weeks))


def _session(day: date, hours: tuple[time, time], rate: Decimal) -> SessionFacts:
    """Return the facts of a session as if it had gone as planned."""
    start, end = _times(day, hours)
    return SessionFacts(
        id=UUID(int=day.toordinal()),
        status=Status.COMPLETED,
        is_confirmed=True,
        time_zone=_ZONE,
        scheduled_start=start,
        scheduled_end=end,
        actual_start=start,
        actual_end=end,
        hourly_rate=rate,
        cancelled_at=None,
        cancelled_for="",
        nanny_id=None,
        pay_date=day,
        is_corrected=False,
    )


def _times(day: date, hours: tuple[time, time]) -> Iterator[datetime]:
    start, end = hours
    yield datetime.combine(day, start, UTC)
    yield datetime.combine(day if end > start else day + _DAY, end, UTC)


def _amount(cents: int | Fraction) -> Decimal:
    return Decimal((2 * cents + 1) // 2).scaleb(-2)

"""Faults to plant into the first implementation of a timesheet, each a few words of its source."""

import contextlib
import inspect
import sys
import textwrap
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

import pytest

from handsel.rules.pay import guarantee, hours, items, local_days, premiums, sessions, terms, timesheet, workweeks


class Fault(NamedTuple):
    """Words of one function, named by its module and its own name, and what stands there instead."""

    module: Any
    function: str
    words: str
    instead: str


FAULTS = {
    "a tier includes its hour": Fault(sessions, "cancellation_hundredths", "notice <", "notice <="),
    "a tier holds for a nanny's cancel": Fault(
        sessions, "cancellation_hundredths", "session.cancelled_for != CancelledFor.FAMILY or ", ""
    ),
    "a premium falls at the week's start": Fault(
        timesheet, "_Sheet._add_premiums", "week.last, rounded", "week.first, rounded"
    ),
    "overtime of a night is one day's": Fault(hours, "_cut_at_midnights", "days.start(day + 1)", "end"),
    "money is rounded per minute": Fault(
        timesheet, "_Sheet._add_care", "(hourly * rate + 30) // 60", "hourly * ((rate + 30) // 60)"
    ),
    "half a cent goes down": Fault(terms, "rounded", "2 * numerator + denominator", "2 * numerator + denominator - 1"),
    "a holiday wins over double time": Fault(
        hours,
        "_stretches",
        'max(premiums, key=attrgetter("multiplier"), default=None)',
        "premiums[0] if premiums else None",
    ),
    "the rate worked is the regular one": Fault(
        premiums, "goes_by_own_rate", " or terms.overtime_base is OvertimeBase.RATE_WORKED", ""
    ),
    "a holiday goes by the regular rate": Fault(premiums, "goes_by_own_rate", 'premium.kind == "HOLIDAY" or ', ""),
    "the regular rate is rounded first": Fault(
        premiums,
        "WeekOfPay.premium",
        "self.straight, 60 * TIMES_ONE * self.counted",
        "round(self.straight / self.counted), 60 * TIMES_ONE",
    ),
    "a bonus stays out of the regular rate": Fault(premiums, "WeekOfPay.straight", "if self.bonuses:", "if False:"),
    "the federal premium is at one and a half": Fault(premiums, "WeekOfPay.federal_premium", "120", "40"),
    "a day's overtime counts for the week too": Fault(
        hours,
        "by_premium",
        "list(_left_by_days(ordered, week, premiums))",
        "list(_left_by_days(ordered, week, premiums)) and ordered",
    ),
    "six days make a seventh": Fault(
        hours, "_left_by_days", "for part in ordered}) == DAYS_OF_A_WEEK", "for part in ordered}) >= DAYS_OF_A_WEEK - 1"
    ),
    "a sleep-in counts": Fault(hours, "_around_nights", "if night.counts:", "if night:"),
    "a night needs a minute more": Fault(sessions, "_nights", "begins >= night.at_least", "begins > night.at_least"),
    "a night does not begin the day before": Fault(
        sessions, "_nights", "days.day_of(first) - 1,", "days.day_of(first),"
    ),
    "what was not worked counts": Fault(sessions, "length", "first + min(worked, paid)", "first + max(worked, paid)"),
    "half a step goes down": Fault(sessions, "_rounded", "2 * minutes + step)", "2 * minutes + step - 1)"),
    "seconds count": Fault(local_days, "minute_of", "at - _EPOCH", "at - _EPOCH + _MINUTE / 2"),
    "a day begins with its second midnight": Fault(
        local_days,
        "LocalDays._first_minute",
        "local_time.instant(wall, self.zone)",
        "local_time.instants(wall, self.zone)[-1]",
    ),
    "the guarantee of a short week is whole": Fault(
        guarantee,
        "top_up",
        "week.terms.guaranteed_minutes * week.days",
        "week.terms.guaranteed_minutes * DAYS_OF_A_WEEK",
    ),
    "leave is topped up": Fault(guarantee, "top_up", " + max(0, away - paid_time)", ""),
    "leave of a day makes up for another's": Fault(
        guarantee, "top_up", "away - paid_time", "away - sum(known.paid_time.values())"
    ),
    "terms hold from a week's middle": Fault(
        workweeks,
        "_taking_hold",
        "_next_start(terms.effective_from.toordinal(), holding or terms)",
        "terms.effective_from.toordinal()",
    ),
    "new terms hold from their own start": Fault(workweeks, "_taking_hold", "holding or terms", "terms"),
    "the family's later terms are hers too": Fault(workweeks, "_concerned", "terms.effective_from < own", "True"),
    "a short week owes nothing for the change": Fault(
        premiums, "workweek_change", "moved + short.parts", "short.parts"
    ),
    "holiday pay leaves premiums out": Fault(
        timesheet, "_Sheet.rolled_up_holiday", "line.kind in WORKED or line.kind in PREMIUMS", "line.kind in WORKED"
    ),
    "paid time is rounded per hour": Fault(
        items, "Item.line", "rounded(self.minutes * self.rate, 60)", "self.minutes // 60 * self.rate"
    ),
}


@contextlib.contextmanager
def planted(fault: Fault) -> Iterator[None]:
    """Let the function be the faulty one wherever it is known in the package."""
    owner: Any = fault.module
    *within, name = fault.function.split(".")
    for each in within:
        owner = getattr(owner, each)
    right = inspect.getattr_static(owner, name)
    function = right.func if isinstance(right, cached_property) else getattr(right, "fget", right)
    source = textwrap.dedent(inspect.getsource(function))
    assert fault.words in source, f"{fault.function} has changed: plant this fault anew"
    space = dict(vars(fault.module))
    exec(source.replace(fault.words, fault.instead), space)  # noqa: S102 (our own source)
    wrong = space[name]
    if isinstance(wrong, cached_property):
        wrong.__set_name__(owner, name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, wrong)
        for module in [module for path, module in sys.modules.items() if path.startswith("handsel.rules.pay")]:
            if not within and getattr(module, name, None) is right:
                patch.setattr(module, name, wrong)
        local_days.of_zone.cache_clear()
        yield
    local_days.of_zone.cache_clear()

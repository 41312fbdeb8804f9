"""The terms of pay in words: what one version says, and what a new one says otherwise."""

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from handsel.formatting import money, names
from handsel.formatting.dates import NO_BREAK_SPACE, Formatter, format_duration
from handsel.models import PayPolicy
from handsel.rules.pay import policy_fields
from handsel.rules.pay.presets import PRESETS
from handsel.rules.pay.terms import MileageUnit, OvertimeBase, PayFor, PayFrequency, RoundingMode, SeventhDay
from handsel.rules.recurrence import Weekday

_FREQUENCIES = {
    PayFrequency.WEEK: gettext_lazy("every week"),
    PayFrequency.TWO_WEEKS: gettext_lazy("every two weeks"),
    PayFrequency.HALF_MONTH: gettext_lazy("twice a month"),
    PayFrequency.MONTH: gettext_lazy("every month"),
    PayFrequency.OWN: gettext_lazy("when you choose"),
}
_PAID_FOR = {
    PayFor.ACTUAL: gettext_lazy("The time that passed is paid."),
    PayFor.PLANNED: gettext_lazy("The planned time is paid, whatever passed."),
    PayFor.GREATER: gettext_lazy("The planned time or the time that passed is paid, whichever is longer."),
}
_ROUNDED = {
    RoundingMode.NEAREST: gettext_lazy("It is rounded to the nearest %(minutes)s minutes."),
    RoundingMode.UP: gettext_lazy("It is rounded up to %(minutes)s minutes."),
    RoundingMode.DOWN: gettext_lazy("It is rounded down to %(minutes)s minutes."),
}
_UNITS = {MileageUnit.MI: gettext_lazy("%(rate)s a mile."), MileageUnit.KM: gettext_lazy("%(rate)s a kilometer.")}

PLACES = {
    "US_FEDERAL": gettext_lazy("United States"),
    "US_CA_ATTENDANT": gettext_lazy("California, personal attendant"),
    "US_CA_ATTENDANT_LIVE_IN": gettext_lazy("California, personal attendant who lives in"),
    "US_CA_HOUSEHOLD": gettext_lazy("California, household work"),
    "US_NY": gettext_lazy("New York"),
    "US_NY_LIVE_IN": gettext_lazy("New York, who lives in"),
    "CA_BC": gettext_lazy("British Columbia"),
    "CA_ON": gettext_lazy("Ontario"),
    "GB_IRREGULAR": gettext_lazy("United Kingdom, irregular hours"),
}
# What a place may set, by the subject under which it is said.
_FIELDS = {
    gettext_lazy("Workweek"): ("workweek_start",),
    gettext_lazy("Overtime"): (
        "weekly_overtime_after",
        "daily_overtime_after",
        "daily_double_after",
        "seventh_day",
        "seventh_day_double_after",
        "overtime_base",
        "federal_overtime",
    ),
    gettext_lazy("On top"): ("rolled_up_holiday_percent",),
}

type Words = dict[str, str]


def in_words(policy: PayPolicy | None, currency: str, formatter: Formatter) -> Words:
    """Return what a version says, a sentence or two for each subject, by the subject's heading; of none, what holds
    where nothing was agreed.
    """
    if policy is None:
        return {gettext("Pay"): gettext("Minutes times rate. There is no overtime, and nothing is guaranteed.")}
    return {
        subject: " ".join(sentences)
        for subject, parts in _subjects(policy, currency, formatter)
        if (sentences := list(parts))
    }


def sources(policy: PayPolicy) -> Words:
    """Return where the rule of a subject stands in the law, by the subject's heading: of what a version has as its
    place asks for, and of what federal law says of a part that somebody chose.
    """
    preset = PRESETS.get(policy.preset)
    stand: dict[str, list[str]] = {}
    if preset is not None:
        filled = policy_fields.filled_in(preset)
        for subject, names_of_fields in _FIELDS.items():
            named = [name for name in names_of_fields if name in filled]
            if named and all(getattr(policy, name) == filled[name] for name in named):
                stand[str(subject)] = [f"{PLACES[preset.name]}: {'; '.join(preset.sources)}"]
            elif named:
                stand[str(subject)] = [gettext("Your own, not as %(place)s asks for.") % {"place": PLACES[preset.name]}]
    if policy.night and preset is not None and preset.name.startswith("US_"):
        stand.setdefault(gettext("Nights"), []).append("29 CFR 785.21")
    return {subject: " ".join(texts) for subject, texts in stand.items()}


def differences(old: Words, new: Words) -> list[str]:
    """Return what the new words say otherwise, with the old ones beside them."""
    lines = []
    for subject in {**new, **old}:
        before, after = old.get(subject, gettext("none")), new.get(subject, gettext("none"))
        if before != after:
            facts = {"subject": subject, "old": before, "new": after}
            lines.append(gettext("%(subject)s: %(new)s Until then: %(old)s") % facts)
    return lines


def times(multiplier: Decimal) -> str:
    """Say a multiplier: one and a half times."""
    if multiplier == Decimal("1.5"):
        return gettext("one and a half times")
    if multiplier == 2:
        return gettext("twice")
    return gettext("%(number)s times") % {"number": money.format_number(multiplier.normalize())}


def _subjects(policy: PayPolicy, currency: str, formatter: Formatter) -> Iterator[tuple[str, Iterator[str]]]:
    yield gettext("Workweek"), _workweek(policy)
    yield gettext("What is paid"), _length(policy)
    yield gettext("Overtime"), _overtime(policy)
    yield gettext("Nights"), _nights(policy, currency, formatter)
    yield gettext("Holidays"), _holidays(policy, formatter)
    yield gettext("Guaranteed hours"), _guarantee(policy, currency)
    yield gettext("Late cancellations"), _cancellations(policy)
    yield gettext("On top"), _on_top(policy)
    yield gettext("Minimum wage"), _minimum_wage(policy, currency)
    yield gettext("Mileage"), _mileage(policy, currency)


def _workweek(policy: PayPolicy) -> Iterator[str]:
    day = str(WEEKDAYS[Weekday(policy.workweek_start).number])
    yield gettext("It begins on %(day)s.") % {"day": day}
    frequency = str(_FREQUENCIES[PayFrequency(policy.pay_frequency)])
    yield gettext("Pay is settled %(when)s.") % {"when": frequency}


def _length(policy: PayPolicy) -> Iterator[str]:
    yield str(_PAID_FOR[PayFor(policy.pay_for)])
    if policy.rounding_minutes:
        yield str(_ROUNDED[RoundingMode(policy.rounding_mode)]) % {"minutes": policy.rounding_minutes}
    if policy.minimum_minutes:
        yield gettext("At least %(length)s of each session.") % {"length": format_duration(policy.minimum_minutes)}


def _overtime(policy: PayPolicy) -> Iterator[str]:
    once, twice = times(policy.overtime_multiplier), times(policy.double_multiplier)
    for minutes, multiplier, sentence in (
        (policy.weekly_overtime_after, once, gettext("After %(length)s a week, %(times)s.")),
        (policy.daily_overtime_after, once, gettext("After %(length)s a day, %(times)s.")),
        (policy.daily_double_after, twice, gettext("After %(length)s a day, %(times)s.")),
    ):
        if minutes is not None:
            yield sentence % {"length": format_duration(minutes), "times": multiplier}
    if policy.seventh_day != SeventhDay.NONE:
        yield gettext("The seventh day in a row of a workweek, %(times)s.") % {"times": once}
    if policy.seventh_day_double_after is not None:
        length = format_duration(policy.seventh_day_double_after)
        yield gettext("After %(length)s of it, %(times)s.") % {"length": length, "times": twice}
    if policy.terms.has_premiums and policy.overtime_base == OvertimeBase.WEIGHTED:
        yield gettext("It multiplies what an hour of that week comes to on average.")
    elif policy.terms.has_premiums:
        yield gettext("It multiplies the rate of the hour itself.")
    if policy.federal_overtime:
        yield gettext("What federal law asks for (FLSA) is figured apart.")


def _nights(policy: PayPolicy, currency: str, formatter: Formatter) -> Iterator[str]:
    night: dict[str, Any] | None = policy.night
    if not night:
        return
    yield gettext("%(length)s or more between %(hours)s are paid %(amount)s together.") % {
        "length": format_duration(night["atLeastMinutes"]),
        "hours": formatter.hours(time.fromisoformat(night["from"]), time.fromisoformat(night["to"])),
        "amount": money.format_money(Decimal(night["amount"]), currency),
    }
    if not night["counts"]:
        yield gettext("They do not count toward overtime.")


def _holidays(policy: PayPolicy, formatter: Formatter) -> Iterator[str]:
    if not policy.holidays:
        return
    days = [f"{holiday['name']} ({formatter.full(date.fromisoformat(holiday['date']))})" for holiday in policy.holidays]
    facts = {"days": names.join_names(days), "times": times(policy.holiday_multiplier)}
    if policy.holiday_multiplier > 1:
        yield gettext("Work on these days is paid %(times)s: %(days)s.") % facts
    else:
        yield gettext("Named, and paid as other days: %(days)s.") % facts


def _guarantee(policy: PayPolicy, currency: str) -> Iterator[str]:
    if policy.guaranteed_minutes:
        length = format_duration(policy.guaranteed_minutes)
        yield gettext("%(length)s a week are paid, also when there is less to do.") % {"length": length}
    if policy.basic_rate is not None:
        rate = money.format_money(policy.basic_rate, currency)
        yield gettext("The basic rate is %(rate)s an hour, also of paid time off.") % {"rate": rate}


def _cancellations(policy: PayPolicy) -> Iterator[str]:
    for tier in policy.cancellation_tiers:
        facts = {"hours": tier["noticeHours"], "percent": _percent(tier["percent"])}
        yield gettext("Less than %(hours)s h before, %(percent)s of the planned time.") % facts
        if tier["minimumMinutes"]:
            yield gettext("At least %(length)s.") % {"length": format_duration(tier["minimumMinutes"])}


def _on_top(policy: PayPolicy) -> Iterator[str]:
    if policy.rolled_up_holiday_percent:
        yield gettext("Holiday pay of %(percent)s.") % {"percent": _percent(policy.rolled_up_holiday_percent)}


def _minimum_wage(policy: PayPolicy, currency: str) -> Iterator[str]:
    if policy.minimum_wage is not None:
        rate = money.format_money(policy.minimum_wage, currency)
        yield gettext("Handsel says when an hour comes to less than %(rate)s.") % {"rate": rate}


def _mileage(policy: PayPolicy, currency: str) -> Iterator[str]:
    if policy.mileage_rate is not None:
        unit = MileageUnit(policy.mileage_unit)
        rate = f"{money.format_number(policy.mileage_rate.normalize())} {currency}"
        yield capfirst(str(_UNITS[unit]) % {"rate": rate})


def _percent(number: Decimal | int) -> str:
    return f"{money.format_number(number)}{NO_BREAK_SPACE}%"

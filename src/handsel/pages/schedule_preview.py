"""What a schedule means, said before it is saved: the next six dates, sessions a month, hours and cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, ngettext

from handsel.formatting import dates, money, names
from handsel.pages import session_amounts
from handsel.pages.form_choices import Choices
from handsel.queries import schedule_costs
from handsel.rules import local_time, recurrence
from handsel.rules.recurrence import Pattern, Recurrence


@dataclass(frozen=True, slots=True)
class Preview:
    """`dates` are (weekday, number, month), `figures` (what, how much); `one` is what each session of a repeated
    one is. What it costs is left out for who may not see it or when there is no rate.
    """

    title: str
    about: str
    dates: list[tuple[str, int, str]]
    figures: list[tuple[str, str]]
    one: str
    overnight: str


def preview(
    pattern: Pattern, values: Mapping[str, Any], choices: Choices, *, today: date, rate: Decimal | None
) -> Preview:
    """Make the preview from a pattern and parsed values without problems: start_time, end_time, and as far as they are
    chosen child_ids and nanny_id.
    """
    formatter = choices.formatter
    start, end = values["start_time"], values["end_time"]
    length = dates.format_duration(_minutes(start, end))
    child_names = dict(choices.children)
    children = names.join_names(
        [child_names[child_id] for child_id in values.get("child_ids", ()) if child_id in child_names]
    )
    nanny = next((name for nanny_id, name in choices.nannies if nanny_id == values.get("nanny_id")), None)
    words = dates.format_recurrence(pattern)
    of_one, a_week = _costs(pattern, values, choices, today, rate)
    return Preview(
        title=words[:1].upper() + words[1:],
        about=_about(formatter.hours(start, end), children, nanny, formatter.full(pattern.start_date)),
        dates=_dates(recurrence.upcoming(pattern, today)),
        figures=_figures(pattern, start, end, of_one, a_week),
        one=_one(pattern, length, of_one),
        overnight=gettext("Ends the next day, %(length)s.") % {"length": length} if end <= start else "",
    )


def _about(hours: str, children: str, nanny: str | None, day: str) -> str:
    arguments = {"hours": hours, "children": children, "nanny": nanny, "day": day}
    if not children:
        return gettext("%(hours)s, from %(day)s.") % arguments
    if nanny is None:
        return gettext("%(hours)s, %(children)s, from %(day)s.") % arguments
    return gettext("%(hours)s, %(children)s with %(nanny)s, from %(day)s.") % arguments


def _dates(days: list[date]) -> list[tuple[str, int, str]]:
    """Return the dates in words; the year is said where it begins to be another."""
    pairs = zip(days, [None, *days], strict=False)
    return [
        (
            dates.weekday(day),
            day.day,
            dates.month(day) if last and last.year == day.year else dates.month_of_year(day),
        )
        for day, last in pairs
    ]


def _figures(pattern: Pattern, start: time, end: time, of_one: str, a_week: str) -> list[tuple[str, str]]:
    """Return the figures of an average month and week; of the one session, when there is but one."""
    length = _minutes(start, end)
    if pattern.recurrence is Recurrence.ONCE:
        figures = [
            (gettext("Hours"), dates.format_duration(length)),
            (gettext("Cost"), of_one),
        ]
    else:
        hours = money.format_number(recurrence.hours_a_week(pattern, start, end).normalize())
        figures = [
            (gettext("A month"), _sessions(recurrence.sessions_a_month(pattern))),
            (gettext("A week"), gettext("%(hours)s h") % {"hours": hours}),
            (gettext("Cost a week"), a_week),
        ]
    return [(what, value) for what, value in figures if value]


def _sessions(count: Decimal) -> str:
    # How many there are decides between one and many; 1.5 are many.
    sentence = ngettext("%(count)s session", "%(count)s sessions", 1 if count == 1 else 2)
    return sentence % {"count": money.format_number(count.normalize())}


def _one(pattern: Pattern, length: str, cost: str) -> str:
    if pattern.recurrence is Recurrence.ONCE:
        return ""
    if not cost:
        return gettext("Each is %(length)s.") % {"length": length}
    return gettext("Each is %(length)s and costs %(cost)s.") % {"length": length, "cost": cost}


def _minutes(start: time, end: time) -> int:
    return local_time.wall_length(start, end) // timedelta(minutes=1)


def _costs(
    pattern: Pattern, values: Mapping[str, Any], choices: Choices, today: date, rate: Decimal | None
) -> tuple[str, str]:
    """Say what one session costs, and an average week; nothing without a rate."""
    if rate is None:
        return "", ""
    timeline = choices.terms.timeline(choices.family_id, values.get("nanny_id"))
    costs = schedule_costs.costs(pattern, (values["start_time"], values["end_time"]), rate, timeline, today)
    of_one = session_amounts.said(costs.one, choices.currency, before_overtime=costs.has_terms)
    if not costs.is_whole:
        return of_one, session_amounts.said(costs.a_week, choices.currency, before_overtime=costs.has_terms)
    amount = money.format_money(costs.a_week, choices.currency)
    return of_one, gettext("%(amount)s if it goes as planned") % {"amount": amount}

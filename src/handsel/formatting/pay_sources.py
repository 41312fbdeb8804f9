"""Where a line of pay comes from, in words: what was agreed on, since when, and where the rule stands."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext, gettext_lazy

from handsel.formatting.dates import format_duration
from handsel.rules.pay.lines import PREMIUMS, LineKind
from handsel.rules.pay.presets import PRESETS
from handsel.rules.pay.terms import PayFor, Terms

_PAID_LENGTH = {
    PayFor.ACTUAL: gettext_lazy("Time that the session took"),
    PayFor.PLANNED: gettext_lazy("Time that was planned"),
    PayFor.GREATER: gettext_lazy("The longer of planned and actual time"),
}
_ENTERED = gettext_lazy("As entered")
_OF_KIND: Mapping[LineKind, Any] = {
    LineKind.NIGHT: gettext_lazy("Flat amount for a night"),
    LineKind.CANCELLATION: gettext_lazy("Cancelled late by the family"),
    LineKind.HOLIDAY: gettext_lazy("Work on a holiday of the list"),
    LineKind.SEVENTH_DAY: gettext_lazy("Seventh day of the workweek"),
    LineKind.WORKWEEK_CHANGE: gettext_lazy("Another start of the workweek (29 CFR 778.302)"),
    LineKind.EXPENSE: gettext_lazy("Approved expense"),
    LineKind.MILEAGE: gettext_lazy("Approved mileage"),
}


def source(kind: LineKind, terms: Terms, preset: str, since: date | None) -> str:
    """Return the rule of a line, with the version of the terms that it goes by and, of a premium, where that stands.

    preset: what the version was filled from; since: its first day, None where there are no terms.
    """
    rule = _rule(kind, terms)
    if since is None or kind not in _BY_TERMS:
        return rule
    told = gettext("%(rule)s; terms from %(day)s") % {"rule": rule, "day": since.isoformat()}
    sources = PRESETS[preset].sources if preset in PRESETS and kind in PREMIUMS else ()
    return f"{told} ({'; '.join(sources)})" if sources else told


def read_stored(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return lines that were stored, each with its source in the active language: as it was when they were approved.

    Of lines of before, whose source was stored in one language, that one stays.
    """
    language = get_language()
    return [
        {name: value for name, value in line.items() if name != "sources"}
        | {"source": line.get("sources", {}).get(language, line["source"])}
        for line in lines
    ]


_BY_TERMS = frozenset({LineKind.WORK, LineKind.NIGHT, LineKind.CANCELLATION, LineKind.GUARANTEE} | PREMIUMS) | {
    LineKind.ROLLED_UP_HOLIDAY
}


def _rule(kind: LineKind, terms: Terms) -> str:
    match kind:
        case LineKind.WORK:
            return str(_PAID_LENGTH[terms.pay_for])
        case LineKind.DOUBLE_TIME:
            after = terms.daily_double_after or terms.seventh_day_double_after
            return gettext("More than %(length)s a day") % {"length": _length(after)}
        case LineKind.OVERTIME_DAILY:
            return gettext("More than %(length)s a day") % {"length": _length(terms.daily_overtime_after)}
        case LineKind.OVERTIME_WEEKLY:
            return gettext("More than %(length)s a workweek") % {"length": _length(terms.weekly_overtime_after)}
        case LineKind.GUARANTEE:
            return gettext("Guaranteed: %(length)s a workweek") % {"length": _length(terms.guaranteed_minutes)}
        case LineKind.ROLLED_UP_HOLIDAY:
            return gettext("Holiday pay on top of pay for work")
        case _:
            return str(_OF_KIND.get(kind, _ENTERED))


def _length(minutes: int | None) -> str:
    return format_duration(minutes or 0)

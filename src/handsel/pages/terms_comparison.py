"""What terms of pay mean before they are saved: in words, beside those they follow, and a month under both."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext

from handsel.actions.pay_policies import Rehearsal
from handsel.formatting import dates, money
from handsel.formatting.dates import Formatter
from handsel.formatting.pay_lines import line_kind_name
from handsel.models import User
from handsel.pages import pay_policies, pay_terms
from handsel.queries.timesheets import NannysTimesheet
from handsel.rules.pay.rows import PayLine

# Lines that differ are told up to so many; the sums hold all of them.
MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Row:
    """Something under both terms: what, as it was, as it would have been."""

    what: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


def comparison(person: User, rehearsal: Rehearsal, nannies: Iterable[tuple[UUID, str]]) -> dict[str, Any]:
    """Return the context of what is shown before terms are saved. nannies: whose month may be looked at."""
    formatter = person.formatter
    policy, before, after = rehearsal.policy, rehearsal.before, rehearsal.after
    currency = before.currency
    old = pay_terms.in_words(rehearsal.instead, currency, formatter)
    lines = _lines_that_differ(before, after, formatter)
    choices = [(nanny_id, name, nanny_id == rehearsal.nanny_id) for nanny_id, name in nannies]
    return {
        "holds": _holds(rehearsal.takes_hold_on, before.today, formatter),
        "words": [
            (subject, sentence, source, old.get(subject, "") if old.get(subject) != sentence else "")
            for subject, sentence, source in pay_policies.with_sources(policy, currency, formatter)
        ],
        "ended": [(subject, sentence) for subject, sentence in _ended(rehearsal, old, currency, formatter)],
        "name": next((name for _, name, is_chosen in choices if is_chosen), ""),
        "choices": choices if len(choices) > 1 and policy.nanny_id is None else [],
        "nanny_id": rehearsal.nanny_id,
        "days": capfirst(formatter.days(before.from_date, before.to_date)),
        "is_empty": not before.sheet.lines and not after.sheet.lines,
        "totals": _totals(before, after),
        "lines": lines[:MOST_LINES],
        "more": max(0, len(lines) - MOST_LINES),
    }


def _holds(day: date | None, today: date, formatter: Formatter) -> str:
    if day is None:
        return gettext("They never hold: the next terms come first.")
    words = gettext("They hold since %(day)s.") if day <= today else gettext("They hold from %(day)s on.")
    return words % {"day": formatter.full(day)}


def _ended(
    rehearsal: Rehearsal, old: pay_terms.Words, currency: str, formatter: Formatter
) -> Iterable[tuple[str, str]]:
    """Return what holds no more, and has nothing in its place."""
    new = pay_terms.in_words(rehearsal.policy, currency, formatter)
    return ((subject, sentence) for subject, sentence in old.items() if subject not in new and rehearsal.instead)


def _totals(before: NannysTimesheet, after: NannysTimesheet) -> list[Row]:
    """Return the sums that are not nothing under both; what it comes to stands last."""
    currency, sums = before.currency, (before.totals, after.totals)
    amounts = (
        (gettext("Pay for work"), "work"),
        (gettext("Overtime and other premiums"), "premium"),
        (gettext("Paid, not worked"), "not_worked"),
        (pgettext("pay", "Other"), "other"),
    )
    rows = []
    if any(totals.overtime_minutes for totals in sums):
        hours = [dates.format_duration(int(totals.overtime_minutes)) for totals in sums]
        rows.append(Row(gettext("Hours of overtime"), *hours))
    for what, name in amounts:
        both: list[Decimal] = [getattr(totals, name) for totals in sums]
        if any(both):
            rows.append(Row(what, *(money.format_money(amount, currency) for amount in both)))
    gross = (money.format_money(totals.gross, currency) for totals in sums)
    return [*rows, Row(gettext("Together"), *gross)]


def _lines_that_differ(before: NannysTimesheet, after: NannysTimesheet, formatter: Formatter) -> list[Row]:
    """Return each line whose amount is another one, or that is there under one of both alone, by its day."""
    pairs: dict[tuple[Any, ...], list[Decimal]] = defaultdict(lambda: [Decimal(), Decimal()])
    for turn, sheet in enumerate((before, after)):
        for line in sheet.lines:
            pairs[_key(line)][turn] += line.amount
    return [
        Row(
            f"{formatter.day(day)}, {line_kind_name(kind)}",
            *(money.format_money(amount, before.currency) if amount else "–" for amount in amounts),
        )
        for (day, kind, *_), amounts in sorted(pairs.items(), key=lambda pair: pair[0][:2])
        if amounts[0] != amounts[1]
    ]


def _key(line: PayLine) -> tuple[Any, ...]:
    return line.date, line.kind, line.session_id, line.item_id

"""What of pay waits for the reader, a line each, on Pay and first thing on Home and Today."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from handsel.access.checks import Standing
from handsel.formatting.dates import Formatter
from handsel.queries import pay_waiting as queries
from handsel.queries.pay_waiting import PENDING_EXPENSE, REOPEN_ASKED, WaitingRow
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.roles import Capability, Role


@dataclass(frozen=True, slots=True)
class PayWaiting:
    """What waits, and the page on which it is answered."""

    title: str
    about: str
    url: str
    family_id: UUID


_OF_FAMILIES: Mapping[str, Any] = {
    PeriodStatus.SUBMITTED: gettext_lazy("Submitted. Look at it and approve it, or ask about it."),
    REOPEN_ASKED: gettext_lazy("The nanny asks to reopen it."),
}
_OF_NANNIES: Mapping[str, Any] = {
    PeriodStatus.QUERIED: gettext_lazy("The family asks about it."),
    PeriodStatus.OPEN: gettext_lazy("It is over. Submit it to be paid."),
    PeriodStatus.REOPENED: gettext_lazy("It is reopened. Submit it again."),
}


def of(standings: Mapping[UUID, Standing], formatter: Formatter, *, today: date) -> list[PayWaiting]:
    """Return what waits for one person in the families in which they stand so, the earliest first. One query, where
    there are any.
    """
    seen = [
        family_id for family_id, standing in standings.items() if standing.may(Capability.SEE_PAY_RECORDS, own=True)
    ]
    return lines(queries.of_families(seen), standings, formatter, today=today) if seen else []


def lines(
    rows: Iterable[WaitingRow], standings: Mapping[UUID, Standing], formatter: Formatter, *, today: date
) -> list[PayWaiting]:
    """Return what of these rows waits for who stands so: periods one by one, expenses of a family as one line."""
    rows = sorted(rows, key=lambda row: (row.first, str(row.id)))
    waiting = [line for row in rows if (line := _period(row, standings[row.family_id], formatter, today))]
    for family_id, standing in standings.items():
        if standing.may(Capability.DECIDE_EXPENSES):
            count = sum(row.stands == PENDING_EXPENSE and row.family_id == family_id for row in rows)
            waiting += _expenses(count, family_id)
    return waiting


def _period(row: WaitingRow, standing: Standing, formatter: Formatter, today: date) -> PayWaiting | None:
    about = _about(row, standing, today)
    if not about:
        return None
    days = formatter.days(row.first, row.last)
    name = formatter.names.of_id(row.nanny_id, "") if standing.role is not Role.NANNY else ""
    title = gettext("%(name)s: pay period %(days)s") if name else gettext("Pay period %(days)s")
    url = reverse("web:pay_period", args=[row.id])
    return PayWaiting(title % {"name": name, "days": days}, about, url, row.family_id)


def _about(row: WaitingRow, standing: Standing, today: date) -> str:
    if row.stands in _OF_FAMILIES and standing.may(Capability.APPROVE_PAY_PERIOD):
        return str(_OF_FAMILIES[row.stands])
    is_own = standing.role is Role.NANNY and row.nanny_id == standing.member_id
    if row.stands in _OF_NANNIES and is_own and (row.last < today or row.stands == PeriodStatus.QUERIED):
        return str(_OF_NANNIES[row.stands])
    return ""


def _expenses(count: int, family_id: UUID) -> Collection[PayWaiting]:
    if not count:
        return ()
    title = ngettext("%(count)s expense", "%(count)s expenses", count) % {"count": count}
    about = gettext("Approve or decline.")
    return (PayWaiting(title, about, reverse("web:expenses", args=[family_id]), family_id),)

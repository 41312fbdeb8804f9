"""The pay of a year on its page: what was approved and paid, for whom, what is still open, and what can be issued."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from handsel.access.checks import Standing
from handsel.documents.document_page import DOCUMENT_KINDS
from handsel.formatting import dates, money
from handsel.formatting.dates import Formatter
from handsel.models import Family, Member, PayPeriod
from handsel.pages.settled_pay import STATUSES
from handsel.queries.family_years import FamilyYear
from handsel.rules.pay.documents import OF_A_YEAR, OF_NO_NANNY, DocumentKind
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.pay.stored import cents
from handsel.rules.roles import Capability

# As in the other charts of pay: 208 pixels high, 157 of them for the tallest bar.
_FLOOR, _TALLEST = 180, 157


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """A period that is not approved, and so in no document of the year."""

    id: UUID
    days: str
    about: str


@dataclass(frozen=True, slots=True)
class YearPay:
    """Ready to print. approved: gross pay by month, and gross of all together. figures: (what, how much). quarters:
    (name, wages paid). children: (name, earned, paid). issues: (name, address).
    """

    has_approved: bool
    approved: Mapping[int, str]
    gross: str
    figures: list[tuple[str, str]]
    quarters: list[tuple[str, str]]
    wages_paid: str
    children: list[tuple[str, str, str]]
    not_approved: list[OpenPeriod]
    nothing: str
    issues: list[tuple[str, str]]


def of_year(
    standing: Standing,
    family: Family,
    of_family: FamilyYear,
    *,
    nannies: list[Member],
    chosen: Member | None,
    formatter: Formatter,
) -> YearPay:
    """Return the pay of a year. nannies: whose the person may see; chosen: the one that the page is about. No query."""
    totals, quarters = of_family.totals, of_family.quarters
    children, not_allotted = of_family.children()
    by_name = {nanny.id: formatter.names.whole(nanny, nanny.name) for nanny in nannies}
    is_of_one = chosen is not None or len(nannies) < 2
    in_words = [
        (gettext("Gross pay"), totals["gross"]),
        (gettext("Premiums"), totals["premium"]),
        (gettext("Federal premium"), totals["federalPremium"]),
        (gettext("Reimbursements"), totals["reimbursements"]),
    ]
    names = formatter.names
    shares = [(names.of_id(share.child_id, ""), share.earned, share.paid) for share in children]
    if not_allotted and shares:
        shares.append((gettext("For no child"), not_allotted, 0))
    if not standing.may(Capability.ISSUE_FAMILY_DOCUMENTS):
        shares = []
    return YearPay(
        has_approved=any(period.status == PeriodStatus.APPROVED for period in of_family.in_year),
        approved={
            month.number: money.format_money(Decimal(month.totals["gross"]), family.currency)
            for month in of_family.months
            if cents(month.totals["gross"])
        },
        gross=money.format_money(Decimal(totals["gross"]), family.currency),
        figures=[
            (name, money.format_money(Decimal(amount), family.currency)) for name, amount in in_words if cents(amount)
        ],
        quarters=[
            (gettext("%(first)s to %(last)s") % _ends(of_family.year, number), _money(wages, family))
            for number, wages in enumerate(quarters)
        ],
        wages_paid=_money(sum(quarters), family),
        children=[(name, _money(earned, family), _money(paid, family)) for name, earned, paid in shares],
        not_approved=[
            _open(period, formatter, "" if is_of_one else by_name.get(period.nanny_id or UUID(int=0), ""))
            for period in of_family.not_approved
        ],
        nothing=_nothing(len(of_family.not_approved)),
        issues=_issues(standing, family.id, of_family.year, chosen),
    )


def with_approved(pay: YearPay, months: list[dict[str, Any]], total: dict[str, Any]) -> dict[str, Any]:
    """Return the rows of a year's months and their total with what was approved of each."""
    return {
        "months": [row | {"approved": pay.approved.get(row["number"], "–")} for row in months],
        "total": total | {"approved": pay.gross},
    }


def _ends(year: int, quarter: int) -> dict[str, str]:
    first = 3 * quarter + 1
    return {"first": dates.month_name(date(year, first, 1)), "last": dates.month_name(date(year, first + 2, 1))}


def _open(period: PayPeriod, formatter: Formatter, whose: str) -> OpenPeriod:
    status = str(STATUSES[PeriodStatus(period.status)])
    return OpenPeriod(
        period.id,
        formatter.days(period.from_date, period.to_date),
        f"{whose}, {status}" if whose else status,
    )


def _nothing(waiting: int) -> str:
    if not waiting:
        return gettext("Year documents are made of approved periods. There is none yet.")
    return ngettext(
        "Year documents are made of approved periods; %(count)s waits.",
        "Year documents are made of approved periods; %(count)s wait.",
        waiting,
    ) % {"count": waiting}


def _issues(standing: Standing, family_id: UUID, year: int, chosen: Member | None) -> list[tuple[str, str]]:
    """Return the documents of a year that this person may issue, and where each is."""
    sees_all = standing.may(Capability.ISSUE_FAMILY_DOCUMENTS)
    kinds = [kind for kind in DocumentKind if kind in OF_A_YEAR and (sees_all or kind not in OF_NO_NANNY)]
    return [(str(DOCUMENT_KINDS[kind]), _address(kind, family_id, year, chosen)) for kind in kinds]


def _address(kind: DocumentKind, family_id: UUID, year: int, chosen: Member | None) -> str:
    query = {"kind": kind.value, "year": str(year)}
    if chosen is not None and kind not in OF_NO_NANNY:
        query["nanny_id"] = str(chosen.id)
    return f"{reverse('web:documents', args=[family_id], query=query)}#form"


def _money(of_cents: int, family: Family) -> str:
    return money.format_money(Decimal(of_cents).scaleb(-2), family.currency)


def earnings_chart(
    so_far: Mapping[int, Decimal], approved: Mapping[int, Decimal], year: int, currency: str
) -> dict[str, Any]:
    """Return a stack for each of twelve months, approved below what is not approved yet, and what they say. Places
    across are in percent, those down in pixels. What is below zero has no bar.
    """
    tops = {month: max(so_far.get(month, Decimal(0)), approved.get(month, Decimal(0))) for month in range(1, 13)}
    most = max(tops.values())
    stacks = []
    for month, top in tops.items():
        left = (month - 1) * 100 / 12 + 1.4
        done, whole = _height(approved.get(month, Decimal(0)), most), _height(top, most)
        bars = [(_FLOOR - done, done, ""), (_FLOOR - whole, whole - done, "open")]
        stacks.append(
            {
                "left": f"{left:.2f}%",
                "middle": f"{left + 2.75:.2f}%",
                "bars": [
                    {"top": bar_top, "height": height, "class": name} for bar_top, height, name in bars if height > 0
                ],
                "value": str(round(top)) if whole else "",
                "value_at": _FLOOR - whole - 7,
                "name": dates.month(date(year, month, 1)),
            }
        )
    facts = {
        "earned": money.format_money(sum(tops.values(), Decimal(0)), currency),
        "approved": money.format_money(sum(approved.values(), Decimal(0)), currency),
    }
    says = gettext("Earnings a month: %(earned)s in the year so far, %(approved)s of it approved") % facts
    return {"stacks": stacks, "says": says, "is_empty": most <= 0}


def _height(amount: Decimal, most: Decimal) -> int:
    return max(0, round(_TALLEST * amount / most)) if most > 0 else 0

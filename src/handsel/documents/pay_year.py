"""A year of pay: of the whole family, or of one nanny."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext, gettext_lazy

from handsel.documents.document_page import Content, DocumentPage, hours
from handsel.documents.pdf import Block, Facts, Figures, Heading, Table, Words
from handsel.formatting.names import join_names

METHODS = {
    "CASH": gettext_lazy("Cash"),
    "CHECK": gettext_lazy("Check"),
    "TRANSFER": gettext_lazy("Transfer"),
    "PAYROLL_SERVICE": gettext_lazy("Payroll service"),
    "OTHER": gettext_lazy("Other"),
}


class PayYear(DocumentPage):
    def blocks(self) -> Iterator[Block]:
        content = self.content
        facts: list[tuple[str, str | None]] = []
        if content["nanny"] is not None:
            facts.append((gettext("Nanny"), content["nanny"]["name"]))
            address = content["nanny"]["address"]
            facts.append((gettext("Address"), address and ", ".join(address.splitlines())))
            facts.append((gettext("Tax number"), self.printing.tax_number or None))
        facts.append((gettext("Family"), content["family"]["name"]))
        yield Facts([*facts, (gettext("Year"), str(content["year"])), *self.issued()])
        for nanny in content["nannies"]:
            yield from self.year_of_nanny(nanny)
        if not content["nannies"]:
            yield Words(gettext("No pay period of this year was approved."))
        if content["payments"]:
            yield Heading(gettext("Payments"))
            yield self.payments(content["payments"])

    def year_of_nanny(self, nanny: Content) -> Iterator[Block]:
        totals = nanny["totals"]
        wages_paid = sum((Decimal(quarter["wagesPaid"]) for quarter in nanny["quarters"]), Decimal(0))
        yield Heading(nanny["name"] or gettext("No nanny"))
        yield Figures(
            [
                (gettext("Gross pay"), self.amount(totals["gross"])),
                (gettext("Wages paid in the year"), self.amount(wages_paid)),
                (gettext("Federal premium"), self.amount(totals["federalPremium"])),
            ]
        )
        yield Table(
            [
                gettext("Month"),
                gettext("Sessions"),
                gettext("Hours worked"),
                gettext("Gross pay"),
                gettext("Premiums"),
                gettext("Federal premium"),
                gettext("Reimbursements"),
            ],
            "lrrrrrr",
            [1, 0, 0, 0, 0, 0, 0],
            [
                [
                    self.month(month["month"]),
                    str(month["sessions"]),
                    hours(month["workedMinutes"]),
                    self.plain(month["gross"]),
                    self.plain(month["premium"]),
                    self.plain(month["federalPremium"]),
                    self.plain(month["reimbursements"]),
                ]
                for month in nanny["months"]
            ],
            [
                gettext("Year"),
                str(sum(month["sessions"] for month in nanny["months"])),
                hours(totals["workedMinutes"]),
                self.plain(totals["gross"]),
                self.plain(totals["premium"]),
                self.plain(totals["federalPremium"]),
                self.plain(totals["reimbursements"]),
            ],
        )
        yield Table(
            [
                gettext("Wages paid"),
                *(self.quarter(quarter["quarter"]) for quarter in nanny["quarters"]),
                gettext("Year"),
            ],
            "l" + "r" * (len(nanny["quarters"]) + 1),
            [1] + [0] * (len(nanny["quarters"]) + 1),
            [
                [
                    self.currency,
                    *(self.plain(quarter["wagesPaid"]) for quarter in nanny["quarters"]),
                    self.plain(str(wages_paid)),
                ]
            ],
        )
        if nanny["notApproved"]:
            periods = join_names([self.name(period_id) for period_id in nanny["notApproved"]])
            yield Words(gettext("Not approved, and left out: %(periods)s.") % {"periods": periods})

    def quarter(self, quarter: int) -> str:
        return gettext("Quarter %(number)s") % {"number": quarter}

    def payments(self, payments: Sequence[Content]) -> Table:
        total = sum((Decimal(payment["amount"]) for payment in payments), Decimal(0))
        return Table(
            [gettext("Date"), gettext("To"), gettext("How"), gettext("Amount")],
            "lllr",
            [0, 1, 1, 0],
            [
                [
                    self.day(payment["date"]),
                    self.name(payment["nannyId"]),
                    str(METHODS.get(payment["method"], payment["method"])),
                    self.plain(payment["amount"]),
                ]
                for payment in payments
            ],
            [gettext("Total"), "", "", self.plain(str(total))],
        )

"""A pay statement, and the same as an invoice of the nanny to the family."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext, gettext_lazy

from handsel.documents.document_page import Content, DocumentPage, hours
from handsel.documents.pdf import Block, Facts, Figures, Heading, Table
from handsel.formatting.names import join_names
from handsel.formatting.pay_lines import line_kind_name
from handsel.rules.pay.documents import DocumentKind
from handsel.rules.pay.lines import REIMBURSEMENTS, LineKind

TOTALS = {
    "work": gettext_lazy("Work"),
    "premium": gettext_lazy("Premiums"),
    "notWorked": gettext_lazy("Not worked"),
    "other": gettext_lazy("Other pay"),
    "gross": gettext_lazy("Gross pay"),
    "reimbursements": gettext_lazy("Reimbursements"),
    "gifts": gettext_lazy("Gifts"),
    "due": gettext_lazy("Due"),
    "federalPremium": gettext_lazy("Federal premium"),
    "workedMinutes": gettext_lazy("Hours worked"),
    "overtimeMinutes": gettext_lazy("Overtime hours"),
    "notWorkedMinutes": gettext_lazy("Hours not worked"),
}

# What a reader looks for; of the rest what is nothing, in the period and in the year, is left out.
_ALWAYS = frozenset({"gross", "due", "workedMinutes"})


class PayStatement(DocumentPage):
    @property
    def is_invoice(self) -> bool:
        return bool(self.content["kind"] == DocumentKind.INVOICE)

    @property
    def above(self) -> str:
        return str(self.content["nanny"]["name"]) if self.is_invoice else super().above

    def blocks(self) -> Iterator[Block]:
        content = self.content
        period, totals, nanny = content["period"], content["totals"], content["nanny"]
        own: list[tuple[str, str | None]] = [
            (gettext("Nanny"), nanny["name"]),
            (gettext("Address"), nanny["address"] and ", ".join(nanny["address"].splitlines())),
        ]
        if self.is_invoice or self.printing.tax_number:
            own.append((gettext("Tax number"), self.printing.tax_number or None))
        yield Facts(
            [
                *own,
                (gettext("Family"), content["family"]["name"]),
                (gettext("Period"), self.days(period["from"], period["to"])),
                (gettext("Submitted"), self.signed(period["submittedAt"], period["submittedBy"])),
                (gettext("Approved"), self.signed(period["approvedAt"], period["approvedBy"])),
                *self.issued(),
            ]
        )
        yield Figures(
            [
                (gettext("Gross pay"), self.amount(totals["gross"])),
                (gettext("Due"), self.amount(totals["due"])),
                (gettext("Covered by payments"), self.amount(content["covered"])),
                (gettext("Open"), self.amount(content["open"])),
            ]
        )
        of_kinds = [(LineKind(line["kind"]), line) for line in content["lines"]]
        yield from self.lines(
            gettext("Pay"),
            [line for kind, line in of_kinds if kind not in REIMBURSEMENTS and kind is not LineKind.GIFT],
            totals["gross"],
        )
        yield from self.lines(
            gettext("Reimbursements, which are no wages"),
            [line for kind, line in of_kinds if kind in REIMBURSEMENTS],
            totals["reimbursements"],
        )
        yield from self.lines(
            gettext("Gifts"), [line for kind, line in of_kinds if kind is LineKind.GIFT], totals["gifts"]
        )
        if content["weeks"]:
            yield self.weeks()
        yield self.totals(totals, content["yearToDate"])

    def signed(self, at: str | None, by: str | None) -> str:
        """Write when and by whom."""
        if at is None:
            return ""
        name, day = self.name(by), self.at(at)
        return gettext("%(day)s by %(name)s") % {"day": day, "name": name} if name else day

    def lines(self, heading: str, lines: list[Content], total: str) -> Iterator[Block]:
        if not lines:
            return
        yield Heading(heading)
        head = ("Date", "For", "Hours", "Rate", "Arithmetic", "Amount")
        yield Table(
            [
                gettext("Date"),
                gettext("For"),
                gettext("Hours"),
                gettext("Rate"),
                gettext("Arithmetic"),
                gettext("Amount"),
            ],
            "llrrlr",
            [0, 4, 0, 0, 5, 0],
            [self.line(line) for line in lines],
            [gettext("Total"), *[""] * (len(head) - 2), self.plain(total)],
        )

    def line(self, line: Content) -> list[str | tuple[str, str]]:
        names = self.printing.child_names.get(line["sessionId"] or "", ())
        return [
            self.form.day(date.fromisoformat(line["date"])),
            (line_kind_name(line["kind"]), join_names(list(names))),
            hours(line["minutes"]),
            self.plain(line["rate"]),
            line["arithmetic"],
            self.plain(line["amount"]),
        ]

    def weeks(self) -> Table:
        return Table(
            [
                gettext("Workweek from"),
                gettext("Hours worked"),
                gettext("Overtime hours"),
                gettext("Regular rate"),
                gettext("Federal premium"),
            ],
            "lrrrr",
            [1, 0, 0, 0, 0],
            [
                [
                    self.day(week["weekStart"]),
                    hours(week["workedMinutes"]),
                    hours(week["overtimeMinutes"]),
                    self.plain(week["regularRate"]),
                    self.plain(week["federalPremium"]),
                ]
                for week in self.content["weeks"]
            ],
        )

    def totals(self, of_period: Content, of_year: Content) -> Table:
        rows: list[list[str | tuple[str, str]]] = []
        for name, label in TOTALS.items():
            if name not in _ALWAYS and not any(Decimal(totals[name]) for totals in (of_period, of_year)):
                continue
            write = hours if name.endswith("Minutes") else self.plain
            rows.append([str(label), write(of_period[name]), write(of_year[name])])
        return Table([gettext("Totals"), gettext("This period"), gettext("Year to date")], "lrr", [1, 0, 0], rows)

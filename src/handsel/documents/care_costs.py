"""What care cost for a child: a year of it, and the receipt that a dependent-care account asks for."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext

from handsel.documents.document_page import DocumentPage
from handsel.documents.pdf import Block, Facts, Figures, Heading, Signatures, Table, Words
from handsel.formatting.names import join_names


class ChildYear(DocumentPage):
    def blocks(self) -> Iterator[Block]:
        content = self.content
        yield Facts(
            [
                (gettext("Family"), content["family"]["name"]),
                (gettext("Child"), self.name(content["childId"])),
                (gettext("Year"), str(content["year"])),
                *self.issued(),
            ]
        )
        earned, paid = (
            sum((Decimal(month[name]) for month in content["months"]), Decimal(0)) for name in ("earned", "paid")
        )
        yield Figures(
            [(gettext("Cost of care"), self.amount(earned)), (gettext("Paid in the year"), self.amount(paid))]
        )
        yield Table(
            [gettext("Month"), gettext("Nanny"), gettext("Cost of care"), gettext("Paid")],
            "llrr",
            [1, 1, 0, 0],
            [
                [
                    self.month(month["month"]),
                    self.name(month["nannyId"]),
                    self.plain(month["earned"]),
                    self.plain(month["paid"]),
                ]
                for month in content["months"]
            ],
            [gettext("Year"), "", self.plain(str(earned)), self.plain(str(paid))],
        )
        yield Words(
            gettext(
                "The child’s share of pay, before taxes: a session is split evenly over its children, all else in "
                "proportion to what their sessions came to. Reimbursements and gifts are no cost of care."
            )
        )


class CareReceipt(DocumentPage):
    def short(self, text: str) -> str:
        """Write a day, with its year where the receipt is about more than one."""
        is_one_year = self.content["from"][:4] == text[:4] == self.content["to"][:4]
        return self.form.short(date.fromisoformat(text)) if is_one_year else self.day(text)

    def blocks(self) -> Iterator[Block]:
        content = self.content
        nanny = content["nanny"]
        yield Heading(gettext("Provider of care"))
        yield Facts(
            [
                (gettext("Name"), nanny["name"]),
                (gettext("Address"), nanny["address"] and ", ".join(nanny["address"].splitlines())),
                (gettext("Tax number"), self.printing.tax_number or None),
            ],
            columns=1,
        )
        yield Heading(gettext("Care"))
        yield Facts(
            [
                (gettext("Family"), content["family"]["name"]),
                (gettext("Kind of care"), gettext("Care of children by a nanny, in the home")),
                (gettext("Dates of care"), self.days(content["from"], content["to"])),
                *self.issued(),
            ],
            columns=1,
        )
        yield Table(
            [gettext("Child"), gettext("Date of birth")],
            "ll",
            [1, 2],
            [
                [child["name"], self.day(child["dateOfBirth"]) if child["dateOfBirth"] else ""]
                for child in content["children"]
            ],
        )
        yield Heading(gettext("Charges and payments"))
        yield self.charges()
        not_allotted = sum((Decimal(period["notAllotted"]) for period in content["periods"]), Decimal(0))
        if not_allotted:
            words = gettext("Of the pay of these periods %(amount)s belongs to no child.")
            yield Words(words % {"amount": self.amount(not_allotted)})
        yield Signatures([gettext("Signature of the provider"), gettext("Signature of the parent"), gettext("Date")])

    def charges(self) -> Table:
        names = {child["childId"]: child["name"] for child in self.content["children"]}
        rows: list[list[str | tuple[str, str]]] = []
        charged, paid = Decimal(0), Decimal(0)
        for period in self.content["periods"]:
            for child in period["children"]:
                of_child = [Decimal(payment["amount"]) for payment in child["paid"]]
                charged, paid = charged + Decimal(child["charge"]), paid + sum(of_child)
                payments = join_names(
                    [f"{self.plain(payment['amount'])} ({self.short(payment['date'])})" for payment in child["paid"]]
                )
                rows.append(
                    [
                        f"{self.short(period['from'])} – {self.short(period['to'])}",
                        names.get(child["childId"], ""),
                        self.plain(child["charge"]),
                        payments,
                        self.plain(f"{sum(of_child, Decimal(0)):.2f}"),
                    ]
                )
        return Table(
            [gettext("Dates of care"), gettext("Child"), gettext("Charge"), gettext("Paid on"), gettext("Paid")],
            "llrlr",
            [3, 1, 0, 3, 0],
            rows,
            [gettext("Total"), "", self.plain(f"{charged:.2f}"), "", self.plain(f"{paid:.2f}")],
        )

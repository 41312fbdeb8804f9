"""What issued documents have in common as they are printed.

Their content is what the API answers: ids, money as text, ISO days. What is printed says the same in the active
language, with the names of people.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from handsel.documents.pdf import Block, PrintedDocument
from handsel.formatting import dates, money
from handsel.formatting.dates import Formatter
from handsel.rules.pay.documents import LETTER_CURRENCIES, DocumentKind

DOCUMENT_KINDS = {
    DocumentKind.PAY_STATEMENT: gettext_lazy("Pay statement"),
    DocumentKind.INVOICE: gettext_lazy("Invoice"),
    DocumentKind.YEAR_FAMILY: gettext_lazy("Year of the family"),
    DocumentKind.YEAR_NANNY: gettext_lazy("Year of the nanny"),
    DocumentKind.YEAR_CHILD: gettext_lazy("Care of a child in a year"),
    DocumentKind.CARE_RECEIPT: gettext_lazy("Receipt for dependent care"),
}
type Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Printing:
    """How a document is printed, beside its content: for whom dates are written, and who the ids are.

    names: of members and children, and of periods their days. child_names: of a line's session. tax_number: printed
    where it is not empty, else a line is left for it.
    """

    form: Formatter
    time_zone: str
    names: Mapping[str, str] = field(default_factory=dict)
    child_names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    corrects: int | None = None
    tax_number: str = ""


def title_of(content: Content) -> str:
    """Return a document's title with its number: Pay statement No. 12."""
    number = gettext("No. %(number)s") % {"number": content["number"]}
    return f"{DOCUMENT_KINDS[DocumentKind(content['kind'])]} {number}"


class DocumentPage(ABC):
    """One document. A kind says what its blocks are."""

    def __init__(self, content: Content, printing: Printing) -> None:
        self.content, self.printing, self.form = content, printing, printing.form
        self.currency: str = content["currency"]

    @abstractmethod
    def blocks(self) -> Iterator[Block]: ...

    @property
    def above(self) -> str:
        """Return whose document it is."""
        return str(self.content["family"]["name"])

    def document(self) -> PrintedDocument:
        content = self.content
        family, name = content["family"]["name"], title_of(content)
        return PrintedDocument(
            name=f"{name}, {family}",
            author=self.above,
            language=content["language"],
            paper="us-letter" if self.currency in LETTER_CURRENCIES else "a4",
            above=self.above,
            title=str(DOCUMENT_KINDS[DocumentKind(content["kind"])]),
            number=gettext("No. %(number)s") % {"number": content["number"]},
            footer=f"{name} · {family}",
            pages=gettext("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
            unwritten=gettext(
                "A question mark stands for each character that this file cannot show; spreadsheets have it."
            ),
            blocks=list(self.blocks()),
        )

    def amount(self, text: str | Decimal | None) -> str:
        """Write an amount with its sign."""
        return "" if text is None else money.format_money(Decimal(text), self.currency).replace("-$", "−$")

    def plain(self, text: str | None) -> str:
        """Write an amount without its sign, with as many places as it has."""
        return "" if text is None else money.localized_amount(f"{Decimal(text):,f}", self.currency)

    def day(self, text: str) -> str:
        return self.form.full(date.fromisoformat(text))

    def days(self, first: str, last: str) -> str:
        return f"{self.day(first)} – {self.day(last)}"

    def at(self, text: str | None) -> str:
        return "" if text is None else self.form.full_at(datetime.fromisoformat(text), self.printing.time_zone)

    def month(self, month: int | str) -> str:
        number = int(str(month).rpartition("-")[2])
        return dates.month_name(date(self.content["year"], number, 1))

    def name(self, of_id: str | None) -> str:
        return self.printing.names.get(of_id or "", "")

    @property
    def name_of_nanny(self) -> str:
        return str(self.content["nanny"]["name"])

    def issued(self) -> Iterator[tuple[str, str | None]]:
        yield gettext("Issued"), self.at(self.content["issuedAt"])
        if self.printing.corrects:
            corrects = gettext("No. %(number)s") % {"number": self.printing.corrects}
            yield gettext("Corrects"), corrects


def hours(minutes: str | None) -> str:
    """Write minutes as 8:30; what is no whole minute with its hundredths, as 5:42.86."""
    if minutes is None:
        return ""
    whole, _, hundredths = minutes.partition(".")
    text = f"{int(whole) // 60}:{int(whole) % 60:02}"
    return text if not hundredths.strip("0") else f"{text}.{hundredths}"

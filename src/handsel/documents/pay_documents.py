"""What issued documents say, as they are printed."""

from handsel.documents.care_costs import CareReceipt, ChildYear
from handsel.documents.document_page import Content, DocumentPage, Printing
from handsel.documents.pay_statement import PayStatement
from handsel.documents.pay_year import PayYear
from handsel.documents.pdf import PrintedDocument
from handsel.rules.pay.documents import DocumentKind

_PAGES: dict[DocumentKind, type[DocumentPage]] = {
    DocumentKind.PAY_STATEMENT: PayStatement,
    DocumentKind.INVOICE: PayStatement,
    DocumentKind.YEAR_FAMILY: PayYear,
    DocumentKind.YEAR_NANNY: PayYear,
    DocumentKind.YEAR_CHILD: ChildYear,
    DocumentKind.CARE_RECEIPT: CareReceipt,
}


def printed(content: Content, printing: Printing) -> PrintedDocument:
    """Return what is printed of a document, in the active language."""
    return _PAGES[DocumentKind(content["kind"])](content, printing).document()

"""The documents that are made of approved pay periods, and what each is about."""

from enum import StrEnum, unique


@unique
class DocumentKind(StrEnum):
    PAY_STATEMENT = "PAY_STATEMENT"
    INVOICE = "INVOICE"
    YEAR_FAMILY = "YEAR_FAMILY"
    YEAR_NANNY = "YEAR_NANNY"
    YEAR_CHILD = "YEAR_CHILD"
    CARE_RECEIPT = "CARE_RECEIPT"


class FileFormat(StrEnum):
    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


OF_A_PERIOD = frozenset({DocumentKind.PAY_STATEMENT, DocumentKind.INVOICE})
OF_A_YEAR = frozenset({DocumentKind.YEAR_FAMILY, DocumentKind.YEAR_NANNY, DocumentKind.YEAR_CHILD})
# About no one nanny's pay: a nanny neither issues nor sees them.
OF_NO_NANNY = frozenset({DocumentKind.YEAR_FAMILY, DocumentKind.YEAR_CHILD})

# The currencies of who prints on Letter; all others print on A4.
LETTER_CURRENCIES = frozenset({"USD", "CAD"})

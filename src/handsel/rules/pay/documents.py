"""The documents that are made of approved pay periods, and what each is about."""

from collections.abc import Mapping
from enum import StrEnum, unique
from typing import Any


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

# What a document comes to, in the words of its JSON.
_SUMS = ("currency", "year", "from", "to", "totals", "yearToDate", "covered", "open", "months")


def sums_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stays of a document's content when its files go: what it came to, by ids alone."""
    sums = {name: content[name] for name in _SUMS if name in content}
    if "nannies" in content:
        sums["nannies"] = [{"nannyId": nanny["nannyId"], "totals": nanny["totals"]} for nanny in content["nannies"]]
    if "periods" in content:
        sums["periods"] = [
            {
                "payPeriodId": period["payPeriodId"],
                "children": [{"childId": of["childId"], "charge": of["charge"]} for of in period["children"]],
            }
            for period in content["periods"]
        ]
    return sums

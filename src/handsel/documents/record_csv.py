"""Expenses and payments of a record as CSV (RFC 4180), of what the API answers of them."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from handsel.documents.spreadsheet_cells import formula_safe

# The heading of a column, and the API's name of what stands in it.
_EXPENSES = {
    "Date": "date",
    "Nanny": "nannyId",
    "Category": "category",
    "Amount": "amount",
    "Currency": "currency",
    "Distance": "distance",
    "Unit": "unit",
    "Rate": "rate",
    "Note": "note",
    "Status": "status",
    "Answer": "answer",
    "Pay period": "payPeriodId",
    "Receipts": "receipts",
    "Reference": "id",
}
_PAYMENTS = {
    "Date": "date",
    "Nanny": "nannyId",
    "Amount": "amount",
    "Currency": "currency",
    "Method": "method",
    "Note": "note",
    "Pay period": "payPeriodId",
    "Voids": "voids",
    "Voided by": "voidedBy",
    "Reason": "reason",
    "Acknowledged": "acknowledgedAt",
    "Reference": "id",
}
_WORDS = frozenset({"nannyId", "note", "answer", "reason"})


def expenses(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str], currency: str) -> bytes:
    """Return expenses; names: of members by their ids. Receipts are named as the files of the export are."""
    listed = [{**row, "receipts": "; ".join(receipt["id"] for receipt in row["receipts"])} for row in rows]
    return _render(_EXPENSES, listed, names, currency)


def payments(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str], currency: str) -> bytes:
    """Return payments, voided rows and what voids them too; names: of members by their ids."""
    return _render(_PAYMENTS, rows, names, currency)


def _render(
    columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]], names: Mapping[str, str], currency: str
) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in rows:
        named = {**row, "nannyId": names.get(row["nannyId"] or "", ""), "currency": currency}
        cells = {name: "" if named[name] is None else str(named[name]) for name in columns.values()}
        writer.writerow([formula_safe(cell) if name in _WORDS else cell for name, cell in cells.items()])
    return file.getvalue().encode("utf-8-sig")

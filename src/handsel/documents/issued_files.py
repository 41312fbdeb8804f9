"""The files of a document: what it says as JSON, printed, and its lines for spreadsheets."""

import contextlib
import json
from datetime import datetime
from typing import Any

from django.utils import translation

from handsel.documents import pay_lines_csv, pay_lines_xlsx, pdf
from handsel.documents.document_page import Content, Printing, title_of
from handsel.documents.pay_documents import printed
from handsel.documents.pay_rows import PaySheet
from handsel.rules.pay.documents import FileFormat

MEDIA_TYPES = {
    FileFormat.PDF: "application/pdf",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.JSON: "application/json",
}


def render(content: Content, sheet: PaySheet, printing: Printing, *, at: datetime) -> dict[FileFormat, bytes]:
    """Return the bytes of each format, in the content's language. There is no PDF where there is no typst."""
    with translation.override(content["language"]):
        files = {
            FileFormat.JSON: json.dumps(content, ensure_ascii=False).encode(),
            FileFormat.XLSX: pay_lines_xlsx.render(sheet, title=title_of(content), made_at=at),
            FileFormat.CSV: pay_lines_csv.render(sheet),
        }
        with contextlib.suppress(pdf.NoPrinter):
            files[FileFormat.PDF] = pdf.render(printed(content, printing), made_at=at)
        return files


def render_pdf(content: Content, printing: Printing, *, at: datetime) -> bytes:
    """Return the PDF alone, for one reader: with a tax number, say. Raises NoPrinter."""
    with translation.override(content["language"]):
        return pdf.render(printed(content, printing), made_at=at)


def read(stored: bytes) -> dict[str, Any]:
    """Return the content of a stored JSON file."""
    content: dict[str, Any] = json.loads(stored)
    return content

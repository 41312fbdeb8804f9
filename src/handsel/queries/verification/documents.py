"""Checks of issued documents: their bytes against their SHA-256, their rows against what they say, and history."""

import hashlib
import json
import zlib
from collections import Counter
from typing import Any

from handsel.models import ApprovedAmounts, Event, IssuedDocument
from handsel.queries.verification.checks import Look, by_rows, row_name
from handsel.rules.history import EventKind
from handsel.rules.pay.documents import OF_A_PERIOD, FileFormat
from handsel.rules.pay.stored import cents

_TABLE = IssuedDocument._meta.db_table


@by_rows(
    "documents are what was issued",
    "documents",
    [
        *("documents_never_change", "all_documents_are_kept"),
        *("document_files_never_change", "all_document_files_are_kept"),
    ],
)
def issued(look: Look) -> None:
    """Compare each document's files with their SHA-256, and what its JSON says with its row and with what was approved.

    A document that lost its bytes by the retention policy has no file at all, and is compared no further.
    """
    # unscoped: the whole book
    documents = IssuedDocument.objects.prefetch_related("files").order_by("family_id", "number")
    for document in documents.iterator(chunk_size=50):
        look.counted += 1
        if wrong := _wrong(document):
            look.note(row_name(_TABLE, document.pk, wrong))


def _wrong(document: IssuedDocument) -> str | None:
    files: dict[str, bytes] = {}
    for file in document.files.all():
        try:
            files[file.format] = file.content
        except zlib.error:
            return f"its {file.format} cannot be read"
    if document.files_dropped_at and not files:
        return None
    if not files:
        return "it has no files"
    if files.keys() != document.sha256.keys():
        return "its files are not those that were issued"
    for name, content in sorted(files.items()):
        if hashlib.sha256(content).hexdigest() != document.sha256[name]:
            return f"its {name} is not what was issued"
    says: dict[str, Any] = json.loads(files[FileFormat.JSON])
    return _says_otherwise(document, says) or _not_as_approved(document, says)


def _says_otherwise(document: IssuedDocument, content: dict[str, Any]) -> str | None:
    """Say which column of the row is not what the document says."""
    nanny, period = content.get("nanny") or {}, content.get("period") or {}
    said = {
        "number": (document.number, content["number"]),
        "kind": (document.kind, content["kind"]),
        "language": (document.language, content["language"]),
        "issued_at": (f"{document.issued_at:%Y-%m-%dT%H:%M:%SZ}", content["issuedAt"]),
        "family": (str(document.family_id), content["family"]["id"]),
        "nanny": (document.nanny_id and str(document.nanny_id), nanny.get("id") if nanny else None),
        "from_date": (document.from_date and document.from_date.isoformat(), period.get("from", content.get("from"))),
        "to_date": (document.to_date and document.to_date.isoformat(), period.get("to", content.get("to"))),
        "year": (document.year, content.get("year")),
    }
    for column, (stands, says) in said.items():
        if stands != says:
            return f"its {column} is not what it says"
    rest = {name: value for name, value in content.items() if name not in ("number", "issuedAt")}
    if hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest() != document.content_sha256:
        return "its content_sha256 is not of what it says"
    return None


def _not_as_approved(document: IssuedDocument, content: dict[str, Any]) -> str | None:
    if document.kind not in OF_A_PERIOD:
        return None
    # unscoped: of a period at hand
    approvals = ApprovedAmounts.objects.filter(period=document.period_id).values_list("lines", "weeks", "totals")
    says = (_unworded(content["lines"]), content["weeks"], content["totals"])
    if not any(says == (_unworded(lines), weeks, totals) for lines, weeks, totals in approvals):
        return "it says other lines, weeks or totals than were approved"
    if cents(content["covered"]) + cents(content["open"]) != cents(content["totals"]["due"]):
        return "what it says is covered and open is not what is due"
    return None


def _unworded(lines: Any) -> list[dict[str, Any]]:
    """Return lines without the words of where each comes from, which are those of a language."""
    return [{name: value for name, value in line.items() if not name.startswith("source")} for line in lines]


@by_rows("history tells of every document", "families", ["documents_never_change", "all_documents_are_kept"])
def told(look: Look) -> None:
    """Compare the documents of each family with the lines that told of them."""
    # unscoped: the whole book
    lines = Event.objects.filter(kind=EventKind.DOCUMENT_ISSUED).values_list("family_id", "changes__number").iterator()
    of_history = Counter((family_id, number[1]) for family_id, number in lines)
    # unscoped: the whole book
    there = Counter(IssuedDocument.objects.values_list("family_id", "number").iterator())
    look.counted = len({family_id for family_id, _ in of_history | there})
    for family_id, number in sorted((of_history - there) | (there - of_history)):
        look.note(row_name("handsel_family", family_id, f"its document {number} is in history or in the book alone"))

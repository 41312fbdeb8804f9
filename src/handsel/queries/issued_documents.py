"""Issued documents, as their readers may see them, and the bytes of their files."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from handsel.access import paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.models import IssuedDocument, PayPeriod, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page, Row
from handsel.rules.drafts import EMPTY_DRAFT, Draft, Problems
from handsel.rules.pay.documents import FileFormat
from handsel.rules.refusals import NotVisible
from handsel.rules.sentences import say


@dataclass(frozen=True, slots=True)
class DocumentBytes:
    """One file of a document, with the name under which it is saved."""

    name: str
    format: FileFormat
    content: bytes


def documents(person: User, family_id: UUID, parameters: Draft) -> Page[Row]:
    """Return a family's documents as this person may see them, newest first.

    parameters: kind, nanny_id, year (of the last day), cursor, limit. Raises NotVisible, NotAllowed or Invalid. Two
    queries.
    """
    standing, _ = visibility.family(person, family_id)
    paid_nannies.check_sees(standing, parameters)
    rows = visibility.issued_documents(standing)
    return _page(rows, parameters, Order(f"documents:{family_id}", ("number", "id"), descending=True))


def mine(person: User, parameters: Draft) -> Page[Row]:
    """Return the documents about the person's own pay in all families, also those that they have left, newest first.
    One query.
    """
    rows = visibility.own_documents(person)
    return _page(rows, parameters, Order("own_documents", ("issued_at", "id"), descending=True))


def of_period(standing: Standing, period: PayPeriod) -> list[Row]:
    """Return what was issued about a pay period, newest first. One query."""
    rows = visibility.issued_documents(standing).filter(period=period).order_by("-number")
    return [_shown(document) for document in _with_corrections(rows)]


def document(person: User, document_id: UUID) -> Row:
    """Return one document. Raises NotVisible."""
    _, document = visibility.issued_document(person, document_id)
    return shown(document)


def shown(document: IssuedDocument) -> Row:
    """Return a document just as an action left it. One query."""
    return _shown(_with_corrections(IssuedDocument.objects.filter(pk=document.pk)).get())


def file(
    person: User, document_id: UUID, parameters: Draft = EMPTY_DRAFT, file_format: FileFormat = FileFormat.PDF
) -> DocumentBytes:
    """Return the bytes of one format, as they were issued; also of who was paid, and has left since.

    Raises NotVisible, also where there is no such format, or Invalid for parameters that could not be read.
    """
    document = visible(person, document_id)
    Problems(parameters).raise_if_any()
    stored = document.files.filter(format=file_format).first()
    if stored is None and document.files_dropped_at:
        raise NotVisible(say("The files of this document are gone: who it names was erased, and its years are over."))
    if stored is None:
        raise NotVisible(say("This document has no file of that format."))
    return DocumentBytes(f"{name_of(document)}.{file_format.value}", file_format, stored.content)


def visible(person: User, document_id: UUID) -> IssuedDocument:
    """Return a document whose files this person may have: of the family, or about their own pay. Raises NotVisible."""
    for document in visibility.own_documents(person).filter(pk=document_id).select_related("family"):
        return document
    return visibility.issued_document(person, document_id)[1]


def name_of(document: IssuedDocument) -> str:
    """Return the name of a document's files, which says nothing of what is in them: pay-statement-12."""
    return f"{document.kind.lower().replace('_', '-')}-{document.number}"


def _page(rows: QuerySet[IssuedDocument], parameters: Draft, order: Order) -> Page[Row]:
    if "kind" in parameters:
        rows = rows.filter(kind=parameters["kind"])
    if "nanny_id" in parameters:
        rows = rows.filter(nanny_id=parameters["nanny_id"])
    if "year" in parameters:
        rows = rows.filter(Q(year=parameters["year"]) | Q(to_date__year=parameters["year"]))
    documents, following = paging.paginate(_with_corrections(rows), parameters, order, Problems(parameters))
    return Page([_shown(document) for document in documents], following)


def _with_corrections(rows: QuerySet[IssuedDocument]) -> QuerySet[IssuedDocument]:
    # unscoped: of documents at hand, which are one family's
    corrections = IssuedDocument.objects.filter(corrects=OuterRef("pk")).order_by("-number")
    return rows.annotate(corrected_by=Subquery(corrections.values("pk")[:1]))


def _shown(document: Any) -> Row:
    sha256 = {file_format.value: document.sha256.get(file_format.value) for file_format in FileFormat}
    return Row(document, sha256=sha256, corrects=document.corrects_id)

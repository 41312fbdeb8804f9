"""Issued documents: statements, invoices, years and receipts, and their files."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, PlainValidator, WithJsonSchema

from handsel.actions import issued_documents as actions
from handsel.api import inputs, schemas
from handsel.api.parsing import Body, Paging, Query
from handsel.api.routes import File, Id, Request, actor, pay_router
from handsel.api.schemas import Day, Instant, Resource, words
from handsel.documents.issued_files import MEDIA_TYPES
from handsel.queries import issued_documents as queries
from handsel.queries.paging import Page, Row
from handsel.rules import fields
from handsel.rules.fields import Wrong
from handsel.rules.pay.documents import DocumentKind, FileFormat

router = pay_router()

_YEARS = f"{fields.EARLIEST.year} to {fields.LATEST.year}"


def _year(raw: object) -> int:
    """Take a year as a number, or as the text of a query string."""
    text = str(raw) if isinstance(raw, int | str) and not isinstance(raw, bool) else ""
    if len(text) == 4 and text.isascii() and text.isdigit() and fields.EARLIEST.year <= int(text) <= fields.LATEST.year:
        return int(text)
    raise Wrong(f"Send a year from {_YEARS}.")


Year = Annotated[
    int,
    PlainValidator(_year),
    WithJsonSchema({"type": "integer", "minimum": fields.EARLIEST.year, "maximum": fields.LATEST.year}),
]
Kind = Annotated[
    DocumentKind,
    PlainValidator(fields.choice(DocumentKind)),
    WithJsonSchema({"type": "string", "enum": list(DocumentKind)}),
]
Format = Annotated[
    FileFormat,
    PlainValidator(fields.choice(FileFormat)),
    WithJsonSchema({"type": "string", "enum": list(FileFormat), "default": FileFormat.PDF.value}),
]


class Sha256(Resource):
    """The SHA-256 of each file, null where there is none: a machine without typst makes no PDF."""

    json_file: str | None = Field(validation_alias="json", serialization_alias="json")
    pdf: str | None
    xlsx: str | None
    csv: str | None


class Document(Resource):
    location = "/documents/{id}"
    id: UUID
    family_id: UUID
    number: int
    kind: Annotated[str, words(DocumentKind)]
    nanny_id: UUID | None
    child_ids: list[UUID]
    pay_period_id: UUID | None = Field(validation_alias="period_id")
    year: int | None
    from_date: Day | None
    to_date: Day | None
    language: str
    issued_at: Instant
    issued_by: UUID = Field(validation_alias="issued_by_id")
    corrects: UUID | None
    corrected_by: UUID | None
    sha256: Sha256


Documents = schemas.list_of(Document, "Documents")


class NewDocument(Body):
    needed = ("kind",)
    kind: Kind
    pay_period_id: inputs.Id | None = Field(description="Of a pay statement or an invoice: an approved pay period.")
    year: Year | None = Field(description="Of a document about a year.")
    nanny_id: inputs.Id | None = Field(description="Left out: your own, or the family's only nanny.")
    child_ids: inputs.ChildIds | None = Field(description="Of a child's year: that child. Of a receipt: all of them.")
    from_date: inputs.Day | None = Field(description="Of a receipt.")
    to_date: inputs.Day | None = Field(description="Of a receipt; the last day, inclusive.")
    carer_name: inputs.Short | None = Field(description="Who cared, in a family that never had a nanny.")
    carer_address: inputs.Notes | None = Field(description="Where they live.")


class DocumentFilters(Paging):
    kind: Kind = Field(description="Only of this kind.")
    nanny_id: inputs.Id = Field(description="Only about the pay of this nanny (a member id).")
    year: Year = Field(description="Only those whose last day lies in this year.")


class FileChoice(Query):
    files = tuple(media_type.partition(";")[0] for media_type in MEDIA_TYPES.values())
    format: Format = Field(description="Which file.")
    tax_number: inputs.QueryFlag = Field(
        description="Print in the tax number that was shared with the family. With pdf alone; the file is not stored."
    )


@router.get("/families/{family_id}/documents", operation_id="getDocuments", response=Documents)
def get_documents(request: Request, family_id: Id, query: DocumentFilters) -> Page[Row]:
    """The documents that were issued, newest first"""
    return queries.documents(request.auth, family_id, query.draft)


@router.post("/families/{family_id}/documents", operation_id="issueDocument", response={201: Document, 200: Document})
def issue_document(request: Request, family_id: Id, body: NewDocument) -> Row:
    """Issue a document; one that says the same already is answered instead, with 200"""
    issued = actions.issue(family_id, body.draft, **actor(request))
    return queries.shown(issued.document).with_more(is_old=issued.is_old)


@router.get("/documents/{document_id}", operation_id="getDocument", response=Document)
def get_document(request: Request, document_id: Id) -> Row:
    """One document"""
    return queries.document(request.auth, document_id)


@router.get("/documents/{document_id}/file", operation_id="getDocumentFile", response=None)
def get_document_file(request: Request, document_id: Id, query: FileChoice) -> File:
    """A file of a document, byte for byte as it was issued"""
    file_format = query.draft.get("format", FileFormat.PDF)
    if query.draft.get("tax_number"):
        file = actions.print_tax_number(document_id, query.draft, **actor(request))
    else:
        file = queries.file(request.auth, document_id, query.draft, file_format)
    return File(file.name, MEDIA_TYPES[file.format], file.content)


@router.get("/me/documents", operation_id="getMyDocuments", response=Documents)
def get_my_documents(request: Request, query: Paging) -> Page[Row]:
    """The documents about your own pay in all families, also those that you have left, newest first"""
    return queries.mine(request.auth, query.draft)

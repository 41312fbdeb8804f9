"""Issuing documents. Each has a number, is stored as it is and never changes; a newer one may correct it.

A document is made before the write lock is taken. Under it everything is looked at again, and made anew only where
somebody was quicker.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import translation

from handsel.access import checks, paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.actions import history
from handsel.documents import issued_files
from handsel.models import ApprovedAmounts, Child, IssuedDocument, IssuedFile, Member, PayPeriod, User
from handsel.models.locks import lock_documents, lock_pay
from handsel.queries import document_contents, issued_documents, tax_identities
from handsel.queries.document_contents import Contents, Subject
from handsel.queries.issued_documents import DocumentBytes
from handsel.rules import fields
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.pay.documents import OF_A_PERIOD, OF_A_YEAR, OF_NO_NANNY, DocumentKind, FileFormat
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability
from handsel.rules.sentences import say


@dataclass(frozen=True, slots=True)
class Issued:
    """A document, and whether it was there before, saying the same."""

    document: IssuedDocument
    is_old: bool = False

    @property
    def id(self) -> UUID:
        return self.document.id

    @property
    def family_id(self) -> UUID:
        return self.document.family_id


class MadeFile(NamedTuple):
    """A file that wants no more than its document, so that nothing is deflated while others wait for the lock."""

    row: IssuedFile
    sha256: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was made without a lock, as it would be if nobody is quicker.

    stamp: read before anything else was. amounts: what approving is to store, of a statement.
    """

    stamp: object
    amounts: ApprovedAmounts | None
    contents: Contents
    number: int
    corrects: IssuedDocument | None
    files: list[MadeFile]

    def holds(self, family_id: UUID, at: datetime) -> bool:
        """Say whether nothing happened in the family since it was made. Two queries."""
        return self.stamp == document_contents.stamp(family_id, at=at)

    def says(self, what: tuple[object, object], number: int, corrects: IssuedDocument | None) -> bool:
        """Say whether it is still true: the content and the sheet, the number and what it corrects."""
        return (self.contents.content, self.contents.sheet, self.number, self.corrects) == (*what, number, corrects)


def issue(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> Issued:
    """Issue a document (draft: kind and what it is about: pay_period_id, year, nanny_id, child_ids, from_date, to_date,
    carer_name, carer_address), in the language of who issues. What is there already, saying the same, is answered.

    Raises NotVisible, NotAllowed or Invalid.
    """
    stamp = document_contents.stamp(family_id, at=at)
    _, subject = _subject(family_id, draft, by)
    contents = _contents(subject, by)
    previous = _previous(subject, by)
    if previous is not None and previous.content_sha256 == _digest(contents):
        return Issued(previous, is_old=True)
    prepared = _prepare(stamp, None, contents, previous, family_id, at)
    with transaction.atomic():
        lock_pay(family_id, subject.nanny.id if subject.nanny else None)
        standing, subject = _subject(family_id, draft, by)
        lock_documents(family_id)
        if not prepared.holds(family_id, at):
            contents = _contents(subject, by)
        previous = _previous(subject, by)
        if previous is not None and previous.content_sha256 == _digest(contents):
            return Issued(previous, is_old=True)
        return Issued(_store(prepared, subject, contents, previous, standing, at=at, source=source))


def prepare_statement(
    period: PayPeriod, amounts: ApprovedAmounts, *, by: User, stamp: object = None, at: datetime | None = None
) -> Prepared:
    """Make the statement of a period that is about to be approved with these amounts. Takes no lock.

    stamp: document_contents.stamp, read before the amounts were computed. at: when it is issued, where that is not as
    it is approved.
    """
    subject = _statement_of(period)
    contents, last = _contents(subject, by, amounts), _last_statement(period)
    new_amounts = None if stamp is None else amounts
    return _prepare(stamp, new_amounts, contents, last, period.family_id, at or amounts.approved_at)


def issue_statement(
    period: PayPeriod,
    amounts: ApprovedAmounts,
    prepared: Prepared | None,
    *,
    by: Standing,
    at: datetime,
    source: Source,
) -> IssuedDocument:
    """Issue the statement of a period that is being approved, in the caller's transaction, which holds the pay's lock.
    It names the last one, even where it says the same.
    """
    subject = _statement_of(period)
    lock_documents(period.family_id)
    is_unchanged = prepared is not None and prepared.amounts is amounts
    contents = prepared.contents if prepared and is_unchanged else _contents(subject, by.person, amounts)
    return _store(prepared, subject, contents, _last_statement(period), by, at=at, source=source)


def print_tax_number(document_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> DocumentBytes:
    """Return a document as PDF with the tax number of its nanny printed in, for this answer alone (draft: format).

    Raises NotVisible, NotAllowed for who is not shared it with, Invalid for another format.
    """
    standing, document = visibility.issued_document(by, document_id)
    checks.may(standing, Capability.PRINT_TAX_NUMBER)
    identity = document.nanny and tax_identities.shared(document.nanny.user_id, document.family_id)
    if not identity:
        raise NotAllowed(say("No tax number was shared with this family."))
    problems = Problems(draft)
    if draft.get("format", FileFormat.PDF) is not FileFormat.PDF:
        problems.add("format", say("A tax number is printed in a PDF alone."))
    problems.raise_if_any()
    stored = issued_documents.file(by, document_id, file_format=FileFormat.JSON)
    content = issued_files.read(stored.content)
    with translation.override(document.language):
        printing = document_contents.contents(_subject_of(document), by=by).printing
    corrects = document.corrects.number if document.corrects else None
    printing = replace(printing, corrects=corrects, tax_number=identity.number)
    pdf = issued_files.render_pdf(content, printing, at=document.issued_at)
    with transaction.atomic():
        changes = {"number": (None, document.number)}
        history.record(
            EventKind.TAX_NUMBER_PRINTED, by=standing, at=at, source=source, changes=changes, nanny_id=document.nanny_id
        )
    return DocumentBytes(f"{issued_documents.name_of(document)}.pdf", FileFormat.PDF, pdf)


def _subject_of(document: IssuedDocument) -> Subject:
    """Return what a document is about, for the names that it shows."""
    children = Child.objects.filter(family=document.family, pk__in=document.child_ids).order_by("created_at", "id")
    return Subject(
        DocumentKind(document.kind),
        document.family,
        document.nanny,
        document.period,
        document.year,
        document.from_date,
        document.to_date,
        tuple(children),
    )


def _statement_of(period: PayPeriod) -> Subject:
    return _with_period(Subject(DocumentKind.PAY_STATEMENT, period.family), period)


def _with_period(subject: Subject, period: PayPeriod) -> Subject:
    return replace(subject, period=period, nanny=period.nanny, from_date=period.from_date, to_date=period.to_date)


def _last_statement(period: PayPeriod) -> IssuedDocument | None:
    # unscoped: of a period at hand
    statements = IssuedDocument.objects.filter(period=period, kind=DocumentKind.PAY_STATEMENT)
    return statements.order_by("-number").first()


def _contents(subject: Subject, by: User, approving: ApprovedAmounts | None = None) -> Contents:
    with translation.override(by.language):
        return document_contents.contents(subject, by=by, approving=approving)


def _digest(contents: Contents) -> str:
    return hashlib.sha256(json.dumps(contents.content, sort_keys=True).encode()).hexdigest()


def _previous(subject: Subject, by: User) -> IssuedDocument | None:
    """Return the last document about the same."""
    documents = IssuedDocument.objects.filter(
        family=subject.family,
        kind=subject.kind,
        nanny=subject.nanny,
        period=subject.period,
        year=subject.year,
        from_date=subject.from_date,
        to_date=subject.to_date,
        language=by.language,
    ).order_by("-number")
    return next((document for document in documents if document.child_ids == subject.child_ids), None)


def _next_number(family_id: UUID) -> int:
    last = IssuedDocument.objects.filter(family_id=family_id).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _prepare(
    stamp: object,
    amounts: ApprovedAmounts | None,
    contents: Contents,
    corrects: IssuedDocument | None,
    family_id: UUID,
    at: datetime,
) -> Prepared:
    number = _next_number(family_id)
    return Prepared(stamp, amounts, contents, number, corrects, _render(contents, number, corrects, at))


def _render(contents: Contents, number: int, corrects: IssuedDocument | None, at: datetime) -> list[MadeFile]:
    content = {"number": number, "issuedAt": f"{at:%Y-%m-%dT%H:%M:%SZ}", **contents.content}
    printing = replace(contents.printing, corrects=corrects.number if corrects else None)
    rendered = issued_files.render(content, contents.sheet, printing, at=at)
    return [
        MadeFile(IssuedFile.of(None, file_format, file), hashlib.sha256(file).hexdigest())
        for file_format, file in rendered.items()
    ]


def _store(
    prepared: Prepared | None,
    subject: Subject,
    contents: Contents,
    corrects: IssuedDocument | None,
    by: Standing,
    *,
    at: datetime,
    source: Source,
) -> IssuedDocument:
    number = _next_number(subject.family.id)
    if prepared is not None and prepared.says((contents.content, contents.sheet), number, corrects):
        files = prepared.files
    else:
        files = _render(contents, number, corrects, at)
    document = IssuedDocument(
        family=subject.family,
        number=number,
        kind=subject.kind,
        nanny=subject.nanny,
        period=subject.period,
        year=subject.year,
        from_date=subject.from_date,
        to_date=subject.to_date,
        child_ids=subject.child_ids,
        language=by.person.language,
        issued_at=at,
        issued_by_id=by.member_id,
        corrects=corrects,
        content_sha256=_digest(contents),
        sha256={file.row.format: file.sha256 for file in files},
    )
    document.save(force_insert=True)
    for file in files:
        file.row.document = document
    IssuedFile.insert_many([file.row for file in files])
    history.record(
        EventKind.DOCUMENT_ISSUED,
        by=by,
        at=at,
        source=source,
        changes=history.new_values(document, ("number", "kind", "period_id", "year", "from_date", "to_date")),
        nanny_id=document.nanny_id,
    )
    return document


# What the draft is about


def _subject(family_id: UUID, draft: Draft, by: User) -> tuple[Standing, Subject]:
    """Return what a document is to be about, as far as its kind asks for it.

    Raises NotVisible, NotAllowed or Invalid.
    """
    standing, family = visibility.family(by, family_id)
    paid_nannies.check_sees(standing, draft)
    kind: DocumentKind | None = draft.get("kind")
    if kind in OF_NO_NANNY and not standing.may(Capability.ISSUE_FAMILY_DOCUMENTS):
        raise NotAllowed
    problems = Problems(draft, ["kind", *_NEEDED.get(kind, ())] if kind else ["kind"])
    subject = Subject(kind or DocumentKind.PAY_STATEMENT, family)
    if kind in OF_A_PERIOD:
        subject = _of_period(subject, standing, draft, problems)
    elif kind is DocumentKind.YEAR_NANNY or kind is DocumentKind.CARE_RECEIPT:
        nanny_id = paid_nannies.named(standing, draft, problems)
        subject = replace(subject, nanny=_nanny(nanny_id, problems))
    if kind in OF_A_YEAR:
        subject = replace(subject, year=_year(draft, problems))
    if kind is DocumentKind.YEAR_CHILD or kind is DocumentKind.CARE_RECEIPT:
        subject = replace(subject, children=_children(subject, draft, problems))
    if kind is DocumentKind.CARE_RECEIPT:
        subject = _of_days(subject, draft, problems)
    if subject.nanny is None:
        subject = replace(
            subject, carer_name=draft.get("carer_name") or "", carer_address=draft.get("carer_address") or ""
        )
    problems.raise_if_any()
    return standing, subject


_NEEDED: dict[DocumentKind | None, tuple[str, ...]] = {
    **dict.fromkeys(OF_A_PERIOD, ("pay_period_id",)),
    DocumentKind.YEAR_FAMILY: ("year",),
    DocumentKind.YEAR_NANNY: ("year",),
    DocumentKind.YEAR_CHILD: ("year", "child_ids"),
    DocumentKind.CARE_RECEIPT: ("from_date", "to_date", "child_ids"),
}


def _of_period(subject: Subject, standing: Standing, draft: Draft, problems: Problems) -> Subject:
    if "pay_period_id" in problems:
        return subject
    periods = visibility.pay_periods(standing).select_related("family", "nanny__user", "amounts")
    period = periods.filter(pk=draft["pay_period_id"]).first()
    if period is None:
        problems.add("pay_period_id", say("There is no such pay period."))
        return subject
    if period.status != PeriodStatus.APPROVED:
        problems.add("pay_period_id", say("Only an approved pay period has a statement."))
    if draft.get("nanny_id") not in (None, period.nanny_id):
        problems.add("nanny_id", say("This pay period is another nanny’s."))
    return _with_period(subject, period)


def _nanny(nanny_id: UUID | None, problems: Problems) -> Member | None:
    if nanny_id is None or "nanny_id" in problems:
        return None
    # unscoped: whom paid_nannies found
    return Member.objects.select_related("user").get(pk=nanny_id)


def _year(draft: Draft, problems: Problems) -> int | None:
    year: int | None = draft.get("year")
    if year is not None and not fields.EARLIEST.year <= year <= fields.LATEST.year:
        problems.add("year", say("There is no record of such a year."))
    return year


def _children(subject: Subject, draft: Draft, problems: Problems) -> Sequence[Child]:
    """Return the children that are named, in the order in which they were entered."""
    if "child_ids" in problems:
        return ()
    child_ids = set(draft["child_ids"])
    children = list(Child.objects.filter(family=subject.family, pk__in=child_ids).order_by("created_at", "id"))
    if len(children) < len(child_ids):
        problems.add("child_ids", say("There is no such child in this family."))
    elif subject.kind is DocumentKind.YEAR_CHILD and len(children) != 1:
        problems.add("child_ids", say("A year of care is about one child."))
    return children


def _of_days(subject: Subject, draft: Draft, problems: Problems) -> Subject:
    if problems.any_of("from_date", "to_date", "nanny_id"):
        return subject
    subject = replace(subject, from_date=draft["from_date"], to_date=draft["to_date"])
    if draft["to_date"] < draft["from_date"]:
        problems.add("to_date", say("The last day is before the first."))
        return subject
    approved = PayPeriod.objects.filter(
        family=subject.family,
        nanny=subject.nanny,
        status=PeriodStatus.APPROVED,
        from_date__gte=draft["from_date"],
        to_date__lte=draft["to_date"],
    )
    if not approved.exists():
        problems.add("from_date", say("No approved pay period lies wholly within these days."))
    return subject

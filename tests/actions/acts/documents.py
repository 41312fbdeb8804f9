"""Acts on tax numbers, and on the documents that show them."""

from handsel.actions import issued_documents, tax_identities
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.pay.documents import DocumentKind, FileFormat
from handsel.rules.tax_numbers import TaxNumberKind
from tests.actions.acts.registry import A_WHILE_AGO, act
from tests.world import ON_THE_WEB


def _with_tax_number(world, *, shared: bool):
    draft = Draft.of(kind=TaxNumberKind.SSN, number="912-34-5678", legal_name="Noor Haddad")
    tax_identities.put(draft, by=world.noor, at=A_WHILE_AGO, source=Source.WEB)
    if shared:
        tax_identities.share(world.riveras.id, by=world.noor, at=A_WHILE_AGO, source=Source.WEB)
    return world.noor


@act(tax_identities.share, tells=False)
def share_tax_number(world):
    return _with_tax_number(world, shared=False), world.riveras.id


@act(tax_identities.unshare, tells=False)
def unshare_tax_number(world):
    return _with_tax_number(world, shared=True), world.riveras.id


@act(tax_identities.delete, tells=False)
def delete_tax_number(world):
    return (_with_tax_number(world, shared=True),)


@act(tax_identities.print_number, tells=False)
def print_tax_number(world):
    _with_tax_number(world, shared=True)
    return world.ana, world.noor_of_riveras


@act(issued_documents.issue, tells=False)
def issue_document(world):
    return world.ana, world.riveras.id, Draft.of(kind=DocumentKind.YEAR_FAMILY, year=2026)


@act(issued_documents.print_tax_number, tells=False)
def print_document_with_tax_number(world):
    _with_tax_number(world, shared=True)
    about = Draft.of(kind=DocumentKind.YEAR_NANNY, year=2026, nanny_id=world.noor_of_riveras.id)
    issued = issued_documents.issue(world.riveras.id, about, by=world.ana, **ON_THE_WEB)
    return world.ana, issued.document.id, Draft.of(format=FileFormat.PDF)

"""One's own tax number, and the families that it is shared with."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from handsel.actions import tax_identities as actions
from handsel.api import inputs
from handsel.api.parsing import Body, Query
from handsel.api.routes import Id, Request, Router, actor
from handsel.api.schemas import Resource, words
from handsel.queries import tax_identities as queries
from handsel.queries.tax_identities import OwnTaxIdentity
from handsel.rules.drafts import Problems
from handsel.rules.refusals import NotAllowed
from handsel.rules.tax_numbers import TaxNumberKind

router = Router("Tax number", "Your own tax number, encrypted, and the families that may have it printed.")


class TaxIdentity(Resource):
    refusals = (403, 404, 409)  # a token that only reads reveals none; there is none; no key opens it
    kind: Annotated[str, words(TaxNumberKind)]
    last_four: str
    legal_name: str
    address: str
    shared_with: list[UUID]
    number: str | None = Field(exclude_if=lambda number: number is None)


class TaxIdentityEntry(Body):
    needed = ("kind", "number", "legal_name")
    kind: inputs.TaxNumberKind
    number: inputs.TaxNumber
    legal_name: inputs.Name
    address: inputs.Notes


class Reveal(Query):
    reveal: inputs.QueryFlag = Field(description="`true`: with the number; not for a token that only reads.")


@router.get("/me/tax-identity", operation_id="getTaxIdentity", response=TaxIdentity)
def get_tax_identity(request: Request, query: Reveal) -> OwnTaxIdentity:
    """Your tax number: its kind and last four characters, and with `reveal` all of it"""
    Problems(query.draft).raise_if_any()
    reveal = query.draft.get("reveal", False)
    if reveal and not request.may_write:
        raise NotAllowed("This token may only read.")
    return queries.own(request.auth, reveal=reveal)


@router.put("/me/tax-identity", operation_id="putTaxIdentity", response=TaxIdentity)
def put_tax_identity(request: Request, body: TaxIdentityEntry) -> OwnTaxIdentity:
    """Keep your tax number, in the place of the one before"""
    return actions.put(body.draft, **actor(request))


@router.delete("/me/tax-identity", operation_id="deleteTaxIdentity", response={204: None})
def delete_tax_identity(request: Request) -> None:
    """Forget your tax number, and share it with nobody any more"""
    actions.delete(**actor(request))


@router.put("/me/tax-identity/shares/{family_id}", operation_id="shareTaxNumber", response={204: None})
def share_tax_number(request: Request, family_id: Id) -> None:
    """Let a family's parents and coordinators have your number printed in your documents"""
    actions.share(family_id, **actor(request))


@router.delete("/me/tax-identity/shares/{family_id}", operation_id="unshareTaxNumber", response={204: None})
def unshare_tax_number(request: Request, family_id: Id) -> None:
    """Let a family have your number printed no more"""
    actions.unshare(family_id, **actor(request))

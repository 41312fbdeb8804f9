"""Items: entries of pay that are no session."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from handsel.actions import pay_items as actions
from handsel.api import inputs, schemas
from handsel.api.parsing import Body, Paging
from handsel.api.routes import Id, Request, Version, actor, pay_router
from handsel.api.schemas import Amount, Day, Money, Resource, words
from handsel.queries import pay_items as queries
from handsel.queries.paging import Page, Row
from handsel.rules.pay.item_kinds import ItemKind

router = pay_router()


class PayItem(Resource):
    location = "/pay-items/{id}"
    id: UUID
    family_id: UUID
    nanny_id: UUID | None
    kind: Annotated[str, words(ItemKind)]
    date: Day
    minutes: int | None
    hourly_rate: Money | None
    amount: Amount | None
    in_regular_rate: bool
    reason: str
    session_id: UUID | None
    is_held: bool
    entered_by: UUID = Field(validation_alias="entered_by_id")
    version: int


PayItems = schemas.list_of(PayItem, "PayItems")


class PayItemFilters(Paging):
    nanny_id: inputs.Id = Field(description="Only items of this nanny (a member id).")
    from_date: inputs.Day = Field(description="The first day, inclusive.")
    to_date: inputs.Day = Field(description="The last day, inclusive.")
    kind: inputs.ItemKind = Field(description="Only items of this kind.")


class PayItemChanges(Body):
    kind: inputs.ItemKind
    date: inputs.Day
    minutes: inputs.ItemMinutes | None
    hourly_rate: inputs.Money | None
    amount: inputs.ItemAmount | None
    in_regular_rate: inputs.Flag | None
    reason: inputs.Notes | None
    session_id: inputs.Id | None


class NewPayItem(PayItemChanges):
    needed = ("kind", "date")
    nanny_id: inputs.Id | None


@router.get("/families/{family_id}/pay-items", operation_id="getPayItems", response=PayItems)
def get_pay_items(request: Request, family_id: Id, query: PayItemFilters) -> Page[Row]:
    """A family's items by their day; a nanny's own"""
    return queries.listed(request.auth, family_id, query.draft)


@router.post("/families/{family_id}/pay-items", operation_id="createPayItem", response={201: PayItem})
def create_pay_item(request: Request, family_id: Id, body: NewPayItem) -> Row:
    """Enter paid time, unpaid leave, a bonus, an adjustment or a gift"""
    return queries.shown(actions.create(family_id, body.draft, **actor(request)))


@router.get("/pay-items/{item_id}", operation_id="getPayItem", response=PayItem)
def get_pay_item(request: Request, item_id: Id) -> Row:
    """One item"""
    return queries.get(request.auth, item_id)


@router.patch("/pay-items/{item_id}", operation_id="updatePayItem", response=PayItem)
def update_pay_item(request: Request, item_id: Id, body: PayItemChanges, version: Version) -> Row:
    """Change an item; nannies change what they entered themselves"""
    return queries.shown(actions.update(item_id, body.draft, version=version, **actor(request)))


@router.delete("/pay-items/{item_id}", operation_id="deletePayItem", response={204: None})
def delete_pay_item(request: Request, item_id: Id, version: Version) -> None:
    """Remove an item; nannies remove what they entered themselves"""
    actions.delete(item_id, version=version, **actor(request))

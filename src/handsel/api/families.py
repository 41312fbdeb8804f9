"""Families and their children."""

from typing import TYPE_CHECKING
from uuid import UUID

from handsel.access import visibility
from handsel.actions import children
from handsel.actions import families as actions
from handsel.api import inputs, schemas
from handsel.api.parsing import Body, Paging
from handsel.api.routes import Id, Request, Router, Version, by
from handsel.api.schemas import Day, Instant, Money, Resource
from handsel.queries import families as queries
from handsel.queries.paging import Page, Row

if TYPE_CHECKING:
    from handsel import models

family_router, child_router = Router("Families"), Router("Children")


class Family(Resource):
    location = "/families/{id}"
    id: UUID
    name: str
    time_zone: str
    currency: str
    default_hourly_rate: Money | None
    address: str
    notes: str
    version: int
    created_at: Instant


class Families(schemas.Page):
    items: list[Family]


class FamilyChanges(Body):
    name: inputs.Name
    time_zone: inputs.TimeZone
    currency: inputs.Currency
    default_hourly_rate: inputs.Money | None
    address: inputs.Notes | None
    notes: inputs.Notes | None


class NewFamily(FamilyChanges):
    needed = ("name", "time_zone", "currency")
    role: inputs.FoundingRole


class Child(Resource):
    location = "/children/{id}"
    id: UUID
    family_id: UUID
    first_name: str
    last_name: str
    date_of_birth: Day | None
    allergies: str
    medications: str
    notes: str
    is_archived: bool


class Children(schemas.Page):
    items: list[Child]


class ChildChanges(Body):
    first_name: inputs.Name
    last_name: inputs.Short | None
    date_of_birth: inputs.Day | None
    allergies: inputs.Notes | None
    medications: inputs.Notes | None
    notes: inputs.Notes | None


class NewChild(ChildChanges):
    needed = ("first_name",)


@family_router.get("/families", operation_id="getFamilies", response=Families)
def get_families(request: Request, query: Paging) -> Page[Row]:
    """The families you are a member of"""
    return queries.listed(request.auth, query.draft)


@family_router.post("/families", operation_id="createFamily", response={201: Family})
def create_family(request: Request, body: NewFamily) -> Row:
    """Found a family, as its parent, nanny or coordinator"""
    return queries.shown(request.auth, actions.create(body.draft, **by(request)))


@family_router.get("/families/{family_id}", operation_id="getFamily", response=Family)
def get_family(request: Request, family_id: Id) -> Row:
    """One family"""
    return queries.one(request.auth, family_id)


@family_router.patch("/families/{family_id}", operation_id="updateFamily", response=Family)
def update_family(request: Request, family_id: Id, body: FamilyChanges, version: Version) -> Row:
    """Change a family's settings; a new time zone moves no session"""
    return queries.shown(request.auth, actions.update(family_id, body.draft, version=version, **by(request)))


@child_router.get("/families/{family_id}/children", operation_id="getChildren", response=Children)
def get_children(request: Request, family_id: Id, query: Paging) -> "Page[models.Child]":
    """A family's children, archived ones too"""
    return queries.children(request.auth, family_id, query.draft)


@child_router.post("/families/{family_id}/children", operation_id="createChild", response={201: Child})
def create_child(request: Request, family_id: Id, body: NewChild) -> "models.Child":
    """Add a child"""
    return children.create(family_id, body.draft, **by(request))


@child_router.get("/children/{child_id}", operation_id="getChild", response=Child)
def get_child(request: Request, child_id: Id) -> "models.Child":
    """One child"""
    return visibility.child(request.auth, child_id)[1]


@child_router.patch("/children/{child_id}", operation_id="updateChild", response=Child)
def update_child(request: Request, child_id: Id, body: ChildChanges) -> "models.Child":
    """Change a child's details; nannies change allergies, medications and notes alone"""
    return children.update(child_id, body.draft, **by(request))


@child_router.delete("/children/{child_id}", operation_id="deleteChild", response={204: None})
def delete_child(request: Request, child_id: Id) -> None:
    """Remove a child; one that schedules or sessions name is archived"""
    children.delete(child_id, **by(request))

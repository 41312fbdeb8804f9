"""The children of a family."""

from uuid import UUID

from handsel.actions import children as actions
from handsel.api import forms
from handsel.api.operations import Asked
from handsel.api.parameters import PAGING
from handsel.api.routes import Routes
from handsel.api.schemas import Child, Children
from handsel.queries import children as queries
from handsel.queries.children import ChildRow
from handsel.queries.paging import Page

routes = Routes("Children")


@routes.get("/families/{familyId}/children", "getChildren", Children, PAGING)
def get_children(asked: Asked, family_id: UUID) -> Page[ChildRow]:
    """A family's children, archived ones too"""
    return queries.listed(asked.person, family_id, asked.draft)


@routes.post(
    "/families/{familyId}/children",
    "createChild",
    Child,
    form=forms.NEW_CHILD,
    status=201,
    location="/children/{id}",
)
def create_child(asked: Asked, family_id: UUID) -> ChildRow:
    """Add a child"""
    return queries.row(actions.create(family_id, asked.draft, **asked.by))


@routes.get("/children/{childId}", "getChild", Child)
def get_child(asked: Asked, child_id: UUID) -> ChildRow:
    """One child"""
    return queries.one(asked.person, child_id)


@routes.patch("/children/{childId}", "updateChild", Child, forms.CHILD_CHANGES)
def update_child(asked: Asked, child_id: UUID) -> ChildRow:
    """Change a child's details; nannies change allergies, medications and notes alone"""
    return queries.row(actions.update(child_id, asked.draft, **asked.by))


@routes.delete("/children/{childId}", "deleteChild")
def delete_child(asked: Asked, child_id: UUID) -> None:
    """Remove a child; one that schedules or sessions name is archived"""
    actions.delete(child_id, **asked.by)

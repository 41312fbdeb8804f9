"""Families: found one, see it, change its settings."""

from uuid import UUID

from handsel.actions import families as actions
from handsel.api import forms
from handsel.api.operations import Asked
from handsel.api.parameters import PAGING
from handsel.api.routes import Routes
from handsel.api.schemas import Families, Family
from handsel.queries import families as queries
from handsel.queries.families import FamilyRow
from handsel.queries.paging import Page

routes = Routes("Families")


@routes.get("/families", "getFamilies", Families, PAGING)
def get_families(asked: Asked) -> Page[FamilyRow]:
    """The families you are a member of"""
    return queries.listed(asked.person, asked.draft)


@routes.post(
    "/families", "createFamily", Family, form=forms.NEW_FAMILY, status=201, tagged=True, location="/families/{id}"
)
def create_family(asked: Asked) -> FamilyRow:
    """Found a family, as its parent, nanny or coordinator"""
    return queries.shown(asked.person, actions.create(asked.draft, **asked.by))


@routes.get("/families/{familyId}", "getFamily", Family, tagged=True)
def get_family(asked: Asked, family_id: UUID) -> FamilyRow:
    """One family"""
    return queries.one(asked.person, family_id)


@routes.patch("/families/{familyId}", "updateFamily", Family, forms.FAMILY_CHANGES, versioned=True, tagged=True)
def update_family(asked: Asked, family_id: UUID) -> FamilyRow:
    """Change a family's settings; a new time zone moves no session"""
    return queries.shown(asked.person, actions.update(family_id, asked.draft, **asked.by_version))

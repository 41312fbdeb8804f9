"""When a nanny or the whole family is away."""

from uuid import UUID

from handsel.actions import time_off as actions
from handsel.api import forms
from handsel.api.operations import Asked
from handsel.api.parameters import PAGING
from handsel.api.routes import Routes
from handsel.api.schemas import TimeOff, TimesOff
from handsel.queries import time_off as queries
from handsel.queries.paging import Page
from handsel.queries.time_off import TimeOffRow

routes = Routes("Time off")


@routes.get("/families/{familyId}/time-off", "getTimeOff", TimesOff, PAGING)
def get_time_off(asked: Asked, family_id: UUID) -> Page[TimeOffRow]:
    """A family's time off, by its first day"""
    return queries.listed(asked.person, family_id, asked.draft)


@routes.post("/families/{familyId}/time-off", "createTimeOff", TimeOff, form=forms.NEW_TIME_OFF, status=201)
def create_time_off(asked: Asked, family_id: UUID) -> TimeOffRow:
    """Enter time off: generation will skip it"""
    return queries.row(actions.create(family_id, asked.draft, **asked.by))


@routes.delete("/time-off/{timeOffId}", "deleteTimeOff")
def delete_time_off(asked: Asked, time_off_id: UUID) -> None:
    """Take time off back"""
    actions.delete(time_off_id, **asked.by)

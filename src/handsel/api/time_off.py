"""When a nanny or the whole family is away."""

from typing import TYPE_CHECKING
from uuid import UUID

from handsel.actions import time_off as actions
from handsel.api import inputs, schemas
from handsel.api.parsing import Body, Paging
from handsel.api.routes import Id, Request, Router, by
from handsel.api.schemas import Day, Resource, WallTime
from handsel.queries import families as queries
from handsel.queries.paging import Page

if TYPE_CHECKING:
    from handsel import models

router = Router("Time off")


class TimeOff(Resource):
    id: UUID
    family_id: UUID
    nanny_id: UUID | None
    from_date: Day
    to_date: Day
    start_time: WallTime | None
    end_time: WallTime | None
    reason: str


class TimesOff(schemas.Page):
    items: list[TimeOff]


class NewTimeOff(Body):
    needed = ("from_date", "to_date")
    from_date: inputs.Day
    to_date: inputs.Day
    nanny_id: inputs.Id | None
    start_time: inputs.WallTime | None
    end_time: inputs.WallTime | None
    reason: inputs.Notes | None


@router.get("/families/{family_id}/time-off", operation_id="getTimeOff", response=TimesOff)
def get_time_off(request: Request, family_id: Id, query: Paging) -> "Page[models.TimeOff]":
    """A family's time off, by its first day"""
    return queries.time_off(request.auth, family_id, query.draft)


@router.post("/families/{family_id}/time-off", operation_id="createTimeOff", response={201: TimeOff})
def create_time_off(request: Request, family_id: Id, body: NewTimeOff) -> "models.TimeOff":
    """Enter time off: generation will skip it"""
    return actions.create(family_id, body.draft, **by(request))


@router.delete("/time-off/{time_off_id}", operation_id="deleteTimeOff", response={204: None})
def delete_time_off(request: Request, time_off_id: Id) -> None:
    """Take time off back"""
    actions.delete(time_off_id, **by(request))

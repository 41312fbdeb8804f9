"""Schedules, and the sessions made from them."""

from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field, WithJsonSchema

from handsel.actions import care_schedules as actions
from handsel.actions import generation
from handsel.api import inputs, schemas
from handsel.api.parsing import Body, Nothing, Paging, Query
from handsel.api.routes import Id, Request, Router, Version, actor
from handsel.api.schemas import Clash, Day, Instant, Money, Resource, WallTime, words
from handsel.queries import care_schedules as queries
from handsel.queries.paging import Page, Row
from handsel.rules.lifecycle import Status
from handsel.rules.recurrence import WEEK_STARTS, Recurrence, Weekday, in_order
from handsel.rules.recurrence import rrule as rrule_of

router = Router("Care schedules", "What repeats, and the sessions that are generated from it.")


class CareSchedule(Resource):
    location = "/care-schedules/{id}"
    id: UUID
    family_id: UUID
    name: str
    recurrence: Annotated[str, words(Recurrence)]
    days_of_week: Annotated[list[Annotated[str, words(Weekday)]], BeforeValidator(in_order)]
    week_start: Annotated[str, WithJsonSchema({"type": "string", "enum": list(WEEK_STARTS)})]
    start_time: WallTime
    end_time: WallTime
    hourly_rate: Money | None
    is_active: bool
    start_date: Day
    end_date: Day | None
    notes: str
    child_ids: list[UUID]
    nanny_id: UUID | None
    rrule: Annotated[str | None, BeforeValidator(rrule_of)] = Field(validation_alias="pattern")
    version: int
    created_at: Instant
    updated_at: Instant


CareSchedules = schemas.list_of(CareSchedule, "CareSchedules")


class CareScheduleChanges(Body):
    name: inputs.Name
    recurrence: inputs.Recurrence
    start_time: inputs.WallTime
    end_time: inputs.WallTime
    start_date: inputs.Day
    child_ids: inputs.ChildIds
    days_of_week: inputs.Weekdays | None
    week_start: inputs.WeekStart
    end_date: inputs.Day | None
    hourly_rate: inputs.Money | None
    nanny_id: inputs.Id | None
    is_active: inputs.Flag
    notes: inputs.Notes | None


class NewCareSchedule(CareScheduleChanges):
    needed = ("name", "recurrence", "start_time", "end_time", "start_date", "child_ids")


class ScheduleFilters(Paging):
    is_active: inputs.QueryFlag = Field(description="Only active ones, or only inactive ones.")


class Range(Query):
    needed = ("from_date", "to_date")
    from_date: inputs.Day = Field(description="The first day, inclusive.")
    to_date: inputs.Day = Field(description="The last day, inclusive; at most 366 days.")


class Occurrence(Resource):
    slot_date: Day
    scheduled_start: Instant
    scheduled_end: Instant


class Occurrences(Resource):
    items: list[Occurrence]


class GenerationRange(Body):
    needed = ("from_date", "to_date")
    from_date: inputs.Day
    to_date: inputs.Day
    dry_run: inputs.Flag


class CreatedSession(Occurrence):
    session_id: UUID | None
    clashes: list[Clash]


class ExistingSession(Resource):
    slot_date: Day
    session_id: UUID
    status: Annotated[str, words(Status)]
    is_confirmed: bool


class SkippedSlot(Resource):
    slot_date: Day
    reason: Annotated[str, WithJsonSchema({"type": "string", "enum": ["TIME_OFF", "LOCKED"]})]


class Generation(Resource):
    batch_id: UUID | None
    dry_run: bool
    created: list[CreatedSession]
    existing: list[ExistingSession]
    skipped: list[SkippedSlot]


class Undone(Resource):
    removed: int
    kept: int


@router.get("/families/{family_id}/care-schedules", operation_id="getCareSchedules", response=CareSchedules)
def get_care_schedules(request: Request, family_id: Id, query: ScheduleFilters) -> Page[Row]:
    """All schedules of a family"""
    return queries.listed(request.auth, family_id, query.draft)


@router.post("/families/{family_id}/care-schedules", operation_id="createCareSchedule", response={201: CareSchedule})
def create_care_schedule(request: Request, family_id: Id, body: NewCareSchedule) -> Row:
    """Create a schedule; no session exists until somebody generates"""
    return queries.shown(request.auth, actions.create(family_id, body.draft, **actor(request)))


@router.get("/care-schedules/{schedule_id}", operation_id="getCareSchedule", response=CareSchedule)
def get_care_schedule(request: Request, schedule_id: Id) -> Row:
    """One schedule"""
    return queries.get(request.auth, schedule_id)


@router.patch("/care-schedules/{schedule_id}", operation_id="updateCareSchedule", response=CareSchedule)
def update_care_schedule(request: Request, schedule_id: Id, body: CareScheduleChanges, version: Version) -> Row:
    """Change a schedule; sessions that exist stay as they are"""
    return queries.shown(request.auth, actions.update(schedule_id, body.draft, version=version, **actor(request)))


@router.delete("/care-schedules/{schedule_id}", operation_id="deleteCareSchedule", response={204: None})
def delete_care_schedule(request: Request, schedule_id: Id, version: Version) -> None:
    """Remove a schedule; its sessions stay"""
    actions.delete(schedule_id, version=version, **actor(request))


@router.get("/care-schedules/{schedule_id}/occurrences", operation_id="previewOccurrences", response=Occurrences)
def preview_occurrences(request: Request, schedule_id: Id, query: Range) -> Page[queries.Occurrence]:
    """What a schedule means in a range of days, whatever exists already"""
    return Page(queries.occurrences(request.auth, schedule_id, query.draft), None)


@router.post(
    "/care-schedules/{schedule_id}/generate-sessions", operation_id="generateSessionsFromSchedule", response=Generation
)
def generate_sessions(request: Request, schedule_id: Id, body: GenerationRange) -> generation.Generation:
    """Make the unconfirmed sessions of a range of days; safe to repeat"""
    return generation.generate(schedule_id, body.draft, **actor(request))


@router.post("/generation-batches/{batch_id}/undo", operation_id="undoGeneration", response=Undone)
def undo_generation(request: Request, batch_id: Id, body: Nothing) -> generation.Undone:
    """Remove the sessions of a generation that nobody has touched since"""
    return generation.undo(batch_id, body.draft, **actor(request))

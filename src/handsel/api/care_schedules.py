"""Schedules, and the sessions made from them."""

from dataclasses import dataclass
from uuid import UUID

from handsel.actions import care_schedules as actions
from handsel.actions import generation
from handsel.api import forms
from handsel.api.operations import Asked
from handsel.api.parameters import RANGE, SCHEDULE_FILTERS
from handsel.api.routes import Routes
from handsel.api.schemas import CareSchedule, CareSchedules, Generation, Occurrences, Undone
from handsel.queries import care_schedules as queries
from handsel.queries.care_schedules import Occurrence, ScheduleRow
from handsel.queries.paging import Page

routes = Routes("Care schedules")


@dataclass(frozen=True, slots=True)
class Items[Row]:
    items: list[Row]


@routes.get("/families/{familyId}/care-schedules", "getCareSchedules", CareSchedules, SCHEDULE_FILTERS)
def get_care_schedules(asked: Asked, family_id: UUID) -> Page[ScheduleRow]:
    """All schedules of a family"""
    return queries.listed(asked.person, family_id, asked.draft)


@routes.post(
    "/families/{familyId}/care-schedules",
    "createCareSchedule",
    CareSchedule,
    form=forms.NEW_SCHEDULE,
    status=201,
    tagged=True,
    location="/care-schedules/{id}",
)
def create_care_schedule(asked: Asked, family_id: UUID) -> ScheduleRow:
    """Create a schedule; no session exists until somebody generates"""
    return queries.shown(asked.person, actions.create(family_id, asked.draft, **asked.by))


@routes.get("/care-schedules/{scheduleId}", "getCareSchedule", CareSchedule, tagged=True)
def get_care_schedule(asked: Asked, schedule_id: UUID) -> ScheduleRow:
    """One schedule"""
    return queries.one(asked.person, schedule_id)


@routes.patch(
    "/care-schedules/{scheduleId}",
    "updateCareSchedule",
    CareSchedule,
    forms.SCHEDULE_CHANGES,
    versioned=True,
    tagged=True,
)
def update_care_schedule(asked: Asked, schedule_id: UUID) -> ScheduleRow:
    """Change a schedule; sessions that exist stay as they are"""
    return queries.shown(asked.person, actions.update(schedule_id, asked.draft, **asked.by_version))


@routes.delete("/care-schedules/{scheduleId}", "deleteCareSchedule", versioned=True)
def delete_care_schedule(asked: Asked, schedule_id: UUID) -> None:
    """Remove a schedule; its sessions stay"""
    actions.delete(schedule_id, **asked.by_version)


@routes.get("/care-schedules/{scheduleId}/occurrences", "previewOccurrences", Occurrences, RANGE)
def preview_occurrences(asked: Asked, schedule_id: UUID) -> Items[Occurrence]:
    """What a schedule means in a range of days, whatever exists already"""
    return Items(queries.occurrences(asked.person, schedule_id, asked.draft))


@routes.post(
    "/care-schedules/{scheduleId}/generate-sessions",
    "generateSessionsFromSchedule",
    Generation,
    form=forms.GENERATION,
)
def generate_sessions(asked: Asked, schedule_id: UUID) -> generation.Generation:
    """Make the unconfirmed sessions of a range of days; safe to repeat"""
    return generation.generate(schedule_id, asked.draft, **asked.by)


@routes.post("/generation-batches/{batchId}/undo", "undoGeneration", Undone, form=forms.NOTHING)
def undo_generation(asked: Asked, batch_id: UUID) -> generation.Undone:
    """Remove the sessions of a generation that nobody has touched since"""
    return generation.undo(batch_id, asked.draft, **asked.by)

"""Changes that one side asks of the other."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from pydantic import Field

from handsel.actions import change_requests as actions
from handsel.api import inputs, schemas
from handsel.api.parsing import Body, Paging
from handsel.api.routes import Id, Request, Router, by
from handsel.api.schemas import Instant, Resource, words
from handsel.queries import care_sessions as queries
from handsel.queries.paging import Page
from handsel.rules.change_requests import Answer

if TYPE_CHECKING:
    from handsel import models

router = Router("Change requests")


class ChangeRequest(Resource):
    id: UUID
    session_id: UUID
    status: Annotated[str, words(Answer)]
    message: str
    scheduled_start: Instant | None
    scheduled_end: Instant | None
    child_ids: list[UUID] | None
    asked_by: UUID = Field(validation_alias="asked_by_id")
    asked_at: Instant
    answered_by: UUID | None = Field(validation_alias="answered_by_id")
    answered_at: Instant | None
    answer: str


class ChangeRequests(schemas.Page):
    items: list[ChangeRequest]


class NewChangeRequest(Body):
    needed = ("message",)
    message: inputs.Message
    scheduled_start: inputs.Moment | None
    scheduled_end: inputs.Moment | None
    child_ids: inputs.ChildIds | None


class ChangeRequestAnswer(Body):
    message: inputs.Notes | None


@router.get("/care-sessions/{session_id}/change-requests", operation_id="getChangeRequests", response=ChangeRequests)
def get_change_requests(request: Request, session_id: Id, query: Paging) -> "Page[models.ChangeRequest]":
    """What was asked about a session"""
    return queries.change_requests(request.auth, session_id, query.draft)


@router.post(
    "/care-sessions/{session_id}/change-requests", operation_id="requestChanges", response={201: ChangeRequest}
)
def request_changes(request: Request, session_id: Id, body: NewChangeRequest) -> "models.ChangeRequest":
    """Ask the other side for other times or children; one open request per session"""
    return actions.ask(session_id, body.draft, **by(request))


@router.post("/change-requests/{request_id}/accept", operation_id="acceptChangeRequest", response=ChangeRequest)
def accept_change_request(request: Request, request_id: Id, body: ChangeRequestAnswer) -> "models.ChangeRequest":
    """Agree: what was proposed is applied, and the session is confirmed"""
    return actions.accept(request_id, body.draft, **by(request))


@router.post("/change-requests/{request_id}/decline", operation_id="declineChangeRequest", response=ChangeRequest)
def decline_change_request(request: Request, request_id: Id, body: ChangeRequestAnswer) -> "models.ChangeRequest":
    """Decline, with a word if you wish; the session stays as it is"""
    return actions.decline(request_id, body.draft, **by(request))


@router.post("/change-requests/{request_id}/withdraw", operation_id="withdrawChangeRequest", response=ChangeRequest)
def withdraw_change_request(request: Request, request_id: Id, body: ChangeRequestAnswer) -> "models.ChangeRequest":
    """Take your own request back"""
    return actions.withdraw(request_id, body.draft, **by(request))

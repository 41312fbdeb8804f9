"""Sessions: planned, agreed, done, and the changes that one side asks of the other."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from django.utils import timezone
from pydantic import Field

from handsel.actions import care_sessions as actions
from handsel.actions import change_requests
from handsel.api import inputs, schemas
from handsel.api.parsing import Body, Nothing, Paging
from handsel.api.routes import Id, Request, Router, Version, actor
from handsel.api.schemas import Day, Instant, Money, Resource, words
from handsel.queries import care_sessions as queries
from handsel.queries.paging import Page, Row
from handsel.rules import moves
from handsel.rules.attention import Reason
from handsel.rules.change_requests import Answer
from handsel.rules.lifecycle import Status
from handsel.rules.moves import MOVES, Step
from handsel.rules.pay.sessions import CancelledFor

if TYPE_CHECKING:
    from handsel import models

router = Router("Care sessions", "Care as it is planned, agreed, done and paid.")
request_router = Router("Change requests", "What one side asks the other to change about a session.")


class CareSession(Resource):
    location = "/care-sessions/{id}"
    id: UUID
    family_id: UUID
    schedule_id: UUID | None
    slot_date: Day | None
    scheduled_start: Instant
    scheduled_end: Instant
    pay_date: Day
    is_held: bool
    actual_start: Instant | None
    actual_end: Instant | None
    status: Annotated[str, words(Status)]
    is_confirmed: bool
    hourly_rate: Money | None
    notes: str
    child_ids: list[UUID]
    nanny_id: UUID | None
    time_zone: str
    overlap_allowed: bool
    confirmed_at: Instant | None
    confirmed_by: UUID | None = Field(validation_alias="confirmed_by_id")
    cancelled_at: Instant | None
    cancelled_by: UUID | None = Field(validation_alias="cancelled_by_id")
    cancelled_for: Annotated[str, words(CancelledFor)] | None
    cancel_reason: str
    version: int
    created_at: Instant
    updated_at: Instant


class CareSessionNeedingAttention(CareSession):
    attention: list[Annotated[str, words(Reason)]]


CareSessions = schemas.list_of(CareSession, "CareSessions")
CareSessionsNeedingAttention = schemas.list_of(CareSessionNeedingAttention, "CareSessionsNeedingAttention")


class MySessionFilters(Paging):
    repeatable = ("status",)
    from_date: inputs.Day = Field(description="The first local date of the planned start, inclusive.")
    to_date: inputs.Day = Field(description="The last local date of the planned start, inclusive.")
    status: inputs.Statuses = Field(description="Only this status; may be repeated.")
    is_confirmed: inputs.QueryFlag = Field(description="Only confirmed ones, or only unconfirmed ones.")


class SessionFilters(MySessionFilters):
    schedule_id: inputs.Id = Field(description="Only sessions made from this schedule.")
    child_id: inputs.Id = Field(description="Only sessions that this child attends.")
    nanny_id: inputs.Id = Field(description="Only sessions of this nanny (a member id).")
    order: inputs.Order = Field(description="Soonest first, or latest first.")


class PlannedSession(Body):
    scheduled_start: inputs.Moment
    scheduled_end: inputs.Moment
    hourly_rate: inputs.Money | None
    notes: inputs.Notes | None
    child_ids: inputs.ChildIds
    nanny_id: inputs.Id | None
    overlap_allowed: inputs.Flag


class NewCareSession(PlannedSession):
    needed = ("scheduled_start", "scheduled_end", "child_ids")
    is_confirmed: inputs.Flag


class CareSessionChanges(PlannedSession):
    actual_start: inputs.Moment
    actual_end: inputs.Moment
    cancel_reason: inputs.Notes | None
    cancelled_for: inputs.CancelledFor
    reason: inputs.Notes | None


class Move(Body):
    at: inputs.Moment | None
    reason: inputs.Notes | None


class Cancellation(Move):
    cancelled_for: inputs.CancelledFor | None


class Record(Body):
    actual_start: inputs.Moment | None
    actual_end: inputs.Moment | None
    notes: inputs.Notes | None


class Lateness(Body):
    needed = ("minutes",)
    minutes: inputs.MinutesLate
    message: inputs.Notes | None


class CareSessionChoice(Body):
    needed = ("session_ids",)
    session_ids: inputs.SessionIds


class RefusedSession(Resource):
    session_id: UUID
    code: str
    detail: str


class Confirmation(Resource):
    confirmed: list[UUID] = Field(validation_alias="moved")
    refused: list[RefusedSession]


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


ChangeRequests = schemas.list_of(ChangeRequest, "ChangeRequests")


class NewChangeRequest(Body):
    needed = ("message",)
    message: inputs.Message
    scheduled_start: inputs.Moment | None
    scheduled_end: inputs.Moment | None
    child_ids: inputs.ChildIds | None


class ChangeRequestAnswer(Body):
    message: inputs.Notes | None


@router.get("/families/{family_id}/care-sessions", operation_id="getCareSessions", response=CareSessions)
def get_care_sessions(request: Request, family_id: Id, query: SessionFilters) -> Page[Row]:
    """All sessions of a family"""
    return queries.listed(request.auth, family_id, query.draft)


@router.get(
    "/families/{family_id}/care-sessions/unconfirmed", operation_id="getUnconfirmedSessions", response=CareSessions
)
def get_unconfirmed_sessions(request: Request, family_id: Id, query: Paging) -> Page[Row]:
    """What needs the family's answer, soonest first"""
    return queries.unconfirmed(request.auth, family_id, query.draft, at=timezone.now())


@router.get(
    "/families/{family_id}/care-sessions/attention",
    operation_id="getCareSessionsNeedingAttention",
    response=CareSessionsNeedingAttention,
)
def get_care_sessions_needing_attention(request: Request, family_id: Id, query: Paging) -> Page[Row]:
    """What asks for somebody, with the reasons, soonest first: a nanny's own and unassigned sessions"""
    return queries.needing_attention(request.auth, family_id, query.draft, at=timezone.now())


@router.get("/me/care-sessions", operation_id="getMyCareSessions", response=CareSessions)
def get_my_care_sessions(request: Request, query: MySessionFilters) -> Page[Row]:
    """A nanny's own sessions in all their families, soonest first"""
    return queries.mine(request.auth, query.draft)


@router.post("/families/{family_id}/care-sessions", operation_id="createImpromptuSession", response={201: CareSession})
def create_impromptu_session(request: Request, family_id: Id, body: NewCareSession) -> Row:
    """Create a one-time session, confirmed at once if you wish"""
    return queries.shown(request.auth, actions.create_impromptu(family_id, body.draft, **actor(request)))


@router.post("/families/{family_id}/care-sessions/confirm", operation_id="confirmCareSessions", response=Confirmation)
def confirm_care_sessions(request: Request, family_id: Id, body: CareSessionChoice) -> actions.BulkAnswer:
    """Confirm many sessions, each by itself"""
    return actions.move_many(moves.Move.CONFIRM, family_id, body.draft, **actor(request))


@router.get("/care-sessions/{session_id}", operation_id="getCareSession", response=CareSession)
def get_care_session(request: Request, session_id: Id) -> Row:
    """One session"""
    return queries.get(request.auth, session_id)


@router.patch("/care-sessions/{session_id}", operation_id="updateCareSession", response=CareSession)
def update_care_session(request: Request, session_id: Id, body: CareSessionChanges, version: Version) -> Row:
    """Change a session as far as its state allows; correcting a completed one needs a reason"""
    return queries.shown(request.auth, actions.update(session_id, body.draft, version=version, **actor(request)))


@router.delete("/care-sessions/{session_id}", operation_id="deleteCareSession", response={204: None})
def delete_care_session(request: Request, session_id: Id, version: Version) -> None:
    """Remove a session that has not begun"""
    actions.delete(session_id, version=version, **actor(request))


def _add_move(move: moves.Move, step: Step) -> None:
    """One operation for each row of the table of moves."""
    sent: type[Body] = Move if moves.Value.HAPPENED_AT in step.times else Record
    sent = Cancellation if move is moves.Move.CANCEL else sent

    def view(request: Request, session_id: Id, body: Body, version: Version) -> Row:
        return queries.shown(
            request.auth, actions.move(move, session_id, body.draft, version=version, **actor(request))
        )

    view.__doc__ = step.summary
    view.__annotations__["body"] = sent
    name = move.value.title().replace("_", "")
    operation_id = f"{name[0].lower()}{name[1:]}CareSession"
    router.post(f"/care-sessions/{{session_id}}/{move.path}", operation_id=operation_id, response=CareSession)(view)


for _move, _step in MOVES.items():
    _add_move(_move, _step)


@router.post("/care-sessions/{session_id}/undo", operation_id="undoCareSession", response=CareSession)
def undo_care_session(request: Request, session_id: Id, body: Nothing, version: Version) -> Row:
    """Take the last move back; a second undo in a row goes one move further back and needs If-Match"""
    return queries.shown(request.auth, actions.undo(session_id, body.draft, version=version, **actor(request)))


@router.post("/care-sessions/{session_id}/running-late", operation_id="tellRunningLate", response={204: None})
def tell_running_late(request: Request, session_id: Id, body: Lateness) -> "models.CareSession":
    """Say that you come, or are back, so many minutes late; nothing is moved"""
    return actions.tell_running_late(session_id, body.draft, **actor(request))


@request_router.get(
    "/care-sessions/{session_id}/change-requests", operation_id="getChangeRequests", response=ChangeRequests
)
def get_change_requests(request: Request, session_id: Id, query: Paging) -> "Page[models.ChangeRequest]":
    """What was asked about a session"""
    return queries.change_requests(request.auth, session_id, query.draft)


@request_router.post(
    "/care-sessions/{session_id}/change-requests", operation_id="requestChanges", response={201: ChangeRequest}
)
def request_changes(request: Request, session_id: Id, body: NewChangeRequest) -> "models.ChangeRequest":
    """Ask the other side for other times or children; one open request per session"""
    return change_requests.ask(session_id, body.draft, **actor(request))


@request_router.post("/change-requests/{request_id}/accept", operation_id="acceptChangeRequest", response=ChangeRequest)
def accept_change_request(request: Request, request_id: Id, body: ChangeRequestAnswer) -> "models.ChangeRequest":
    """Agree: what was proposed is applied, and the session is confirmed"""
    return change_requests.accept(request_id, body.draft, **actor(request))


@request_router.post(
    "/change-requests/{request_id}/decline", operation_id="declineChangeRequest", response=ChangeRequest
)
def decline_change_request(request: Request, request_id: Id, body: ChangeRequestAnswer) -> "models.ChangeRequest":
    """Decline, with a word if you wish; the session stays as it is"""
    return change_requests.decline(request_id, body.draft, **actor(request))


@request_router.post(
    "/change-requests/{request_id}/withdraw", operation_id="withdrawChangeRequest", response=ChangeRequest
)
def withdraw_change_request(request: Request, request_id: Id, body: ChangeRequestAnswer) -> "models.ChangeRequest":
    """Take your own request back"""
    return change_requests.withdraw(request_id, body.draft, **actor(request))

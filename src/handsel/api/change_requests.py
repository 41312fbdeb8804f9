"""Changes that one side asks of the other."""

from uuid import UUID

from handsel.actions import change_requests as actions
from handsel.api import forms
from handsel.api.operations import Asked
from handsel.api.parameters import PAGING
from handsel.api.routes import Routes
from handsel.api.schemas import ChangeRequest, ChangeRequests
from handsel.queries import change_requests as queries
from handsel.queries.change_requests import ChangeRequestRow
from handsel.queries.paging import Page

routes = Routes("Change requests")


@routes.get("/care-sessions/{sessionId}/change-requests", "getChangeRequests", ChangeRequests, PAGING)
def get_change_requests(asked: Asked, session_id: UUID) -> Page[ChangeRequestRow]:
    """What was asked about a session"""
    return queries.listed(asked.person, session_id, asked.draft)


@routes.post(
    "/care-sessions/{sessionId}/change-requests",
    "requestChanges",
    ChangeRequest,
    form=forms.NEW_CHANGE_REQUEST,
    status=201,
)
def request_changes(asked: Asked, session_id: UUID) -> ChangeRequestRow:
    """Ask the other side for other times or children; one open request per session"""
    return queries.row(actions.ask(session_id, asked.draft, **asked.by))


@routes.post(
    "/change-requests/{requestId}/accept",
    "acceptChangeRequest",
    ChangeRequest,
    form=forms.CHANGE_REQUEST_ANSWER,
)
def accept_change_request(asked: Asked, request_id: UUID) -> ChangeRequestRow:
    """Agree: what was proposed is applied, and the session is confirmed"""
    return queries.row(actions.accept(request_id, asked.draft, **asked.by))


@routes.post(
    "/change-requests/{requestId}/decline",
    "declineChangeRequest",
    ChangeRequest,
    form=forms.CHANGE_REQUEST_ANSWER,
)
def decline_change_request(asked: Asked, request_id: UUID) -> ChangeRequestRow:
    """Decline, with a word if you wish; the session stays as it is"""
    return queries.row(actions.decline(request_id, asked.draft, **asked.by))


@routes.post(
    "/change-requests/{requestId}/withdraw",
    "withdrawChangeRequest",
    ChangeRequest,
    form=forms.CHANGE_REQUEST_ANSWER,
)
def withdraw_change_request(asked: Asked, request_id: UUID) -> ChangeRequestRow:
    """Take your own request back"""
    return queries.row(actions.withdraw(request_id, asked.draft, **asked.by))

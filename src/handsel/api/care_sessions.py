"""Sessions: planned, agreed, done."""

from dataclasses import dataclass
from uuid import UUID

from handsel.actions import care_sessions as actions
from handsel.api import forms
from handsel.api.operations import Asked
from handsel.api.parameters import PAGING, SESSION_FILTERS
from handsel.api.routes import Routes
from handsel.api.schemas import CareSession, CareSessions, Confirmation
from handsel.queries import care_sessions as queries
from handsel.queries.care_sessions import SessionRow
from handsel.queries.paging import Page

routes = Routes("Care sessions")

_MOVE = {"form": forms.MOVE, "versioned": True, "tagged": True}


@dataclass(frozen=True, slots=True)
class Confirmed:
    family_id: UUID
    confirmed: list[UUID]
    refused: list[actions.Refused]


@routes.get("/families/{familyId}/care-sessions", "getCareSessions", CareSessions, SESSION_FILTERS)
def get_care_sessions(asked: Asked, family_id: UUID) -> Page[SessionRow]:
    """All sessions of a family"""
    return queries.listed(asked.person, family_id, asked.draft)


@routes.get("/families/{familyId}/care-sessions/unconfirmed", "getUnconfirmedSessions", CareSessions, PAGING)
def get_unconfirmed_sessions(asked: Asked, family_id: UUID) -> Page[SessionRow]:
    """What needs the family's answer, soonest first"""
    return queries.unconfirmed(asked.person, family_id, asked.draft, at=asked.at)


@routes.post(
    "/families/{familyId}/care-sessions",
    "createImpromptuSession",
    CareSession,
    form=forms.NEW_SESSION,
    status=201,
    tagged=True,
    location="/care-sessions/{id}",
)
def create_impromptu_session(asked: Asked, family_id: UUID) -> SessionRow:
    """Create a one-time session, confirmed at once if you wish"""
    return queries.shown(asked.person, actions.create_impromptu(family_id, asked.draft, **asked.by))


@routes.post(
    "/families/{familyId}/care-sessions/confirm",
    "confirmCareSessions",
    Confirmation,
    form=forms.SESSION_CHOICE,
)
def confirm_care_sessions(asked: Asked, family_id: UUID) -> Confirmed:
    """Confirm many sessions, each by itself"""
    answer = actions.confirm_many(family_id, asked.draft, **asked.by)
    return Confirmed(answer.family_id, answer.moved, answer.refused)


@routes.get("/care-sessions/{sessionId}", "getCareSession", CareSession, tagged=True)
def get_care_session(asked: Asked, session_id: UUID) -> SessionRow:
    """One session"""
    return queries.one(asked.person, session_id)


@routes.patch(
    "/care-sessions/{sessionId}",
    "updateCareSession",
    CareSession,
    forms.SESSION_CHANGES,
    versioned=True,
    tagged=True,
)
def update_care_session(asked: Asked, session_id: UUID) -> SessionRow:
    """Change a session as far as its state allows; correcting a completed one needs a reason"""
    return queries.shown(asked.person, actions.update(session_id, asked.draft, **asked.by_version))


@routes.delete("/care-sessions/{sessionId}", "deleteCareSession", versioned=True)
def delete_care_session(asked: Asked, session_id: UUID) -> None:
    """Remove a session that has not begun"""
    actions.delete(session_id, **asked.by_version)


@routes.post("/care-sessions/{sessionId}/confirm", "confirmCareSession", CareSession, **_MOVE)
def confirm_care_session(asked: Asked, session_id: UUID) -> SessionRow:
    """The family agrees"""
    return queries.shown(asked.person, actions.confirm(session_id, asked.draft, **asked.by_version))


@routes.post("/care-sessions/{sessionId}/cancel", "cancelCareSession", CareSession, **_MOVE)
def cancel_care_session(asked: Asked, session_id: UUID) -> SessionRow:
    """It will not happen"""
    return queries.shown(asked.person, actions.cancel(session_id, asked.draft, **asked.by_version))


@routes.post("/care-sessions/{sessionId}/start", "startCareSession", CareSession, **_MOVE)
def start_care_session(asked: Asked, session_id: UUID) -> SessionRow:
    """Care begins, now or `at` a time up to four hours before the plan"""
    return queries.shown(asked.person, actions.start(session_id, asked.draft, **asked.by_version))


@routes.post("/care-sessions/{sessionId}/complete", "completeCareSession", CareSession, **_MOVE)
def complete_care_session(asked: Asked, session_id: UUID) -> SessionRow:
    """Care ends, now or `at` a time since it began"""
    return queries.shown(asked.person, actions.complete(session_id, asked.draft, **asked.by_version))


@routes.post("/care-sessions/{sessionId}/restore", "restoreCareSession", CareSession, **_MOVE)
def restore_care_session(asked: Asked, session_id: UUID) -> SessionRow:
    """A cancelled session that is not over yet is planned again"""
    return queries.shown(asked.person, actions.restore(session_id, asked.draft, **asked.by_version))

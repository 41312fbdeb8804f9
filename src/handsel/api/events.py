"""History."""

from uuid import UUID

from handsel.api.operations import Asked
from handsel.api.parameters import PAGING
from handsel.api.routes import Routes
from handsel.api.schemas import Events
from handsel.queries import events as queries
from handsel.queries.events import EventRow
from handsel.queries.paging import Page

routes = Routes("History")


@routes.get("/care-sessions/{sessionId}/events", "getCareSessionEvents", Events, PAGING)
def get_care_session_events(asked: Asked, session_id: UUID) -> Page[EventRow]:
    """What happened to a session, oldest first"""
    return queries.of_session(asked.person, session_id, asked.draft)


@routes.get("/families/{familyId}/events", "getFamilyEvents", Events, PAGING)
def get_family_events(asked: Asked, family_id: UUID) -> Page[EventRow]:
    """What happened in a family, oldest first; also to what was deleted since"""
    return queries.of_family(asked.person, family_id, asked.draft)

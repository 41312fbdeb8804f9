"""History."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, WithJsonSchema

from handsel.api import schemas
from handsel.api.parsing import Paging
from handsel.api.routes import Id, Request, Router
from handsel.api.schemas import Instant, Resource, to_camel, words
from handsel.queries import families as queries
from handsel.queries.paging import Page, Row
from handsel.rules.history import EventKind, Source

router = Router("History")


def _in_camel_case(changes: dict[str, Any]) -> dict[str, Any]:
    return {to_camel(name): values for name, values in changes.items()}


class Event(Resource):
    id: UUID
    kind: Annotated[str, words(EventKind)]
    at: Instant
    by: UUID | None = Field(validation_alias="by_id")
    source: Annotated[str, words(Source)]
    changes: Annotated[
        dict[str, Any],
        AfterValidator(_in_camel_case),
        WithJsonSchema(
            {
                "type": "object",
                "description": "The old and the new value of each field. Pay that you may not see is null.",
                "additionalProperties": {"type": "array", "items": {}, "minItems": 2, "maxItems": 2},
            }
        ),
    ]
    reason: str


class Events(schemas.Page):
    items: list[Event]


@router.get("/care-sessions/{session_id}/events", operation_id="getCareSessionEvents", response=Events)
def get_care_session_events(request: Request, session_id: Id, query: Paging) -> Page[Row]:
    """What happened to a session, oldest first"""
    return queries.session_events(request.auth, session_id, query.draft)


@router.get("/families/{family_id}/events", operation_id="getFamilyEvents", response=Events)
def get_family_events(request: Request, family_id: Id, query: Paging) -> Page[Row]:
    """What happened in a family, oldest first; also to what was deleted since"""
    return queries.events(request.auth, family_id, query.draft)

"""Families, their children, their time off and their history."""

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from handsel.access import visibility
from handsel.actions import children, time_off
from handsel.actions import families as actions
from handsel.api import inputs, schemas
from handsel.api.parsing import Body, Paging
from handsel.api.routes import Id, Request, Router, Version, actor
from handsel.api.schemas import Day, Instant, Money, Resource, WallTime, words
from handsel.queries import families as queries
from handsel.queries.paging import Page, Row
from handsel.rules.history import EventKind, Source
from handsel.rules.time_off import Decision

if TYPE_CHECKING:
    from handsel import models

family_router = Router("Families", "The families that you are a member of, and their settings.")
child_router = Router("Children", "Who is cared for, and what whoever cares for them must know.")
time_off_router = Router("Time off", "Days without care, of one nanny in all their families or of one whole family.")
history_router = Router("History", "Who did what, when and from where. It can be neither changed nor deleted.")


class Family(Resource):
    location = "/families/{id}"
    id: UUID
    name: str
    time_zone: str
    currency: str
    default_hourly_rate: Money | None
    address: str
    notes: str
    version: int
    created_at: Instant


Families = schemas.list_of(Family, "Families")


class FamilyChanges(Body):
    name: inputs.Name
    time_zone: inputs.TimeZone
    currency: inputs.Currency
    default_hourly_rate: inputs.Money | None
    address: inputs.Notes | None
    notes: inputs.Notes | None


class NewFamily(FamilyChanges):
    needed = ("name", "time_zone", "currency")
    role: inputs.FoundingRole


class Child(Resource):
    location = "/children/{id}"
    id: UUID
    family_id: UUID
    first_name: str
    last_name: str
    date_of_birth: Day | None
    allergies: str
    medications: str
    notes: str
    is_archived: bool
    version: int


Children = schemas.list_of(Child, "Children")


class ChildChanges(Body):
    first_name: inputs.Name
    last_name: inputs.Short | None
    date_of_birth: inputs.Day | None
    allergies: inputs.Notes | None
    medications: inputs.Notes | None
    notes: inputs.Notes | None


class NewChild(ChildChanges):
    needed = ("first_name",)


class TimeOff(Resource):
    id: UUID
    family_id: UUID
    nanny_id: UUID | None
    from_date: Day
    to_date: Day
    start_time: WallTime | None
    end_time: WallTime | None
    reason: str | None = Field(description="Null in a family that a nanny does not tell it.")


class AffectedSession(Resource):
    session_id: UUID
    family_id: UUID
    scheduled_start: Instant
    scheduled_end: Instant
    is_confirmed: bool
    decided: Annotated[str, words(Decision)]


class EnteredTimeOff(TimeOff):
    affected: list[AffectedSession] = Field(description="The planned sessions that it touches, in your families.")


TimesOff = schemas.list_of(TimeOff, "TimesOff")


class NewTimeOff(Body):
    needed = ("from_date", "to_date")
    from_date: inputs.Day
    to_date: inputs.Day
    nanny_id: inputs.Id | None
    start_time: inputs.WallTime | None
    end_time: inputs.WallTime | None
    reason: inputs.Notes | None
    tell_reason: inputs.FamilyIds = Field(
        description="The families that are told the reason of your own time off; else this one alone."
    )
    sessions: inputs.Decision = Field(description="What becomes of the sessions that you may cancel; else `KEEP`.")


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


Events = schemas.list_of(Event, "Events")


@family_router.get("/families", operation_id="getFamilies", response=Families)
def get_families(request: Request, query: Paging) -> Page[Row]:
    """The families you are a member of"""
    return queries.listed(request.auth, query.draft)


@family_router.post("/families", operation_id="createFamily", response={201: Family})
def create_family(request: Request, body: NewFamily) -> Row:
    """Found a family, as its parent, nanny or coordinator"""
    return queries.shown(request.auth, actions.create(body.draft, **actor(request)))


@family_router.get("/families/{family_id}", operation_id="getFamily", response=Family)
def get_family(request: Request, family_id: Id) -> Row:
    """One family"""
    return queries.get(request.auth, family_id)


@family_router.patch("/families/{family_id}", operation_id="updateFamily", response=Family)
def update_family(request: Request, family_id: Id, body: FamilyChanges, version: Version) -> Row:
    """Change a family's settings; a new time zone moves no session"""
    return queries.shown(request.auth, actions.update(family_id, body.draft, version=version, **actor(request)))


@child_router.get("/families/{family_id}/children", operation_id="getChildren", response=Children)
def get_children(request: Request, family_id: Id, query: Paging) -> "Page[models.Child]":
    """A family's children, archived ones too"""
    return queries.children(request.auth, family_id, query.draft)


@child_router.post("/families/{family_id}/children", operation_id="createChild", response={201: Child})
def create_child(request: Request, family_id: Id, body: NewChild) -> "models.Child":
    """Add a child"""
    return children.create(family_id, body.draft, **actor(request))


@child_router.get("/children/{child_id}", operation_id="getChild", response=Child)
def get_child(request: Request, child_id: Id) -> "models.Child":
    """One child"""
    return visibility.child(request.auth, child_id)[1]


@child_router.patch("/children/{child_id}", operation_id="updateChild", response=Child)
def update_child(request: Request, child_id: Id, body: ChildChanges, version: Version) -> "models.Child":
    """Change a child's details; nannies change allergies, medications and notes alone"""
    return children.update(child_id, body.draft, version=version, **actor(request))


@child_router.delete("/children/{child_id}", operation_id="deleteChild", response={204: None})
def delete_child(request: Request, child_id: Id, version: Version) -> None:
    """Remove a child; one that schedules or sessions name is archived"""
    children.delete(child_id, version=version, **actor(request))


@time_off_router.get("/families/{family_id}/time-off", operation_id="getTimeOff", response=TimesOff)
def get_time_off(request: Request, family_id: Id, query: Paging) -> Page[Row]:
    """The time off that counts in a family, by its first day"""
    return queries.time_off(request.auth, family_id, query.draft)


@time_off_router.post("/families/{family_id}/time-off", operation_id="createTimeOff", response={201: EnteredTimeOff})
def create_time_off(request: Request, family_id: Id, body: NewTimeOff) -> Row:
    """Enter time off, in all your families if it is your own, and decide over the sessions that it touches"""
    entered = time_off.create(family_id, body.draft, **actor(request))
    return queries.time_off_shown(request.auth, entered.id, family_id).with_more(affected=entered.affected)


@time_off_router.delete("/time-off/{time_off_id}", operation_id="deleteTimeOff", response={204: None})
def delete_time_off(request: Request, time_off_id: Id) -> None:
    """Take time off back, in every family; no session changes"""
    time_off.delete(time_off_id, **actor(request))


@history_router.get("/care-sessions/{session_id}/events", operation_id="getCareSessionEvents", response=Events)
def get_care_session_events(request: Request, session_id: Id, query: Paging) -> Page[Row]:
    """What happened to a session, oldest first"""
    return queries.session_events(request.auth, session_id, query.draft)


@history_router.get("/families/{family_id}/events", operation_id="getFamilyEvents", response=Events)
def get_family_events(request: Request, family_id: Id, query: Paging) -> Page[Row]:
    """What happened in a family, oldest first; also to what was deleted since"""
    return queries.events(request.auth, family_id, query.draft)

"""What the API answers: the resources, in camelCase, and how the OpenAPI file describes them."""

from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AliasGenerator, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from handsel.api import names
from handsel.rules.change_requests import Answer
from handsel.rules.history import EventKind, Source
from handsel.rules.lifecycle import Status
from handsel.rules.recurrence import Recurrence, Weekday
from handsel.rules.roles import Role


def _written(write: Any, **schema: Any) -> Any:
    return PlainSerializer(write, return_type=str), WithJsonSchema({"type": "string", **schema})


def _word(kinds: type[StrEnum]) -> Any:
    """One of these words. A word that an older version stored is shown as it is, never refused."""
    return Annotated[str, WithJsonSchema({"type": "string", "enum": [kind.value for kind in kinds]})]


_INSTANT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
Instant = Annotated[datetime, *_written(lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}", format="date-time", pattern=_INSTANT)]
Day = Annotated[date, *_written(date.isoformat, format="date")]
WallTime = Annotated[time, *_written(lambda wall: f"{wall:%H:%M}", pattern=r"^\d\d:\d\d$")]
Money = Annotated[Decimal, *_written(lambda amount: f"{amount:.2f}", pattern=r"^\d{1,4}\.\d\d$")]
EmailAddress = Annotated[str, WithJsonSchema({"type": "string", "format": "email"})]


class Resource(BaseModel):
    """Read from the attributes of whatever the rooms below answer."""

    model_config = ConfigDict(
        from_attributes=True,
        alias_generator=AliasGenerator(serialization_alias=names.outside),
        serialize_by_alias=True,
    )


class Membership(Resource):
    member_id: UUID
    family_id: UUID
    family_name: str
    role: _word(Role)


class Me(Resource):
    id: UUID
    name: str
    email: EmailAddress
    memberships: list[Membership]


class Family(Resource):
    id: UUID
    name: str
    time_zone: str
    currency: str
    default_hourly_rate: Money | None
    address: str
    notes: str
    version: int
    created_at: Instant


class Child(Resource):
    id: UUID
    family_id: UUID
    first_name: str
    last_name: str
    date_of_birth: Day | None
    allergies: str
    medications: str
    notes: str
    is_archived: bool


class Member(Resource):
    id: UUID
    family_id: UUID
    name: str
    role: _word(Role)
    joined_at: Instant
    email: EmailAddress | None = Field(exclude_if=lambda email: email is None)


class Invitation(Resource):
    id: UUID
    accept_url: Annotated[str, WithJsonSchema({"type": "string", "format": "uri"})]
    expires_at: Instant


class CareSchedule(Resource):
    id: UUID
    family_id: UUID
    name: str
    recurrence: _word(Recurrence)
    days_of_week: list[_word(Weekday)]
    start_time: WallTime
    end_time: WallTime
    hourly_rate: Money | None
    is_active: bool
    start_date: Day
    end_date: Day | None
    notes: str
    child_ids: list[UUID]
    nanny_id: UUID | None
    rrule: str | None
    version: int
    created_at: Instant
    updated_at: Instant


class Occurrence(Resource):
    slot_date: Day
    scheduled_start: Instant
    scheduled_end: Instant


class Occurrences(Resource):
    items: list[Occurrence]


class Clash(Resource):
    """A session of this family that is in the way, or that the nanny is busy, and with what is not said."""

    session_id: UUID | None = Field(exclude_if=lambda session_id: session_id is None)
    busy: bool = Field(exclude_if=lambda busy: not busy)
    scheduled_start: Instant
    scheduled_end: Instant


class CreatedSession(Occurrence):
    session_id: UUID | None
    clashes: list[Clash]


class ExistingSession(Resource):
    slot_date: Day
    session_id: UUID
    status: _word(Status)
    is_confirmed: bool


class SkippedSlot(Resource):
    slot_date: Day
    reason: Annotated[str, WithJsonSchema({"type": "string", "enum": ["TIME_OFF"]})]


class Generation(Resource):
    batch_id: UUID | None
    dry_run: bool
    created: list[CreatedSession]
    existing: list[ExistingSession]
    skipped: list[SkippedSlot]


class Undone(Resource):
    removed: int
    kept: int


class CareSession(Resource):
    id: UUID
    family_id: UUID
    schedule_id: UUID | None
    slot_date: Day | None
    scheduled_start: Instant
    scheduled_end: Instant
    actual_start: Instant | None
    actual_end: Instant | None
    status: _word(Status)
    is_confirmed: bool
    hourly_rate: Money | None
    notes: str
    child_ids: list[UUID]
    nanny_id: UUID | None
    time_zone: str
    overlap_allowed: bool
    confirmed_at: Instant | None
    confirmed_by: UUID | None
    cancelled_at: Instant | None
    cancelled_by: UUID | None
    cancel_reason: str
    version: int
    created_at: Instant
    updated_at: Instant


class RefusedSession(Resource):
    session_id: UUID
    code: str
    detail: str


class Confirmation(Resource):
    confirmed: list[UUID]
    refused: list[RefusedSession]


class Event(Resource):
    id: UUID
    kind: _word(EventKind)
    at: Instant
    by: UUID | None
    source: _word(Source)
    changes: Annotated[
        dict[str, Any],
        WithJsonSchema(
            {
                "type": "object",
                "description": "The old and the new value of each field. Pay that you may not see is null.",
                "additionalProperties": {"type": "array", "items": {}, "minItems": 2, "maxItems": 2},
            }
        ),
    ]
    reason: str


class ChangeRequest(Resource):
    id: UUID
    session_id: UUID
    status: _word(Answer)
    message: str
    scheduled_start: Instant | None
    scheduled_end: Instant | None
    child_ids: list[UUID] | None
    asked_by: UUID
    asked_at: Instant
    answered_by: UUID | None
    answered_at: Instant | None
    answer: str


class TimeOff(Resource):
    id: UUID
    family_id: UUID
    nanny_id: UUID | None
    from_date: Day
    to_date: Day
    start_time: WallTime | None
    end_time: WallTime | None
    reason: str


class Page(Resource):
    """A part of a list; `next` is the `cursor` of the next part, null at the end."""

    next: str | None


class Families(Page):
    items: list[Family]


class Children(Page):
    items: list[Child]


class Members(Page):
    items: list[Member]


class CareSchedules(Page):
    items: list[CareSchedule]


class CareSessions(Page):
    items: list[CareSession]


class Events(Page):
    items: list[Event]


class ChangeRequests(Page):
    items: list[ChangeRequest]


class TimesOff(Page):
    items: list[TimeOff]


class FieldError(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    """What went wrong (RFC 9457). Programs look at `code`, people read `detail`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] = Field([], description="Each wrong field, with `invalid`.")
    clashes: list[Clash] = Field([], description="What is in the way, with `clash`.")

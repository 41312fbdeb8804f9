"""What may be sent with each operation: the fields of its body, by their names in the API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handsel.api.kinds import (
    CHILD_IDS,
    CURRENCY,
    DAY,
    EMAIL,
    FLAG,
    FOUNDING_ROLE,
    ID,
    MESSAGE,
    MOMENT,
    MONEY,
    NAME,
    NOTES,
    RECURRENCE,
    ROLE,
    SESSION_IDS,
    SHORT,
    TIME_ZONE,
    TOKEN,
    WALL_TIME,
    WEEKDAYS,
    Kind,
    or_null,
)


@dataclass(frozen=True)
class Form:
    """`name` is the schema's in the OpenAPI file."""

    name: str
    needed: Mapping[str, Kind] = field(default_factory=dict)
    optional: Mapping[str, Kind] = field(default_factory=dict)

    @property
    def kinds(self) -> dict[str, Kind]:
        return {**self.needed, **self.optional}

    @property
    def schema(self) -> dict[str, Any]:
        properties = {name: dict(kind.described) for name, kind in self.kinds.items()}
        schema = {"type": "object", "title": self.name, "properties": properties, "additionalProperties": False}
        return schema | ({"required": list(self.needed)} if self.needed else {})


def _any_of(form: Form, name: str, **more: Kind) -> Form:
    """The same fields, none of them needed: what a PATCH takes."""
    return Form(name, optional={**form.kinds, **more})


_FAMILY = Form(
    "FamilyForm",
    {"name": NAME, "timeZone": TIME_ZONE, "currency": CURRENCY},
    {"defaultHourlyRate": or_null(MONEY), "address": or_null(NOTES), "notes": or_null(NOTES)},
)
NEW_FAMILY = Form("NewFamily", _FAMILY.needed, {**_FAMILY.optional, "role": FOUNDING_ROLE})
FAMILY_CHANGES = _any_of(_FAMILY, "FamilyChanges")

NEW_CHILD = Form(
    "NewChild",
    {"firstName": NAME},
    {
        "lastName": or_null(SHORT),
        "dateOfBirth": or_null(DAY),
        "allergies": or_null(NOTES),
        "medications": or_null(NOTES),
        "notes": or_null(NOTES),
    },
)
CHILD_CHANGES = _any_of(NEW_CHILD, "ChildChanges")

MEMBER_CHANGES = Form("MemberChanges", {"role": ROLE})
NEW_INVITATION = Form("NewInvitation", {"email": EMAIL, "role": ROLE})
INVITATION_ANSWER = Form("InvitationAnswer", {"token": TOKEN})

NEW_SCHEDULE = Form(
    "NewCareSchedule",
    {
        "name": NAME,
        "recurrence": RECURRENCE,
        "startTime": WALL_TIME,
        "endTime": WALL_TIME,
        "startDate": DAY,
        "childIds": CHILD_IDS,
    },
    {
        "daysOfWeek": or_null(WEEKDAYS),
        "endDate": or_null(DAY),
        "hourlyRate": or_null(MONEY),
        "nannyId": or_null(ID),
        "isActive": FLAG,
        "notes": or_null(NOTES),
    },
)
SCHEDULE_CHANGES = _any_of(NEW_SCHEDULE, "CareScheduleChanges")
GENERATION = Form("GenerationRange", {"from": DAY, "to": DAY}, {"dryRun": FLAG})

NEW_SESSION = Form(
    "NewCareSession",
    {"scheduledStart": MOMENT, "scheduledEnd": MOMENT, "childIds": CHILD_IDS},
    {
        "hourlyRate": or_null(MONEY),
        "nannyId": or_null(ID),
        "notes": or_null(NOTES),
        "isConfirmed": FLAG,
        "overlapAllowed": FLAG,
    },
)
SESSION_CHANGES = Form(
    "CareSessionChanges",
    optional={
        "scheduledStart": MOMENT,
        "scheduledEnd": MOMENT,
        "hourlyRate": or_null(MONEY),
        "notes": or_null(NOTES),
        "childIds": CHILD_IDS,
        "nannyId": or_null(ID),
        "overlapAllowed": FLAG,
        "actualStart": MOMENT,
        "actualEnd": MOMENT,
        "reason": or_null(NOTES),
    },
)
NOTHING = Form("Nothing")

MOVE = Form("Move", optional={"at": or_null(MOMENT), "reason": or_null(NOTES)})
SESSION_CHOICE = Form("CareSessionChoice", {"sessionIds": SESSION_IDS})

NEW_CHANGE_REQUEST = Form(
    "NewChangeRequest",
    {"message": MESSAGE},
    {"scheduledStart": or_null(MOMENT), "scheduledEnd": or_null(MOMENT), "childIds": or_null(CHILD_IDS)},
)
CHANGE_REQUEST_ANSWER = Form("ChangeRequestAnswer", optional={"message": or_null(NOTES)})

NEW_TIME_OFF = Form(
    "NewTimeOff",
    {"from": DAY, "to": DAY},
    {
        "nannyId": or_null(ID),
        "startTime": or_null(WALL_TIME),
        "endTime": or_null(WALL_TIME),
        "reason": or_null(NOTES),
    },
)

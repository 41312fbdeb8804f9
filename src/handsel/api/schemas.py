"""What answers are made of: names, values, lists and problems, in camelCase, as the OpenAPI file describes them."""

from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AliasGenerator, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema, create_model
from pydantic.alias_generators import to_camel

from handsel.rules.pay.periods import PeriodStatus, Unready
from handsel.rules.session_imports import Outcome, Warned

_SPECIAL = {"from_date": "from", "to_date": "to", "from_time": "from", "to_time": "to"}
_AS_SENT = "?"


def api_name(name: str) -> str:
    """Return the API's name of a field, in camelCase but for a few; one that is marked `as_sent` as it was sent.

    A field of an object or of a list's item is named by its whole way, parted by dots.
    """
    if name.startswith(_AS_SENT):
        return name.removeprefix(_AS_SENT)
    first, dot, rest = name.partition(".")
    return to_camel(_SPECIAL.get(first, first)) + dot + (api_name(rest) if dot else "")


def as_sent(name: str) -> str:
    """Mark a name that is no field's, so that it is never taken for one: start_time is not startTime."""
    return _AS_SENT + name[:80].encode("utf-8", "replace").decode()


def words(kinds: type[StrEnum]) -> WithJsonSchema:
    """Describe a text that is one of these words. A word that an older version stored is shown as it is."""
    return WithJsonSchema({"type": "string", "enum": [kind.value for kind in kinds]})


Instant = Annotated[
    datetime,
    PlainSerializer(lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}", return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}),
]
Day = Annotated[
    date, PlainSerializer(date.isoformat, return_type=str), WithJsonSchema({"type": "string", "format": "date"})
]
WallTime = Annotated[
    time,
    PlainSerializer(lambda wall: f"{wall:%H:%M}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d$"}),
]
Money = Annotated[
    Decimal,
    PlainSerializer(lambda amount: f"{amount:.2f}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,4}\.\d\d$"}),
]
# An amount of any size, a rate or a number of minutes, with the places that it has: an amount may be below zero.
Exact = Annotated[
    Decimal,
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+\.\d{2,4}$"}),
]

Amount = Annotated[
    Decimal,
    PlainSerializer(lambda amount: f"{amount:.2f}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,9}\.\d\d$"}),
]


class Resource(BaseModel):
    """Read from the attributes of whatever the rooms below answer.

    One with a `version` is answered with an ETag. `location` is where one that was just made is found; `refusals` are
    statuses that come beside the usual ones.
    """

    model_config = ConfigDict(
        from_attributes=True,
        alias_generator=AliasGenerator(serialization_alias=api_name),
        serialize_by_alias=True,
    )
    location: ClassVar[str] = ""
    refusals: ClassVar[tuple[int, ...]] = ()


class Page(Resource):
    """A part of a list; `next` is the `cursor` of the next part, null at the end."""

    next: str | None


def list_of(item: type[Resource], name: str) -> type[Page]:
    """Make the class of a part of a list of these; `name` is the schema's in the OpenAPI file."""
    return create_model(name, __base__=Page, items=(list[item], ...))  # type: ignore[valid-type]  # a class, as pydantic takes it


class Clash(Resource):
    """A session of this family that is in the way, or that the nanny is busy, and with what is not said."""

    session_id: UUID | None = Field(exclude_if=lambda session_id: session_id is None)
    busy: bool = Field(exclude_if=lambda busy: not busy)
    scheduled_start: Instant
    scheduled_end: Instant


class NotReadySession(BaseModel):
    """A session that stands in the way of submitting a pay period, and why."""

    sessionId: UUID  # noqa: N815 (as it is sent)
    reason: Annotated[str, words(Unready)]


class FieldError(BaseModel):
    field: str
    message: str


class RowError(Resource):
    """What is wrong in a row, by the heading of its column."""

    column: str
    message: str


class RowWarning(Resource):
    """What should be looked at before a row is taken."""

    code: Annotated[str, words(Warned)]
    message: str


class ImportedRow(Resource):
    """What becomes of a row; `row` is its number in a spreadsheet, where the heading is row 1."""

    row: int
    outcome: Annotated[str, words(Outcome)]
    session_id: UUID | None
    errors: list[RowError]
    warnings: list[RowWarning]


class Problem(BaseModel):
    """What went wrong (RFC 9457). Programs look at `code`, people read `detail`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    requestId: str | None = Field(  # noqa: N815  the API's spelling
        None, description="Names this request, for whoever asks the operator about it; also in `X-Request-ID`."
    )
    errors: list[FieldError] = Field([], description="Each wrong field, with `invalid`.")
    clashes: list[Clash] = Field([], description="What is in the way, with `clash`.")
    sessions: list[NotReadySession] = Field([], description="What is in the way, with `not_ready`.")
    payPeriodId: UUID | None = Field(  # noqa: N815 (as it is sent)
        None, description="Which pay period holds the day, with `locked`, or comes first, with `out_of_order`."
    )
    from_: Day | None = Field(None, alias="from", description="The first day of that period, with `locked`.")
    to: Day | None = Field(None, description="Its last day.")
    periodStatus: Annotated[str, words(PeriodStatus)] | None = Field(None, description="Its status.")  # noqa: N815  as above
    rows: list[ImportedRow] = Field([], description="What becomes of each row of a table, some of which are refused.")

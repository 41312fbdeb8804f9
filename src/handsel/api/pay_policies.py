"""The terms of pay: the presets, and a family's versions."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema

from handsel.actions import pay_policies as actions
from handsel.api import inputs, pay_policy_inputs, schemas
from handsel.api.parsing import Body, Paging, draft_of
from handsel.api.routes import Id, Request, Version, actor, pay_router
from handsel.api.schemas import Day, Instant, Money, Resource, words
from handsel.api.timesheets import Timesheet
from handsel.queries import pay_policies as queries
from handsel.queries.paging import Page, Row
from handsel.rules.pay import policy_fields, terms
from handsel.rules.pay.presets import PRESETS, Preset
from handsel.rules.recurrence import Weekday

router = pay_router()

MileageRate = Annotated[
    Any,
    PlainSerializer(lambda rate: f"{rate:.4f}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,2}\.\d{4}$"}),
]
PresetName = Annotated[
    str | None,
    BeforeValidator(lambda name: name or None),
    WithJsonSchema({"type": ["string", "null"], "enum": [*PRESETS, None]}),
]


class Night(Resource):
    from_time: str = Field(validation_alias="from")
    to_time: str = Field(validation_alias="to")
    amount: Annotated[str, WithJsonSchema({"type": "string", "pattern": r"^\d{1,4}\.\d\d$"})]
    at_least_minutes: int = Field(validation_alias="atLeastMinutes")
    counts: bool


class Holiday(Resource):
    date: Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
    name: str


class CancellationTier(Resource):
    notice_hours: int = Field(validation_alias="noticeHours")
    percent: int
    minimum_minutes: int = Field(validation_alias="minimumMinutes")


class PayPolicy(Resource):
    location = "/pay-policies/{id}"
    id: UUID
    family_id: UUID
    nanny_id: UUID | None = Field(description="Null: the family's.")
    effective_from: Day
    takes_hold_on: Day | None = Field(description="The day from which it holds; null where it never does.")
    preset: PresetName
    workweek_start: Annotated[str, words(Weekday)]
    pay_frequency: Annotated[str, words(terms.PayFrequency)]
    pay_for: Annotated[str, words(terms.PayFor)]
    rounding_minutes: int
    rounding_mode: Annotated[str, words(terms.RoundingMode)]
    minimum_minutes: int
    night: Night | None
    weekly_overtime_after: int | None
    daily_overtime_after: int | None
    daily_double_after: int | None
    seventh_day: Annotated[str, words(terms.SeventhDay)]
    seventh_day_double_after: int | None
    overtime_multiplier: Money
    double_multiplier: Money
    overtime_base: Annotated[str, words(terms.OvertimeBase)]
    federal_overtime: bool
    holidays: list[Holiday]
    holiday_multiplier: Money
    guaranteed_minutes: int
    basic_rate: Money | None
    cancellation_tiers: list[CancellationTier]
    rolled_up_holiday_percent: Money
    minimum_wage: Money | None
    mileage_rate: MileageRate | None
    mileage_unit: Annotated[str, words(terms.MileageUnit)]
    created_at: Instant
    created_by: UUID = Field(validation_alias="created_by_id")
    version: int


PayPolicies = schemas.list_of(PayPolicy, "PayPolicies")


class PayPolicyChanges(Body):
    effective_from: inputs.Day
    nanny_id: inputs.Id | None = Field(description="Null: the family's.")
    preset: pay_policy_inputs.Preset | None
    workweek_start: pay_policy_inputs.WorkweekStart
    pay_frequency: pay_policy_inputs.PayFrequency
    pay_for: pay_policy_inputs.PayFor
    rounding_minutes: pay_policy_inputs.Rounding
    rounding_mode: pay_policy_inputs.RoundingMode
    minimum_minutes: pay_policy_inputs.UpToADay
    night: pay_policy_inputs.Night | None
    weekly_overtime_after: pay_policy_inputs.PartOfAWeek | None
    daily_overtime_after: pay_policy_inputs.PartOfADay | None
    daily_double_after: pay_policy_inputs.PartOfADay | None
    seventh_day: pay_policy_inputs.SeventhDay
    seventh_day_double_after: pay_policy_inputs.PartOfADay | None
    overtime_multiplier: pay_policy_inputs.Multiplier
    double_multiplier: pay_policy_inputs.Multiplier
    overtime_base: pay_policy_inputs.OvertimeBase
    federal_overtime: inputs.Flag
    holidays: pay_policy_inputs.Holidays
    holiday_multiplier: pay_policy_inputs.HolidayMultiplier
    guaranteed_minutes: pay_policy_inputs.UpToAWeek
    basic_rate: inputs.Money | None
    cancellation_tiers: pay_policy_inputs.CancellationTiers
    rolled_up_holiday_percent: pay_policy_inputs.Percent
    minimum_wage: inputs.Money | None
    mileage_rate: pay_policy_inputs.MileageRate | None
    mileage_unit: pay_policy_inputs.MileageUnit


class NewPayPolicy(PayPolicyChanges):
    needed = ("effective_from",)


class PayPolicyPreview(Body):
    needed = ("policy", "from_date", "to_date")
    policy: Annotated[
        Any,
        PlainValidator(draft_of(NewPayPolicy)),
        WithJsonSchema({"anyOf": [{"$ref": "#/components/schemas/NewPayPolicy"}]}),
    ]
    nanny_id: inputs.Id | None
    from_date: inputs.Day
    to_date: inputs.Day


class Previewed(Resource):
    before: Timesheet
    after: Timesheet


def _sets(preset: Preset) -> dict[str, Any]:
    """Return what a preset sets by the names and in the form of the API."""
    values = policy_fields.filled_in(preset).items()
    return {schemas.api_name(name): f"{value:.2f}" if isinstance(value, Decimal) else value for name, value in values}


class PayPreset(Resource):
    name: str
    sets: dict[str, Any] = Field(description="The fields that differ from their defaults.")
    sources: list[str]
    says: str


class PayPresets(Resource):
    items: list[PayPreset]


@router.get("/pay-presets", operation_id="getPayPresets", response=PayPresets)
def get_pay_presets(request: Request) -> dict[str, Any]:  # noqa: ARG001 (they are the same for everybody)
    """Terms that the law of a place asks for, each with its source; they fill a form and can be changed"""
    return {
        "items": [
            {"name": preset.name, "sets": _sets(preset), "sources": preset.sources, "says": preset.says}
            for preset in PRESETS.values()
        ]
    }


@router.get("/families/{family_id}/pay-policies", operation_id="getPayPolicies", response=PayPolicies)
def get_pay_policies(request: Request, family_id: Id, query: Paging) -> Page[Row]:
    """All versions of a family's terms and its nannies', the earliest first; for a nanny the family's and their own"""
    return queries.listed(request.auth, family_id, query.draft)


@router.post("/families/{family_id}/pay-policies", operation_id="createPayPolicy", response={201: PayPolicy})
def create_pay_policy(request: Request, family_id: Id, body: NewPayPolicy) -> Row:
    """Add a version of the terms; it takes hold at the start of a workweek"""
    return queries.shown(actions.create(family_id, body.draft, **actor(request)))


@router.post("/families/{family_id}/pay-policies/preview", operation_id="previewPayPolicy", response=Previewed)
def preview_pay_policy(request: Request, family_id: Id, body: PayPolicyPreview) -> actions.Preview:
    """A nanny's timesheet under the terms as they are, and with a version more; nothing is written"""
    return actions.preview(family_id, body.draft, by=request.auth, at=timezone.now())


@router.get("/pay-policies/{policy_id}", operation_id="getPayPolicy", response=PayPolicy)
def get_pay_policy(request: Request, policy_id: Id) -> Row:
    """One version"""
    return queries.get(request.auth, policy_id)


@router.patch("/pay-policies/{policy_id}", operation_id="updatePayPolicy", response=PayPolicy)
def update_pay_policy(request: Request, policy_id: Id, body: PayPolicyChanges, version: Version) -> Row:
    """Change a version; once a pay period was approved, only until it takes hold"""
    return queries.shown(actions.update(policy_id, body.draft, version=version, **actor(request)))


@router.delete("/pay-policies/{policy_id}", operation_id="deletePayPolicy", response={204: None})
def delete_pay_policy(request: Request, policy_id: Id, version: Version) -> None:
    """Remove a version; once a pay period was approved, only until it takes hold"""
    actions.delete(policy_id, version=version, **actor(request))

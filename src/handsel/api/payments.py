"""Payments, what is owed, and a year of pay."""

from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from pydantic import Field, PlainValidator, WithJsonSchema

from handsel.actions import payments as actions
from handsel.api import inputs, schemas
from handsel.api.parsing import Body, Paging, Query
from handsel.api.routes import Id, Request, actor, pay_router
from handsel.api.schemas import Amount, Day, Instant, Resource, words
from handsel.queries import balances, pay_years
from handsel.queries import payments as queries
from handsel.queries.paging import Page, Row
from handsel.rules import fields
from handsel.rules.pay.covering import PayState
from handsel.rules.pay.payments import PaymentMethod
from handsel.rules.refusals import NotVisible

router = pay_router()

PlainAmount = Annotated[str, WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,9}\.\d\d$"})]


def _year(raw: str) -> int:
    """Parse a year; what is none names nothing, so it raises NotVisible."""
    if len(raw) == 4 and raw.isascii() and raw.isdigit() and fields.EARLIEST.year <= int(raw) <= fields.LATEST.year:
        return int(raw)
    raise NotVisible


Year = Annotated[
    int,
    PlainValidator(_year),
    WithJsonSchema({"type": "integer", "minimum": fields.EARLIEST.year, "maximum": fields.LATEST.year}),
]


class Covered(Resource):
    pay_period_id: UUID
    amount: Amount


class Payment(Resource):
    location = "/payments/{id}"
    id: UUID
    family_id: UUID
    nanny_id: UUID | None
    date: Day
    amount: Amount
    method: Annotated[str, words(PaymentMethod)]
    note: str
    pay_period_id: UUID | None = Field(description="The period that it covers first.")
    covers: list[Covered]
    voids: UUID | None = Field(validation_alias="voids_id", description="The payment that this row says was not so.")
    voided_by: UUID | None = Field(description="The row that says so of this one: neither counts.")
    reason: str
    acknowledged_at: Instant | None
    recorded_by: UUID = Field(validation_alias="recorded_by_id")
    created_at: Instant


Payments = schemas.list_of(Payment, "Payments")


class PaymentFilters(Paging):
    nanny_id: inputs.Id = Field(description="Only payments to this nanny (a member id).")


class NewPayment(Body):
    needed = ("date", "amount", "method")
    nanny_id: inputs.Id | None
    date: inputs.Day
    amount: inputs.PaymentAmount
    method: inputs.PaymentMethod
    note: inputs.Notes | None
    pay_period_id: inputs.Id | None


class Voiding(Body):
    needed = ("reason",)
    reason: inputs.Message


class BalanceOfPeriod(Resource):
    pay_period_id: UUID
    due: Amount
    covered: Amount
    pay_state: Annotated[str, words(PayState)]


class Balance(Resource):
    nanny_id: UUID | None
    due: Amount
    paid: Amount
    balance: Amount = Field(description="Above zero the family owes.")
    ahead: Amount
    forecast: Amount = Field(description="What periods that are not approved come to as things stand.")
    periods: list[BalanceOfPeriod]


class Balances(Resource):
    items: list[Balance]


class MonthOfPay(Resource):
    month: int
    sessions: int
    worked_minutes: PlainAmount = Field(validation_alias="workedMinutes")
    gross: PlainAmount
    premium: PlainAmount
    federal_premium: PlainAmount = Field(validation_alias="federalPremium")
    reimbursements: PlainAmount


class QuarterOfPay(Resource):
    quarter: int
    wages_paid: Amount


class TotalsOfYear(Resource):
    work: PlainAmount
    premium: PlainAmount
    not_worked: PlainAmount = Field(validation_alias="notWorked")
    other: PlainAmount
    gross: PlainAmount
    reimbursements: PlainAmount
    gifts: PlainAmount
    due: PlainAmount
    federal_premium: PlainAmount = Field(validation_alias="federalPremium")
    worked_minutes: PlainAmount = Field(validation_alias="workedMinutes")
    overtime_minutes: PlainAmount = Field(validation_alias="overtimeMinutes")
    not_worked_minutes: PlainAmount = Field(validation_alias="notWorkedMinutes")
    wages_paid: PlainAmount = Field(validation_alias="wagesPaid")


class YearOfPay(Resource):
    year: int
    nanny_id: UUID | None
    months: list[MonthOfPay]
    quarters: list[QuarterOfPay]
    totals: TotalsOfYear
    not_approved: list[UUID] = Field(description="Periods that touch the year and are left out.")


class WhosePay(Query):
    nanny_id: inputs.Id = Field(description="Whose year (a member id); left out, your own or the only nanny's.")


@router.get("/families/{family_id}/payments", operation_id="getPayments", response=Payments)
def get_payments(request: Request, family_id: Id, query: PaymentFilters) -> Page[Row]:
    """A family's payments and voids, the newest first; a nanny's own"""
    return queries.listed(request.auth, family_id, query.draft)


@router.post("/families/{family_id}/payments", operation_id="recordPayment", response={201: Payment})
def record_payment(request: Request, family_id: Id, body: NewPayment) -> Row:
    """Record that money was paid"""
    return queries.shown(actions.record(family_id, body.draft, **actor(request)))


@router.get("/payments/{payment_id}", operation_id="getPayment", response=Payment)
def get_payment(request: Request, payment_id: Id) -> Row:
    """One payment, and what it covers"""
    return queries.get(request.auth, payment_id)


@router.post("/payments/{payment_id}/void", operation_id="voidPayment", response={201: Payment})
def void_payment(request: Request, payment_id: Id, body: Voiding) -> Row:
    """Say that a payment was not so; answers the row that says it"""
    return queries.shown(actions.void(payment_id, body.draft, **actor(request)))


@router.post("/payments/{payment_id}/acknowledge", operation_id="acknowledgePayment", response=Payment)
def acknowledge_payment(request: Request, payment_id: Id) -> Row:
    """Say that you were paid so"""
    return queries.shown(actions.acknowledge(payment_id, **actor(request)))


@router.get("/families/{family_id}/balances", operation_id="getBalances", response=Balances)
def get_balances(request: Request, family_id: Id) -> dict[str, Any]:
    """What is owed to each nanny: due of approved periods less payments"""
    return {"items": balances.listed(request.auth, family_id, at=timezone.now())}


@router.get("/families/{family_id}/years/{year}", operation_id="getYear", response=YearOfPay)
def get_year(request: Request, family_id: Id, year: Year, query: WhosePay) -> dict[str, Any]:
    """A year of one nanny's pay, of what was approved"""
    return pay_years.get(request.auth, family_id, year, query.draft)
